"""Which declared results may be generators."""

from __future__ import annotations

import ast
from typing import Final

# not `object`: a sender could not iterate over it without asking what it is
_NAMES: Final = frozenset({"Any", "Generator", "Iterable", "Iterator"})


def may_be_generator(annotation: str) -> bool:
    """Whether a result that is annotated so may be a generator.

    Args:
        annotation: The annotation as text, since its names may exist for type checkers only.
    """
    try:
        return _may_be(ast.parse(annotation.strip(), mode="eval").body)
    except SyntaxError:
        return False


def _may_be(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(op=ast.BitOr()):
            return _may_be(node.left) or _may_be(node.right)
        case ast.Subscript():
            return _may_be_subscript(_last_name(node.value), node.slice)
        case ast.Constant(value=str(text)):
            return may_be_generator(text)
        case _:
            return _last_name(node) in _NAMES


def _may_be_subscript(name: str, given: ast.expr) -> bool:
    """Whether `name[given]` may be one."""
    arguments = given.elts if isinstance(given, ast.Tuple) else [given]
    if name == "Annotated":
        return _may_be(arguments[0])
    if name in {"Optional", "Union"}:
        return any(map(_may_be, arguments))
    return name in _NAMES


def _last_name(node: ast.expr) -> str:
    """Return a name without its module."""
    return ast.unparse(node).rpartition(".")[2]
