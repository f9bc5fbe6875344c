"""Cleanups for the registry of an untyped signal, which remembers more."""

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
    """The registry of an untyped signal, as cleanups use it."""

    def end_receiver(self, died: Connection | FunctionReference, /) -> None:
        """Remove the connections of a receiver, or a function, that was garbage-collected."""

    def end_sender(self, route: WeakRoute, /) -> None:
        """Remove a sender that was garbage-collected."""

    def end_method(self, key: Hashable, /) -> None:
        """Remove a sender that was a method and was garbage-collected."""

    def tell_views(self, event: str, /, **facts: object) -> None:
        """Let typed views notify of a change."""


class UntypedHome(Home):
    """A weak reference to the registry of an untyped signal."""

    __slots__ = ()

    def receiver_died(self, connection: WeakConnection) -> None:
        """Clean up after a receiver, or the object of a method, was garbage-collected."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_receiver, connection))

    def function_died(self, function: FunctionReference) -> None:
        """Clean up after the function of a method was garbage-collected."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_receiver, function))

    def sender_died(self, route: WeakRoute) -> None:
        """Clean up after a sender was garbage-collected, but remember its receivers."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_sender, route))

    def method_died(self, key: Hashable, _: WeakMethod[Callable[..., object]]) -> None:
        """Clean up after a method that was a sender was garbage-collected."""
        registry = self._registry()
        if registry is not None:
            surely(partial(registry.end_method, key))

    def connected(self, **facts: object) -> None:
        """Notify that a receiver was connected."""
        registry = self._registry()
        if registry is not None:
            registry.tell_views("on_connected", **facts)

    def disconnected(self, **facts: object) -> None:
        """Notify that a connection has ended."""
        registry = self._registry()
        if registry is not None:
            registry.tell_views("on_disconnected", **facts)

    def _registry(self) -> Remembers | None:
        table: Any = self._table()  # no `cast`: the globals of this module may be gone
        registry: Remembers | None = table
        return registry
