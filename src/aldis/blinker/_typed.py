"""Gives a declaration to an untyped signal, of the adapter or of blinker itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Protocol, cast, overload

from aldis._core._describe import describe
from aldis._static import MISSING
from aldis.blinker import _view
from aldis.blinker._coroutines import wrappers

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis import Signal
    from aldis._typevars import Q, R, S
    from aldis.blinker._typevars import AsyncWrapper, SyncWrapper
    from aldis.blinker._underneath import Untyped
    from aldis.blinker._views import AsyncView, View


class _Decorator(Protocol):
    """The decorator that `typed(untyped)` returns."""

    def __call__(self, declaration: Callable[Concatenate[S, Q], R], /) -> View[S, Q, R]: ...


class _AsyncDecorator(Protocol):
    """The decorator that `typed(untyped, async_wrapper=...)` returns."""

    def __call__(self, declaration: Callable[Concatenate[S, Q], R], /) -> AsyncView[S, Q, R]: ...


@overload
def typed(untyped: Untyped, /) -> _Decorator: ...
@overload
def typed(
    untyped: Untyped, /, *, async_wrapper: AsyncWrapper, sync_wrapper: SyncWrapper | None = None
) -> _AsyncDecorator: ...
@overload
def typed(
    untyped: Untyped, /, *, async_wrapper: AsyncWrapper | None = None, sync_wrapper: SyncWrapper
) -> _AsyncDecorator: ...
@overload
def typed(untyped: Untyped, declaration: Signal[S, Q, R], /) -> View[S, Q, R]: ...
@overload
def typed(untyped: Untyped, declaration: Callable[Concatenate[S, Q], R], /) -> View[S, Q, R]: ...
@overload
def typed(
    untyped: Untyped,
    declaration: Signal[S, Q, R],
    /,
    *,
    async_wrapper: AsyncWrapper,
    sync_wrapper: SyncWrapper | None = None,
) -> AsyncView[S, Q, R]: ...
@overload
def typed(
    untyped: Untyped,
    declaration: Callable[Concatenate[S, Q], R],
    /,
    *,
    async_wrapper: AsyncWrapper,
    sync_wrapper: SyncWrapper | None = None,
) -> AsyncView[S, Q, R]: ...
@overload
def typed(
    untyped: Untyped,
    declaration: Signal[S, Q, R],
    /,
    *,
    async_wrapper: AsyncWrapper | None = None,
    sync_wrapper: SyncWrapper,
) -> AsyncView[S, Q, R]: ...
@overload
def typed(
    untyped: Untyped,
    declaration: Callable[Concatenate[S, Q], R],
    /,
    *,
    async_wrapper: AsyncWrapper | None = None,
    sync_wrapper: SyncWrapper,
) -> AsyncView[S, Q, R]: ...
def typed(
    untyped: Untyped,
    declaration: Any = MISSING,
    /,
    *,
    async_wrapper: AsyncWrapper | None = None,
    sync_wrapper: SyncWrapper | None = None,
) -> Any:
    """Give an untyped signal a declaration, as a decorator or in a call.

    The view sends and connects through the untyped signal, so both share receivers and sends. It
    checks the payload and receivers like any declared signal. It refuses `once`, `priority` and
    `via`, which blinker's signals do not have. Otherwise it behaves as the untyped signal:
    `isinstance` takes it for one, and its other attributes are those of that signal.

    Args:
        untyped: A signal of blinker, or of the adapter.
        declaration: The signature that receivers must accept; its payload is sent by keyword. Or a
            signal with that signature: `Signal[str]()` for a `str` as sender and any payload. If it
            is missing, a decorator is returned.
        async_wrapper: Turns an async receiver into a plain function, so that async receivers may be
            connected. It is passed to every `send` without an `_async_wrapper` of its own.
        sync_wrapper: Turns a plain receiver into a coroutine function, for `send_async`; async
            receivers may then be connected, too.

    Returns:
        The view, an `aldis.Signal`.

    Raises:
        DeclarationError: The declaration cannot declare a signal, has positional payload, or uses
            the name of an option of blinker.
        TypeError: `untyped` is not a signal of blinker or of the adapter, or a wrapper is not
            callable.

    Example:
        >>> from aldis.blinker import signal, typed
        >>> untyped = signal("user-created")
        >>> @typed(untyped)
        ... def user_created(sender: object, /, *, user_id: int) -> None: ...
        >>> @untyped.connect
        ... def welcome(sender, **payload):
        ...     print("welcome", payload)
        >>> _ = user_created.send(None, user_id=1)
        welcome {'user_id': 1}
    """
    viewed: Any = _underlying(untyped)
    given = wrappers(async_wrapper, sync_wrapper)
    kind = cast("Callable[..., object]", _view.AsyncView if given else _view.View)
    if declaration is MISSING:
        return partial(kind, viewed, **given)
    return kind(viewed, declaration, **given)


def _underlying(untyped: object) -> object:
    """Return the signal to view; for a view, the one underneath it.

    Raises:
        TypeError: It is not a signal of blinker or of the adapter.
    """
    if issubclass(type(untyped), _view.View):  # isinstance would read its `__class__`
        return vars(untyped)["_untyped"]
    if not hasattr(untyped, "_clear_state"):
        message = (
            f"typed() expected a signal of blinker or of aldis.blinker, got "
            f"{describe(untyped, 'function')}; write `@typed(signal)` above a declaration"
        )
        raise TypeError(message)
    return untyped
