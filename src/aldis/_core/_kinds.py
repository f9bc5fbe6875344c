"""Finds out whether a call returns a plain result, or something to await or iterate over."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from aldis._core._identity import is_function
from aldis._core._target import target_of
from aldis._static import MISSING, attributes_of, look_up

if TYPE_CHECKING:
    from types import FunctionType

    from aldis._core._target import AnyReceiver, Target

Kind: TypeAlias = Literal["plain", "coroutine", "generator", "async generator"]

_COROUTINE: Final = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE

MARK: Final = "_is_coroutine_marker"  # left on a function by `inspect.markcoroutinefunction`
MARKED: Final = sys.version_info >= (3, 12)  # does `inspect` look for it?
ASYNCIO_MARK: Final = "_is_coroutine"  # left by `unittest.mock` and by older libraries
_SAYING: Final = frozenset({"__code__", MARK, ASYNCIO_MARK})
_CLASS: Final = look_up(object, "__class__")


def is_async(receiver: AnyReceiver) -> bool:
    """Whether calling it returns something to await, or to iterate over with `async for`."""
    return kind_of(target_of(receiver)) in {"coroutine", "async generator"}


def is_marked(function: FunctionType) -> bool:
    """Whether a function has a mark that may declare it async."""
    return hasattr(function, MARK) or hasattr(function, ASYNCIO_MARK)


def kind_of(target: Target) -> Kind:
    """Return the kind of a receiver's result, from its code and `inspect`."""
    for thing in target.objects:
        kind = _kind_by_inspect(thing)
        if kind != "plain":
            return kind
    function = target.function
    # calling a class does not return the result of its `__init__`
    if target.initializes or not is_function(function):
        return "plain"
    return "coroutine" if is_marked_async(function) else _kind_by_flags(function.__code__.co_flags)


def _kind_by_inspect(thing: Any) -> Kind:
    """Ask `inspect`, which reads attributes of the object and may raise any error."""
    if not _speaks_for_itself(thing):
        return "plain"
    try:
        if inspect.iscoroutinefunction(thing) or _has_asyncio_mark(thing):
            return "coroutine"
        if inspect.isgeneratorfunction(thing) or inspect.isasyncgenfunction(thing):
            return _kind_by_flags(thing.__code__.co_flags)
    except Exception:  # noqa: BLE001  # unknown
        return "plain"
    return "plain"


def _speaks_for_itself(thing: object) -> bool:
    """Whether the object may behave unlike its class: a proxy, a mock, compiled code."""
    kind = type(thing)
    return (
        look_up(kind, "__code__", "__getattr__", MARK, ASYNCIO_MARK) is not MISSING
        or look_up(kind, "__class__") is not _CLASS
        or not _SAYING.isdisjoint(attributes_of(thing))
    )


def _kind_by_flags(flags: int) -> Kind:
    if flags & _COROUTINE:
        return "coroutine"
    if flags & inspect.CO_ASYNC_GENERATOR:
        return "async generator"
    return "generator" if flags & inspect.CO_GENERATOR else "plain"


def is_marked_async(function: FunctionType) -> bool:
    """Whether a mark says that this function returns something to await."""
    return is_marked(function) and (
        inspect.iscoroutinefunction(function) or _has_asyncio_mark(function)
    )


def _has_asyncio_mark(thing: object) -> bool:
    """The result of `asyncio.iscoroutinefunction`, which CPython 3.14 deprecates."""
    mark: object = getattr(sys.modules.get("asyncio.coroutines"), "_is_coroutine", None)
    return mark is not None and getattr(thing, ASYNCIO_MARK, None) is mark
