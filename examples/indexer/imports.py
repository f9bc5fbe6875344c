"""Finds the imports of a module that was parsed."""

from __future__ import annotations

import ast
from importlib.util import resolve_name
from typing import TYPE_CHECKING

from .signals import import_seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .parser import Parser


def find_imports(parser: Parser, /, *, path: Path, module: str, statements: list[ast.AST]) -> None:
    """Send `import_seen` for each import statement, on behalf of the parser."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for statement in statements:
        for imported in _imported(statement, package):
            import_seen.send(parser, importer=module, imported=imported)


def _imported(statement: ast.AST, package: str) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.name
    elif isinstance(statement, ast.ImportFrom):
        try:
            yield resolve_name("." * statement.level + (statement.module or ""), package)
        except ImportError:
            return  # its dots lead out of the tree, where modules have no names
