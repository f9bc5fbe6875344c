"""Finds the name by which a file can use a class, and the import that it needs."""

from __future__ import annotations

import ast
import collections.abc
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aldis._migrate._scope import scope_of
from aldis._migrate._unions import names_in, rendered

if TYPE_CHECKING:
    from collections.abc import Collection
    from importlib.machinery import ModuleSpec

    from aldis._migrate._scope import Scope

# modules that evaluate annotations at run time
_READERS: Final = frozenset(
    (
        "attr",
        "attrs",
        "beartype",
        "cattrs",
        "dataclasses",
        "dataclasses_json",
        "fastapi",
        "injector",
        "litestar",
        "mashumaro",
        "marshmallow_dataclass",
        "msgspec",
        "ninja",
        "pydantic",
        "pydantic_settings",
        "sqlalchemy",
        "sqlmodel",
        "strawberry",
        "typeguard",
        "typer",
    )
)
_READING_NAMES: Final = frozenset({"get_type_hints", "__annotations__", "get_annotations"})


class Naming:
    """The names of one file.

    Attributes:
        for_types: What is imported for type checkers: (module, name) and the local name.
        at_run_time: What is imported for the program.
    """

    def __init__(self, module: str, scope: Scope, modules: Collection[str]) -> None:
        self._module = module
        self._scope = scope
        self._modules = modules
        self._taken: set[str] = set()
        self.for_types: dict[tuple[str, str], str] = {}
        self.at_run_time: dict[tuple[str, str], str] = {}

    def text(self, text: str, shadowed: Collection[str] = ()) -> str:
        """Return a type in the names of this file.

        Args:
            text: The type, its names qualified.
            shadowed: Names that have another meaning at that place.
        """
        return rendered(text, lambda name: self._local(name, shadowed))

    def is_there_at_run_time(self, text: str) -> bool:
        """Whether a type can be evaluated when the module is imported."""
        for qualified in names_in(text):
            local = self._local(qualified, ())
            first = local.partition(".")[0]
            is_own = qualified.startswith(f"{self._module}.")
            is_builtin = qualified == f"builtins.{local}"
            if not is_builtin and (is_own or first not in self._scope.at_run_time):
                return False
        return True

    def run_time_name(self, module: str, name: str) -> str:
        """Return the expression for something of aldis, which is imported if needed."""
        known = self._scope.local_name(f"{module}.{name}")
        if known is not None and known.partition(".")[0] in self._scope.at_run_time:
            return known
        if (module, name) not in self.at_run_time:
            if not self._is_free(name) and module == "aldis" and self._is_free("aldis"):
                self.at_run_time["", module] = module
                return f"{module}.{name}"
            self.at_run_time[module, name] = self._free(name)
        return self.at_run_time[module, name]

    def function_name(self, wanted: str) -> str:
        """Return a name for a new function."""
        return self._free(wanted)

    def _local(self, qualified: str, shadowed: Collection[str]) -> str:
        module, _, name = qualified.partition(".")
        if module == "builtins" and name not in self._scope.names and name not in shadowed:
            return name
        for one in dict.fromkeys([qualified, public_name(qualified, self._modules)]):
            known = self._scope.local_name(one)
            if known is not None and known.partition(".")[0] not in shadowed:
                return known
        module, first, rest = split(public_name(qualified, self._modules), self._modules)
        if module == self._module and first not in shadowed:
            return ".".join([first, *rest])
        if module == "builtins":
            return f"{self._imported('', 'builtins', shadowed)}.{first}"
        return ".".join([self._imported(module, first, shadowed), *rest])

    def _imported(self, module: str, name: str, shadowed: Collection[str]) -> str:
        if self.for_types.get((module, name)) in {None, *shadowed}:
            self.for_types[module, name] = self._free(name, shadowed)
        return self.for_types[module, name]

    def _free(self, name: str, shadowed: Collection[str] = ()) -> str:
        wanted, count = name, 1
        while not self._is_free(wanted) or wanted in shadowed:
            wanted = f"_{name.lstrip('_')}" + (str(count) if count > 1 else "")
            count += 1
        self._taken.add(wanted)
        return wanted

    def _is_free(self, name: str) -> bool:
        return self._scope.is_free(name) and name not in self._taken


@cache
def _spec(name: str) -> ModuleSpec | None:
    """Find a module without importing anything."""
    path: list[str] | None = None
    spec: ModuleSpec | None = None
    for part in name.split("."):
        spec = PathFinder.find_spec(part, path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or [])
    return spec


def _is_module(name: str) -> bool:
    return name in sys.builtin_module_names or _spec(name) is not None


@cache
def _given_on_by(package: str) -> frozenset[str]:
    """Return the qualified names of everything in the `__init__` of an installed package."""
    spec = _spec(package)
    origin = Path(spec.origin) if spec and spec.origin else None
    if origin is None or origin.name != "__init__.py":
        return frozenset()
    stub = origin.with_suffix(".pyi")
    try:
        tree = ast.parse((stub if stub.exists() else origin).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    scope = scope_of(tree, package, is_package=True)
    return frozenset(
        meaning
        for name, meaning in scope.names.items()
        if meaning is not None and meaning.rpartition(".")[2] == name
    )


def public_name(qualified: str, modules: Collection[str]) -> str:
    """Return the shortest name by which an installed package exports a class: `flask.Flask`."""
    outer, _, name = qualified.partition(".")
    if outer == "typing" and hasattr(collections.abc, name):
        return f"collections.abc.{name}"
    module, first, rest = split(qualified, modules)
    root = module.partition(".")[0]
    if root in sys.stdlib_module_names or any(one.partition(".")[0] == root for one in modules):
        return qualified
    parts = module.split(".")
    for length in range(1, len(parts)):
        package = ".".join(parts[:length])
        if f"{module}.{first}" in _given_on_by(package):
            return ".".join([package, first, *rest])
    return qualified


def split(qualified: str, modules: Collection[str]) -> tuple[str, str, tuple[str, ...]]:
    """Return the module of a qualified name, the name in it, and the attributes of that."""
    parts = qualified.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:length])
        if module in modules or _is_module(module):
            return module, parts[length], tuple(parts[length + 1 :])
    first = next((i for i, part in enumerate(parts) if part.lstrip("_")[:1].isupper()), -1)
    place = first if first > 0 else len(parts) - 1
    return ".".join(parts[:place]), parts[place], tuple(parts[place + 1 :])


def reads_annotations(tree: ast.Module) -> bool:
    """Whether something may evaluate the annotations of a module at run time.

    `from __future__ import annotations` would turn them into texts.
    """
    has_any = reads = False
    for node in ast.walk(tree):
        stated = getattr(node, "annotation", None) or getattr(node, "returns", None)
        has_any = has_any or stated is not None
        if isinstance(node, ast.Import):
            reads = reads or any(one.name.partition(".")[0] in _READERS for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            reads = reads or (node.module or "").partition(".")[0] in _READERS
        elif isinstance(node, (ast.Name, ast.Attribute)):
            reads = reads or getattr(node, "attr", getattr(node, "id", "")) in _READING_NAMES
    return has_any and reads
