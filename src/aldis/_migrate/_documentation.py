"""Finds the documentation of a signal."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, cast

from aldis._migrate._model import Documentation, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._source import Module

_BLOCKS = ("body", "orelse", "finalbody")


def documentation_of(
    module: Module, statement: ast.stmt, argument: ast.expr | None
) -> Iterator[Documentation]:
    """Yield the documentation of the signal that a statement makes.

    Args:
        module: The module.
        statement: The declaration.
        argument: The documentation that is passed to the signal.
    """
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        text = inspect.cleandoc(argument.value)
        yield Documentation(text, "argument", module.span(argument))
    siblings = _siblings(module, statement)
    at = siblings.index(statement)
    comment = _comment_before(module, statement, siblings[at - 1] if at else None)
    if comment is not None:
        yield comment
    after = siblings[at + 1] if at + 1 < len(siblings) else None
    if (
        isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
        and isinstance(after.value.value, str)
    ):
        text = inspect.cleandoc(after.value.value)
        yield Documentation(text, "string", module.span(after))


def _siblings(module: Module, statement: ast.stmt) -> list[ast.stmt]:
    """Return the block that a statement is in."""
    parent = module.parent(statement)
    blocks = [cast("list[ast.stmt]", getattr(parent, each, [])) for each in _BLOCKS]
    return next(each for each in blocks if statement in each)


def _comment_before(
    module: Module, statement: ast.stmt, before: ast.stmt | None
) -> Documentation | None:
    """Return the comment lines directly before a statement."""
    first = statement.lineno
    floor = (before.end_lineno or before.lineno) if before is not None else 0
    while first - 1 > floor and module.lines[first - 2].lstrip().startswith("#"):
        first -= 1
    if first == statement.lineno:
        return None
    lines = module.lines[first - 1 : statement.lineno - 1]
    text = inspect.cleandoc("\n".join(_uncommented(each) for each in lines))
    start = len(lines[0]) - len(lines[0].lstrip())
    end = len(lines[-1].rstrip().encode())
    span = Span(module.path, first, start, statement.lineno - 1, end)
    return Documentation(text, "comment", span)


def _uncommented(line: str) -> str:
    return line.strip().lstrip("#").removeprefix(":").removeprefix(" ").rstrip()
