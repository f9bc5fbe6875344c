"""Events whose receivers may be async: the counterparts of those in `_event`."""

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
from aldis._core import AsyncSenders
from aldis._event_identity import EventIdentity, EventMethodIdentity, OfInstance
from aldis._limited import Limited
from aldis._sync_signal import AboutSignal
from aldis._typevars import P, Q, R, ResultT, S, SenderT, WithDefaults

if TYPE_CHECKING:
    from aldis._core import Via


class AsyncEvent(  # pyright: ignore[reportIncompatibleMethodOverride]  # as `connect` of its base
    WithDefaults,
    AsyncSenders,
    AsyncOneSender[P, ResultT],
    EventIdentity[P, ResultT | Awaitable[ResultT]],
    Generic[P, ResultT],
):
    """An event that is awaited, declared by an `async def`.

    It differs from `Event` as `AsyncSignal` does from `Signal`: receivers may be `async def` or
    `def`, on asyncio and on trio.

    Args:
        spec: The declaration.
        name: The name of the event; by default, that of its declaration.
        doc: Its documentation; by default, that of its declaration.
        via: The `via` of receivers that are connected without one.

    Raises:
        DeclarationError: As for `Event`; or the declaration is a `def` whose annotated result
            cannot be awaited.

    Example:
        >>> import asyncio
        >>> from aldis import AsyncEvent
        >>> @AsyncEvent
        ... async def stored(key: str, /) -> None: ...
        >>> @stored.connect
        ... async def replicate(name: str) -> None:
        ...     await asyncio.sleep(0)
        ...     print("replicated", name)
        >>> _ = asyncio.run(stored.send("a"))
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
            spec: Callable[P, Coroutine[Any, Any, ResultT]],
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

        async def send(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]:
            """Call every live receiver, each after the one before; see `AsyncSignal.send`.

            Args:
                *args: The declared payload.
                **kwargs: The declared payload; its defaults are filled in and sent, too.

            Returns:
                Each receiver called, with its result.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.
            """
            ...

        async def send_robust(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]:
            """Like `send`, but every receiver is called; see `AsyncSignal.send_robust`."""
            ...

        async def gather(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]:
            """Call all live receivers at once; see `AsyncSignal.gather`.

            Example:
                >>> import asyncio
                >>> from aldis import AsyncEvent
                >>> asked = AsyncEvent[[int], int]()
                >>> @asked.connect
                ... async def double(n: int) -> int:
                ...     return 2 * n
                >>> [result for _, result in asyncio.run(asked.gather(21))]
                [42]
            """
            ...

        async def gather_robust(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]:
            """Like `gather`, but all receivers run to the end; see `AsyncSignal.gather_robust`."""
            ...

    def limited(self, limit: int) -> Limited[P, ResultT]:
        """Return an object that gathers with a limit on receivers; see `AsyncSignal.limited`.

        Args:
            limit: The maximum number of receivers that run at once, at least 1.

        Returns:
            An object with `gather` and `gather_robust`.

        Raises:
            ValueError: The limit is not a positive int.
        """
        return Limited(self._registry, limit)

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:
        # as in `Signal`
        method: ClassVar[_Method]
        """Declare, in a class body, an async event of each instance."""

    else:

        @classmethod
        def method(
            cls,
            spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]] | None = None,
            /,
            *,
            via: Via | None = None,
        ) -> AsyncEventMethod[S, Q, R]:
            """Declare, in a class body, an async event of each instance; see `Event.method`.

            Args:
                spec: The declaration, an `async def`; its `self` is the instance.
                via: The `via` of receivers that are connected without one. If it is the only
                    argument, a decorator is returned.

            Returns:
                A descriptor that gives the declaration from the class, and its own event from an
                instance.

            Raises:
                DeclarationError: As `AsyncEvent` itself.

            Example:
                >>> import asyncio
                >>> from aldis import AsyncEvent
                >>> class Server:
                ...     @AsyncEvent.method
                ...     async def stopped(self, reason: str, /) -> None: ...
                >>> server = Server()
                >>> @server.stopped.connect
                ... def report(why: str) -> None:
                ...     print(why)
                >>> _ = asyncio.run(server.stopped.send("night"))
                night
            """
            if spec is None:
                return lambda spec: AsyncEventMethod(spec, via=via)
            return AsyncEventMethod(spec, via=via)


_new = object.__new__


class _Decorator(Protocol):
    """The decorator that `AsyncEvent.method(via=...)` returns."""

    def __call__(
        self, spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]], /
    ) -> AsyncEventMethod[S, Q, R]: ...


class _Method(Protocol):
    """The type of `AsyncEvent.method` for type checkers."""

    @overload
    def __call__(
        self,
        spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]],
        /,
        *,
        via: Via | None = None,
    ) -> AsyncEventMethod[S, Q, R]: ...
    @overload
    def __call__(self, /, *, via: Via) -> _Decorator: ...


class AsyncEventMethod(
    WithDefaults, AsyncSenders, EventMethodIdentity, Generic[SenderT, P, ResultT]
):
    """The descriptor that `AsyncEvent.method` leaves in a class body; see `EventMethod`."""

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:

        def __init__(
            self,
            spec: Callable[Concatenate[SenderT, P], Coroutine[Any, Any, ResultT]],
            /,
            *,
            via: Via | None = None,
        ) -> None: ...

    # Any instance and owner, as in `SignalMethod`.
    @overload
    def __get__(self, instance: None, owner: Any, /) -> AsyncEventMethod[SenderT, P, ResultT]: ...
    @overload
    def __get__(self, instance: object, owner: Any, /) -> AsyncEvent[P, ResultT]: ...
    def __get__(
        self, instance: object, owner: Any, /
    ) -> AsyncEventMethod[SenderT, P, ResultT] | AsyncEvent[P, ResultT]:
        if instance is None:
            return self
        event = _new(AsyncEventOfInstance)
        event._method = self
        event._instance = instance
        # a method object adds the instance in C, and setting it here is faster than a property
        event.send = MethodType(self.send, instance)  # type: ignore[attr-defined, method-assign]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]  # both are slots
        return cast("AsyncEvent[P, ResultT]", event)


class AsyncEventOfInstance(OfInstance, AsyncEvent[P, ResultT]):
    # no docstring here: every event of an instance would show it
    __slots__ = ("_instance", "_method")
    _shown_as = "AsyncEvent"

    if not TYPE_CHECKING:
        __doc__ = OfInstance.__doc__

        @property
        def send_robust(self) -> MethodType:
            """Send the event of this instance; see `AsyncEvent.send_robust`."""
            return MethodType(self._method.send_robust, self._instance)

        @property
        def gather(self) -> MethodType:
            """Send the event of this instance; see `AsyncEvent.gather`."""
            return MethodType(self._method.gather, self._instance)

        @property
        def gather_robust(self) -> MethodType:
            """Send the event of this instance; see `AsyncEvent.gather_robust`."""
            return MethodType(self._method.gather_robust, self._instance)

    def limited(self, limit: int) -> Limited[P, ResultT]:
        """Return an object that gathers with a limit on the number of running receivers."""
        return Limited(self._registry, limit, (self._instance,))
