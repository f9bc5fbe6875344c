"""Recognizes coroutine functions, as blinker's sends do."""

from __future__ import annotations

import inspect
import sys
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

from aldis._core._describe import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from aldis.blinker._typevars import AsyncWrapper, SyncWrapper

# can `inspect.markcoroutinefunction` mark a plain function?
_MARKED: Final = sys.version_info >= (3, 12)


def is_coroutine_function(receiver: object) -> bool:
    """Whether calling it returns a coroutine: a function, or an object with such a `__call__`."""
    function = receiver.__func__ if type(receiver) is MethodType else receiver
    if type(function) is FunctionType and not function.__code__.co_flags & inspect.CO_COROUTINE:
        return _MARKED and bool(function.__dict__) and inspect.iscoroutinefunction(function)
    call = getattr(type(receiver), "__call__", None)  # noqa: B004  # the method itself is needed
    return inspect.iscoroutinefunction(receiver) or inspect.iscoroutinefunction(call)


def wrappers(async_wrapper: object, sync_wrapper: object) -> dict[str, Any]:
    """Return the given wrappers, by name.

    Raises:
        TypeError: One is not callable.
    """
    both = {"async_wrapper": async_wrapper, "sync_wrapper": sync_wrapper}
    given = {name: wrapper for name, wrapper in both.items() if wrapper is not None}
    for name, wrapper in given.items():
        if not callable(wrapper):
            message = f"expected a function as {name!r}, got {describe(wrapper)}"
            raise TypeError(message)
    return given


def called(receiver: Callable[..., Any], wrapper: AsyncWrapper | None) -> Callable[..., Any]:
    """Return the function that `send` calls for a receiver.

    Raises:
        RuntimeError: It is a coroutine function, and there is no wrapper.
    """
    if not is_coroutine_function(receiver):
        return receiver
    if wrapper is None:
        message = "Cannot send to a coroutine function."
        raise RuntimeError(message)
    return wrapper(receiver)


def awaited(
    receiver: Callable[..., Any], wrapper: SyncWrapper | None
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return the function that `send_async` calls and awaits for a receiver.

    Raises:
        RuntimeError: It is not a coroutine function, and there is no wrapper.
    """
    if is_coroutine_function(receiver):
        return receiver
    if wrapper is None:
        message = "Cannot send to a non-coroutine function."
        raise RuntimeError(message)
    return wrapper(receiver)
