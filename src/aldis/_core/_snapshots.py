"""Snapshots, which sends iterate over: the entries of receivers in the order of their calls.

Snapshots are replaced as a whole and never changed, so a send always reads consistent entries.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final, cast

from aldis._core._connection import MethodConnection, is_once, receiver_of, via_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aldis._core._connection import Connection, Entry, Snapshot
    from aldis._core._identity import ReceiverKey
    from aldis._core._target import AnyReceiver
    from aldis._core._via import Via

# The kinds of snapshots: only functions, with methods, outdated, and "ask first": the sends of this
# signal are observed, or a receiver has a `via`.
PLAIN, METHODS, STALE, ASK = 0, 1, 2, 3
# added to the first two if some or all receivers are known to be coroutine functions
SOME_AWAIT, ALL_AWAIT = 4, 8
# A recorder is the only observer of this signal: each send calls the receivers as usual, for plain
# functions and methods, or if all are coroutine functions. A function that does not know these
# kinds leaves the send to its caller, as for `SOME_AWAIT`.
RECORDED, RECORDED_AWAITED = 6, 7
OUTDATED: Final[Snapshot] = (STALE, ())

_first = itemgetter(0)


class CheckedEntry:
    """The entry of a receiver whose connections a send must check just before the call.

    That is a receiver with `once`, which only one of several sends may claim; one that is connected
    both to every sender and to this one; and a method that is not an attribute of its class.
    """

    __slots__ = ("_claim", "_connections", "key")

    bind = None
    order = 0  # always valid: the connections behind it are checked

    def __init__(
        self, claim: Callable[[Sequence[Connection]], bool], connections: Sequence[Connection]
    ) -> None:
        self._claim = claim if any(map(is_once, connections)) else None
        self._connections = connections
        self.key = connections[0].key

    def __call__(self) -> AnyReceiver | None:
        receiver = self.peek()
        if receiver is None or self._claim is None or self._claim(self._connections):
            return receiver
        return None

    @property
    def via(self) -> Via | None:
        """The `via` of the receiver, if it has one."""
        for connection in self._connections:
            if connection.order is not None and receiver_of(connection) is not None:
                return via_of(connection)
        return None

    def peek(self) -> AnyReceiver | None:
        """Return the receiver if it would be called now, without claiming it."""
        for connection in self._connections:
            receiver = None if connection.order is None else receiver_of(connection)
            if receiver is not None:
                return receiver
        return None


def snapshot(
    claim: Callable[[Sequence[Connection]], bool], connections: Iterable[Connection]
) -> Snapshot:
    """Return the snapshot of connections; a receiver may have two of them.

    Args:
        claim: Takes the connections of a receiver with `once`; returns whether this send may call
            it.
        connections: The connections to every sender, and perhaps those to one sender.
    """
    # read once: another thread may end a connection during the sorting
    orders = [(order, each) for each in connections if (order := each.order) is not None]
    orders.sort(key=_first)
    by_receiver: dict[ReceiverKey, list[Connection]] = {}
    for _, connection in orders:
        by_receiver.setdefault(connection.key, []).append(connection)
    entries = tuple(
        CheckedEntry(claim, those) if len(those) > 1 or _is_checked(those[0]) else those[0]
        for those in by_receiver.values()
    )
    if any(via_of(connection) is not None for _, connection in orders):
        return (ASK, entries)
    methods = any(entry.bind is not None for entry in entries)
    return (METHODS if methods else PLAIN, entries)


def peek(entry: Entry) -> AnyReceiver | None:
    """Return an entry's receiver, without claiming it."""
    if isinstance(entry, CheckedEntry):
        return entry.peek()
    return receiver_of(cast("Connection", entry))


def take_with_via(entry: Entry) -> tuple[AnyReceiver, Via | None] | None:
    """Return an entry's receiver and its `via` if it must be called now, else None."""
    via = via_of_entry(entry)  # first, since `take` may end the connection
    receiver = take(entry)
    return None if receiver is None else (receiver, via)


def via_of_entry(entry: Entry) -> Via | None:
    """Return the `via` of an entry, if it has one."""
    return entry.via if isinstance(entry, CheckedEntry) else via_of(cast("Connection", entry))


def take(entry: Entry) -> AnyReceiver | None:
    """Return an entry's receiver if it must be called now, else None."""
    target, bind = entry(), entry.bind
    if target is None or entry.order is None:
        return None
    return cast("AnyReceiver", target) if bind is None else bind(target)


def alive(entries: Iterable[Entry]) -> tuple[AnyReceiver, ...]:
    """Return the live receivers, without claiming them."""
    receivers = (peek(entry) for entry in entries)
    return tuple(receiver for receiver in receivers if receiver is not None)


def _is_checked(connection: Connection) -> bool:
    return is_once(connection) or (
        isinstance(connection, MethodConnection) and connection.bind is None
    )
