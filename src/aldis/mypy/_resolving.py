"""Resolves expressions of a source through the names of its module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import MypyFile, TypeInfo

from aldis.mypy._sends import scope_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import SymbolNode, SymbolTableNode

    from aldis.mypy._source import Source


def resolved(expression: ast.expr, source: Source, checker: TypeChecker) -> SymbolNode | None:
    """Return the symbol of a name, or of an attribute of a module or class."""
    found: SymbolTableNode | None = None
    if isinstance(expression, ast.Name) and scope_of(source, expression) is source.tree:
        found = checker.tree.names.get(expression.id)
    elif isinstance(expression, ast.Attribute):
        owner = resolved(expression.value, source, checker)
        if isinstance(owner, (MypyFile, TypeInfo)):
            found = owner.names.get(expression.attr)
    return None if found is None else found.node
