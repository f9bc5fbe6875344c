"""Functions that send an untyped payload, made for each frequent set of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from aldis._core._compile import named_send_for

if TYPE_CHECKING:
    from types import FunctionType

    from aldis._core._compile import NamedSends

# Making such a function takes as long as some hundred sends, which does not pay for rare names. A
# program with more sets of names than this generates names.
_SEEN_BEFORE: Final = 2
_NAMES_KEPT: Final = 256

_counts: Final[dict[tuple[str, tuple[str, ...]], int]] = {}


def sender_of(
    known: NamedSends, flavour: Literal["send", "async send"], names: tuple[str, ...]
) -> FunctionType | None:
    """Return a stored function that sends these names; None while they are rare."""
    times = _counts.get((flavour, names), 0)
    if times < _SEEN_BEFORE:
        if len(_counts) >= _NAMES_KEPT:
            _counts.clear()
        _counts[flavour, names] = times + 1
        return None
    return named_send_for(known, flavour, names, awaited=flavour == "async send")
