"""The methods of signals with one sender, and of events: they take no sender argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, cast, overload

from aldis._awaiting import Heard, next_payload, wait_for_payload
from aldis._blocks import muted, with_via
from aldis._receivers import Receivers
from aldis._static import MISSING
from aldis._typevars import Q, R, T

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import FunctionType

    from aldis._connectable import AnyResult
    from aldis._core import Registry, Via
    from aldis._subscription import Subscription

    class Target(Protocol):
        """A signal, or the registry of an event: both connect receivers to senders."""

        def connect(
            self,
            receiver: Callable[..., Any],
            sender: Any,
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
        ) -> object: ...
        def disconnect(self, receiver: Callable[..., Any], sender: Any) -> bool: ...
        def disconnect_all(self, sender: Any) -> int: ...
        def receivers_for(self, sender: Any) -> tuple[Callable[..., Any], ...]: ...
        def has_receivers_for(self, sender: Any) -> bool: ...


class OneSender(Generic[Q, R]):
    """The base of bound signals and of events; `Q` and `R` are the signature of receivers."""

    __slots__ = ()

    # attributes that subclasses define
    if TYPE_CHECKING:

        @property
        def _sending_registry(self) -> Registry: ...
        @property
        def _heard(self) -> object:
            """The sender; `ANY` for an event without an instance."""
            ...

        @property
        def _target(self) -> Target: ...

        def _connected_to(
            self, receiver: Callable[..., object]
        ) -> AbstractContextManager[None]: ...
        def _subscribe(self, receiver: Callable[..., object], **options: Any) -> Subscription: ...

    # a receiver with a `via` may return anything, since its result is not used
    @overload
    def connect(
        self,
        receiver: Callable[Q, R],
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        via: None = None,
    ) -> Callable[Q, R]: ...
    @overload
    def connect(
        self,
        receiver: Callable[Q, T],
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        via: Via,
    ) -> Callable[Q, T]: ...

    def connect(
        self,
        receiver: Callable[Q, Any],
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        via: Via | None = None,
    ) -> Callable[Q, Any]:
        """Call a receiver at every send; see `Signal.connect`.

        Args:
            receiver: A callable that accepts the declared payload.
            weak: Whether to hold the receiver weakly: a connection then does not keep it alive.
            once: Whether to disconnect the receiver when it is first called.
            priority: Receivers with a higher priority are called first.
            via: How to call the receiver, if not directly in the send; see `Signal.connect`.

        Returns:
            The receiver, so that this is a decorator.

        Raises:
            ReceiverError: As for `Signal.connect`.

        Example:
            >>> from aldis import Event, Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            ...     @Event.method
            ...     def closed(self, by: str) -> None: ...
            >>> door = Door()
            >>> @door.opened.connect
            ... def announce(sender: Door) -> None:
            ...     print("this very door")
            >>> @door.closed.connect
            ... def thank(by: str) -> None:
            ...     print("thank you,", by)
            >>> _ = Door().opened.send(), door.opened.send(), door.closed.send("ada")
            this very door
            thank you, ada
        """
        options = with_via(via, weak=weak, once=once, priority=priority)
        self._target.connect(receiver, self._heard, **options)
        return receiver

    @overload
    def connect_via(
        self, *, weak: bool = False, once: bool = False, priority: int = 0, via: None = None
    ) -> Callable[[Callable[Q, R]], Callable[Q, R]]: ...
    @overload
    def connect_via(
        self, *, weak: bool = False, once: bool = False, priority: int = 0, via: Via
    ) -> AnyResult[Q]: ...

    def connect_via(
        self,
        *,
        weak: bool = False,
        once: bool = False,
        priority: int = 0,
        via: Via | None = None,
    ) -> Any:
        """Return a decorator that connects a receiver, strongly by default.

        Args:
            weak: Whether to hold the receiver weakly: a connection then does not keep it alive.
            once: Whether to disconnect the receiver when it is first called.
            priority: Receivers with a higher priority are called first.
            via: How to call the receiver, if not directly in the send; see `Signal.connect`.

        Returns:
            A decorator that returns the receiver, and raises what `connect` raises.

        Example:
            >>> from aldis import Event
            >>> saved = Event()
            >>> @saved.connect_via(once=True)
            ... def announce() -> None:
            ...     print("for the first time")
            >>> _ = saved.send(), saved.send()
            for the first time
        """
        options = with_via(via, weak=weak, once=once, priority=priority)
        return partial(self.connect, **options)

    @overload
    def subscribe(
        self,
        receiver: Callable[Q, R],
        *,
        once: bool = False,
        priority: int = 0,
        via: None = None,
    ) -> Subscription: ...
    @overload
    def subscribe(
        self,
        receiver: Callable[Q, object],
        *,
        once: bool = False,
        priority: int = 0,
        via: Via,
    ) -> Subscription: ...

    def subscribe(
        self,
        receiver: Callable[Q, object],
        *,
        once: bool = False,
        priority: int = 0,
        via: Via | None = None,
    ) -> Subscription:
        """Connect a receiver, strongly, until the subscription is closed; see `Signal.subscribe`.

        Args:
            receiver: A callable that accepts the declared payload.
            once: Whether to end it at the first call, unless another subscription keeps the
                connection.
            priority: Receivers with a higher priority are called first.
            via: How to call the receiver, if not directly in the send; see `Signal.connect`.

        Returns:
            The subscription. End it with `close()`, by calling it, or with a `with` block.

        Raises:
            ReceiverError: As for `Signal.connect`.

        Example:
            >>> from aldis import Event
            >>> saved = Event()
            >>> with saved.subscribe(print):
            ...     _ = saved.send("inside")
            inside
            >>> saved.send("outside")
            []
        """
        return self._subscribe(receiver, **with_via(via, once=once, priority=priority))

    def connected_to(self, receiver: Callable[Q, R]) -> AbstractContextManager[None]:
        """Connect a receiver, strongly, for the length of a `with` block.

        Args:
            receiver: A callable that accepts the declared payload.

        Returns:
            A context manager, which raises what `connect` raises when it is entered.

        Example:
            >>> from aldis import Event
            >>> saved = Event()
            >>> with saved.connected_to(lambda path: print(path)):
            ...     _ = saved.send("inside")
            inside
            >>> saved.send("outside")
            []
        """
        return self._connected_to(receiver)

    def disconnect(self, receiver: Callable[..., object]) -> bool:
        """Stop calling a receiver; see `Signal.disconnect`.

        Args:
            receiver: The receiver.

        Returns:
            Whether a connection was ended.

        Example:
            >>> from aldis import Event
            >>> saved = Event()
            >>> saved.disconnect(saved.connect(print))
            True
        """
        return self._target.disconnect(receiver, self._heard)

    def disconnect_all(self) -> int:
        """End every connection, and return their number.

        Example:
            >>> from aldis import Event
            >>> saved = Event()
            >>> _ = saved.connect(print)
            >>> saved.disconnect_all(), saved.disconnect_all()
            (1, 0)
        """
        return self._target.disconnect_all(self._heard)

    def muted(self) -> AbstractContextManager[None]:
        """Call no receivers during a `with` block.

        Sends of other senders and other instances still call them.

        Returns:
            A context manager.

        Example:
            >>> from aldis import Event
            >>> class Door:
            ...     @Event.method
            ...     def opened(self) -> None: ...
            >>> front, back = Door(), Door()
            >>> def announce() -> None: ...
            >>> _ = front.opened.connect(announce), back.opened.connect(announce)
            >>> with front.opened.muted():
            ...     len(front.opened.send()), len(back.opened.send())
            (0, 1)
        """
        return muted(self._sending_registry, self._heard)

    def receivers_for(self) -> tuple[Callable[Q, R], ...]:
        """Return the live receivers that a send would call, in their order.

        Example:
            >>> from aldis import Event
            >>> Event().receivers_for()
            ()
        """
        return cast("tuple[Callable[Q, R], ...]", self._target.receivers_for(self._heard))

    def has_receivers_for(self) -> bool:
        """Whether a send would call any receiver.

        Example:
            >>> from aldis import Event
            >>> Event().has_receivers_for()
            False
        """
        return self._target.has_receivers_for(self._heard)

    @property
    def receivers(self) -> Sequence[Callable[Q, R]]:
        """The live receivers, as `receivers_for()`. Check it to skip making an expensive payload.

        Example:
            >>> from aldis import Event
            >>> reported = Event()
            >>> if reported.receivers:
            ...     reported.send(report="expensive")
        """
        return Receivers(self.receivers_for, self.has_receivers_for)

    async def next(
        self,
        timeout: float | None = None,  # noqa: ASYNC109  # the name that `queue.get` and `wait` use
    ) -> Mapping[str, Any]:
        """Wait for the next send, on asyncio or trio; see `Signal.next`.

        Args:
            timeout: How many seconds to wait; None waits without limit.

        Returns:
            The payload, by name.

        Raises:
            TimeoutError: Nothing was sent in time.

        Example:
            >>> import asyncio
            >>> from aldis import Event
            >>> @Event
            ... def renamed(name: str) -> None: ...
            >>> async def main() -> None:
            ...     asyncio.get_running_loop().call_soon(renamed.send, "ada")
            ...     print(await renamed.next())
            >>> asyncio.run(main())
            {'name': 'ada'}
        """
        return await next_payload(Heard(self._sending_registry, self._heard), timeout)

    def wait(self, timeout: float | None = None) -> Mapping[str, Any]:
        """Block this thread until another thread sends; see `Signal.wait`.

        Args:
            timeout: How many seconds to wait; None waits without limit.

        Returns:
            The payload, by name.

        Raises:
            TimeoutError: Nothing was sent in time.

        Example:
            >>> from aldis import Event
            >>> try:
            ...     Event(name="renamed").wait(timeout=0)
            ... except TimeoutError as error:
            ...     print(error)
            signal renamed was not sent within 0 seconds
        """
        return wait_for_payload(Heard(self._sending_registry, self._heard), timeout)


# Type checkers require a receiver; without one, this raises an error that says how to pass it.
cast("FunctionType", vars(OneSender)["connect"]).__defaults__ = (MISSING,)
