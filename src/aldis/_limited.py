"""Gathers with a limit on the number of running receivers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic

from aldis._core import limited
from aldis._typevars import Q, R

if TYPE_CHECKING:
    from aldis._core import Registry


class Limited(Generic[Q, R]):
    """`gather` and `gather_robust` of an async signal, with a limit on running receivers.

    `signal.limited(3)` makes it. The limit is not an argument of `gather`, since the payload may
    use any name, and type checkers allow no other parameters beside a ParamSpec.

    Example:
        >>> import asyncio
        >>> from aldis import AsyncEvent
        >>> @AsyncEvent
        ... async def stored(key: str) -> None: ...
        >>> asyncio.run(stored.limited(3).gather("a"))
        []
    """

    __slots__ = ("_limit", "_registry", "_sender")

    # Any, since the registry's type is not public
    def __init__(self, registry: Any, limit: int, sender: tuple[object, ...] = ()) -> None:
        if type(limit) is not int or limit < 1:
            raise ValueError(f"limited() expected a positive int, got {limit!r}")
        self._registry: Registry = registry
        self._limit = limit
        self._sender = sender  # of a bound signal

    if TYPE_CHECKING:

        async def gather(
            self, *args: Q.args, **kwargs: Q.kwargs
        ) -> list[tuple[Callable[..., R | Awaitable[R]], R]]:
            """Call every live receiver; see `AsyncSignal.gather`."""
            ...

        async def gather_robust(
            self, *args: Q.args, **kwargs: Q.kwargs
        ) -> list[tuple[Callable[..., R | Awaitable[R]], R | Exception]]:
            """Call every live receiver; see `AsyncSignal.gather_robust`."""
            ...

    else:

        @property
        def gather(self) -> Callable[..., object]:
            """Call every live receiver; see `AsyncSignal.gather`."""
            return self._bound(limited(self._registry, "async gather", self._limit))

        @property
        def gather_robust(self) -> Callable[..., object]:
            """Call every live receiver; see `AsyncSignal.gather_robust`."""
            return self._bound(limited(self._registry, "async gather_robust", self._limit))

    def _bound(self, function: Callable[..., object]) -> Callable[..., object]:
        return MethodType(function, *self._sender) if self._sender else function
