"""The types of views, as checkers see them: what `_view` does, said of a sender and a payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, overload

from aldis.blinker import _view

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aldis import Signal
    from aldis._typevars import P, ResultT, SenderT
    from aldis.blinker._typevars import AsyncWrapper, SyncWrapper

    class View(Signal[SenderT, P, ResultT], Generic[SenderT, P, ResultT]):
        """A typed view of an untyped signal: an `aldis.Signal`, and in all else that signal.

        `isinstance` takes it for what the untyped signal is, `blinker.NamedSignal` too. Every
        attribute that an `aldis.Signal` has not is read from the untyped signal, and set there.

        Example:
            >>> from aldis.blinker import NamedSignal, signal, typed
            >>> @typed(signal("user-created"))
            ... def user_created(sender: object, /, *, user_id: int) -> None: ...
            >>> user_created.name, isinstance(user_created, NamedSignal)
            ('user-created', True)
        """

        name: str
        """The name of the untyped signal, if that has one."""
        is_muted: bool
        """Whether a send calls nobody."""
        set_class: type[set[Any]]
        """As in blinker."""

        def _clear_state(self) -> None: ...

        async def send_async(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], Any]]:
            """Await the receivers one after another; see `aldis.blinker.Signal.send_async`.

            Args:
                sender: Who sends.
                *args: The declared payload.
                **kwargs: The declared payload.

            Returns:
                Each receiver called, with its result.

            Raises:
                TypeError: The payload is not what was declared.
                RuntimeError: A receiver is no coroutine function, and the view has no
                    `sync_wrapper`.

            Example:
                >>> import asyncio
                >>> from aldis.blinker import Signal, typed
                >>> def ensure_async(function):
                ...     async def call(*args, **kwargs):
                ...         return function(*args, **kwargs)
                ...     return call
                >>> @typed(Signal(), sync_wrapper=ensure_async)
                ... def asked(sender: str, /) -> str: ...
                >>> _ = asked.connect(str.upper, weak=False)
                >>> [result for _, result in asyncio.run(asked.send_async("me"))]
                ['ME']
            """
            ...

    class AsyncView(View[SenderT, P, ResultT | Awaitable[ResultT]], Generic[SenderT, P, ResultT]):
        """A view whose receivers may be async, since it was given a wrapper for them.

        Example:
            >>> import asyncio
            >>> from aldis.blinker import signal, typed
            >>> def ensure_sync(function):
            ...     return lambda *args, **kwargs: asyncio.run(function(*args, **kwargs))
            >>> @typed(signal("file-stored"), async_wrapper=ensure_sync)
            ... def stored(sender: object, /, *, key: str) -> str: ...
            >>> @stored.connect
            ... async def report(sender: object, *, key: str) -> str:
            ...     return key.upper()
            >>> [result for _, result in stored.send(None, key="a")]
            ['A']
        """

        # what comes back is what a wrapped receiver returns; and the types leave no room for the
        # options of one send beside a declared payload, so with them they do not tell it
        @overload  # type: ignore[override]
        def send(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]: ...
        @overload
        def send(
            self, sender: SenderT, /, *, _async_wrapper: AsyncWrapper | None, **kwargs: Any
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]: ...
        def send(self, sender: Any, /, *args: Any, **kwargs: Any) -> Any:
            """Call the receivers, async ones through the wrapper; see `Signal.send`."""

        @overload  # type: ignore[override]
        def send_robust(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]: ...
        @overload
        def send_robust(
            self, sender: SenderT, /, *, _async_wrapper: AsyncWrapper | None, **kwargs: Any
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT | Exception]]: ...
        def send_robust(self, sender: Any, /, *args: Any, **kwargs: Any) -> Any:
            """Call every receiver, async ones through the wrapper; see `Signal.send_robust`."""

        @overload
        async def send_async(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]: ...
        @overload
        async def send_async(
            self, sender: SenderT, /, *, _sync_wrapper: SyncWrapper | None, **kwargs: Any
        ) -> list[tuple[Callable[..., ResultT | Awaitable[ResultT]], ResultT]]: ...
        async def send_async(self, sender: Any, /, *args: Any, **kwargs: Any) -> Any:
            """Await the receivers, others through the wrapper; see `View.send_async`."""

else:
    View, AsyncView = _view.View, _view.AsyncView
