"""Ends connections, and notifies the receivers of `receiver_disconnected`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._connection import chain, connections_of, sender_of
from aldis._core._lock import lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._core._connection import Connection, Route
    from aldis._core._connections import Connections
    from aldis._core._identity import ReceiverKey
    from aldis._core._target import AnyReceiver


def end(
    table: Connections,
    connection: Connection,
    receiver: AnyReceiver | None,
    *,
    unless_lasting: bool = False,
) -> bool:
    """End a connection of a receiver, and notify; return whether this call ended it."""
    was_there = table.remove(connection, unless_lasting=unless_lasting)
    if was_there and table.on_disconnected is not None:
        tell_ended(table, connection, receiver)
    return was_there


def end_all_of(table: Connections, key: ReceiverKey, receiver: AnyReceiver | None) -> bool:
    """End every connection of a receiver; return whether there was one."""
    was_any = False
    while True:
        version, latest = table.version, table.by_receiver.get(key)
        if latest is None:
            return was_any
        if latest.earlier is None and end(table, latest, receiver):
            return True  # the common case: there was only one
        connections = chain(latest)
        with lock:  # another thread may just be changing the list
            is_whole = table.version == version
        for connection in reversed(connections):
            was_any = end(table, connection, receiver) or was_any
        if is_whole:
            return was_any


def end_sender(table: Connections, route: Route) -> None:
    """Remove a sender that was garbage-collected, and end its connections."""
    table.drop(route)
    for connection in connections_of(route):
        table.remove(connection)


def surely(change: Callable[[], object]) -> None:
    """Make a change, and repeat it if a signal handler raises in the middle."""
    try:
        change()
    except BaseException:
        change()
        raise


def tell_ended(table: Connections, connection: Connection, receiver: AnyReceiver | None) -> None:
    """Notify of the end of a connection, unless its sender was garbage-collected."""
    sender = sender_of(connection.route)
    if sender is not None and table.on_disconnected is not None:
        table.on_disconnected(receiver=receiver, sender=sender[0])
