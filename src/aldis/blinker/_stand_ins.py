"""Substitutes for senders that cannot be in the connection table themselves.

Each access makes a new bound method, so methods are found by their parts. A proxy of a `str` or
`int` (by `isinstance`) is compared by value, as in blinker, and only the proxy knows that value. So
proxies are found by their hash, and then compared with `==`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Final, TypeAlias

from aldis._core._connection import sender_of
from aldis._core._identity import VALUES
from aldis._core._lock import lock

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from aldis._core._connections import Connections

_COMPARED: Final = (MethodType, *VALUES)
_MANY: Final = 16  # from this number on, unused ones are removed

# called with the key of a method that was a sender, when it is garbage-collected
Died: TypeAlias = "Callable[[Hashable, weakref.WeakMethod[Callable[..., object]]], object]"


class MethodSender:
    """The substitute of a bound method while its object is alive."""

    __slots__ = ("__weakref__", "_method", "key", "users")

    def __init__(self, method: MethodType, died: Died) -> None:
        self.key: Hashable = _key_of(method)
        self.users = 0  # the number of calls that are connecting a receiver to it
        self._method = weakref.WeakMethod(method, partial(died, self.key))

    @property
    def sender(self) -> object:
        """The method; None if it was garbage-collected."""
        return self._method()

    def stands_for(self, _: object) -> bool:
        """Whether it is the substitute of a sender with its key."""
        return True


class ProxySender:
    """The substitute of a proxy and all equal ones, while receivers are connected to it."""

    __slots__ = ("key", "sender", "users")  # its route keeps it alive

    def __init__(self, proxy: object) -> None:
        self.key: Hashable = _key_of(proxy)
        self.users = 0
        self.sender = proxy

    def stands_for(self, sender: object) -> bool:
        """Whether it is the substitute of a sender with its key."""
        return self.sender is sender or bool(self.sender == sender)


StandIn: TypeAlias = MethodSender | ProxySender
StandIns: TypeAlias = dict[Hashable, tuple[StandIn, ...]]  # those of one signal, by their keys


def sender_behind(sender: object) -> object:
    """Return the user's sender for an object of the table."""
    return sender.sender if isinstance(sender, StandIn) else sender


def is_itself(sender: object) -> bool:
    """Whether a sender needs no substitute, since the core compares it as blinker does."""
    kind = type(sender)
    try:
        if sender.__class__ is kind:  # the common case; `isinstance` takes three times as long
            return kind is not MethodType
    except AttributeError:  # no `__class__`: `isinstance` uses its type
        return True
    return issubclass(kind, VALUES) or not isinstance(sender, _COMPARED)


def is_proxy(sender: object) -> bool:
    """Whether it is a `str` or `int` only by its `__class__`."""
    kind = type(sender)
    return not issubclass(kind, VALUES) and isinstance(sender, VALUES)


def find(table: Connections, stand_ins: StandIns, sender: object) -> object:
    """Return the table's object for a sender: its substitute, or the sender itself."""
    key = _key_of(sender)
    for each in () if key is None else stand_ins.get(key, ()):
        if each.stands_for(sender):
            return each
    route = table.values.get(sender) if is_proxy(sender) else None
    value = None if route is None else sender_of(route)
    return sender if value is None else value[0]


def take_on(table: Connections, stand_ins: StandIns, sender: object, died: Died) -> object:
    """Return the table's object for a sender, and add a user to its substitute."""
    fresh: StandIn | None = None
    while True:
        version, found = table.version, find(table, stand_ins, sender)
        is_new = found is sender and not is_itself(sender)
        if is_new and fresh is None:
            fresh = _new(sender, died)
            _drop_unused(table, stand_ins)
            continue
        if is_new:
            found = fresh
        if not isinstance(found, StandIn):
            return found
        key, users = found.key, found.users + 1
        those = stand_ins.get(key, ())
        after = (*those, found) if is_new else those
        following = version + 1
        with lock:
            if table.version != version:
                continue
            stand_ins[key] = after
            found.users = users
            table.version = following
        return found


def leave_off(table: Connections, found: object) -> None:
    """Undo `take_on`, after connecting succeeded or failed."""
    while isinstance(found, StandIn):
        version, users = table.version, found.users - 1
        following = version + 1
        with lock:
            if table.version != version:
                continue
            found.users = users
            table.version = following
        return


def drop_dead(table: Connections, stand_ins: StandIns, key: Hashable) -> None:
    """Remove the substitute of a method that was garbage-collected."""
    _drop(table, stand_ins, key, lambda each: each.sender is None)


def _drop_unused(table: Connections, stand_ins: StandIns) -> None:
    """Remove unused substitutes at every power of two, so that the cost is spread evenly."""
    count = len(stand_ins)
    if count >= _MANY and not count & (count - 1):
        for key in [*stand_ins]:
            _drop(
                *(table, stand_ins, key),
                lambda each: not each.users and table.route(each) is None,
            )


def _drop(
    table: Connections, stand_ins: StandIns, key: Hashable, is_unwanted: Callable[[StandIn], bool]
) -> None:
    while True:
        version, those = table.version, stand_ins.get(key, ())
        remaining = tuple(each for each in those if not is_unwanted(each))
        if len(remaining) == len(those):
            return
        following = version + 1
        with lock:
            if table.version != version:
                continue
            if remaining:
                stand_ins[key] = remaining
            else:
                del stand_ins[key]
            table.version = following
        return


def _new(sender: object, died: Died) -> StandIn:
    if _is_method(sender):
        return MethodSender(MethodType(sender.__func__, sender.__self__), died)
    return ProxySender(sender)


def _key_of(sender: object) -> Hashable:
    """Return the key for substitutes of a sender; None if it needs none."""
    if _is_method(sender):
        return (id(sender.__func__), id(sender.__self__))
    return hash(sender) if isinstance(sender, VALUES) else None


def _is_method(sender: object) -> TypeIs[MethodType]:
    """Whether it is a bound method, at least by its `__class__`."""
    return isinstance(sender, MethodType)
