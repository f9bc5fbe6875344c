"""How messages show what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._identity import is_any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._core import Kind

_LONGEST = 200


def show(value: object) -> str:
    """Return a value's `repr`, in one line that is not too long, also if that raises."""
    try:
        text = " ".join(repr(value).split("\n"))
    except Exception as error:  # noqa: BLE001  # the message is about something else
        return f"<{type(value).__qualname__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def show_call(
    method: str, sender: object, payload: Mapping[str, object], kind: Kind = "signal"
) -> str:
    """Return a send in the words of its call, all of the payload by name.

    An event has no sender to give; where an instance sends it, that comes after the call.
    """
    named = [f"{name}={show(value)}" for name, value in payload.items()]
    if kind == "signal":
        return f"{method}({', '.join([show(sender), *named])})"
    of = f" of {show(sender)}" if kind == "event of instances" and not is_any(sender) else ""
    return f"{method}({', '.join(named)}){of}"


def times(number: int) -> str:
    """Return how often, in words where there are such."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
