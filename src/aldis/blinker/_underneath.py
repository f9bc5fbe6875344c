"""The signal underneath a typed view: one of the adapter, or of blinker itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from aldis._awaiting import Heard
from aldis._core import ANY, is_heard
from aldis._core._connection import connection_between
from aldis._receivers import Receivers
from aldis.blinker._held import REFERENCES
from aldis.blinker._sendable import Sendable
from aldis.blinker._utilities import make_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._core import AnyReceiver, Registry
    from aldis.blinker._registry import UntypedRegistry


class Untyped(Protocol):
    """A signal of blinker or of the adapter, but no other."""

    def _clear_state(self) -> None: ...
    def has_receivers_for(self, sender: Any) -> bool:
        """Whether a sender has receivers."""
        ...


class OfAdapter:
    """A signal of the adapter."""

    def __init__(self, registry: UntypedRegistry) -> None:
        self._registry = registry

    def sending_registry(self) -> Registry:
        """Return the registry that its sends go through."""
        return self._registry

    def is_connected(self, receiver: AnyReceiver, sender: object) -> bool:
        """Whether a receiver is connected to a sender; for `ANY`, to any."""
        registry = self._registry
        key = registry.key_of(receiver)
        if sender is ANY:
            return registry.connection_to(key) is not None
        route = registry.route(registry.heard(sender))
        return route is not None and connection_between(route, key) is not None

    def receivers(self) -> Sequence[AnyReceiver]:
        """Return the live receivers that some send would call."""
        registry = self._registry
        return Receivers(registry.receivers, partial(is_heard, registry))

    def count(self) -> int:
        """Return the number of receivers."""
        return len(self._registry)

    def let_tell(self, view: Registry) -> None:
        """Let the registry of a view notify of changes."""
        self._registry.add_view(view)


class OfBlinker:
    """A signal of blinker's own."""

    def __init__(self, signal: Any) -> None:
        self._signal = signal
        self._telling: Registry | None = None

    def sending_registry(self) -> Registry:
        """Return the registry that its sends go through.

        Raises:
            TypeError: There is none.
        """
        message = f"{self._signal!r} is a signal of blinker itself, whose sends cannot be observed"
        raise TypeError(message)

    def is_connected(self, receiver: AnyReceiver, sender: object) -> bool:
        """Whether a receiver is connected to a sender; for `ANY`, to any."""
        key = make_id(receiver)
        if sender is ANY:
            return key in self._signal.receivers
        return key in self._signal._by_sender.get(make_id(sender), ())

    def receivers(self) -> Sequence[AnyReceiver]:
        """Return the live receivers."""
        held = [*self._signal.receivers.values()]
        found: list[Any] = [each() if type(each) in REFERENCES else each for each in held]
        return tuple(receiver for receiver in found if receiver is not None)

    def count(self) -> int:
        """Return the number of receivers."""
        return len(self.receivers())

    def let_tell(self, view: Registry) -> None:
        """Let the registry of a view notify of changes that blinker reports (no cleanups)."""
        if self._telling is None:
            self._telling = view
            self._signal.receiver_connected.connect(self._connected)
            self._signal.receiver_disconnected.connect(self._disconnected)

    def _connected(self, _: object, *, sender: object, **facts: object) -> None:
        if self._telling is not None and self._telling.on_connected is not None:
            self._telling.on_connected(sender=self._shown(sender), **facts)

    def _disconnected(self, _: object, *, sender: object, **facts: object) -> None:
        if self._telling is not None and self._telling.on_disconnected is not None:
            self._telling.on_disconnected(sender=self._shown(sender), **facts)

    def _shown(self, sender: object) -> object:
        return ANY if sender is self._signal.ANY else sender


class HeardUnderneath(Heard):
    """The next send of an untyped signal."""

    def __init__(self, registry: Registry, sender: object, untyped: Any) -> None:
        super().__init__(registry, sender)
        self._untyped = untyped

    def connect(self, receiver: Callable[..., None]) -> None:
        self._untyped.connect(receiver, self.sender, weak=False)

    def disconnect(self, receiver: Callable[..., None]) -> None:
        self._untyped.disconnect(receiver)


def underneath(untyped: Untyped) -> OfAdapter | OfBlinker:
    """Return the signal underneath a view, wrapped for queries."""
    return OfAdapter(untyped._registry) if isinstance(untyped, Sendable) else OfBlinker(untyped)
