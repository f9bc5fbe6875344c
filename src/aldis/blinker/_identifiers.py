"""blinker's identifiers of receivers and senders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aldis.blinker._stand_ins import MethodSender, ProxySender

if TYPE_CHECKING:
    from collections.abc import Hashable

    from aldis._core._connection import Route
    from aldis._core._identity import ReceiverKey

_PAIR = 2


def receiver_id(key: ReceiverKey) -> Hashable:
    """Return a receiver's identifier; for a method, the function comes first."""
    return (key[1], key[0]) if isinstance(key, tuple) else key


def receiver_key(identifier: object) -> Any:
    """Return the key of the receiver that would have an identifier."""
    parts: Any = identifier
    return parts[::-1] if isinstance(identifier, tuple) and len(parts) == _PAIR else parts


def sender_id(route: Route) -> Hashable:
    """Return the identifier of the sender of a route; that of every sender is 0."""
    sender = route()
    if isinstance(sender, MethodSender):
        return sender.key
    if isinstance(sender, ProxySender):
        return sender.sender  # always hashable
    return route.key[0] if isinstance(route.key, tuple) else route.key
