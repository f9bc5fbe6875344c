"""What a signal tells about itself: the declarations of the signals about a signal."""

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
        receiver: What was connected.
        sender: The sender it hears, or `ANY`.
        weak: Whether it may die while it is connected.

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
    """Sent, from this signal, after a connection was ended or its receiver died.

    It is not sent when the sender died.

    Args:
        signal: This signal.
        receiver: What was connected; None if it died.
        sender: The sender it heard, or `ANY`.

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
