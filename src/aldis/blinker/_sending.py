"""The functions that send an untyped payload, one for each set of names: made when it is usual."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from aldis._core._compile import spread_of

# Writing such a function takes as long as some hundred sends: names that come once or twice do not
# pay for it. More sets of names than this are a program that makes names up.
_SEEN_BEFORE: Final = 2
_NAMES_KEPT: Final = 256

Sender: TypeAlias = Callable[..., Any]
# Those of one signal, by names; None where one of them cannot be written. What all signals share,
# their threads wait for, without a GIL.
Senders: TypeAlias = dict[tuple[str, ...], "Sender | None"]

_counts: Final[dict[tuple[str, tuple[str, ...]], int]] = {}


def sender_of(
    known: Senders, flavour: Literal["send", "async send"], names: tuple[str, ...]
) -> Sender | None:
    """Return a function that sends these names, known from now on; None while they are rare."""
    times = _counts.get((flavour, names), 0)
    if times < _SEEN_BEFORE:
        if len(_counts) >= _NAMES_KEPT:
            _counts.clear()
        _counts[flavour, names] = times + 1
        return None
    if len(known) >= _NAMES_KEPT:
        known.clear()
    made = known[names] = spread_of(flavour, names, awaited=flavour == "async send")
    return made
