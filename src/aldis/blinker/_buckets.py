"""The connections as blinker stores them: sets by identifiers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, ItemsView, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING

from aldis._core._connection import connections_of
from aldis.blinker._identifiers import receiver_id, sender_id

if TYPE_CHECKING:
    from aldis.blinker._registry import UntypedRegistry


class _Buckets(Mapping[Hashable, "set[Hashable]"]):
    """Sets by identifiers. A missing key gives an empty set, as in a `defaultdict`."""

    __slots__ = ("_registry",)

    def __init__(self, registry: UntypedRegistry) -> None:
        self._registry = registry

    def __getitem__(self, key: Hashable) -> set[Hashable]:
        return self._collect().get(key, set())

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._collect())

    def __contains__(self, key: object) -> bool:
        return key in self._collect()

    def __len__(self) -> int:
        return len(self._collect())

    def __repr__(self) -> str:
        return repr(self._collect())

    def items(self) -> ItemsView[Hashable, set[Hashable]]:
        return self._collect().items()

    def values(self) -> ValuesView[set[Hashable]]:
        return self._collect().values()

    @abstractmethod
    def _collect(self) -> dict[Hashable, set[Hashable]]: ...


class BySender(_Buckets):
    """The receivers of each sender; those of `ANY` under 0."""

    __slots__ = ()

    def _collect(self) -> dict[Hashable, set[Hashable]]:
        registry = self._registry
        routes = [registry.everyone, *registry.routes.values(), *registry.values.values()]
        found: dict[Hashable, set[Hashable]] = {}
        for route in routes:
            heard = {receiver_id(connection.key) for connection in connections_of(route)}
            if heard:  # if not, it is muted, or its last connection is just ending
                found.setdefault(sender_id(route), set()).update(heard)
        return found


class ByReceiver(_Buckets):
    """The senders of each receiver; `ANY` as 0."""

    __slots__ = ()

    def _collect(self) -> dict[Hashable, set[Hashable]]:
        registry = self._registry
        found: dict[Hashable, set[Hashable]] = {}
        for key in [*registry.by_receiver]:
            heard = {sender_id(each.route) for each in registry.connections_to(key)}
            if heard:  # if not, it has ended meanwhile
                found[receiver_id(key)] = heard
        return found
