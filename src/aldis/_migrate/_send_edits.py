"""What changes where signals are sent: blinker lets the sender be left out, aldis does not."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._editable import Edit
from aldis._migrate._methods import without_sender
from aldis._migrate._statements import call_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aldis._migrate._model import Send
    from aldis._migrate._plan import Choice
    from aldis._migrate._editable import Source


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
    first = min((*call.args, *call.keywords), key=lambda one: (one.lineno, one.col_offset))
    place = source.ends_of(first)[0]
    has_own_line = not source.text[source.starts[first.lineno - 1] : place].strip()
    gap = f"\n{source.indent_at(first.lineno)}" if has_own_line else " "
    return Edit(place, place, f"None,{gap}")


def _without(source: Source, call: ast.Call, option: ast.keyword) -> Edit:
    """Leave an argument out, with the comma before it; a comment between them stays."""
    start, end = source.ends_of(option)
    others = [source.ends_of(one)[1] for one in (*call.args, *call.keywords) if one is not option]
    before = max((one for one in others if one <= start), default=None)
    if before is None:  # it is the first
        follows = min((s for s, _ in map(source.ends_of, (*call.args, *call.keywords)) if s > start), default=end)
        return Edit(start, follows, "")
    return Edit(before, end, "".join(source.comments_between(before, start)))
