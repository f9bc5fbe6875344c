"""What can be done with an async signal of one sender, and with an async event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, Protocol, overload

from aldis._one_sender import OneSender
from aldis._typevars import Q, R, T

if TYPE_CHECKING:
    from aldis._connectable import AnyResult
    from aldis._core import Via

    class AsyncDecorator(Protocol[Q, R]):
        """What `connect_via` of an async signal returns: an async receiver can be awaited after."""

        @overload
        def __call__(
            self, receiver: Callable[Q, Coroutine[Any, Any, R]], /
        ) -> Callable[Q, Coroutine[Any, Any, R]]: ...
        @overload
        def __call__(
            self, receiver: Callable[Q, R | Awaitable[R]], /
        ) -> Callable[Q, R | Awaitable[R]]: ...


class AsyncOneSender(OneSender[Q, R | Awaitable[R]], Generic[Q, R]):
    """The base of async bound signals and of async events: their receivers may be async."""

    __slots__ = ()

    if TYPE_CHECKING:
        # with overloads, so that a decorated receiver can be awaited if it is async

        @overload  # type: ignore[override]  # the first one returns a narrower type
        def connect(
            self,
            receiver: Callable[Q, Coroutine[Any, Any, R]],
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
            via: None = None,
        ) -> Callable[Q, Coroutine[Any, Any, R]]: ...
        @overload
        def connect(
            self,
            receiver: Callable[Q, R | Awaitable[R]],
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
            via: None = None,
        ) -> Callable[Q, R | Awaitable[R]]: ...
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
        def connect(  # pyright: ignore[reportIncompatibleMethodOverride]  # as above
            self,
            receiver: Callable[Q, Any],
            *,
            weak: bool = True,
            once: bool = False,
            priority: int = 0,
            via: Via | None = None,
        ) -> Callable[Q, Any]:
            """Call a receiver, async or not, at every send; see `AsyncSignal.connect`.

            Args:
                receiver: A callable that takes what is sent, async or not.
                weak: Whether the receiver may die while it is connected.
                once: Whether to disconnect it when its turn comes for the first time.
                priority: Its place before receivers of a lower one, whatever the order.
                via: Calls the receiver in place of the send.

            Returns:
                The receiver, so that this is a decorator.

            Raises:
                ReceiverError: As for `AsyncSignal.connect`.
            """
            ...

        @overload
        def connect_via(
            self, *, weak: bool = False, once: bool = False, priority: int = 0, via: None = None
        ) -> AsyncDecorator[Q, R]: ...
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
                weak: Whether the receiver may die while it is connected.
                once: Whether to disconnect it when its turn comes for the first time.
                priority: Its place before receivers of a lower one, whatever the order.
                via: Calls the receiver in place of the send.

            Returns:
                A decorator that returns the receiver, and raises what `connect` raises.
            """
            ...
