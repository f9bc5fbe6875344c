"""What every kind of signal can do beside sending: connect, disconnect, mute, tell who listens."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Generic, cast

from aldis._core import ANY, AnySender, Registry, is_heard, mute
from aldis._identity import SignalIdentity
from aldis._receivers import Receivers
from aldis._static import MISSING
from aldis._typevars import Q, R, S

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import FunctionType

    from aldis import _callees as _callees  # noqa: PLC0414  # so that mypy has it, for its plugin


class Connectable(SignalIdentity, Generic[S, Q, R]):
    """The base of `Signal` and `AsyncSignal`; `R` is what a receiver may return."""

    _registry: Registry

    def connect(
        self,
        receiver: Callable[Concatenate[S, Q], R],
        sender: S | AnySender = ANY,
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
    ) -> Callable[Concatenate[S, Q], R]:
        """Call a receiver at every send, or at those of one sender.

        Connecting the same pair again changes nothing, except that it makes a weak connection
        strong. Receivers are called in connection order, those of a higher priority first.

        Args:
            receiver: A function, bound method or any other callable that takes what is sent.
            sender: The one sender to hear; `ANY` for all of them. Compared by identity and never
                kept alive; a `str` or `int` is compared by value.
            weak: Whether the receiver may die while it is connected; a bound method dies with its
                object.
            once: Whether to disconnect it when its turn comes for the first time.
            priority: Its place before receivers of a lower one, whatever the order.

        Returns:
            The receiver, so that this is a decorator.

        Raises:
            IncompatibleReceiverError: The receiver cannot take what the signal sends.
            AsyncReceiverError: The receiver is async, and the signal is not.
            WeakReceiverError: The receiver is to be held weakly and cannot be.
            ReceiverError: It is not callable, or the priority is not an int.

        Example:
            >>> from aldis import Signal
            >>> @Signal
            ... def renamed(sender: object, /, *, name: str) -> None: ...
            >>> @renamed.connect
            ... def greet(sender: object, *, name: str) -> None:
            ...     print("hello", name)
            >>> _ = renamed.send(None, name="ada")
            hello ada
        """
        self._registry.connect(receiver, sender, weak, once, priority)
        return receiver

    def connect_via(
        self, sender: S | AnySender, *, weak: bool = False, once: bool = False, priority: int = 0
    ) -> Callable[[Callable[Concatenate[S, Q], R]], Callable[Concatenate[S, Q], R]]:
        """Return a decorator that connects a receiver to one sender, strongly by default.

        Args:
            sender: The one sender to hear, or `ANY`.
            weak: Whether the receiver may die while it is connected.
            once: Whether to disconnect it when its turn comes for the first time.
            priority: Its place before receivers of a lower one, whatever the order.

        Returns:
            A decorator that returns the receiver, and raises what `connect` raises.

        Example:
            >>> from aldis import Signal
            >>> @Signal
            ... def heard(sender: str, /) -> None: ...
            >>> @heard.connect_via("bridge")
            ... def answer(sender: str) -> None:
            ...     print(sender, "calls")
            >>> _ = heard.send("deck"), heard.send("bridge")
            bridge calls
        """

        def decorate(receiver: Callable[Concatenate[S, Q], R]) -> Callable[Concatenate[S, Q], R]:
            return self.connect(receiver, sender, weak=weak, once=once, priority=priority)

        return decorate

    def connected_to(
        self, receiver: Callable[Concatenate[S, Q], R], sender: S | AnySender = ANY
    ) -> AbstractContextManager[None]:
        """Connect a receiver, strongly, for the length of a `with` block.

        At its end exactly the connection that it made is gone; one that was there before stays as
        it was, also where such blocks are nested. A subclass's own `connect` and `disconnect` are
        called, where there is something to connect.

        Args:
            receiver: A callable that takes what is sent.
            sender: The one sender to hear, or `ANY`.

        Returns:
            A context manager, which raises what `connect` raises when it is entered.

        Example:
            >>> from aldis import Signal
            >>> @Signal
            ... def ticked(sender: object, /, *, n: int) -> None: ...
            >>> seen = []
            >>> with ticked.connected_to(lambda sender, *, n: seen.append(n)):
            ...     _ = ticked.send(None, n=1)
            >>> _ = ticked.send(None, n=2)
            >>> seen
            [1]
        """
        if connects_by_its_own(self, Connectable):
            return _connected(self, receiver, sender)
        return held(self._registry, receiver, sender)

    def disconnect(self, receiver: Callable[..., object], sender: S | AnySender = ANY) -> bool:
        """Stop calling a receiver, also in a send that is under way.

        Args:
            receiver: What was connected; a stranger changes nothing.
            sender: The sender whose connection ends; `ANY` ends every connection of the receiver.

        Returns:
            Whether there was anything to end.

        Example:
            >>> from aldis import Signal
            >>> signal = Signal()
            >>> signal.disconnect(signal.connect(print))
            True
            >>> signal.disconnect(print)
            False
        """
        return self._registry.disconnect(receiver, sender)

    def muted(self) -> AbstractContextManager[None]:
        """Reach no receiver for the length of a `with` block; blocks may overlap and be nested.

        The payload is still checked.

        Returns:
            A context manager.

        Example:
            >>> from aldis import Signal
            >>> signal = Signal()
            >>> _ = signal.connect(print)
            >>> with signal.muted():
            ...     signal.send("nobody hears this")
            []
        """
        return muted(self._registry, ANY)

    def receivers_for(self, sender: S | AnySender) -> tuple[Callable[Concatenate[S, Q], R], ...]:
        """Return the live receivers that a send from this sender would call, in their order.

        Args:
            sender: The sender; `ANY` asks for those that hear every sender.

        Returns:
            The receivers; none while the signal is muted.

        Example:
            >>> from aldis import Signal
            >>> signal = Signal()
            >>> _ = signal.connect(print)
            >>> signal.receivers_for("anyone") == (print,)
            True
        """
        return cast(
            "tuple[Callable[Concatenate[S, Q], R], ...]", self._registry.receivers_for(sender)
        )

    def has_receivers_for(self, sender: S | AnySender) -> bool:
        """Whether a send from this sender would call anybody.

        Args:
            sender: The sender; `ANY` asks for receivers that hear every sender.

        Returns:
            True if one is alive, and the signal is not muted.

        Example:
            >>> from aldis import Signal
            >>> signal = Signal()
            >>> _ = signal.connect(print, "bridge")
            >>> signal.has_receivers_for("bridge"), signal.has_receivers_for("deck")
            (True, False)
        """
        return self._registry.has_receivers_for(sender)

    @property
    def receivers(self) -> Sequence[Callable[Concatenate[S, Q], R]]:
        """Every live receiver, of whichever sender; none while the signal is muted.

        `if signal.receivers:` guards a payload that is expensive to make: it costs the same,
        however many receivers there are.

        Example:
            >>> from aldis import Signal
            >>> signal = Signal()
            >>> if signal.receivers:
            ...     signal.send(None, report="expensive")
        """
        registry = self._registry
        return Receivers(registry.receivers, partial(is_heard, registry))


@contextmanager
def held(
    registry: Registry, receiver: Callable[..., object], sender: object
) -> Generator[None, None, None]:
    """Keep a connection for the length of a `with` block."""
    connection = registry.hold(receiver, sender)
    del receiver, sender  # that is for the connection to decide: a sender is not kept alive
    try:
        yield
    finally:
        registry.release(connection)


def connects_by_its_own(signal: object, base: type) -> bool:
    """Whether a subclass, or the signal itself, has a `connect` or `disconnect` of its own."""
    # no generator expression: CPython 3.12 and 3.13 crash where there is no memory to make one
    for method in ("connect", "disconnect"):
        if getattr(getattr(signal, method), "__func__", None) is not vars(base)[method]:
            return True
    return False


@contextmanager
def _connected(
    signal: Connectable[Any, ..., Any], receiver: Callable[..., object], sender: object
) -> Generator[None, None, None]:
    """Connect by the signal's own methods for the length of a `with` block."""
    registry = signal._registry
    if registry.is_connected(receiver, sender):
        with held(registry, receiver, sender):
            yield
        return
    signal.connect(receiver, sender, weak=False)
    try:
        yield
    finally:
        signal.disconnect(receiver, sender)


@contextmanager
def muted(registry: Registry, sender: object) -> Generator[None, None, None]:
    """Reach no receiver, from this sender or from `ANY`, for the length of a `with` block."""
    mute(registry, sender)
    try:
        yield
    finally:
        mute(registry, sender, -1)


# Checkers demand a receiver, and so does this, in words that say how to give it.
cast("FunctionType", vars(Connectable)["connect"]).__defaults__ = (MISSING, ANY)
