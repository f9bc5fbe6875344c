"""What a send walks through: the receivers of a signal in the order of their turns.

Snapshots are replaced whole and never changed, so what a send reads of one belongs together.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from aldis._core._links import receiver_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from weakref import ref

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import AnyReceiver, Link
    from aldis._core._registry import Registry


class Turn:
    """The entry of a receiver whose links a send must look at when its turn comes.

    That is a link to be used once, which one send has to claim, and a pair of links: one to every
    sender, one to this sender.
    """

    __slots__ = ("_home", "_links", "key")

    bind = None
    order = 0  # as of a link that has not ended: its links tell

    def __init__(self, home: ref[Registry], *links: Link) -> None:
        self._home = home
        self._links = links
        self.key = links[0].key

    def __call__(self) -> AnyReceiver | None:
        receiver = self.peek()
        if receiver is None or not any(map(_is_once, self._links)):
            return receiver
        registry = self._home()
        claimed = registry is not None and registry.claim(self._links, receiver)
        return receiver if claimed else None

    def peek(self) -> AnyReceiver | None:
        """Return the receiver if it would have its turn now, claiming nothing."""
        for link in self._links:
            receiver = None if link.order is None else receiver_of(link)
            if receiver is not None:
                return receiver
        return None


# What stands in a snapshot. Called, it gives the receiver, or None where there is none any more;
# where it has a `bind`, it gives the object from which that makes the receiver. Its `order` is None
# where it is not to be called any more.
Entry: TypeAlias = "Link | Turn"

PLAIN, METHODS, STALE = 0, 1, 2
# added to the first two where some or all receivers are known to be coroutine functions
SOME_AWAIT, ALL_AWAIT = 4, 8
# one of those, and the entries in the order of their turns
Snapshot: TypeAlias = "tuple[int, tuple[Entry, ...]]"
# the snapshot of everyone that a snapshot with one sender's receivers was made with, and that
Merged: TypeAlias = "tuple[Snapshot | None, int, tuple[Entry, ...]]"
SILENCE: Final[Snapshot] = (PLAIN, ())
OUTDATED: Final[Snapshot] = (STALE, ())
UNMERGED: Final[Merged] = (None, PLAIN, ())

_first = itemgetter(0)


def snapshot(home: ref[Registry], everyone: Iterable[Link], own: Iterable[Link] = ()) -> Snapshot:
    """Return the snapshot of the links to every sender, and of those to one sender."""
    # who ends a link meanwhile has no effect on the sorting
    orders = [(order, link) for link in (*everyone, *own) if (order := link.order) is not None]
    orders.sort(key=_first)
    turns: dict[ReceiverKey, list[Link]] = {}
    for _, link in orders:
        turns.setdefault(link.key, []).append(link)
    entries = tuple(
        Turn(home, *links) if len(links) > 1 or _is_once(links[0]) else links[0]
        for links in turns.values()
    )
    methods = any(entry.bind is not None for entry in entries)
    return (METHODS if methods else PLAIN, entries)


def peek(entry: Entry) -> AnyReceiver | None:
    """Return an entry's receiver if it would be called now."""
    return entry.peek() if isinstance(entry, Turn) else receiver_of(entry)


def turn_of(entry: Entry) -> AnyReceiver | None:
    """Return an entry's receiver if it is to be called now: its turn is taken."""
    return None if entry.order is None else receiver_of(entry)


def alive(entries: Iterable[Entry]) -> tuple[AnyReceiver, ...]:
    """Return the receivers that would be called now."""
    receivers = (peek(entry) for entry in entries)
    return tuple(receiver for receiver in receivers if receiver is not None)


def _is_once(link: Link) -> bool:
    return link.terms is not None and link.terms.once
