"""Reads the connection table, for sends and for lists of receivers.

A snapshot is made on first use after a change. If the table changes while a snapshot is made,
another one is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aldis._core._connection import connections_of
from aldis._core._connections import EVERYONE
from aldis._core._lock import lock
from aldis._core._snapshots import (
    ALL_AWAIT,
    ASK,
    OUTDATED,
    PLAIN,
    RECORDED,
    RECORDED_AWAITED,
    STALE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aldis._core._connection import Connection, Entry, Route, Snapshot
    from aldis._core._connections import Connections
    from aldis._core._identity import ReceiverKey


class Asking:
    """Whether the sends of every signal must ask first, since every signal is observed.

    Attributes:
        of_all: Whether they must.
        recorder: The recorder, if it is the only observer of every signal.
    """

    of_all = False
    recorder: Callable[..., Any] | None = None  # Any: generated code uses its result


asking: Final = Asking()


def refresh(table: Connections) -> Snapshot:
    """Return the current snapshot of the receivers that are connected to every sender."""
    while True:
        version, before = table.version, table.snapshot
        if before[0] != STALE:
            return before
        muted = EVERYONE in table.muted
        kind, entries = table.snapshot_of([] if muted else _tidied(table, [table.everyone]))
        made = (_seen(table, kind), entries)
        plain = entries if made[0] == PLAIN and not table.routed else None
        with lock:
            if table.version != version:
                continue
            table.snapshot = made
            table.plain = plain
        return made


def merge(table: Connections, route: Route) -> Snapshot:
    """Return the snapshot of a sender: receivers of every sender, and its own."""
    while True:
        version, everyone = table.version, refresh(table)
        muted = route.key in table.muted or EVERYONE in table.muted
        both = [] if muted else _tidied(table, [table.everyone, route])
        kind, entries = table.snapshot_of(both)
        kind = ASK if everyone[0] == ASK else _seen(table, kind)
        merged = (everyone, kind, entries)
        _gone = route.snapshot
        with lock:
            if table.version != version or table.snapshot is not everyone:
                continue
            route.snapshot = merged
        return (kind, entries)


def _seen(table: Connections, kind: int) -> int:
    """Return the kind of a snapshot, which depends on observers."""
    if table.asks:
        return ASK
    if not asking.of_all or kind == ASK:
        return kind
    if asking.recorder is None:
        return ASK
    if kind < STALE:
        return RECORDED
    return RECORDED_AWAITED if kind >= ALL_AWAIT else ASK


def _tidied(table: Connections, routes: Sequence[Route]) -> list[Connection]:
    """Return the connections of senders; remove those that an interrupted change left."""
    found = [connection for route in routes for connection in connections_of(route)]
    for connection in found:
        if connection.order is None:
            table.remove(connection, unless_there=True)
    return found


def outdate(table: Connections, *, asks: bool) -> None:
    """Let the next send make a new snapshot; `asks` tells whether it must ask first."""
    while True:
        version = table.version
        following = version + 1
        _gone = (table.plain, table.snapshot)
        with lock:
            if table.version != version:
                continue
            table.asks = asks
            table.snapshot = OUTDATED
            table.plain = None
            table.version = following
        return


def entries_for(table: Connections, sender: object) -> tuple[Entry, ...]:
    """Return the entries for a send from this sender."""
    route = table.route(sender) if table.routed else None
    if route is None or route is table.everyone:
        return refresh(table)[1]
    everyone, _, entries = route.snapshot
    return entries if everyone is table.snapshot else merge(table, route)[1]


def all_of(table: Connections) -> list[Connection]:
    """Return every connection of a signal; for each sender, in the order of connecting."""
    # in this order, since connections to one sender continue the numbers of those to every sender
    routes = [table.everyone, *table.routes.values(), *table.values.values()]
    return [connection for route in routes for connection in connections_of(route)]


def listed(table: Connections) -> tuple[Connection, ...]:
    """Return one connection of each receiver, to any sender."""
    while True:
        version, (then, heads) = table.version, table.heads
        if then == version:
            return heads
        heads = tuple(each for each in [*table.by_receiver.values()] if each.order is not None)
        if table.version == version:
            table.heads = (version, heads)
            return heads


def hears(table: Connections, sender: object) -> bool:
    """Whether a send would call any receiver; fast for any number of them."""
    everyone, muted = table.everyone, table.muted
    own = table.route(sender) if table.routed else None
    if muted and (EVERYONE in muted or (own is not None and own.key in muted)):
        return False
    return _is_heard(everyone) or (own is not None and _is_heard(own))


def is_heard(table: Connections) -> bool:
    """Whether any sender has a receiver; fast for any number of them."""
    return EVERYONE not in table.muted and _any_alive(table.by_receiver)


def _is_heard(route: Route) -> bool:
    only, several = route.only, route.several
    if only is not None:
        return only.order is not None and only() is not None
    return several is not None and _any_alive(several)


def _any_alive(connections: Mapping[ReceiverKey, Connection]) -> bool:
    while True:
        try:
            for connection in connections.values():
                if connection.order is not None and connection() is not None:
                    return True
        except RuntimeError:  # another thread has changed them
            continue
        return False
