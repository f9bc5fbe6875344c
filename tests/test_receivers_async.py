"""Async receivers of any form are recognized, and receivers that would never run are refused."""

from __future__ import annotations

import asyncio
import functools
import inspect
import sys
import types
import typing
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Iterator
from types import CodeType, MethodType
from typing import Annotated, Any, Optional
from unittest.mock import AsyncMock, MagicMock, create_autospec

import pytest

from aldis import AsyncSignal, Signal
from aldis._core._kinds import MARK, MARKED, is_async, kind_of
from aldis._core._target import target_of
from aldis.exceptions import AsyncReceiverError, ReceiverError
from helpers import results, takes, untyped


async def later(sender: object) -> str:
    return "heard"


def at_once(sender: object) -> str:
    return "heard"


class Awaited:
    async def __call__(self, sender: object) -> str:
        return "heard"

    async def method(self, sender: object) -> str:
        return "heard"


class AwaitedByClass:
    @classmethod
    async def __call__(cls, sender: object) -> str:
        return "heard"


class AwaitedByNone:
    @staticmethod
    async def __call__(sender: object) -> str:
        return "heard"


class AwaitedByMock:
    __call__ = AsyncMock(return_value="heard")


class AwaitedAsMade:
    async def __new__(cls, sender: object) -> str:  # type: ignore[misc]  # it may be so
        return "heard"


class AwaitedMeta(type):
    async def __call__(cls, sender: object) -> str:
        return "heard"


class AwaitedByMeta(metaclass=AwaitedMeta): ...


