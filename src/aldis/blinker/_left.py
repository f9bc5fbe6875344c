"""Receivers that have outlived their senders: nobody is heard, and still they are connected.

blinker keeps such a receiver in `receivers` until it dies or is disconnected, and so does a signal
here. Those of one signal are found by their keys, and changed as `_lock` tells.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aldis._core._connection import MethodConnection, receiver_of
from aldis._core._lock import lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from weakref import ref

    from aldis._core import AnyReceiver, Connection
    from aldis._core._connection import FunctionReference
    from aldis._core._connections import Connections
    from aldis._core._identity import ReceiverKey


class Left(NamedTuple):
    """What is left of a receiver whose senders have all died."""

    connection: Connection  # the last one
    kept: AnyReceiver | None  # the receiver, if it was held strongly


LeftReceivers: TypeAlias = "dict[ReceiverKey, Left]"


def leave(table: Connections, left: LeftReceivers, connection: Connection) -> None:
    """End a connection whose sender has died; its receiver is left, if that was its last one."""
    key = connection.key
    while connection.order is not None:
        version, terms = table.version, connection.terms
        kept = terms.kept if terms is not None and terms.strong else None
        if table.by_receiver.get(key) is not connection or connection.earlier is not None:
            break
        if _enter(table, left, Left(connection, kept), version):
            break
    table.remove(connection)


def end(table: Connections, left: LeftReceivers, key: ReceiverKey) -> bool:
    """Let a receiver be one without a sender no more; was it?"""
    while True:
        version, found = table.version, left.get(key)
        if found is None:
            return False
        following = version + 1
        with lock:
            if table.version != version:
                continue
            del left[key]
            table.version = following
        return True


def forget(table: Connections, left: LeftReceivers, died: Connection | FunctionReference) -> None:
    """Let go of a receiver that has died."""
    found = left.get(died.key)
    if found is not None and leads_to(found.connection, died):
        end(table, left, died.key)


def leads_to(connection: Connection, died: Connection | FunctionReference) -> bool:
    """Whether a weak reference that has died is the connection, or the function of its method."""
    if isinstance(connection, MethodConnection) and connection.function is died:
        return True
    return connection is died


def take(table: Connections, left: LeftReceivers, home: ref[Connections]) -> Callable[[], object]:
    """Take them out; return what puts them back, in place of those that there are then."""
    taken = left.copy()
    for key in taken:
        end(table, left, key)
    return partial(_put_back, home, left, taken)


def _put_back(home: ref[Connections], left: LeftReceivers, taken: LeftReceivers) -> None:
    table = home()
    if table is None:
        return
    for key in [*left]:
        end(table, left, key)
    for key, each in taken.items():
        receiver = receiver_of(each.connection)  # kept, so that it does not die just now
        while receiver is not None:
            version = table.version
            if key in table.by_receiver or _enter(table, left, each, version):
                break


def _enter(table: Connections, left: LeftReceivers, entered: Left, version: int) -> bool:
    """Enter one, if this is the version still; return whether it is."""
    key = entered.connection.key
    following = version + 1
    _gone = left.get(key)
    with lock:
        if table.version != version:
            return False
        left[key] = entered
        table.version = following
    return True
