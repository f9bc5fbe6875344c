"""Connections that were removed through `receivers`, and may be restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from aldis._core import ANY
from aldis._core._connection import sender_of
from aldis._core._identity import value_of
from aldis.blinker._left import leads_to

if TYPE_CHECKING:
    from aldis._core import Connection
    from aldis._core._connection import FunctionReference
    from aldis._core._identity import ReceiverKey

# the connections of each receiver, with their places in the order
Aside: TypeAlias = "dict[ReceiverKey, tuple[tuple[int, Connection], ...]]"


def drop(aside: Aside, key: ReceiverKey, sender: object) -> None:
    """Forget a receiver's connection to a sender, or all of them for `ANY`."""
    remaining = tuple(
        (order, connection)
        for order, connection in aside.get(key, ())
        if sender is not ANY and not _is_to(connection, sender)
    )
    if remaining:
        aside[key] = remaining
    else:
        aside.pop(key, None)


def forget(aside: Aside, died: Connection | FunctionReference) -> None:
    """Forget the connections of a receiver that was garbage-collected."""
    if any(leads_to(connection, died) for _, connection in aside.get(died.key, ())):
        aside.pop(died.key, None)


def _is_to(connection: Connection, sender: object) -> bool:
    """Whether a connection was to this sender."""
    found, value = sender_of(connection.route), value_of(sender)
    if found is None:
        return False
    return found[0] is sender or (value is not None and value_of(found[0]) == value)
