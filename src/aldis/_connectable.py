"""What every kind of signal can do beside sending: connect, disconnect, mute, tell who listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Protocol, cast, overload

from aldis._awaiting import Heard, next_payload, wait_for_payload
from aldis._blocks import connected, connects_by_its_own, held, muted, with_via
from aldis._core import ANY, AnySender, Registry, is_heard
from aldis._identity import SignalIdentity
from aldis._receivers import Receivers
from aldis._static import MISSING
from aldis._subscription import subscription_of, subscription_of_block
from aldis._typevars import Q, R, S, T

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import FunctionType

    from aldis import _callees as _callees  # noqa: PLC0414  # so that mypy has it, for its plugin
    from aldis._core import Via
    from aldis._subscription import Subscription


if TYPE_CHECKING:

    class AnyResult(Protocol[Q]):
        """What `connect_via` returns with a `via`: the receiver may return anything."""

        def __call__(self, receiver: Callable[Q, T], /) -> Callable[Q, T]: ...


class Connectable(SignalIdentity, Generic[S, Q, R]):
    """The base of `Signal` and `AsyncSignal`; `R` is what a receiver may return."""

    _registry: Registry

    # what a receiver with a `via` returns is not a result, so that may be anything

    @overload
    def connect(
        self,
        receiver: Callable[Concatenate[S, Q], R],
        sender: S | AnySender = ANY,
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        via: None = None,
    ) -> Callable[Concatenate[S, Q], R]: ...
    @overload
    def connect(
        self,
        receiver: Callable[Concatenate[S, Q], T],
        sender: S | AnySender = ANY,
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        via: Via,
    ) -> Callable[Concatenate[S, Q], T]: ...

    def connect(
        self,
        receiver: Callable[Concatenate[S, Q], Any],
        sender: S | AnySender = ANY,
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        via: Via | None = None,
    ) -> Callable[Concatenate[S, Q], Any]:
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
            via: Calls the receiver in place of the send: later, in another thread or in a loop. It
                is called with a function of no arguments that calls the receiver (see
                `aldis.delivery`). What such a receiver returns is not among the results.

        Returns:
            The receiver, so that this is a decorator.

        Raises:
            IncompatibleReceiverError: The receiver cannot take what the signal sends.
            AsyncReceiverError: The receiver is async, the signal is not, and there is no `via`.
            WeakReceiverError: The receiver should be held weakly and cannot be.
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
        self._registry.connect(receiver, sender, weak, once, priority, via)
        return receiver

    @overload
    def connect_via(
        self,
        sender: S | AnySender,
        *,
        weak: bool = False,
        once: bool = False,
        priority: int = 0,
        via: None = None,
    ) -> Callable[[Callable[Concatenate[S, Q], R]], Callable[Concatenate[S, Q], R]]: ...
    @overload
    def connect_via(
        self,
        sender: S | AnySender,
        *,
        weak: bool = False,
        once: bool = False,
        priority: int = 0,
        via: Via,
    ) -> AnyResult[Concatenate[S, Q]]: ...

    def connect_via(
        self,
        sender: S | AnySender,
        *,
        weak: bool = False,
        once: bool = False,
        priority: int = 0,
        via: Via | None = None,
    ) -> Any:
        """Return a decorator that connects a receiver to one sender, strongly by default.

        Args:
            sender: The one sender to hear, or `ANY`.
            weak: Whether the receiver may die while it is connected.
            once: Whether to disconnect it when its turn comes for the first time.
            priority: Its place before receivers of a lower one, whatever the order.
            via: Calls the receiver in place of the send; see `connect`.

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
        options = with_via(via, weak=weak, once=once, priority=priority)
        return partial(_connected_by, self.connect, sender, options)

    @overload
    def subscribe(
        self,
        receiver: Callable[Concatenate[S, Q], R],
        sender: S | AnySender = ANY,
        *,
        once: bool = False,
        priority: int = 0,
        via: None = None,
    ) -> Subscription: ...
    @overload
    def subscribe(
        self,
        receiver: Callable[Concatenate[S, Q], object],
        sender: S | AnySender = ANY,
        *,
        once: bool = False,
        priority: int = 0,
        via: Via,
    ) -> Subscription: ...

    def subscribe(
        self,
        receiver: Callable[Concatenate[S, Q], object],
        sender: S | AnySender = ANY,
        *,
        once: bool = False,
        priority: int = 0,
        via: Via | None = None,
    ) -> Subscription:
        """Connect a receiver, strongly, until the subscription is closed.

        Two subscriptions of one receiver are two: each ends its own. The receiver is called once
        for each send, with the `priority` and `via` of the first, until the last of them ends. A
        subclass's own `connect` and `disconnect` are called, where there is something to connect.

        Args:
            receiver: A callable that takes what is sent.
            sender: The one sender to hear, or `ANY`.
            once: Whether it ends with the first call, unless another subscription makes it last.
            priority: Its place before receivers of a lower one, whatever the order.
            via: Calls the receiver in place of the send; see `connect`.

        Returns:
            The subscription, which ends by `close()`, by calling it, or with a `with` block.

        Raises:
            ReceiverError: As for `connect`.

        Example:
            >>> from aldis import Signal
            >>> signal = Signal()
            >>> with signal.subscribe(print):
            ...     _ = signal.send("hello")
            hello
            >>> signal.send("nobody hears this")
            []
        """
        if connects_by_its_own(self, Connectable):
            options = with_via(via, once=once, priority=priority)
            return subscription_of_block(connected(self, receiver, sender, sender, **options))
        registry = self._registry
        connection = registry.subscribe(receiver, sender, once=once, priority=priority, via=via)
        return subscription_of(registry, connection, once=once)

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
            return connected(self, receiver, sender, sender)
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

    def disconnect_all(self, sender: S | AnySender = ANY) -> int:
        """End every connection, or those to one sender.

        Args:
            sender: The sender whose connections end; `ANY` ends all of them.

        Returns:
            How many there were.

        Example:
            >>> from aldis import Signal
            >>> signal = Signal()
            >>> _ = signal.connect(print), signal.connect(print, "bridge")
            >>> signal.disconnect_all()
            2
        """
        return self._registry.disconnect_all(sender)

    async def next(
        self,
        sender: S | AnySender = ANY,
        timeout: float | None = None,  # noqa: ASYNC109  # how `queue.get` and `wait` call it
    ) -> Mapping[str, Any]:
        """Wait for the next send, on asyncio or trio.

        Args:
            sender: The one sender to wait for; `ANY` for all of them.
            timeout: How many seconds to wait; None waits until there is one.

        Returns:
            What was sent, by the names of the declaration's parameters, defaults included. What
            `*args` took is under the name with its star.

        Raises:
            TimeoutError: Nothing was sent in time.

        Example:
            >>> import asyncio
            >>> from aldis import Signal
            >>> @Signal
            ... def renamed(sender: object, /, *, name: str) -> None: ...
            >>> async def main() -> None:
            ...     asyncio.get_running_loop().call_soon(lambda: renamed.send(None, name="ada"))
            ...     print(await renamed.next(timeout=5))
            >>> asyncio.run(main())
            {'name': 'ada'}
        """
        return await next_payload(self._heard_from(sender), timeout)

    def wait(self, sender: S | AnySender = ANY, timeout: float | None = None) -> Mapping[str, Any]:
        """Block this thread until the next send, by another one.

        Args:
            sender: The one sender to wait for; `ANY` for all of them.
            timeout: How many seconds to wait; None waits until there is one.

        Returns:
            What was sent, as `next` returns it.

        Raises:
            TimeoutError: Nothing was sent in time.

        Example:
            >>> from aldis import Signal
            >>> try:
            ...     Signal(name="renamed").wait(timeout=0)
            ... except TimeoutError as error:
            ...     print(error)
            signal renamed was not sent within 0 seconds
        """
        return wait_for_payload(self._heard_from(sender), timeout)

    def _heard_from(self, sender: object) -> Heard:
        return Heard(self._registry, sender)

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


def _connected_by(
    connect: Callable[..., object],
    sender: object,
    options: Mapping[str, Any],
    receiver: Callable[..., object],
) -> object:
    return connect(receiver, sender, **options)


# Checkers demand a receiver, and so does this, in words that say how to give it.
cast("FunctionType", vars(Connectable)["connect"]).__defaults__ = (MISSING, ANY)