class FunctionLike:
    """Like a function compiled by Cython: it has the attributes of a function, but is not one."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = untyped(function)

    __name__ = "like"

    @property
    def __code__(self) -> CodeType:
        code: CodeType = self._function.__code__
        return code

    @property
    def __defaults__(self) -> None: ...

    @property
    def __kwdefaults__(self) -> None: ...

    __annotations__ = {}

    def __call__(self, *args: object) -> object:
        return self._function(*args)


class Proxy:
    """As wrapt has them: it says that it is what it wraps."""

    def __init__(self, wrapped: object) -> None:
        self._wrapped = wrapped

    @property
    def __class__(self) -> Any:
        return type(self._wrapped)

    @__class__.setter
    def __class__(self, kind: type) -> None: ...

    def __getattr__(self, name: str) -> object:
        return getattr(self._wrapped, name)

    def __call__(self, *args: object) -> object:
        return untyped(self._wrapped)(*args)


@types.coroutine
def generated(sender: object) -> Generator[None, None, str]:
    yield
    return "heard"


def partial_of_partial() -> Callable[..., Any]:
    inner = functools.partial(later)
    vars(inner)["keeps"] = "it is not made one with the outer one"
    return functools.partial(inner)


ASYNC: dict[str, Callable[..., Any]] = {
    "function": later,
    "method": Awaited().method,
    "partial": functools.partial(later),
    "partial of a partial": partial_of_partial(),
    "partial of a method": functools.partial(Awaited().method),
    "partial of a mock": functools.partial(AsyncMock()),
    "partial of a cache": functools.partial(functools.lru_cache(later)),
    "static method": staticmethod(later),
    "cache": functools.lru_cache(later),
    "object": Awaited(),
    "object, by its class": AwaitedByClass(),
    "object, by a static method": AwaitedByNone(),
    "object, by a mock": AwaitedByMock(),
    "class that makes a coroutine": untyped(AwaitedAsMade),
    "class, by its metaclass": untyped(AwaitedByMeta),
    "mock": AsyncMock(return_value="heard"),
    "mock of a function": MagicMock(later),
    "autospec": create_autospec(later, return_value="heard"),
    "method of a mock": MethodType(AsyncMock(return_value="heard"), object()),
    "generator-based": generated,
    "function-like": FunctionLike(later),
    "function-like, generator-based": FunctionLike(generated),
    "proxy": untyped(Proxy(later)),
    "proxy of an object": untyped(Proxy(AsyncMock())),
}


@pytest.mark.parametrize("case", ASYNC)
def test_what_is_async_is_refused_by_a_plain_signal_and_taken_by_an_async_one(case: str) -> None:
    receiver = ASYNC[case]
    assert is_async(receiver)
    with pytest.raises(AsyncReceiverError) as caught:
        Signal().connect(receiver, weak=False)
    assert caught.value.reason.startswith(
        "it is async and would never be awaited; declare an Async"
    )
    AsyncSignal().connect(receiver, weak=False)


def test_what_an_async_mock_returns_is_awaited() -> None:
    signal, mock = AsyncSignal(), AsyncMock(return_value="heard")
    signal.connect(mock)
    assert results(asyncio.run(signal.send("me"))) == ["heard"]
    mock.assert_awaited_once_with("me")


def generate(sender: object) -> Generator[int, None, None]:
    yield 1


async def generate_later(sender: object) -> AsyncGenerator[int, None]:
    yield 1


class Generating:
    def __call__(self, sender: object) -> Generator[int, None, None]:
        yield 1

    async def method(self, sender: object) -> AsyncGenerator[int, None]:
        yield 1


@pytest.mark.parametrize("signal", [Signal(), AsyncSignal()], ids=["plain", "async"])
@pytest.mark.parametrize(
    ("receiver", "kind"),
    [
        (generate, "a generator function"),
        (functools.partial(generate), "a generator function"),
        (Generating(), "a generator function"),
        (FunctionLike(generate), "a generator function"),
        (generate_later, "an async generator function"),
        (Generating().method, "an async generator function"),
        (staticmethod(generate_later), "an async generator function"),
        (FunctionLike(generate_later), "an async generator function"),
    ],
)
def test_what_would_never_run_is_refused_by_every_signal(
    signal: Signal[Any, ..., Any], receiver: Callable[..., object], kind: str
) -> None:
    for _ in range(2):  # a refusal is not remembered as a consent
        with pytest.raises(ReceiverError) as caught:
            signal.connect(receiver, weak=False)
        way_out = "" if "async" in kind else ", or declare the result as an `Iterable`"
        assert caught.value.reason == (
            f"it is {kind} and its body would never run, since nothing iterates over its "
            f"result; connect a function without `yield`{way_out}"
        )


def declared_as(result: object, signal: Callable[..., object] = Signal) -> Any:
    """Return a signal with this result."""

    def changed(sender: object, /) -> None: ...

    changed.__annotations__ = {"sender": object, "return": result}
    return signal(changed)


@pytest.mark.parametrize(
    "result",
    [
        Any,
        Iterator,
        Iterable[int],
        Generator[int, None, None],
        list[int] | Iterable[int] | None,
        Optional[typing.Iterator[int]],  # noqa: UP045  # what older code writes
        Annotated[Iterable[int], "numbers"],
        "Iterable[Unknown]",
        "abc.Iterator[Unknown] | None",
        "'Iterable[Unknown]'",
        "t.Optional[t.Iterable[Unknown]]",
        "Union[int, Any]",
        "Annotated[Iterator[Unknown], 'numbers']",
    ],
    ids=str,
)
def test_a_result_that_is_iterated_admits_generator_functions(result: object) -> None:
    signal = declared_as(result)
    for receiver in (generate, functools.partial(generate), Generating()):
        signal.connect(receiver, weak=False)
    assert [list(result) for _, result in signal.send(None)] == [[1], [1], [1]]


@pytest.mark.parametrize(
    "result",
    [
        None,
        object,
        int,
        list[Any],
        Callable[[], Iterable[int]],
        Annotated[int, Any],
        "Optional[int]",
        "Unknown[Iterable[int]]",
        "not a type",
    ],
    ids=str,
)
def test_any_other_result_refuses_generator_functions(result: object) -> None:
    with pytest.raises(ReceiverError, match="would never run"):
        declared_as(result).connect(generate)


def test_an_async_signal_admits_generator_functions_by_its_result() -> None:
    signal = declared_as(Iterable[int], AsyncSignal)
    signal.connect(generate)
    assert [list(result) for _, result in asyncio.run(signal.send(None))] == [[1]]
    with pytest.raises(AsyncReceiverError, match="would never run"):
        signal.connect(generate_later)


def test_an_async_generator_is_refused_as_async_too() -> None:
    with pytest.raises(AsyncReceiverError):
        Signal().connect(generate_later)


# -- what is not async


class Raising:
    """Raises an error on any access."""

    def __getattribute__(self, name: str) -> object:
        raise ValueError(name)

    def __call__(self, sender: object) -> str:
        return "heard"


class RaisingProxy:
    """Looks like a proxy, and raises an error on any access."""

    def __getattr__(self, name: str) -> object:
        raise ValueError(name)

    def __call__(self, sender: object) -> str:
        return "heard"


class Initialized:
    async def __init__(self, sender: object) -> None:  # type: ignore[misc]  # it would fail
        raise NotImplementedError


class ByCallable:
    __call__ = functools.partial(at_once)


NOT_ASYNC: dict[str, Callable[..., Any]] = {
    "function": at_once,
    "builtin": print,
    "class": str,
    "mock": MagicMock(),
    "autospec": create_autospec(at_once),
    "what raises": Raising(),
    "proxy that raises": RaisingProxy(),
    "class with an async initializer": Initialized,
    "object that calls a partial": ByCallable(),
    "function-like": FunctionLike(at_once),
    "cache": functools.lru_cache(at_once),
    "itemgetter": takes("sender"),
}


@pytest.mark.parametrize("case", NOT_ASYNC)
def test_what_is_not_async_or_cannot_be_told_is_taken(case: str) -> None:
    assert not is_async(NOT_ASYNC[case])
    Signal().connect(NOT_ASYNC[case], weak=False)


def test_a_cache_that_has_forgotten_what_it_wraps_cannot_be_told() -> None:
    cached = functools.lru_cache(later)
    vars(cached)["__wrapped__"] = None
    assert not is_async(cached)


def test_a_plain_object_is_asked_for_nothing_that_runs_code_of_its_class() -> None:
    asked: list[str] = []

    class Quiet:
        def __repr__(self) -> str:
            asked.append("repr")
            return ""

        def __eq__(self, other: object) -> bool:
            asked.append("eq")
            return False

        def __hash__(self) -> int:
            asked.append("hash")
            return 0

        def __bool__(self) -> bool:
            asked.append("bool")
            return False

        def __call__(self, sender: object) -> None: ...

    Signal().connect(Quiet(), weak=False)
    assert asked == []


def test_an_object_without_hooks_for_proxies_is_asked_for_nothing() -> None:
    asked: list[str] = []

    class Asked:
        def __getattribute__(self, name: str) -> object:
            asked.append(name)
            return object.__getattribute__(self, name)

        @property
        def __name__(self) -> str:
            asked.append("name")
            return ""

        def __call__(self, sender: object) -> None: ...

    class Odd(Asked):
        __dict__ = {}

    for receiver in (Asked(), Odd()):
        Signal().connect(receiver, weak=False)
    assert asked == []


# -- marks


def marked() -> Any:
    """Make a function that returns a coroutine, and says so; its code is that of `unmarked`."""
    function = unmarked()
    getattr(inspect, "markcoroutinefunction")(function)  # noqa: B009  # from 3.12 on
    return function


def unmarked() -> Callable[[object], Coroutine[Any, Any, str]]:
    def receiver(sender: object) -> Coroutine[Any, Any, str]:
        return later(sender)

    return receiver


@pytest.mark.skipif(sys.version_info < (3, 12), reason="inspect has no marks yet")
def test_a_function_that_is_marked_is_async_whatever_was_connected_before() -> None:
    signal = Signal()
    signal.connect(unmarked())
    with pytest.raises(AsyncReceiverError):
        signal.connect(marked())
    with pytest.raises(AsyncReceiverError):
        signal.connect(MethodType(marked(), object()), weak=False)
    with pytest.raises(AsyncReceiverError):
        signal.connect(functools.partial(marked()))
    signal.connect(unmarked())


def test_the_mark_is_the_one_that_inspect_leaves() -> None:
    assert hasattr(inspect, "markcoroutinefunction") == MARKED
    if MARKED:
        assert [*vars(marked())] == [MARK]


def test_a_function_that_asyncio_takes_for_a_coroutine_function_is_async() -> None:
    """Libraries that are older than the marks of `inspect` mark functions so."""
    function = unmarked()
    vars(function)["_is_coroutine"] = untyped(asyncio.coroutines)._is_coroutine
    with pytest.raises(AsyncReceiverError):
        Signal().connect(function)


def test_a_mark_is_seen_though_one_that_says_nothing_was_connected_before() -> None:
    """Both functions have the same code, and an attribute of the same name."""
    vague, function = unmarked(), unmarked()
    vars(vague)["_is_coroutine"] = None
    vars(function)["_is_coroutine"] = untyped(asyncio.coroutines)._is_coroutine
    Signal().connect(vague)
    with pytest.raises(AsyncReceiverError):
        Signal().connect(function)


def test_other_attributes_of_a_function_are_no_marks() -> None:
    function = unmarked()
    vars(function).update(note="nothing to do with it", _is_coroutine=None)
    Signal().connect(function)


def test_without_asyncio_nobody_is_marked_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "asyncio.coroutines")
    function = unmarked()
    vars(function)["_is_coroutine"] = None
    assert kind_of(target_of(function)) == "plain"
