"""Deaths that have more to them for a registry that remembers more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from aldis._core._connection import connections_of
from aldis._core._home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from weakref import WeakMethod

    from aldis._core import Connection
    from aldis._core._connection import FunctionReference, WeakConnection, WeakRoute


class Remembers(Protocol):
    """What is asked of the registry of an untyped signal."""

    def drop(self, route: WeakRoute, /) -> None:
        """Forget a sender that has died."""

    def forget(self, died: Connection | FunctionReference, /) -> None:
        """Remember a receiver no longer, since it has died."""

    def forget_stand_ins(self, key: Hashable, /) -> None:
        """Let nobody stand for a method that has died."""

    def leave(self, connection: Connection, /) -> None:
        """End a connection whose sender has died."""

    def tell_views(self, event: str, /, **facts: object) -> None:
        """Let typed views tell of a change."""


class UntypedHome(Home):
    """The weak reference to the registry of an untyped signal."""

    __slots__ = ()

    def receiver_died(self, connection: WeakConnection) -> None:
        """A receiver has died, or the object of a method."""
        super().receiver_died(connection)
        registry = self._registry()
        if registry is not None:
            registry.forget(connection)

    def function_died(self, function: FunctionReference) -> None:
        """The function of a method has died."""
        super().function_died(function)
        registry = self._registry()
        if registry is not None:
            registry.forget(function)

    def sender_died(self, route: WeakRoute) -> None:
        """A sender has died; receivers that heard nobody else are remembered."""
        registry = self._registry()
        if registry is not None:
            registry.drop(route)
            for connection in connections_of(route):
                registry.leave(connection)

    def method_died(self, key: Hashable, _: WeakMethod[Callable[..., object]]) -> None:
        """A method has died that was a sender."""
        registry = self._registry()
        if registry is not None:
            registry.forget_stand_ins(key)

    def connected(self, **facts: object) -> None:
        """A receiver was connected."""
        registry = self._registry()
        if registry is not None:
            registry.tell_views("on_connected", **facts)

    def disconnected(self, **facts: object) -> None:
        """A connection has ended."""
        registry = self._registry()
        if registry is not None:
            registry.tell_views("on_disconnected", **facts)

    def _registry(self) -> Remembers | None:
        registry: Any = self._table()  # no `cast`: the module may be empty, at the interpreter's end
        found: Remembers | None = registry
        return found
