"""Receivers that have outlived their senders: they are still connected, but never called.

blinker keeps such a receiver in `receivers` until it is garbage-collected or disconnected, and so
does the adapter. They are stored by key for each signal, and changed as `_lock` explains.
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
    """A receiver whose senders were all garbage-collected."""

    connection: Connection  # the last one
    kept: AnyReceiver | None  # the receiver, if it was held strongly


LeftReceivers: TypeAlias = "dict[ReceiverKey, Left]"


def leave(table: Connections, left: LeftReceivers, connection: Connection) -> None:
    """End a connection whose sender was garbage-collected; remember a receiver without others."""
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
    """Forget a receiver without senders; return whether it was one."""
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
    """Forget a receiver that was garbage-collected."""
    found = left.get(died.key)
    if found is not None and leads_to(found.connection, died):
        end(table, left, died.key)


def leads_to(connection: Connection, died: Connection | FunctionReference) -> bool:
    """Whether a dead weak reference is the connection, or the function of its method."""
    if isinstance(connection, MethodConnection) and connection.function is died:
        return True
    return connection is died


def take(table: Connections, left: LeftReceivers, home: ref[Connections]) -> Callable[[], object]:
    """Remove them; return a function that restores them, replacing later ones."""
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
        receiver = receiver_of(each.connection)  # kept alive meanwhile
        while receiver is not None:
            version = table.version
            if key in table.by_receiver or _enter(table, left, each, version):
                break


def _enter(table: Connections, left: LeftReceivers, entered: Left, version: int) -> bool:
    """Store one if the version is unchanged; return whether it is."""
    key = entered.connection.key
    following = version + 1
    _gone = left.get(key)
    with lock:
        if table.version != version:
            return False
        left[key] = entered
        table.version = following
    return True
