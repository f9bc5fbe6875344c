"""Finds values that cannot be None, since one of their attributes was used before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from aldis._migrate._source import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aldis._migrate._source import Module

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
# what may be skipped, or runs later
_APART = (
    *(ast.Assert, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Match),
    *(ast.Try, ast.TryStar, ast.DictComp, ast.GeneratorExp, ast.ListComp, ast.SetComp),
)


def is_used_before(module: Module, node: ast.expr) -> bool:
    """Whether an attribute of a variable or attribute was used before, on every way to here."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    text = ast.unparse(node)
    inner: ast.AST = node
    for outer in module.around(node):
        if (
            isinstance(outer, (ast.If, ast.While))
            and inner is not outer.test
            and _uses(outer, text)
        ):
            return True
        for earlier in _before(outer, inner):
            if _rebinds(earlier, text):
                return False
            if _uses(earlier, text):
                return True
        if isinstance(outer, FUNCTIONS) or (isinstance(outer, _LOOPS) and _rebinds(outer, text)):
            return False
        inner = outer
    return False


def _before(outer: ast.AST, inner: ast.AST) -> Iterable[ast.stmt]:
    """Return the statements before another one in its block, nearest first."""
    for field in ("body", "orelse", "finalbody"):
        block = cast("list[ast.stmt] | ast.expr", getattr(outer, field, []))
        if isinstance(block, list) and isinstance(inner, ast.stmt) and inner in block:
            return reversed(block[: block.index(inner)])
    return ()


def _uses(statement: ast.stmt, text: str) -> bool:
    return any(
        isinstance(each, ast.Attribute)
        and not each.attr.startswith("__")
        and ast.unparse(each.value) == text
        for each in _evaluated(statement)
    )


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a statement that are evaluated whenever it runs."""
    yield node
    parts: Iterable[ast.AST]
    match node:
        case ast.If(test=first) | ast.While(test=first) | ast.IfExp(test=first):
            parts = [first]
        case ast.For(iter=first) | ast.AsyncFor(iter=first) | ast.BoolOp(values=[first, *_]):
            parts = [first]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            parts = items
        case ast.Compare(left=left, comparators=[first, *_]):
            parts = [left, first]
        case _:
            parts = () if isinstance(node, _APART) else ast.iter_child_nodes(node)
    for part in parts:
        yield from _evaluated(part)


def _rebinds(node: ast.AST, text: str) -> bool:
    return any(
        isinstance(each, (ast.Name, ast.Attribute))
        and not isinstance(each.ctx, ast.Load)
        and f"{text}.".startswith(f"{ast.unparse(each)}.")
        for each in ast.walk(node)
    )
