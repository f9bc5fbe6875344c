"""The parsed source of modules, and the names that they bind and import."""

from __future__ import annotations

import ast
import tokenize
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"


class Source:
    """One module.

    Attributes:
        name: Its full name.
        path: Its file.
        tree: Its syntax tree.
        imports: The imported names as full dotted names, including imports in functions and under
            `if TYPE_CHECKING`.
        stars: The modules of which all names are imported.
        bound: The first line of each other binding; `Class.name` inside classes.
    """

    def __init__(self, name: str, path: str, *, is_package: bool) -> None:
        with tokenize.open(path) as file:
            self.tree = ast.parse(file.read(), path)
        self.name = name
        self.path = path
        self._package = name if is_package else name.rpartition(".")[0]
        self.imports = dict(self._imports())
        self.stars = [
            self._absolute(node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        ]
        self.bound: dict[str, int] = {}
        for bound, line in _bindings(self.tree.body, ""):
            self.bound.setdefault(bound, line)

    def imported_as(self, name: str) -> list[str]:
        """Return the full names that a name may be imported from."""
        if name in self.imports:
            return [self.imports[name]]
        return [f"{module}.{name}" for module in self.stars]

    def _imports(self) -> Iterator[tuple[str, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    # `import a.b` binds `a`
                    first = alias.name.partition(".")[0]
                    yield (alias.asname, alias.name) if alias.asname else (first, first)
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                for alias in node.names:
                    yield alias.asname or alias.name, f"{module}.{alias.name}"

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self._package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1])
        return f"{base}.{node.module}" if node.module else base


class Class(NamedTuple):
    """A class that is defined in a module."""

    name: str
    node: ast.ClassDef
    source: Source


def _bindings(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, int]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, node.lineno
        elif isinstance(node, ast.ClassDef):
            yield prefix + node.name, node.lineno
            yield from _bindings(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = (part for target in targets for part in ast.walk(target))
            names = [part.id for part in parts if isinstance(part, ast.Name)]
            yield from ((prefix + name, node.lineno) for name in names)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            handlers = node.handlers if isinstance(node, ast.Try) else []
            for block in (node, *handlers):
                for field in ("body", "orelse", "finalbody"):
                    yield from _bindings(getattr(block, field, []), prefix)


def source_of(name: str, path: object, *, is_package: bool = False) -> Source | None:
    """Return a module's source; None if it cannot be read or parsed."""
    if type(path) is not str or not path.endswith(".py"):
        return None
    try:
        return Source(name, path, is_package=is_package)
    except (OSError, SyntaxError, ValueError):
        return None
