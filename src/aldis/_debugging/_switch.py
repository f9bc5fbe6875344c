"""Switches the development mode on and off."""

from __future__ import annotations

from threading import Lock
from typing import Final

from aldis._core import _observing
from aldis._core._development import development
from aldis._debugging._connecting import note_connection
from aldis._debugging._places import forget_places
from aldis._debugging._sending import Development, limits

_observer: Final = Development()
_lock: Final = Lock()  # for threads that switch at the same time


def debug(on: bool = True, *, slow: float = 0.1) -> None:  # noqa: FBT002  # `debug(True)`
    """Switch the development mode on or off; while it is off, it costs nothing.

    `ALDIS_DEBUG=1` and `python -X dev` switch it on, `ALDIS_DEBUG=0` keeps it off, and the pytest
    plugin has `--aldis-debug`. It raises an `AldisWarning`, once per line, for

    - a weak receiver that was garbage-collected before its first call (at the line that connected
      it);
    - a proxy, such as Flask's `current_app`, as the sender of a connection, or of a send that calls
      no receiver;
    - a sender or argument of the wrong type, checked by `typeguard` if that is installed, else by
      `isinstance` where that is certain;
    - a coroutine that a receiver returned and that was never awaited;
    - a receiver that blocks an event loop for too long.

    It only watches connections that are made while it is on.

    Args:
        on: Whether to switch it on.
        slow: The time that a receiver may block an event loop, in seconds.

    Example:
        >>> import functools, warnings, aldis
        >>> @aldis.Event
        ... def renamed(name: str) -> None: ...
        >>> aldis.debug(True)
        >>> with warnings.catch_warnings(record=True, action="always") as caught:
        ...     receivers = [renamed.connect(functools.partial(print, "hello"))]
        ...     receivers.clear()
        >>> aldis.debug(False)
        >>> str(caught[0].message)
        "partial of receiver 'print', connected to signal renamed here, was garbage-collected..."
    """
    with _lock:
        if on:
            limits.slow = slow
        was_on = is_on()
        if on and not was_on:
            forget_places()
            development.note = note_connection
            _observing.observe(_observer)
        elif was_on and not on:
            development.note = None
            _observing.unobserve(_observer)


def is_on() -> bool:
    """Whether the development mode is on."""
    return development.note is not None
