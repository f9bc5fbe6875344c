"""Edits sends: blinker's `send()` needs no sender, that of aldis does."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from aldis._migrate._editable import Edit
from aldis._migrate._methods import without_sender
from aldis._migrate._statements import call_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aldis._migrate._editable import Source
    from aldis._migrate._model import Send
    from aldis._migrate._plan import Choice


_END = re.compile(r",[ \t]*(?P<comment>#)?(?(comment)|(\r\n|\r|\n))")
"""The end of an argument that has lines of its own."""


def send_edits(
    source: Source, sends: Sequence[Send], changed: Mapping[str, Choice]
) -> Iterator[Edit]:
    """Return the edits of the sends in a file.

    Args:
        source: The file.
        sends: All sends of the program.
        changed: The signals that are declared now, by symbol.
    """
    for send in sends:
        choice = changed.get(send.symbol or "")
        if send.span.path != source.path or choice is None:
            continue
        call = call_at(source, send.span)
        if call is None:
            continue
        options = [one for one in call.keywords if one.arg in {"_async_wrapper", "_sync_wrapper"}]
        if choice.way in {"method", "event"}:
            if call.args:
                yield without_sender(source, call)
        elif send.sender is None:
            yield _with_sender(source, call, has_more=len(call.keywords) > len(options))
        if choice.wrappers:
            for option in options:
                yield _without(source, call, option)


def _with_sender(source: Source, call: ast.Call, *, has_more: bool) -> Edit:
    if not has_more:
        place = source.text.index("(", source.ends_of(call.func)[1]) + 1
        return Edit(place, place, "None")
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    first = min(given, key=lambda one: (one.lineno, one.col_offset))
    place = source.ends_of(first)[0]
    has_own_line = not source.text[source.starts[first.lineno - 1] : place].strip()
    gap = f"\n{source.indent_at(first.lineno)}" if has_own_line else " "
    return Edit(place, place, f"None,{gap}")


def _without(source: Source, call: ast.Call, option: ast.keyword) -> Edit:
    """Remove an argument and one of the commas beside it; comments stay."""
    start, end = source.ends_of(option)
    line_start, rest = source.starts[option.lineno - 1], _END.match(source.text, end)
    if not source.text[line_start:start].strip() and rest is not None:
        if rest["comment"]:
            return Edit(start, rest.start("comment"), "")
        return Edit(line_start, rest.end(), "")
    others = [source.ends_of(one) for one in (*call.args, *call.keywords) if one is not option]
    before = max((last for _, last in others if last <= start), default=None)
    following = min((first for first, _ in others if first >= end), default=None)
    if before is not None and not source.comments_between(before, start):
        return Edit(before, end, "")
    if following is not None and not source.comments_between(end, following):
        return Edit(start, following, "")
    comma = re.compile(r"\s*,").match(source.text, end)
    return Edit(start, comma.end() if comma else end, "")
