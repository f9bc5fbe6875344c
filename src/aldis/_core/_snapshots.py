"""What a send walks through: the entries of a signal's receivers in the order of their calls.

Snapshots are replaced as a whole and never changed, so what a send reads of one belongs together.
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

# The kinds of snapshots: of functions only, with methods, to be made anew, and one that says "ask
# first": the sends of this signal are observed, or do not call each receiver themselves.
PLAIN, METHODS, STALE, ASK = 0, 1, 2, 3
# added to the first two where some or all receivers are known to be coroutine functions
SOME_AWAIT, ALL_AWAIT = 4, 8
# A recorder is told of the sends of this signal, and nobody else: each walks through the entries as
# ever, be they plain and methods, or all of them coroutine functions. To a function that does not
# know these kinds they say that it is a matter for the caller, as `SOME_AWAIT` does.
RECORDED, RECORDED_AWAITED = 6, 7
OUTDATED: Final[Snapshot] = (STALE, ())

_first = itemgetter(0)


class CheckedEntry:
    """The entry of a receiver whose connections a send must look at when its call comes.

    That is one to be called once, which one of several sends has to claim; one that hears both
    every sender and this one; and a method that its class does not have.
    """

    __slots__ = ("_claim", "_connections", "key")

    bind = None
    order = 0  # as of a connection that holds: those behind it tell

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
        """What calls the receiver, if not the send itself."""
        for connection in self._connections:
            if connection.order is not None and receiver_of(connection) is not None:
                return via_of(connection)
        return None

    def peek(self) -> AnyReceiver | None:
        """Return the receiver if it would be called now, claiming nothing."""
        for connection in self._connections:
            receiver = None if connection.order is None else receiver_of(connection)
            if receiver is not None:
                return receiver
        return None


def snapshot(
    claim: Callable[[Sequence[Connection]], bool], connections: Iterable[Connection]
) -> Snapshot:
    """Return the snapshot of connections, of which a receiver may have two.

    Args:
        claim: Takes the connections of a receiver that is called once; returns whether this send
            is the one that may call it.
        connections: Those to every sender, or also those to one.
    """
    # a connection that another thread ends meanwhile has no effect on the sorting
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
    """Return an entry's receiver, claiming nothing."""
    if isinstance(entry, CheckedEntry):
        return entry.peek()
    return receiver_of(cast("Connection", entry))


def take_with_via(entry: Entry) -> tuple[AnyReceiver, Via | None] | None:
    """Return an entry's receiver if it must be called now, and what calls it; None if not."""
    via = via_of_entry(entry)  # first: a connection that ends with its call is not there after it
    receiver = take(entry)
    return None if receiver is None else (receiver, via)


def via_of_entry(entry: Entry) -> Via | None:
    """Return what calls an entry's receiver, if not the send itself."""
    return entry.via if isinstance(entry, CheckedEntry) else via_of(cast("Connection", entry))


def take(entry: Entry) -> AnyReceiver | None:
    """Return an entry's receiver if it must be called now, as a send does; None if not."""
    target, bind = entry(), entry.bind
    if target is None or entry.order is None:
        return None
    return cast("AnyReceiver", target) if bind is None else bind(target)


def alive(entries: Iterable[Entry]) -> tuple[AnyReceiver, ...]:
    """Return the receivers, claiming nothing."""
    receivers = (peek(entry) for entry in entries)
    return tuple(receiver for receiver in receivers if receiver is not None)


def _is_checked(connection: Connection) -> bool:
    return is_once(connection) or (
        isinstance(connection, MethodConnection) and connection.bind is None
    )
