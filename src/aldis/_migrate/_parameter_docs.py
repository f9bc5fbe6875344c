"""Reads which class the documentation of a function states for a parameter."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from aldis._migrate._source import FUNCTIONS

if TYPE_CHECKING:
    from aldis._migrate._source import Function, Module

# nothing follows: "or None", or "or its id", would be another type
_CLASS = (
    r":(?:py:)?class:`[~!]?(?P<name>[\w.]+)`(?:\s+(?:instance|object))?\.?\s*(?=\n\s*:|\n\s*\n|\Z)"
)


def documented_class(module: Module, node: ast.Name) -> str | None:
    """Return the full name of `Class` in `:param node: A :class:`Class``."""
    function = _function(module, node)
    text = None if function is None else ast.get_docstring(function)
    start = rf":(?:param|type) {re.escape(node.id)}:\s+(?:an?\s+|the\s+)?"
    found = re.search(start + _CLASS, text or "", re.IGNORECASE)
    if found is None:
        return None
    name = found["name"]
    return name if "." in name else f"{module.name}.{name}"


def _function(module: Module, node: ast.Name) -> Function | None:
    """Return the function whose parameter a name is, and nothing else."""
    at = module.binding_scope(node)
    if at is None or not isinstance(at.node, FUNCTIONS):
        return None
    return at.node if [each.kind for each in at.bindings[node.id]] == ["parameter"] else None
