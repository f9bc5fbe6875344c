"""Lists the connections of a signal with their options, to show them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from aldis._core._connection import PRIORITY_STEP, receiver_of, sender_of, via_of
from aldis._core._looking import all_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aldis._core._connection import Connection
    from aldis._core._connections import Connections
    from aldis._core._target import AnyReceiver

_first = itemgetter(0)


class Listed(NamedTuple):
    """A live receiver, its sender, and the options of the connection."""

    receiver: AnyReceiver
    sender: object  # or `ANY`
    weak: bool
    once: bool
    priority: int
    via: bool  # whether it has a `via`


def connections(table: Connections) -> list[Listed]:
    """Return the live connections of a signal in the order of their calls."""
    found = [_connected(each) for each in in_order(all_of(table))]
    return [connected for connected in found if connected is not None]


def in_order(connections: Iterable[Connection]) -> list[Connection]:
    """Return connections that have not ended, in the order of their calls."""
    orders = [(order, each) for each in connections if (order := each.order) is not None]
    orders.sort(key=_first)
    return [each for _, each in orders]


def _connected(connection: Connection) -> Listed | None:
    receiver, sender = receiver_of(connection), sender_of(connection.route)
    terms, order = connection.terms, connection.order
    if receiver is None or order is None or sender is None:
        return None  # garbage-collected, or ended meanwhile
    return Listed(
        receiver,
        sender[0],
        weak=terms is None or not (terms.strong or terms.holds),
        once=terms is not None and terms.once,
        priority=-(order // PRIORITY_STEP),
        via=via_of(connection) is not None,
    )
