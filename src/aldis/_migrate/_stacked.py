"""Stacked decorators that connect a function: type checkers refuse them if payloads differ."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._editable import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from aldis._migrate._editable import Source
    from aldis._migrate._model import Receiver, Span


def unstacked(
    source: Source, receivers: Sequence[Receiver], changed: Collection[str]
) -> Iterator[Edit]:
    """Move stacked decorators below their function as statements, the inner ones first.

    Args:
        source: The file.
        receivers: The receivers that its decorators connect.
        changed: The symbols of signals that are declared now.
    """
    by_function: dict[Span, list[Receiver]] = {}
    for receiver in receivers:
        if receiver.function is not None and receiver.span.path == source.path:
            by_function.setdefault(receiver.function, []).append(receiver)
    for function, stack in by_function.items():
        if len(stack) > 1 and any(receiver.symbol in changed for receiver in stack):
            node = _function_at(source, function)
            if node is not None:
                yield from _unstacked(source, node, stack)


def _function_at(source: Source, span: Span) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = {node.lineno, *(one.lineno for one in node.decorator_list)}
            if span.line in lines and node.end_lineno == span.end_line:
                return node
    return None


def _unstacked(
    source: Source, node: ast.FunctionDef | ast.AsyncFunctionDef, stack: Sequence[Receiver]
) -> Iterator[Edit]:
    lines = {line for one in stack for line in range(one.span.line, one.span.end_line + 1)}
    connecting = [one for one in node.decorator_list if one.lineno in lines]
    first = node.decorator_list[: len(connecting)]
    if first != connecting or len(connecting) < len(stack):
        return  # another decorator is between them and would get another function
    indent = source.indent_at(node.lineno)
    below: list[str] = []
    for decorator in reversed(connecting):
        start, end = source.ends_of(decorator)
        line_start = source.starts[decorator.lineno - 1]
        line_end = source.starts[decorator.end_lineno or decorator.lineno]
        comment = source.text[end:line_end].strip()
        call = f"{source.text[start:end]}({node.name})"
        gap = "  " if comment else ""
        below.append(f"{indent}{call}{gap}{comment}\n")
        yield Edit(line_start, line_end, "")
    yield _after(source, node, "".join(below), is_inner=bool(indent))


def _after(source: Source, node: ast.AST, text: str, *, is_inner: bool) -> Edit:
    last: int = getattr(node, "end_lineno")  # noqa: B009  # of every statement that was parsed
    gap = "\n" if is_inner else "\n\n"
    if last < len(source.starts) and source.starts[last] < len(source.text):
        place = source.starts[last]
        rest = source.line(last + 1).strip()
        return Edit(place, place, f"{gap}{text}" + ("" if not rest else gap))
    end = len(source.text)
    newline = "" if source.text.endswith(("\n", "\r")) else "\n"
    text = text if not newline else text.rstrip("\n")
    return Edit(end, end, f"{newline}{gap}{text}")
