"""Shows sends and values in messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._identity import is_any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._core import Kind

_LONGEST = 200


def show(value: object) -> str:
    """Return a value's `repr` in one line of limited length, even if it raises."""
    try:
        text = " ".join(repr(value).split("\n"))
    except Exception as error:  # noqa: BLE001  # the message is not about the repr
        return f"<{type(value).__qualname__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def show_call(
    method: str, sender: object, payload: Mapping[str, object], kind: Kind = "signal"
) -> str:
    """Return a send as the text of its call, with the payload by name.

    An event has no sender argument; the instance that sends it follows the call.
    """
    named = [f"{name}={show(value)}" for name, value in payload.items()]
    if kind == "signal":
        return f"{method}({', '.join([show(sender), *named])})"
    of = f" of {show(sender)}" if kind == "event of instances" and not is_any(sender) else ""
    return f"{method}({', '.join(named)}){of}"


def times(number: int) -> str:
    """Return a number of times in words, such as `once`."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
