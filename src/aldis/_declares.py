"""Types of the decorators that the methods of a namespace return for a `name=` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from aldis._async_event import AsyncEvent
    from aldis._async_signal import AsyncSignal
    from aldis._event import Event
    from aldis._sync_signal import Signal
    from aldis._typevars import Q, R, S


class DeclaresSignal(Protocol):
    """The decorator that `namespace.signal(name=...)` returns."""

    def __call__(self, spec: Callable[Concatenate[S, Q], R], /) -> Signal[S, Q, R]: ...


class DeclaresAsyncSignal(Protocol):
    """The decorator that `namespace.async_signal(name=...)` returns."""

    def __call__(
        self, spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]], /
    ) -> AsyncSignal[S, Q, R]: ...


class DeclaresEvent(Protocol):
    """The decorator that `namespace.event(name=...)` returns."""

    def __call__(self, spec: Callable[Q, R], /) -> Event[Q, R]: ...


class DeclaresAsyncEvent(Protocol):
    """The decorator that `namespace.async_event(name=...)` returns."""

    def __call__(self, spec: Callable[Q, Coroutine[Any, Any, R]], /) -> AsyncEvent[Q, R]: ...
