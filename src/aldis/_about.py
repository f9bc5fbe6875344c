"""Declarations of the signals that each signal sends about its own connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._connectable import Connectable


def receiver_connected(
    signal: Connectable[Any, ..., Any],
    /,
    *,
    receiver: Callable[..., object],
    sender: object,
    weak: bool,
) -> None:
    """Sent, from this signal, after a receiver was connected to it.

    Args:
        signal: This signal.
        receiver: The receiver.
        sender: The sender it is connected to, or `ANY`.
        weak: Whether the receiver is held weakly.

    Example:
        >>> from aldis import Signal
        >>> signal = Signal(name="lamp")
        >>> @signal.receiver_connected.connect
        ... def tell(signal: Signal, *, receiver: object, sender: object, weak: bool) -> None:
        ...     print(signal.__name__, "has a receiver for", sender)
        >>> _ = signal.connect(print)
        lamp has a receiver for ANY
    """


def receiver_disconnected(
    signal: Connectable[Any, ..., Any],
    /,
    *,
    receiver: Callable[..., object] | None,
    sender: object,
) -> None:
    """Sent, from this signal, after a receiver was disconnected or garbage-collected.

    It is not sent when the sender is garbage-collected.

    Args:
        signal: This signal.
        receiver: The receiver; None if it was garbage-collected.
        sender: The sender it was connected to, or `ANY`.

    Example:
        >>> from aldis import Signal
        >>> signal = Signal()
        >>> @signal.receiver_disconnected.connect
        ... def tell(signal: Signal, *, receiver: object, sender: object) -> None:
        ...     print("left", sender)
        >>> _ = signal.connect(print, "bridge")
        >>> signal.disconnect(print)
        left bridge
        True
    """
