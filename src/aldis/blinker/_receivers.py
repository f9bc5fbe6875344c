"""The receivers of a signal by identifier: a mutable mapping, like blinker's dict."""

from __future__ import annotations

import weakref
from operator import itemgetter
from types import MethodType
from typing import TYPE_CHECKING, Any, cast

from aldis._core._connection import receiver_of, sender_of
from aldis._core._describe import describe
from aldis._core._ending import end
from aldis.blinker import _left
from aldis.blinker._held import REFERENCES, Held, HeldReceivers
from aldis.blinker._identifiers import receiver_id, receiver_key
from aldis.blinker._registry import UntypedRegistry
from aldis.blinker._stand_ins import sender_behind

if TYPE_CHECKING:
    from collections.abc import (
        Hashable,
        ItemsView,
        Iterator,
        Mapping,
        ValuesView,
    )

    from aldis._core import AnyReceiver, Connection
    from aldis._core._identity import ReceiverKey

_first = itemgetter(0)


class Receivers(HeldReceivers):
    """A view of a signal's receivers.

    A receiver that is removed from it is no longer called. If it is added again under the same
    identifier, its former connections are restored.
    """

    __slots__ = ("_registry", "_then")

    def __init__(self, registry: UntypedRegistry) -> None:
        self._registry = registry
        self._then: dict[Hashable, Held] | None = None  # after another mapping was assigned

    # -- reading

    def copy(self) -> dict[Hashable, Held]:
        """Return a dict of the current receivers."""
        if self._then is not None:
            return self._then.copy()
        registry = self._registry
        found: dict[Hashable, Held] = {}
        for key, connection in registry.all_receivers().items():
            held = _held(registry, key, connection)
            if held is not None:
                found[receiver_id(key)] = held
        return found

    def __getitem__(self, identifier: Hashable) -> Held:
        if self._then is not None:
            return self._then[identifier]
        key = receiver_key(identifier)
        connection = self._registry.connection_to(key)
        held = None if connection is None else _held(self._registry, key, connection)
        if held is None:
            raise KeyError(identifier)
        return held

    def __iter__(self) -> Iterator[Hashable]:
        if self._then is not None:
            return iter(self._then)
        return iter([receiver_id(key) for key in self._registry.all_receivers()])

    def __len__(self) -> int:
        return len(self._registry.all_receivers() if self._then is None else self._then)

    def __bool__(self) -> bool:
        registry, then = self._registry, self._then
        return bool(registry.by_receiver or registry.left if then is None else then)

    def __repr__(self) -> str:
        return repr(self.copy())

    def items(self) -> ItemsView[Hashable, Held]:
        """Return the current identifiers with their receivers."""
        return self.copy().items()

    def values(self) -> ValuesView[Held]:
        """Return the current receivers."""
        return self.copy().values()

    # -- changes

    def __setitem__(self, identifier: Hashable, held: Held) -> None:
        if self._then is not None:
            self._then[identifier] = held
        else:
            _put_back(self._registry, _by_key({identifier: held}))

    def __delitem__(self, identifier: Hashable) -> None:
        if self._then is not None:
            del self._then[identifier]
        elif self._registry.connection_to(receiver_key(identifier)) is None:
            raise KeyError(identifier)
        else:
            _put_aside(self._registry, receiver_key(identifier))

    def clear(self) -> None:
        """Remove all receivers."""
        if self._then is not None:
            self._then.clear()
        else:
            for key in self._registry.all_receivers():
                _put_aside(self._registry, key)

    def give_way_to(self, mapping: Mapping[Hashable, Held]) -> None:
        """Give the signal the receivers of another mapping, and detach this view."""
        wanted = _by_key(mapping)
        self._then = self.copy()
        for key in self._registry.all_receivers():
            if key not in wanted:
                _put_aside(self._registry, key)
        _put_back(self._registry, wanted)


def _held(registry: UntypedRegistry, key: ReceiverKey, connection: Connection) -> Held | None:
    """Return the value of a receiver in the mapping; None if it was garbage-collected."""
    kept = registry.kept(key)
    receiver = receiver_of(connection) if kept is None else None
    if receiver is None:
        return kept
    return weakref.WeakMethod(receiver) if type(receiver) is MethodType else weakref.ref(receiver)


def _by_key(mapping: Mapping[Hashable, Held]) -> dict[ReceiverKey, tuple[AnyReceiver, bool]]:
    """Return the live receivers of a mapping by their keys, and whether they are held strongly.

    Raises:
        ValueError: Something has the identifier of another receiver.
    """
    found: dict[ReceiverKey, tuple[AnyReceiver, bool]] = {}
    for identifier, held in mapping.items():
        strong = type(held) not in REFERENCES
        receiver: AnyReceiver | None = held if strong else cast("Any", held)()
        key = receiver_key(identifier)
        if receiver is None:
            continue  # garbage-collected
        if UntypedRegistry.key_of(receiver) != key:
            message = (
                f"{identifier!r} is not the identifier of {describe(receiver)}; "
                "use `connect`, which finds the identifier of a receiver"
            )
            raise ValueError(message)
        found[key] = (receiver, strong)
    return found


def _put_aside(registry: UntypedRegistry, key: ReceiverKey) -> None:
    """End a receiver's connections, and remember them, so that they can be restored."""
    there = registry.connections_to(key)
    orders = [(order, each) for each in there if (order := each.order) is not None]
    if orders:
        registry.aside[key] = (*registry.aside.get(key, ()), *orders)
    for connection in there:
        end(registry, connection, receiver_of(connection))
    _left.end(registry, registry.left, key)


def _put_back(
    registry: UntypedRegistry, wanted: Mapping[ReceiverKey, tuple[AnyReceiver, bool]]
) -> None:
    """Restore the connections of receivers that were removed."""
    found: list[tuple[int, Connection, AnyReceiver, bool]] = []
    for key, (receiver, strong) in wanted.items():
        registry.even_out(key, receiver, strong=strong)
        found += [(*each, receiver, strong) for each in registry.aside.pop(key, ())]
    for _, connection, receiver, strong in sorted(found, key=_first):
        sender = sender_of(connection.route)
        if sender is not None:
            registry.connect_evenly(receiver, sender_behind(sender[0]), strong=strong)
