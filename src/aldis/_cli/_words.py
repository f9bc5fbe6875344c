"""Texts of a trace: payloads, times, exceptions."""

from __future__ import annotations

import reprlib
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

from aldis._callables import name_of
from aldis._cli._names import describe_sender, signal_sent_by

if TYPE_CHECKING:
    from collections.abc import Sized

    from aldis.observing import Delivery, Send

_PLAIN = (bool, bytes, float, int, str, type(None))

_COLLECTIONS = (dict, frozenset, list, set, tuple)

_ROUNDED_UP = 999.5

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 40


def send_words(send: Send) -> tuple[str, str]:
    """Return the signal of a send, and the rest of its line."""
    payload = ", ".join(f"{name}={_value(value)}" for name, value in send.payload.items())
    kind = "" if send.kind == "send" else f" by {send.kind}"
    sender = f" from {describe_sender(send.sender)}" if send._has_sender else ""
    return send.name, f"({payload}){sender}{kind}"


def receiver_words(delivery: Delivery) -> str:
    """Return the name of a receiver."""
    relay = signal_sent_by(delivery.receiver)
    if relay is not None:
        return f"{relay._registry.name}.send"
    return name_of(delivery.receiver).qualname.replace(".<locals>", "")


def time_words(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    micro, milli = seconds * 1e6, seconds * 1e3
    # a value that would be rounded to 1000 is shown in the next unit
    if micro < _ROUNDED_UP:
        return f"{micro:.0f} µs"
    if milli < _ROUNDED_UP:
        return f"{milli:.3g} ms"
    return f"{seconds:.3g} s" if seconds < _ROUNDED_UP else f"{seconds:,.0f} s"


def error_words(error: BaseException) -> str:
    """Return an exception in one line."""
    message = " ".join(str(error).split())
    name = type(error).__qualname__
    return f"raised {name}: {message}" if message else f"raised {name}"


def _value(value: object) -> str:
    """Return the repr of a plain value; for others, the type, since a repr may run any code."""
    if type(value) in _PLAIN:
        return _short.repr(value)
    if isinstance(value, PurePath):
        return str(value)
    kind = type(value)
    if kind in _COLLECTIONS:
        return f"<{kind.__name__} of {len(cast('Sized', value))}>"
    return f"<{kind.__qualname__}>"
