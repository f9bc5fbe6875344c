"""The public surface: names, imports, documentation and its examples."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import aldis
from aldis._sync_signal import AboutSignal
from helpers import in_a_fresh_interpreter

PACKAGE = Path(aldis.__file__).parent
ROOT = Path(__file__).parent.parent
HAS_MYPY = importlib.util.find_spec("mypy") is not None
HAS_MSGSPEC = importlib.util.find_spec("msgspec") is not None
PUBLIC = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(aldis.__path__, "aldis.")
    if not any(part.startswith("_") for part in module.name.split("."))
    # the plugin is for those who have mypy
    and (module.name != "aldis.mypy" or HAS_MYPY)
    # and the relay for those who have its extra
    and (module.name != "aldis.relay" or HAS_MSGSPEC)
    and module.name != "aldis.blinker.base"  # it mirrors a module that has no `__all__`
]
MODULES = [aldis, *PUBLIC]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_all_names_what_is_public_and_nothing_else(module: ModuleType) -> None:
    for name in module.__all__:
        getattr(module, name)  # some are loaded when they are asked for
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name != "annotations"
    }
    assert public == set(module.__all__)
    assert list(module.__all__) == sorted(module.__all__)


def test_dir_names_what_is_public_before_it_is_asked_for() -> None:
    names = in_a_fresh_interpreter(
        "import aldis; print(sorted(set(aldis.__all__) - set(dir(aldis))))"
    )
    assert names == "[]"
    assert "observe" in dir(aldis)


def test_importing_aldis_loads_no_checker_no_test_framework_and_no_event_loop() -> None:
    heavy = ("mypy", "pytest", "anyio", "asyncio", "trio", "blinker", "hypothesis", "pickle")
    loaded = in_a_fresh_interpreter(
        f"import sys, aldis; print([name for name in {heavy!r} if name in sys.modules])"
    )
    assert loaded == "[]"


def test_importing_aldis_loads_nothing_that_inspect_does_not_load() -> None:
    """Of the standard library; `re` alone would be a tenth of it on CPython 3.15."""
    more = in_a_fresh_interpreter(
        "import sys, contextlib, inspect, typing, weakref; before = set(sys.modules); import aldis;"
        "print(sorted({name for name in sys.modules} - before - {'__future__', 'aldis'}))"
    )
    assert [name for name in ast.literal_eval(more) if not name.startswith("aldis.")] == []


def test_importing_aldis_makes_no_named_tuple_but_the_one_that_is_compared() -> None:
    """Each takes as long as ten other classes."""
    made = in_a_fresh_interpreter(
        "import sys, aldis; print([each.__name__ for name, module in sorted(sys.modules.items())"
        " if name.startswith('aldis.') for each in vars(module).values()"
        " if type(each) is type and each.__module__ == name and issubclass(each, tuple)])"
    )
    assert made == "['Recipe']"


def test_the_one_dependency_at_run_time_is_typing_extensions() -> None:
    outside = in_a_fresh_interpreter(
        "import sys, aldis; print(sorted({name.partition('.')[0] for name in sys.modules}"
        " - set(sys.stdlib_module_names) - {'aldis', '__main__'}))"
    )
    # what a site's `.pth` files import is not ours
    site = in_a_fresh_interpreter(
        "import sys; print(sorted({name.partition('.')[0] for name in sys.modules}"
        " - set(sys.stdlib_module_names) - {'__main__'}))"
    )
    assert set(ast.literal_eval(outside)) - set(ast.literal_eval(site)) <= {"typing_extensions"}


def documented(tree: ast.Module, prefix: str) -> Iterator[tuple[str, str, int]]:
    """Give the docstrings of a module: also of what only type checkers see, such as `send`."""

    def walk(node: ast.AST, path: str) -> Iterator[tuple[str, str, int]]:
        for child in ast.iter_child_nodes(node):
            name = path
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = f"{path}.{child.name}"
                text = ast.get_docstring(child)
                if text:
                    yield name, text, child.lineno
            yield from walk(child, name)

    yield from walk(tree, prefix)


DOCUMENTED = [
    (f"{path.relative_to(PACKAGE)}:{name}", text)
    for path in sorted(PACKAGE.rglob("*.py"))
    for name, text, _ in documented(ast.parse(path.read_text()), path.stem)
]
EXAMPLES = [
    (name, text)
    for name, text in DOCUMENTED
    if ">>>" in text
    and (HAS_MYPY or not name.startswith("mypy/"))
    and (HAS_MSGSPEC or "aldis.relay" not in text)
]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_the_example_in_a_docstring_does_what_it_shows(name: str, text: str) -> None:
    example = doctest.DocTestParser().get_doctest(text, {"__name__": "example"}, name, name, 0)
    complaints: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    runner.run(example, out=complaints.append)
    assert not complaints, "".join(complaints)


def public_callables() -> Iterator[tuple[str, object]]:
    for module in MODULES:
        for name in module.__all__:
            thing = getattr(module, name)
            if not inspect.isclass(thing):
                continue
            yield f"{module.__name__}.{name}", thing
            for member in dir(thing):
                owner = next((c for c in thing.__mro__ if member in vars(c)), None)
                ours = owner is not None and owner.__module__.startswith("aldis")
                is_data = owner is not None and not hasattr(vars(owner)[member], "__get__")
                if ours and not is_data and not member.startswith("_"):
                    yield f"{module.__name__}.{name}.{member}", getattr(thing, member)


def texts_of(name: str) -> list[str]:
    """Return the docstrings of a class, or of its member, where that is defined or inherited."""
    thing: Any = pkgutil.resolve_name(name.rpartition(".")[0])
    member = name.rpartition(".")[2]
    if inspect.isclass(thing):
        ends = tuple(f".{base.__name__}.{member}" for base in thing.__mro__)
    else:
        ends = (f".{member}",)
    return [text for place, text in DOCUMENTED if place.endswith(ends)]


@pytest.mark.parametrize(
    ("name", "thing"),
    list(public_callables()),
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_everything_public_is_documented_with_an_example(name: str, thing: object) -> None:
    text = inspect.getdoc(thing)
    if text is None and inspect.ismemberdescriptor(thing):  # a slot
        owner, _, member = name.rpartition(".")
        text = pkgutil.resolve_name(owner).__doc__
        assert f" {member}: " in text, f"{name} is not among the attributes of its class"
    assert text, f"{name} has no docstring"
    texts = texts_of(name)
    kind: object = type(thing)
    if kind is AboutSignal:  # it has that of its declaration
        texts.append(text)
    if not inspect.ismemberdescriptor(thing) or texts:  # an attribute is shown by its class
        assert any(">>>" in text or "; see `" in text for text in texts), f"{name} has no example"


SUFFIXES = {".py", ".md", ".toml", ".ini", ".cfg", ".pyi", ".json", ".svg", ""}


def test_no_file_of_the_repository_names_a_registry_or_a_place_on_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    host = re.compile(r"https?://[^ \"]*/(simple|packages)/|(^|[^\w.])/(work|root|home)/\w")
    for name in listed:
        path = ROOT / name
        if path.is_file() and path.suffix in SUFFIXES:
            assert not host.search(path.read_text()), name
