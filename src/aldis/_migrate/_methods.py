"""Signals of instances as `Signal.method`: the class declares them, and the instances send them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._editable import Edit
from aldis._migrate._statements import call_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from aldis._migrate._editable import Source
    from aldis._migrate._plan import Choice
    from aldis._migrate._statements import Statement

FunctionNode = (ast.FunctionDef, ast.AsyncFunctionDef)


def may_be_method(choice: Choice, statement: Statement, sources: Mapping[Path, Source]) -> bool:
    """Whether a class can declare the signal: the object of each send is its sender."""
    owner, function = statement.around[-2:] if len(statement.around) > 1 else (None, None)
    if not isinstance(owner, ast.ClassDef) or not isinstance(function, FunctionNode):
        return False
    if any("__slots__" in ast.unparse(one) for one in owner.body if isinstance(one, ast.Assign)):
        return False
    if any(receiver.sender is not None for receiver in choice.receivers):
        return False
    return all(
        _is_by_its_object(sources[send.span.path], call_at(sources[send.span.path], send.span))
        for send in choice.sends
        if send.span.path in sources
    )


def _is_by_its_object(source: Source, call: ast.Call | None) -> bool:
    if call is None or not call.args or not isinstance(call.func, ast.Attribute):
        return False
    signal = call.func.value
    return isinstance(signal, ast.Attribute) and ast.unparse(signal.value) == ast.unparse(
        call.args[0]
    )


def method_edits(
    source: Source, statement: Statement, declaration: str, start_of_comments: int
) -> Iterator[Edit]:
    """Move the declaration of a signal into the body of its class.

    Args:
        source: The file.
        statement: The statement that makes it, which goes.
        declaration: What the class declares instead, indented, decorator and all.
        start_of_comments: The first line of the comments above the statement, which go with it.
    """
    function = statement.around[-1]
    assert isinstance(function, FunctionNode)  # noqa: S101  # checked by `may_be_method`
    indent = source.indent_at(function.lineno)
    node = statement.node
    inner = source.indent_at(node.lineno)
    first, last = source.starts[start_of_comments - 1], node.end_lineno or node.lineno
    end = source.starts[last] if last < len(source.starts) else len(source.text)
    comments = [text for _, text in _comments(source, first, end)]
    above = "".join(f"{indent}{text}\n" for text in comments)
    line = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    while source.line(line - 1).lstrip().startswith("#"):
        line -= 1
    place = source.starts[line - 1]
    yield Edit(place, place, f"{above}{declaration}\n\n")
    is_alone = len(function.body) == 1
    yield Edit(first, end, f"{inner}pass\n" if is_alone else "")


def _comments(source: Source, start: int, end: int) -> Iterator[tuple[int, str]]:
    for place, text in source.comments:
        if start <= place < end:
            yield place, text


def without_sender(source: Source, call: ast.Call) -> Edit:
    """Remove the sender argument of a send: the object is the sender."""
    start, end = source.ends_of(call.args[0])
    others = [source.ends_of(one)[0] for one in (*call.args[1:], *call.keywords)]
    if not others:
        comma = source.text[end:].lstrip().startswith(",")
        return Edit(start, source.text.index(",", end) + 1 if comma else end, "")
    following = min(others)
    comments = source.comments_between(end, following)
    return Edit(start, end + 1 if comments else following, "")
