"""The comparison of fixtures: which differences it sees and which it ignores."""

from __future__ import annotations

import pytest
from meaning import Meaning

LEFT = """\
from typing import TYPE_CHECKING, Sequence
from aldis.blinker import typed
if TYPE_CHECKING:
    from .models import Order

@typed(signals.signal('x'))
def x(sender: 'Order | None', /, *, lines: Sequence[int]) -> None:
    '''Sent
    once.'''
"""
RIGHT = """\
from __future__ import annotations
import typing as t
from collections.abc import Sequence
import aldis.blinker
if t.TYPE_CHECKING:
    import shop.models as m

@aldis.blinker.typed(signals.signal("x"))
def x(
    sender: None | m.Order,
    /,
    *,
    lines: t.Sequence[int],
) -> "None":
    \"\"\"Sent
    once.
    \"\"\"
    ...
"""


def test_the_same_written_by_two_hands_is_the_same() -> None:
    left, right = Meaning.of(LEFT, "shop.signals"), Meaning.of(RIGHT, "shop.signals")
    assert left.statements == right.statements


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Order | None", "Order"),
        ("lines: ", "line: "),
        ("[int]", "[str]"),
        (".models", ".other"),
        ("once", "twice"),
        ("typed(signals", "untyped(signals"),
        (" -> None", " -> object"),
    ],
)
def test_what_differs_is_seen(old: str, new: str) -> None:
    other = LEFT.replace(old, new)
    assert other != LEFT
    left, right = Meaning.of(LEFT, "shop.signals"), Meaning.of(other, "shop.signals")
    assert left.statements != right.statements
