"""Deaths that have more to them for a registry that remembers more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from aldis._core._ending import surely
from aldis._core._home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from weakref import WeakMethod

    from aldis._core import Connection
    from aldis._core._connection import FunctionReference, WeakConnection, WeakRoute


class Remembers(Protocol):
    """What is asked of the registry of an untyped signal."""

    def end_receiver(self, died: Connection | FunctionReference, /) -> None:
        """End what a receiver had that has died, or the function of a method."""

    def end_sender(self, route: WeakRoute, /) -> None:
        """End what a sender had that has died."""

    def end_method(self, key: Hashable, /) -> None:
        """End what a method had that was a sender, and has died."""

    def tell_views(self, event: str, /, **facts: object) -> None:
        """Let typed views tell of a change."""


class UntypedHome(Home):
    """The weak reference to the registry of an untyped signal."""

    __slots__ = ()

    def receiver_died(self, connection: WeakConnection) -> None:
        """A receiver has died, or the object of a method."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_receiver, connection))

    def function_died(self, function: FunctionReference) -> None:
        """The function of a method has died."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_receiver, function))

    def sender_died(self, route: WeakRoute) -> None:
        """A sender has died; receivers that heard nobody else are remembered."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_sender, route))

    def method_died(self, key: Hashable, _: WeakMethod[Callable[..., object]]) -> None:
        """A method has died that was a sender."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_method, key))

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
        table: Any = self._table()  # no `cast`: the globals of this module may be gone
        registry: Remembers | None = table
        return registry
