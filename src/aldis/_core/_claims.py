"""Receivers with `once`: if several sends run at the same time, only one calls the receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._connection import ends_with_call, receiver_of
from aldis._core._ending import end, tell_ended
from aldis._core._lock import lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._core._connection import Connection
    from aldis._core._connections import Connections
    from aldis._core._target import AnyReceiver


def claim(table: Connections, connections: Sequence[Connection]) -> bool:
    """End the connections of a receiver that are for one call only.

    Args:
        table: The connections of the signal.
        connections: The receiver's connection to every sender, to this one, or both.

    Returns:
        Whether the receiver may be called: it is still connected, and no other send has claimed it.
    """
    receiver = receiver_of(connections[0])
    once = [each for each in connections if ends_with_call(each)]
    if not once:  # a subscription keeps the connection
        return any(each.order is not None for each in connections)
    if len(once) > 1:
        return _claim_both(table, once[0], once[1], receiver)
    ended = end(table, once[0], receiver, unless_lasting=True)
    return ended or any(each.order is not None for each in connections)


def _claim_both(
    table: Connections, first: Connection, second: Connection, receiver: AnyReceiver | None
) -> bool:
    """End two connections in one step, so that two sends cannot claim one each."""
    both = (first, second)
    while True:
        version = table.version
        if not (ends_with_call(first) and ends_with_call(second)):
            return claim(table, both)
        were_there = [each for each in both if each.order is not None]
        following = version + 1
        with lock:
            if table.version != version:
                continue
            first.order = None
            second.order = None
            table.version = following
        break
    # if a signal handler raises before this, the next snapshot removes the ended connections
    for each in both:
        table.remove(each)
    for each in were_there:
        tell_ended(table, each, receiver)
    return bool(were_there)
