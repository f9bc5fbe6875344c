"""The methods of async signals with one sender, and of async events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, Protocol, overload

from aldis._one_sender import OneSender
from aldis._typevars import Q, R, T

if TYPE_CHECKING:
    from aldis._connectable import AnyResult
    from aldis._core import Via

    class AsyncDecorator(Protocol[Q, R]):
        """The decorator that `connect_via` of an async signal returns."""

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
        # overloads keep the type of a decorated async receiver, so that it can be awaited

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
                receiver: A callable that accepts the declared payload, async or not.
                weak: Whether to hold the receiver weakly: a connection then does not keep it alive.
                once: Whether to disconnect the receiver when it is first called.
                priority: Receivers with a higher priority are called first.
                via: How to call the receiver, if not directly in the send; see `Signal.connect`.

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
                weak: Whether to hold the receiver weakly: a connection then does not keep it alive.
                once: Whether to disconnect the receiver when it is first called.
                priority: Receivers with a higher priority are called first.
                via: How to call the receiver, if not directly in the send; see `Signal.connect`.

            Returns:
                A decorator that returns the receiver, and raises what `connect` raises.
            """
            ...
