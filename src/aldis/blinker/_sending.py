"""The functions that send an untyped payload, one for each set of names: made when it is usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from aldis._core._compile import spread_for

if TYPE_CHECKING:
    from types import FunctionType

    from aldis._core._compile import Spreads

# Writing such a function takes as long as some hundred sends: names that come once or twice do not
# pay for it. More sets of names than this are a program that makes names up.
_SEEN_BEFORE: Final = 2
_NAMES_KEPT: Final = 256

_counts: Final[dict[tuple[str, tuple[str, ...]], int]] = {}


def sender_of(
    known: Spreads, flavour: Literal["send", "async send"], names: tuple[str, ...]
) -> FunctionType | None:
    """Return a function that sends these names, known from now on; None while they are rare."""
    times = _counts.get((flavour, names), 0)
    if times < _SEEN_BEFORE:
        if len(_counts) >= _NAMES_KEPT:
            _counts.clear()
        _counts[flavour, names] = times + 1
        return None
    return spread_for(known, flavour, names, awaited=flavour == "async send")
