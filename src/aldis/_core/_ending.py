"""Ends connections, and tells of it."""

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
    """End a connection of a receiver, and tell of it; return whether it was there."""
    was_there = table.remove(connection, unless_lasting=unless_lasting)
    if was_there and table.on_disconnected is not None:
        tell_ended(table, connection, receiver)
    return was_there


def end_all_of(table: Connections, key: ReceiverKey, receiver: AnyReceiver | None) -> bool:
    """End every connection of a receiver; was there any?"""
    was_any = False
    while True:
        version, latest = table.version, table.by_receiver.get(key)
        if latest is None:
            return was_any
        if latest.earlier is None and end(table, latest, receiver):
            return True  # most often: it was the only one, and no other thread ended it
        connections = chain(latest)
        with lock:  # else a thread that is about to end one of several may have cut the list
            is_whole = table.version == version
        for connection in reversed(connections):
            was_any = end(table, connection, receiver) or was_any
        if is_whole:
            return was_any


def end_sender(table: Connections, route: Route) -> None:
    """Forget a sender that has died, and end all connections to it."""
    table.drop(route)
    for connection in connections_of(route):
        table.remove(connection)


def surely(change: Callable[[], object]) -> None:
    """Make a change, and make it again where a signal handler raises in the middle of it."""
    try:
        change()
    except BaseException:
        change()
        raise


def tell_ended(table: Connections, connection: Connection, receiver: AnyReceiver | None) -> None:
    """Tell of the end of a connection, unless its sender is gone."""
    sender = sender_of(connection.route)
    if sender is not None and table.on_disconnected is not None:
        table.on_disconnected(receiver=receiver, sender=sender[0])
