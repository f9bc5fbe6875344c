"""Files that cannot be read or checked are reported in one line, and the rest goes on."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from migrating import cache

from aldis._migrate._analysis import analyse
from aldis._migrate._deciding import decide
from aldis._migrate._files import find
from aldis._migrate._model import Program
from aldis._migrate._plan import Wishes
from aldis._migrate._pyright_text import qualified
from aldis._migrate._reading import read
from aldis._migrate._resolving import Resolver
from aldis._migrate._types import Types

pytest.importorskip("mypy")

from mypy.errors import CompileError

from aldis._migrate import _mypy_pass

Write = Callable[[dict[str, str | bytes]], Path]

SIGNALS = """
from blinker import Namespace
signals = Namespace()
started = signals.signal("started")
class App:
    def start(self, unknown):
        started.send(self, port=80, name=None, debug=f"", it=[unknown], app=App(), tls=b"")
def on_started(sender, port: int): ...
started.connect(on_started)
started.connect(App)
@started.connect
def second(sender, **kwargs): ...
App().other.connect(second)
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writes(files: dict[str, str | bytes]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return writes


def told(program: Program) -> list[tuple[str, str]]:
    return [(each.code, each.span.path.name) for each in program.findings]


def names(path: Path) -> dict[str, str]:
    return {str(each.relative_to(path)): name for each, name in find([path]).modules.items()}


def test_modules_are_named_as_they_are_imported(write: Write) -> None:
    top = write(
        {
            "pyproject.toml": "",
            "setup.py": "",
            "src/space/pack/__init__.py": "",
            "src/space/pack/inner/mod.py": "",
            "pack/__init__.py": "",
            "pack/plain/deep.py": "",
            "scripts/run.py": "",
            "odd-name/pack2/__init__.py": "",
        }
    )
    assert names(top) == {
        "setup.py": "setup",
        "src/space/pack/__init__.py": "space.pack",
        "src/space/pack/inner/mod.py": "space.pack.inner.mod",
        "pack/__init__.py": "pack",
        "pack/plain/deep.py": "pack.plain.deep",
        "scripts/run.py": "run",
        "odd-name/pack2/__init__.py": "pack2",
    }


def test_src_is_no_package_even_if_it_looks_like_one(write: Write) -> None:
    top = write({"src/__init__.py": "", "src/app/__init__.py": "", "src/app/a.py": ""})
    assert set(names(top).values()) == {"src", "app", "app.a"}


def test_what_is_no_source_of_the_program_is_skipped(write: Write) -> None:
    skipped = [".git/a.py", ".venv/a.py", "node_modules/a.py", "build/a.py", "x.egg-info/a.py"]
    files: dict[str, str | bytes] = dict.fromkeys(skipped, "")
    files |= {"mine/pyvenv.cfg": "", "mine/a.py": "", "build2/env/__init__.py": "", "kept.py": ""}
    assert set(names(write(files))) == {"build2/env/__init__.py", "kept.py"}


def test_what_git_ignores_is_skipped(write: Write) -> None:
    top = write({"a.py": "", "made.py": "", ".gitignore": "made.py\n"})
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    assert set(names(top)) == {"a.py"}


def test_a_folder_that_git_ignores_is_read_if_it_is_asked_for(write: Write) -> None:
    top = write({"vendor/a.py": "", "vendor/inner/b.py": "", ".gitignore": "vendor/\n"})
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    assert set(names(top)) == set()
    assert set(names(top / "vendor")) == {"a.py", "inner/b.py"}
    assert set(find([top / "vendor" / "a.py"]).texts) == {top / "vendor" / "a.py"}


def test_without_git_nothing_is_ignored(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write({"a.py": "", ".git/config": "", ".gitignore": "a.py\n"})
    monkeypatch.setenv("PATH", "")
    assert set(names(top)) == {"a.py"}


def test_a_file_can_be_given(write: Write) -> None:
    top = write({"a.py": "", "b.py": ""})
    assert find([top / "a.py"]).texts == {top / "a.py": ""}


def test_text_is_read_as_it_is(write: Write) -> None:
    top = write(
        {
            "latin.py": b"# coding: latin-1\r\nx = '\xe9'\r\n",
            "marked.py": b"\xef\xbb\xbfx = 1\n",
        }
    )
    found = find([top])
    assert found.texts[top / "latin.py"] == "# coding: latin-1\r\nx = 'é'\r\n"
    assert found.texts[top / "marked.py"] == "x = 1\n"
    assert found.encodings == {top / "latin.py": "iso-8859-1", top / "marked.py": "utf-8-sig"}


def test_each_file_that_cannot_be_read_is_told(write: Write) -> None:
    top = write(
        {
            "fine.py": "x = 1",
            "bytes.py": b"x = 1\ny = '\xe9'\n",
            "late.py": b"# coding: ascii\nx = 1\ny = '\xe9'\n",
            "codec.py": "# coding: nothing-known\n",
            "syntax.py": "def (:\n",
            "null.py": "x = '\0'\n",
            "one/pack/__init__.py": "",
            "two/pack/__init__.py": "",
            "gone.py": "",
        }
    )
    (top / "gone.py").unlink()
    (top / "gone.py").symlink_to(top / "nowhere")
    program = analyse([top], cache=cache())
    assert sorted(told(program)) == [
        ("M21", "bytes.py"),
        ("M21", "codec.py"),
        ("M21", "gone.py"),
        ("M21", "late.py"),
        ("M21", "null.py"),
        ("M21", "syntax.py"),
        ("M22", "__init__.py"),
    ]
    assert {each.name for each in program.files} == {"fine.py", "__init__.py"}
    assert all("\n" not in each.sentence for each in program.findings)


def test_a_receiver_of_a_library_without_annotations_takes_what_nobody_knows(write: Write) -> None:
    pytest.importorskip("pydispatch")
    text = """
from blinker import signal
from pydispatch.saferef import BoundMethodWeakref
x = signal("x")
class Desk:
    def hear(self, sender): ...
x.connect(BoundMethodWeakref(Desk().hear))
"""
    program = analyse([write({"app.py": text})], cache=cache())
    assert [each.parameters for each in program.receivers] == [None]


def test_nothing_is_found_in_nothing(tmp_path: Path) -> None:
    assert analyse([tmp_path], second=True) == Program()


def _check(program: Program) -> None:
    (declaration,) = program.declarations
    assert declaration.symbol == "app.started"
    (send,) = program.sends
    assert send.sender is not None
    assert send.sender.type.text == "app.App"
    assert {each.name: each.type.text for each in send.payload} == {
        "port": "builtins.int",
        "name": "None",
        "debug": "builtins.str",
        "it": "builtins.list[typing.Any]",
        "app": "app.App",
        "tls": "builtins.bytes",
    }
    receivers = {each.name: each.parameters for each in program.receivers}
    assert [each.name for each in receivers["on_started"] or ()] == ["sender", "port"]
    assert [each.name for each in receivers["second"] or ()] == ["sender", "kwargs"]


def test_without_mypy_the_syntax_is_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write({"app.py": SIGNALS})
    # what cannot be imported is None there
    monkeypatch.setitem(sys.modules, "aldis._migrate._mypy_pass", None)
    program = analyse([top], cache=cache())
    assert [each.code for each in program.findings] == ["M23"]
    assert "cannot be imported" in program.findings[0].sentence
    _check(program)


@pytest.mark.parametrize("crash", [RuntimeError("broken\nmore"), SystemExit(2), CompileError([])])
def test_a_crash_of_mypy_is_one_line(
    write: Write, monkeypatch: pytest.MonkeyPatch, crash: BaseException
) -> None:
    def build(*rest: object, **more: object) -> None:
        raise crash

    monkeypatch.setattr(_mypy_pass, "build", build)
    program = analyse([write({"app.py": SIGNALS})], cache=cache())
    assert [each.code for each in program.findings] == ["M23"]
    assert "\n" not in program.findings[0].sentence
    _check(program)


def test_a_file_at_which_mypy_stops_is_left_to_the_syntax(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = write({"app.py": "x = 1\n", "worse.py": SIGNALS.replace("App", "Worse")})
    real = _mypy_pass._build

    def stops(modules: dict[Path, str], *rest: Any) -> object:
        if top / "worse.py" in modules:
            raise CompileError(["note", f"{top / 'worse.py'}:3: error: cannot go on"])
        return real(modules, *rest)

    monkeypatch.setattr(_mypy_pass, "_build", stops)
    program = analyse([top], cache=cache())
    assert told(program) == [("M23", "worse.py")]
    assert "cannot go on" in program.findings[0].sentence
    assert [each.symbol for each in program.sends] == ["worse.started"]


def test_a_file_of_a_library_at_which_mypy_stops_is_not_read(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Old releases of Celery have such a file: a comment that is no type, where one is expected."""
    library = tmp_path_factory.mktemp("library") / "marrow"
    (library / "deep").mkdir(parents=True)
    (library / "__init__.py").write_text("from marrow.deep import broken, whole\n")
    (library / "deep" / "__init__.py").write_text("")
    (library / "deep" / "broken.py").write_text(
        "def f(x):\n    # type: (int) -> str\n    return (\n"
    )
    (library / "deep" / "whole.py").write_text("class Bone: ...\n")
    (library / "py.typed").write_text("")
    monkeypatch.setenv("MYPYPATH", str(library.parent))
    text = "from blinker import signal\nfrom marrow.deep.whole import Bone\nimport marrow\n"
    top = write({"app.py": f"{text}x = signal('x')\nx.send(None, bone=Bone())\n"})
    program = analyse([top], cache=cache())
    assert told(program) == []
    assert program.mypy is not None
    assert program.mypy.skipped == ("marrow.deep.broken",)
    (send,) = program.sends
    assert [each.type.text for each in send.payload] == ["marrow.deep.whole.Bone"]


def test_what_a_stub_says_of_a_generated_module_is_believed(write: Write) -> None:
    text = "from blinker import signal\nfrom made import Message\nx = signal('x')\n"
    files: dict[str, str | bytes] = {
        "app.py": f"{text}x.send(None, message=Message())\n",
        "app.pyi": "x: int\n",  # a module with signals is read itself
        "made.py": "globals()['Message'] = type('Message', (), {})\n",
        "made.pyi": "class Message: ...\n",
    }
    (send,) = analyse([write(files)], cache=cache()).sends
    assert [each.type.text for each in send.payload] == ["made.Message"]


def test_a_container_of_what_cannot_be_imported_may_hold_anything(write: Write) -> None:
    text = """from blinker import signal
x = signal("x")
def f():
    class Inner: ...
    items = [Inner()]
    x.send(None, items=items, opened=open("a"))
"""
    (send,) = analyse([write({"app.py": text})], cache=cache()).sends
    assert [(each.type.text, each.type.known) for each in send.payload] == [
        ("builtins.list[typing.Any]", "partly"),
        ("io.TextIOWrapper", "fully"),
    ]


def test_a_generator_function_is_a_receiver_that_no_declaration_takes(write: Write) -> None:
    text = """from blinker import signal
menu = signal("menu")
other = signal("other")
@menu.connect
def entries(sender): yield 1
@other.connect
def made(sender):
    def entries(): yield 1
    return entries
menu.send(None)
other.send(None)
"""
    plan = decide(analyse([write({"app.py": text})], cache=cache()), Wishes())
    assert [one.declaration.target for one in plan.changed] == ["other"]
    assert [(one.code, one.span.line) for one in plan.all_findings] == [("M08", 4)]


TYPED = """
from blinker import signal
from decimal import Decimal
import other
import nowhere_to_be_found
changed = signal("changed")
def made(x=1, y=None): return x
class Thing:
    @property
    def owner(self): return None  # subclasses have one
def things(t=Thing(), d=Decimal(1), l="a", e=()):
    reveal_type(t)
    é = 1; "äöü"; changed.send(made(), a=made(2), b=[t for t in "x"], c=other.make(t), d=d,
        lit=l, gen=(x for x in "x"), fn=made, nested=changed.send(t, u=t), e=e, z=other,
        named=(w := t), kw=other.both(1), col=other.colour(), many=other.many(), owner=t.owner)
"""
OTHER = """
from typing import Literal
from enum import Enum
from fractions import Fraction
from functools import cache
class Colour(Enum):
    RED = 1
    BLUE = 2
class Deep: pass
@cache
def make(x): return {"k": Deep()}
@cache
def both(x): return Deep() if x else None
@cache
def colour():
    for each in [Colour.RED]: return each
@cache
def many(): return (1, "x", Fraction(1))
"""


def test_pyright_tells_what_mypy_does_not_know(write: Write) -> None:
    program = analyse([write({"app.py": TYPED, "other.py": OTHER})], second=True, cache=cache())
    assert program.findings == []
    (send,) = [each for each in program.sends if len(each.payload) > 3]
    types = {each.name: (each.type.text, each.type.origin) for each in send.payload}
    assert types["a"] == ("builtins.int", "pyright")
    assert types["c"] == ("builtins.dict[builtins.str, other.Deep]", "pyright")
    assert types["d"] == ("decimal.Decimal", "pyright")
    assert types["lit"] == ("builtins.str", "pyright")
    assert types["kw"] == ("other.Deep | None", "pyright")
    assert types["col"] == ("other.Colour", "pyright")
    assert types["many"][0].startswith("builtins.tuple[builtins.int, builtins.str, ")
    assert types["named"] == ("app.Thing", "pyright")
    assert types["owner"][0] == "typing.Any"
    assert send.sender is not None
    assert send.sender.type.text == "builtins.int"


def which(found: str | None) -> Callable[..., str | None]:
    def which_one(name: str, path: str | None = None) -> str | None:
        return found

    return which_one


def test_without_pyright_one_line_says_so(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", which(None))
    program = analyse([write({"app.py": SIGNALS})], second=True, cache=cache())
    assert [each.code for each in program.findings] == ["M24"]


@pytest.mark.parametrize("answer", ["print('oops')", "print('{}')"])
def test_a_pyright_that_fails_is_one_line(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    script = tmp_path / "pyright"
    script.write_text(f"#!{sys.executable}\n{answer}\n")
    script.chmod(0o755)
    monkeypatch.setattr("shutil.which", which(str(script)))
    program = analyse([write({"app.py": SIGNALS})], second=True, cache=cache())
    assert [each.code for each in program.findings] == ["M24"]
    _check(program)


TWO = """
class Twin: pass
def f():
    class Inner: pass
"""


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("int", "builtins.int"),
        ("int*", "builtins.int"),
        ("Thing", "app.Thing"),
        ("Deep | None", "other.Deep | None"),
        ("int | int", "builtins.int"),
        ("int | Unknown", "typing.Any"),
        ("list[Unknown]", "builtins.list[typing.Any]"),
        ("list", "builtins.list[typing.Any]"),
        ("dict | None", "builtins.dict[typing.Any, typing.Any] | None"),
        ("Unknown[int]", "typing.Any"),
        ("tuple[int, ...]", "builtins.tuple[builtins.int, ...]"),
        ("Literal[1, 'x', -1]", "builtins.int | builtins.str"),
        ("Literal[Colour.RED]", "other.Colour"),
        ("dict[str, T@made]", "builtins.dict[builtins.str, typing.Any]"),
        ("Sequence[int]", "typing.Sequence[builtins.int]"),
        ("Fraction", "fractions.Fraction"),
        ("nobody", "typing.Any"),
        ("Twin", "typing.Any"),
        ("made", "typing.Any"),
        ("(x: int) -> str", "typing.Any"),
        ('Module("os")', "typing.Any"),
    ],
)
def test_what_pyright_prints_is_qualified(text: str, whole: str) -> None:
    texts = {"app": TYPED, "other": OTHER, "two": TWO, "three": TWO}
    modules = {name: read(Path(f"{name}.py"), name, each) for name, each in texts.items()}
    told = qualified(text, modules["app"], Resolver(modules, Types()))
    assert told.text == whole
    assert told.origin == ("inferred" if whole == "typing.Any" else "pyright")
    assert (told.known == "fully") == ("Any" not in whole)


def test_where_there_is_no_checker_nothing_is_known() -> None:
    types, path = Types(), Path("app.py")
    node = ast.parse("a.b", mode="eval").body
    assert isinstance(node, ast.Attribute)
    assert types.text(path, node).known == "not"
    assert types.is_unknown(path, node)
    assert not types.is_signal(path, node)
    assert not types.is_namespace(path, node)
    assert types.full_name(path, node) is None
    assert types.classes(path, node) == []
    assert types.member(path, node) is None
    assert types.taking(path, node, "b") is None


def test_a_class_that_inherits_from_an_attribute_of_its_own_ends_no_search() -> None:
    module = read(Path("app.py"), "app", "class A(A.B):\n    class B: ...\n")
    values = Resolver({"app": module}, Types()).values
    assert values.mro("app.A")[0] == "app.A"
