"""blinker 1.9's signals over the dispatch core of aldis: the contents of `blinker.base`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from aldis.blinker import _any
from aldis.blinker._connectable import Connectable
from aldis.blinker._sendable import Sendable
from aldis.blinker._typevars import P, SenderT

# these names are in `blinker.base`, too
from aldis.blinker._utilities import Symbol as Symbol
from aldis.blinker._utilities import make_id as make_id
from aldis.blinker._utilities import make_ref as make_ref

F = TypeVar("F", bound=Callable[..., Any])

ANY = _any.ANY
ANY_ID = _any.ANY_ID


class _AboutSignal(cached_property["Signal"]):
    """A signal about a signal's connections; the registry notes that it exists."""

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self
        # if two threads get here at once, both get the one that was stored first
        made = instance.__dict__.setdefault(self.attrname, self.func(instance))
        instance._registry.is_told_about = True
        return made

    def __set__(self, instance: Any, value: Signal) -> None:
        instance.__dict__[str(self.attrname)] = value
        instance._registry.is_told_about = True


class Signal(Connectable[SenderT, P], Sendable[SenderT, P], Generic[SenderT, P]):
    """A signal like blinker's: any payload by keyword, any receivers.

    Args:
        doc: Its documentation.

    Example:
        >>> from aldis.blinker import Signal
        >>> changed = Signal("Sent after a change.")
        >>> @changed.connect
        ... def report(sender, *, name):
        ...     print(sender, "changed", name)
        >>> _ = changed.send("somebody", name="the title")
        somebody changed the title
    """

    ANY = ANY
    # unused: receivers are always called in connection order
    set_class: type[set[Any]] = set

    def __init__(self, doc: str | None = None) -> None:
        if doc:
            self.__doc__ = doc

    # -- about itself

    @_AboutSignal
    def receiver_connected(self) -> Signal:
        """Sent by this signal at the end of `connect`, with its arguments.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.receiver_connected.connect
            ... def tell(signal, *, receiver, sender, weak):
            ...     print(receiver.__name__, "hears", sender)
            >>> _ = changed.connect(print)
            print hears ANY
        """
        return Signal(doc="Sent when a receiver was connected.")

    @_AboutSignal
    def receiver_disconnected(self) -> Signal:
        """Sent by this signal at the end of `disconnect`, with its arguments; not by cleanups.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.receiver_disconnected.connect
            ... def tell(signal, *, receiver, sender):
            ...     print(receiver.__name__, "left", sender)
            >>> changed.disconnect(print)
            print left ANY
        """
        return Signal(doc="Sent when a receiver was disconnected.")

    def _tell_connected(self, receiver: object, sender: object, *, weak: bool) -> None:
        if self.receiver_connected.receivers:
            heard = _any.shown(sender)
            self.receiver_connected.send(self, receiver=receiver, sender=heard, weak=weak)

    def _tell_disconnected(self, receiver: object, sender: object) -> None:
        if self.receiver_disconnected.receivers:
            self.receiver_disconnected.send(self, receiver=receiver, sender=_any.shown(sender))

    # -- copies

    def __getstate__(self) -> dict[str, Any]:
        """Return the state to copy or pickle; it has no registry, so there must be no receivers.

        Raises:
            TypeError: It has receivers.
        """
        if self._registry:
            message = f"{self!r} cannot be copied or pickled: disconnect its receivers first"
            raise TypeError(message)
        own = self.__dict__.copy()
        own.pop("_registry", None)
        own.pop("receivers", None)  # a view of the registry
        return {**own, "is_muted": self.is_muted}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a state, with a new registry."""
        for name, value in state.items():
            setattr(self, name, value)


class NamedSignal(Signal[SenderT, P]):
    """A signal with a name.

    Args:
        name: Its name; in a namespace, its key.
        doc: Its documentation.

    Example:
        >>> from aldis.blinker import NamedSignal
        >>> NamedSignal("changed").name
        'changed'
    """

    def __init__(self, name: str, doc: str | None = None) -> None:
        super().__init__(doc)
        self.name: str = name

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}; {self.name!r}>"


class Namespace(dict[str, NamedSignal]):
    """Signals by name.

    Example:
        >>> from aldis.blinker import Namespace
        >>> signals = Namespace()
        >>> signals.signal("changed") is signals["changed"]
        True
    """

    def signal(self, name: str, doc: str | None = None) -> NamedSignal:
        """Return the signal with a name; it is thread-safe.

        Args:
            name: The name.
            doc: Its documentation, if the signal is new.

        Returns:
            The signal.
        """
        found = self.get(name)  # one look-up: another thread may remove it
        return self.setdefault(name, NamedSignal(name, doc)) if found is None else found


class _PNamespaceSignal(Protocol):
    """The type of `signal`."""

    def __call__(self, name: str, doc: str | None = None) -> NamedSignal:
        """Return the signal with a name."""
        ...


default_namespace: Namespace = Namespace()

signal: _PNamespaceSignal = default_namespace.signal
