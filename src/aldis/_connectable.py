"""The base of signals: it connects, disconnects, mutes, and lists the receivers."""

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

    from aldis import _connect_types as _connect_types  # noqa: PLC0414  # the mypy plugin needs it
    from aldis._core import Via
    from aldis._subscription import Subscription


if TYPE_CHECKING:

    class AnyResult(Protocol[Q]):
        """The decorator that `connect_via` returns with a `via`; it takes any result."""

        def __call__(self, receiver: Callable[Q, T], /) -> Callable[Q, T]: ...


class Connectable(SignalIdentity, Generic[S, Q, R]):
    """The base of `Signal` and `AsyncSignal`; `R` is what a receiver may return."""

    _registry: Registry

    # a receiver with a `via` may return anything, since its result is not used

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

        Connecting the same pair again has no effect, except that it can make a weak connection
        strong. Receivers are called in connection order, those with a higher priority first.

        Args:
            receiver: A function, bound method or any other callable that accepts the declared
                payload.
            sender: The one sender to receive from; `ANY` for all senders. Compared by identity and
                never kept alive; a `str` or `int` is compared by value.
            weak: Whether to hold the receiver weakly: a connection then does not keep it alive. A
                bound method lives as long as its object.
            once: Whether to disconnect the receiver when it is first called.
            priority: Receivers with a higher priority are called first.
            via: How to call the receiver, if not directly in the send: later, in another thread or
                in an event loop. It is called with a function without arguments that calls the
                receiver (see `aldis.delivery`). The result of such a receiver is not among the
                results of the send.

        Returns:
            The receiver, so that this is a decorator.

        Raises:
            IncompatibleReceiverError: The receiver does not accept the declared payload.
            AsyncReceiverError: The receiver is async, the signal is not, and there is no `via`.
            WeakReceiverError: The receiver cannot be held weakly, and `weak` is true.
            ReceiverError: The receiver is not callable, or the priority is not an int.

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
            sender: The one sender to receive from, or `ANY`.
            weak: Whether to hold the receiver weakly: a connection then does not keep it alive.
            once: Whether to disconnect the receiver when it is first called.
            priority: Receivers with a higher priority are called first.
            via: How to call the receiver, if not directly in the send; see `connect`.

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

        You may subscribe one receiver several times and end each subscription on its own. The
        receiver is called once for each send, with the `priority` and `via` of the first
        subscription, until the last one ends. If a subclass overrides `connect` and `disconnect`,
        its methods are called, unless the receiver is already connected.

        Args:
            receiver: A callable that accepts the declared payload.
            sender: The one sender to receive from, or `ANY`.
            once: Whether to end it at the first call, unless another subscription keeps the
                connection.
            priority: Receivers with a higher priority are called first.
            via: How to call the receiver, if not directly in the send; see `connect`.

        Returns:
            The subscription. End it with `close()`, by calling it, or with a `with` block.

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

        The end of the block removes only the connection that it made. A connection that existed
        before stays as it was; blocks may be nested. If a subclass overrides `connect` and
        `disconnect`, its methods are called, unless the receiver is already connected.

        Args:
            receiver: A callable that accepts the declared payload.
            sender: The one sender to receive from, or `ANY`.

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
            receiver: The receiver. If it is not connected, nothing happens.
            sender: The sender whose connection ends; `ANY` ends every connection of the receiver.

        Returns:
            Whether a connection was ended.

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
            The number of connections that were ended.

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
        timeout: float | None = None,  # noqa: ASYNC109  # the name that `queue.get` and `wait` use
    ) -> Mapping[str, Any]:
        """Wait for the next send, on asyncio or trio.

        Args:
            sender: The one sender to wait for; `ANY` for all of them.
            timeout: How many seconds to wait; None waits without limit.

        Returns:
            The payload, by the parameter names of the declaration, including defaults. The
            arguments of `*args` are under that name with its star.

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
        """Block this thread until another thread sends.

        Args:
            sender: The one sender to wait for; `ANY` for all of them.
            timeout: How many seconds to wait; None waits without limit.

        Returns:
            The payload, as `next` returns it.

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
        """Call no receivers during a `with` block; blocks may overlap and be nested.

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
            sender: The sender; `ANY` for the receivers that are connected to all senders.

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
        """Whether a send from this sender would call any receiver.

        Args:
            sender: The sender; `ANY` for the receivers that are connected to all senders.

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
        """The live receivers, for any sender; none while the signal is muted.

        Use `if signal.receivers:` to skip making an expensive payload. It costs the same for any
        number of receivers.

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


# Type checkers require a receiver; without one, this raises an error that says how to pass it.
cast("FunctionType", vars(Connectable)["connect"]).__defaults__ = (MISSING, ANY)
