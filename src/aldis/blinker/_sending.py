"""The functions that send an untyped payload, one for each set of names: made when it is usual."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from aldis._core._compile import spread_for

# Writing such a function takes as long as some hundred sends: names that come once or twice do not
# pay for it. More sets of names than this are a program that makes names up.
_SEEN_BEFORE: Final = 2
_NAMES_KEPT: Final = 256

Sender: TypeAlias = Callable[..., Any]
# by names; None where one of them cannot be written
Senders: TypeAlias = dict[tuple[str, ...], "Sender | None"]

SENDERS: Final[Senders] = {}
ASYNC_SENDERS: Final[Senders] = {}
_counts: Final[dict[tuple[str, tuple[str, ...]], int]] = {}


def sender_of(flavour: Literal["send", "async send"], names: tuple[str, ...]) -> Sender | None:
    """Return a new function that sends a payload of these names; None while they are rare."""
    times = _counts.get((flavour, names), 0)
    if len(_counts) >= _NAMES_KEPT:
        _counts.clear()
    _counts[flavour, names] = times + 1
    if times < _SEEN_BEFORE:
        return None
    senders = SENDERS if flavour == "send" else ASYNC_SENDERS
    if len(senders) >= _NAMES_KEPT:
        senders.clear()
    made = senders[names] = spread_for(flavour, names, awaited=flavour == "async send")
    return made
