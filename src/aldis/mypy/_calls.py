"""Finds the calls of a source that belong to mypy's calls.

mypy's own parser counts columns in bytes, like Python's. Its native parser counts differently from
version to version in lines that are not ASCII: there, the texts of calls are compared instead of
columns.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, MemberExpr, NameExpr, StrExpr

from aldis.mypy._source import source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.checker import TypeChecker
    from mypy.nodes import Expression
    from mypy.options import Options

    from aldis.mypy._source import Source


def calls_like(source: Source, call: CallExpr, options: Options) -> list[ast.Call]:
    """Return the calls of a source that may be a given call of mypy.

    There is more than one only if the same call occurs twice in lines that are not ASCII.
    """
    # mypy before 2.0 has only one parser, and no such option
    is_native: bool = getattr(options, "native_parser", False)
    lines = {call.line, call.end_line}
    is_same = _is_like if is_native and lines & source.not_ascii else _is_at
    return [
        each
        for each in source.calls_from(call.line)
        if each.end_lineno == call.end_line and is_same(call, each)
    ]


def _is_at(seen: CallExpr, written: ast.Call) -> bool:
    columns = seen.column, seen.end_column
    return columns == (written.col_offset, written.end_col_offset)


def holds(says: Callable[[Source, ast.Call], bool], call: CallExpr, checker: TypeChecker) -> bool:
    """Whether the source can be read, and a predicate holds for a call."""
    source = source_of(checker.path)
    if source is None:
        return False
    calls = calls_like(source, call, checker.options)
    return bool(calls) and all(says(source, each) for each in calls)


def _is_like(seen: Expression, written: ast.expr) -> bool:
    """Whether an expression of mypy may be one of the source; unknown kinds may be."""
    match seen, written:
        case NameExpr(), ast.Name():
            return seen.name == written.id
        case MemberExpr(), ast.Attribute():
            return seen.name == written.attr and _is_like(seen.expr, written.value)
        case CallExpr(), ast.Call():
            return _is_like(seen.callee, written.func) and _have_like_arguments(seen, written)
        case StrExpr(), ast.Constant():
            return seen.value == written.value
        case (
            (NameExpr() | MemberExpr() | CallExpr()),
            (ast.Name() | ast.Attribute() | ast.Call()),
        ):
            return False
        case _:
            return True


def _have_like_arguments(seen: CallExpr, written: ast.Call) -> bool:
    names = [None] * len(written.args) + [keyword.arg for keyword in written.keywords]
    values = [each.value if isinstance(each, ast.Starred) else each for each in written.args]
    values += [keyword.value for keyword in written.keywords]
    return names == seen.arg_names and all(map(_is_like, seen.args, values))
