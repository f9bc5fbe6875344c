"""Signals whose receivers may be async: the counterparts of those in `_sync_signal`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Final,
    Generic,
    Protocol,
    cast,
    overload,
)

from aldis import _about
from aldis._async_one_sender import AsyncOneSender
from aldis._bound import BoundConnectable
from aldis._connectable import Connectable
from aldis._core import ANY, AnySender, AsyncSenders
from aldis._limited import Limited
from aldis._sync_signal import AboutSignal
from aldis._typevars import P, Q, R, ResultT, S, SenderT, T, WithDefaults

if TYPE_CHECKING:
    from aldis._async_one_sender import AsyncDecorator
    from aldis._connectable import AnyResult
    from aldis._core import Via


class AsyncSignal(
    WithDefaults,
    AsyncSenders,
    Connectable[SenderT, P, ResultT | Awaitable[ResultT]],
    Generic[SenderT, P, ResultT],
):
    """A signal that is awaited, declared by an `async def`.

    Its receivers may be `async def` or `def`. If a receiver returns an awaitable, it is awaited.
    Works on asyncio and on trio.

    Args:
        spec: The declaration.
        name: The name of the signal; by default, that of its declaration.
        doc: Its documentation; by default, that of its declaration.
        via: The `via` of receivers that are connected without one.

    Raises:
        DeclarationError: As for `Signal`; or the declaration is a `def` whose annotated result
            cannot be awaited.

    Example:
        >>> import asyncio
        >>> from aldis import AsyncSignal
        >>> @AsyncSignal
        ... async def stored(sender: object, /, *, key: str) -> None: ...
        >>> @stored.connect
        ... async def replicate(sender: object, *, key: str) -> None:
        ...     await asyncio.sleep(0)
        ...     print("replicated", key)
        >>> _ = asyncio.run(stored.send(None, key="a"))
        replicated a
    """

    if TYPE_CHECKING:

        @overload
        def __init__(
            self, /, *, name: str | None = None, doc: str | None = None, via: Via | None = None
        ) -> None: ...
        @overload
        def __init__(
            self,
            spec: Callable[Concatenate[SenderT, P], Coroutine[Any, Any, ResultT]],
            /,
            *,
            name: str | None = None,
            doc: str | None = None,
            via: Via | None = None,
        ) -> None: ...
        def __init__(
            self,
            spec: Any = None,
            /,
            *,
            name: str | None = None,
            doc: str | None = None,
            via: Via | None = None,
        ) -> None: ...

        # overloads keep the type of a decorated async receiver, so that it can be awaited
        @overload  # type: ignore[override]  # the first one returns a narrower type
        def connect(
            self,
            receiver: Callable[Concatenate[SenderT, P], Coroutine[Any, Any, ResultT]],
            sender: SenderT | AnySender = ANY,
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
            via: None = None,
        ) -> Callable[Concatenate[SenderT, P], Coroutine[Any, Any, ResultT]]: ...
        @overload
        def connect(
            self,
            receiver: Callable[Concatenate[SenderT, P], ResultT | Awaitable[ResultT]],
            sender: SenderT | AnySender = ANY,
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
            via: None = None,
        ) -> Callable[Concatenate[SenderT, P], ResultT | Awaitable[ResultT]]: ...
        @overload
        def connect(
            self,
            receiver: Callable[Concatenate[SenderT, P], T],
            sender: SenderT | AnySender = ANY,
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
            via: Via,
        ) -> Callable[Concatenate[SenderT, P], T]: ...
        def connect(  # pyright: ignore[reportIncompatibleMethodOverride]  # as above
            self,
            receiver: Callable[Concatenate[SenderT, P], Any],
            sender: SenderT | AnySender = ANY,
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
            via: Via | None = None,
        ) -> Callable[Concatenate[SenderT, P], Any]:
            """Call a receiver at every send, or at those of one sender; see `Signal.connect`.

            Args:
                receiver: A callable that accepts the declared payload, async or not.
                sender: The one sender to receive from; `ANY` for all senders.
                weak: Whether to hold the receiver weakly: a connection then does not keep it alive.
                once: Whether to disconnect the receiver when it is first called.
                priority: Receivers with a higher priority are called first.
                via: How to call the receiver, if not directly in the send; see `Signal.connect`.

            Returns:
                The receiver, so that this is a decorator.

            Raises:
                ReceiverError: As for `Signal.connect`, except that the receiver may be async.
            """
            ...

        @overload
        def connect_via(
            self,
            sender: SenderT | AnySender,
            *,
            weak: bool = False,
            once: bool = False,
            priority: int = 0,
            via: None = None,
        ) -> AsyncDecorator[Concatenate[SenderT, P], ResultT]: ...
        @overload
        def connect_via(
            self,
            sender: SenderT | AnySender,
            *,
            weak: bool = False,
            once: bool = False,
            priority: int = 0,
            via: Via,
        ) -> AnyResult[Concatenate[SenderT, P]]: ...
        def connect_via(
            self,
            sender: SenderT | AnySender,
            *,
            weak: bool = False,
            once: bool = False,
            priority: int = 0,
            via: Via | None = None,
        ) -> Any:
            """Return a decorator that connects a receiver to one sender; see `Signal.connect_via`.

            Args:
                sender: The one sender to receive from, or `ANY`.
                weak: Whether to hold the receiver weakly: a connection then does not keep it alive.
                once: Whether to disconnect the receiver when it is first called.
                priority: Receivers with a higher priority are called first.
                via: How to call the receiver, if not directly in the send; see `Signal.connect`.

            Returns:
                A decorator that returns the receiver, and raises what `connect` raises.
            """
            ...

        async def send(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]:
            """Call the live receivers of this sender and of `ANY`, one after another.

            Like `Signal.send`. If a receiver returns an awaitable, it is awaited before the next
            receiver is called.

            Args:
                sender: The sender.
                *args: The declared payload.
                **kwargs: The declared payload; its defaults are filled in and sent, too.

            Returns:
                Each receiver called, with its result.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.

            Example:
                >>> import asyncio
                >>> from aldis import AsyncSignal
                >>> @AsyncSignal
                ... async def asked(sender: str, /, *, question: str) -> int: ...
                >>> @asked.connect
                ... async def count(sender: str, *, question: str) -> int:
                ...     return len(question)
                >>> asyncio.run(asked.send("me", question="why?"))
                [(<function count at ...>, 4)]
            """
            ...

        async def send_robust(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]:
            """Like `send`, but every receiver is called, even if others raise.

            An exception takes the place of its receiver's result and is logged on the logger
            `aldis`. Other exceptions, such as a cancellation, still propagate.

            Args:
                sender: The sender.
                *args: The declared payload.
                **kwargs: The declared payload.

            Returns:
                Each receiver called, with its result or its exception.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.

            Example:
                >>> import asyncio
                >>> from aldis import AsyncSignal
                >>> asyncio.run(AsyncSignal().send_robust("nobody listens"))
                []
            """
            ...

        async def gather(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]:
            """Call all live receivers at once, each in a task of its own.

            The tasks run in an `asyncio.TaskGroup` or a trio nursery: when one fails, the others
            are cancelled.

            Args:
                sender: The sender.
                *args: The declared payload.
                **kwargs: The declared payload; its defaults are filled in and sent, too.

            Returns:
                Each receiver called, with its result, in connection order.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.
                ExceptionGroup: Receivers failed.

            Example:
                >>> import asyncio
                >>> from aldis import AsyncSignal
                >>> signal = AsyncSignal()
                >>> @signal.connect
                ... async def double(n: int) -> int:
                ...     return 2 * n
                >>> [result for _, result in asyncio.run(signal.gather(21))]
                [42]
            """
            ...

        async def gather_robust(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]:
            """Like `gather`, but every receiver runs to its end.

            An exception takes the place of its receiver's result and is logged on the logger
            `aldis`; the other receivers go on.

            Args:
                sender: The sender.
                *args: The declared payload.
                **kwargs: The declared payload; its defaults are filled in and sent, too.

            Returns:
                Each receiver called, with its result or its exception, in connection order.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.

            Example:
                >>> import asyncio
                >>> from aldis import AsyncSignal
                >>> asyncio.run(AsyncSignal().gather_robust("nobody listens"))
                []
            """
            ...

    def limited(self, limit: int) -> Limited[Concatenate[SenderT, P], ResultT]:
        """Return an object that gathers with a limit on the number of running receivers.

        Args:
            limit: The maximum number of receivers that run at once, at least 1.

        Returns:
            An object with `gather` and `gather_robust`.

        Raises:
            ValueError: The limit is not a positive int.

        Example:
            >>> import asyncio
            >>> from aldis import AsyncSignal
            >>> signal = AsyncSignal()
            >>> asyncio.run(signal.limited(3).gather("nobody listens"))
            []
        """
        return Limited(self._registry, limit)

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:
        # as in `Signal`
        method: ClassVar[_Method]
        """Declare, in a class body, an async signal that its instances send."""

    else:

        @classmethod
        def method(
            cls,
            spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]] | None = None,
            /,
            *,
            via: Via | None = None,
        ) -> AsyncSignalMethod[S, Q, R]:
            """Declare, in a class body, an async signal that its instances send.

            Args:
                spec: The declaration, an `async def`; its `self` is the sender.
                via: The `via` of receivers that are connected without one. If it is the only
                    argument, a decorator is returned.

            Returns:
                A descriptor that gives the signal from the class, and an `AsyncBoundSignal` from
                an instance.

            Raises:
                DeclarationError: As `AsyncSignal` itself.

            Example:
                >>> import asyncio
                >>> from aldis import AsyncSignal
                >>> class Server:
                ...     @AsyncSignal.method
                ...     async def stopped(self, *, reason: str) -> None: ...
                >>> @Server.stopped.connect
                ... def report(server: Server, *, reason: str) -> None:
                ...     print(reason)
                >>> _ = asyncio.run(Server().stopped.send(reason="night"))
                night
            """
            if spec is None:
                return lambda spec: AsyncSignalMethod(cls(spec, via=via))
            return AsyncSignalMethod(cls(spec) if via is None else cls(spec, via=via))


class _Decorator(Protocol):
    """The decorator that `AsyncSignal.method(via=...)` returns."""

    def __call__(
        self, spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]], /
    ) -> AsyncSignalMethod[S, Q, R]: ...


class _Method(Protocol):
    """The type of `AsyncSignal.method` for type checkers."""

    @overload
    def __call__(
        self,
        spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]],
        /,
        *,
        via: Via | None = None,
    ) -> AsyncSignalMethod[S, Q, R]: ...
    @overload
    def __call__(self, /, *, via: Via) -> _Decorator: ...


class AsyncSignalMethod(WithDefaults, Generic[SenderT, P, ResultT]):
    """The descriptor that `AsyncSignal.method` leaves in a class body.

    Example:
        >>> from aldis import AsyncSignal
        >>> class Job:
        ...     @AsyncSignal.method
        ...     async def ended(self) -> None: ...
        >>> Job.ended is Job.ended, Job().ended.signal is Job.ended
        (True, True)
    """

    def __init__(self, signal: AsyncSignal[SenderT, P, ResultT]) -> None:
        self._signal = signal
        self.__doc__ = signal.__doc__
        vars(signal).pop("_hint", None)

    # Any instance and owner, as in `SignalMethod`.
    @overload
    def __get__(self, instance: None, owner: Any, /) -> AsyncSignal[SenderT, P, ResultT]: ...
    @overload
    def __get__(self, instance: object, owner: Any, /) -> AsyncBoundSignal[SenderT, P, ResultT]: ...
    def __get__(
        self, instance: object, owner: Any, /
    ) -> AsyncSignal[SenderT, P, ResultT] | AsyncBoundSignal[SenderT, P, ResultT]:
        if instance is None:
            return self._signal
        return AsyncBoundSignal(self._signal, cast("SenderT", instance))


class AsyncBoundSignal(  # pyright: ignore[reportIncompatibleMethodOverride]  # as `connect`
    WithDefaults,
    AsyncOneSender[Concatenate[SenderT, P], ResultT],
    BoundConnectable[SenderT, P, ResultT | Awaitable[ResultT]],
    Generic[SenderT, P, ResultT],
):
    """An async signal of one sender; see `BoundSignal`.

    Attributes:
        sender: The instance that sends, and whose sends the receivers get.

    Example:
        >>> import asyncio
        >>> from aldis import AsyncSignal
        >>> class Door:
        ...     @AsyncSignal.method
        ...     async def opened(self, *, by: str) -> None: ...
        >>> door = Door()
        >>> @door.opened.connect
        ... async def announce(door: Door, *, by: str) -> None:
        ...     print(by, "is at the door")
        >>> _ = asyncio.run(door.opened.gather(by="ada"))
        ada is at the door
    """

    __slots__ = ()

    @property
    def signal(self) -> AsyncSignal[SenderT, P, ResultT]:
        """The signal it sends.

        Example:
            >>> from aldis import AsyncSignal
            >>> class Door:
            ...     @AsyncSignal.method
            ...     async def opened(self) -> None: ...
            >>> Door().opened.signal is Door.opened
            True
        """
        return cast("AsyncSignal[SenderT, P, ResultT]", self._signal)

    if TYPE_CHECKING:

        def __init__(self, signal: AsyncSignal[SenderT, P, ResultT], sender: SenderT) -> None: ...

        async def send(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]:
            """Send the signal from this sender; see `AsyncSignal.send`."""
            ...

        async def send_robust(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]:
            """Send the signal from this sender; see `AsyncSignal.send_robust`."""
            ...

        async def gather(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]:
            """Send the signal from this sender; see `AsyncSignal.gather`."""
            ...

        async def gather_robust(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]:
            """Send the signal from this sender; see `AsyncSignal.gather_robust`."""
            ...

    else:
        # as in `BoundSignal`, the sender is added in C

        @property
        def send(self) -> MethodType:
            """Send the signal from this sender; see `AsyncSignal.send`."""
            return MethodType(self._signal.send, self.sender)

        @property
        def send_robust(self) -> MethodType:
            """Send the signal from this sender; see `AsyncSignal.send_robust`."""
            return MethodType(self._signal.send_robust, self.sender)

        @property
        def gather(self) -> MethodType:
            """Send the signal from this sender; see `AsyncSignal.gather`."""
            return MethodType(self._signal.gather, self.sender)

        @property
        def gather_robust(self) -> MethodType:
            """Send the signal from this sender; see `AsyncSignal.gather_robust`."""
            return MethodType(self._signal.gather_robust, self.sender)

    def limited(self, limit: int) -> Limited[P, ResultT]:
        """Return an object that gathers with a limit on receivers; see `AsyncSignal.limited`.

        Args:
            limit: The maximum number of receivers that run at once, at least 1.

        Returns:
            An object with `gather` and `gather_robust`.

        Raises:
            ValueError: The limit is not a positive int.
        """
        return Limited(self._sending_registry, limit, (self.sender,))
