"""Async receivers of a typed view, called through wrappers as blinker calls them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any

import pytest
from adapter_libraries import ADAPTER, LIBRARIES

import aldis
from aldis.blinker import typed
from aldis.exceptions import AsyncReceiverError, ReceiverError
from aldis.observing import Listener as Observer
from aldis.observing import Send
from helpers import results, returns, untyped

each_library = pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.__name__)


def stored(sender: object, /, *, key: str, size: int = 0) -> object:
    """Sent after a value is stored."""
    raise NotImplementedError


class Wrapper:
    """Counts what it wraps."""

    def __init__(self) -> None:
        self.wrapped: list[object] = []

    def to_sync(self, function: Callable[..., Any]) -> Callable[..., Any]:
        self.wrapped.append(function)
        return lambda *args, **kwargs: asyncio.run(function(*args, **kwargs))

    def to_async(self, function: Callable[..., Any]) -> Callable[..., Any]:
        self.wrapped.append(function)

        @functools.wraps(function)
        async def call(*args: Any, **kwargs: Any) -> object:
            return function(*args, **kwargs)

        return call


async def answer(sender: object, *, key: str, size: int) -> object:
    return (key, size)


def plain(sender: object, *, key: str, size: int) -> object:
    return (key, size)


def view_of(library: Any, **options: Any) -> Any:
    return untyped(typed)(library.Signal(), stored, **options)


# -- an option of the view


@each_library
def test_an_async_receiver_is_wrapped_by_the_option(library: Any) -> None:
    """Oracle: the untyped signal, sent with the same wrapper."""
    ours, theirs = Wrapper(), Wrapper()
    view = view_of(library, async_wrapper=ours.to_sync)
    view.connect(answer)
    view.connect(plain)
    sent = view.send("me", key="a")
    signal = view._untyped
    assert sorted(map(repr, sent)) == sorted(
        map(repr, signal.send("me", _async_wrapper=theirs.to_sync, key="a", size=0))
    )
    assert results(sent) == [("a", 0)] * 2
    assert ours.wrapped == theirs.wrapped == [answer]


@each_library
def test_a_robust_send_wraps_too(library: Any) -> None:
    wrapper = Wrapper()
    view = view_of(library, async_wrapper=wrapper.to_sync)
    view.connect(answer)
    assert results(view.send_robust("me", key="a")) == [("a", 0)]
    other = Wrapper()
    assert results(view.send_robust("me", key="a", _async_wrapper=other.to_sync)) == [("a", 0)]
    assert wrapper.wrapped == other.wrapped == [answer]


@each_library
def test_an_async_send_awaits_and_wraps_what_is_plain(library: Any) -> None:
    wrapper = Wrapper()
    view = view_of(library, sync_wrapper=wrapper.to_async)
    view.connect(answer)
    view.connect(plain)
    assert results(asyncio.run(view.send_async("me", key="a", size=2))) == [("a", 2)] * 2
    assert wrapper.wrapped == [plain]
    with pytest.raises(RuntimeError, match="coroutine function"):
        view.send("me", key="a")


@each_library
@pytest.mark.parametrize("connect", ["connect", "connect_via", "connected_to", "subscribe"])
def test_every_way_of_connecting_takes_async_receivers(library: Any, connect: str) -> None:
    view = view_of(library, async_wrapper=Wrapper().to_sync)
    if connect == "connect_via":
        view.connect_via("me")(answer)
        assert view.receivers_for("me") == (answer,)
    elif connect == "connect":
        assert view.connect(answer) is answer
    else:
        with getattr(view, connect)(answer):
            assert results(view.send("me", key="a")) == [("a", 0)]
    with pytest.raises(ReceiverError, match="generator"):
        view.connect(_generates)


async def _generates(sender: object, **payload: object) -> Any:
    yield sender


@each_library
def test_a_view_without_a_wrapper_names_the_option(library: Any) -> None:
    view = view_of(library)
    with pytest.raises(AsyncReceiverError, match="pass `typed` an `async_wrapper`"):
        view.connect(answer)
    with pytest.raises(AsyncReceiverError, match="without `yield`"):
        view.connect(_generates)
    assert not view.receivers


# -- of one send


@each_library
@pytest.mark.parametrize("has_option", [True, False])
def test_what_is_given_to_a_send_comes_first(library: Any, has_option: bool) -> None:
    of_view, of_send = Wrapper(), Wrapper()
    options = {"async_wrapper": of_view.to_sync} if has_option else {}
    view = view_of(library, **options)
    view._untyped.connect(answer)  # which the view may refuse
    sent = view.send("me", key="a", _async_wrapper=of_send.to_sync)
    assert results(sent) == [("a", 0)]
    assert (of_view.wrapped, of_send.wrapped) == ([], [answer])
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument"):
        view.send("me", _async_wrapper=of_send.to_sync)


@each_library
def test_none_given_to_a_send_is_as_nothing_given(library: Any) -> None:
    """As in blinker, where None is the default."""
    wrapper = Wrapper()
    view = view_of(library, async_wrapper=wrapper.to_sync, sync_wrapper=wrapper.to_async)
    view.connect(answer)
    assert results(view.send("me", key="a", _async_wrapper=None)) == [("a", 0)]
    view.connect(plain)
    sent = asyncio.run(view.send_async("me", key="a", _sync_wrapper=None))
    assert results(sent) == [("a", 0)] * 2
    assert wrapper.wrapped == [answer, plain]


@each_library
def test_an_async_send_takes_a_wrapper_of_its_own(library: Any) -> None:
    view, wrapper = view_of(library), Wrapper()
    view.connect(plain)
    sent = asyncio.run(view.send_async("me", key="a", _sync_wrapper=wrapper.to_async))
    assert results(sent) == [("a", 0)]
    with pytest.raises(RuntimeError, match="non-coroutine function"):
        asyncio.run(view.send_async("me", key="a"))


@each_library
def test_the_payload_of_an_async_send_is_checked(library: Any) -> None:
    view, heard = view_of(library, sync_wrapper=Wrapper().to_async), returns(1)
    view.connect(heard)
    for _ in range(2):  # the code that checks is made once
        for wrong in ({}, {"key": "a", "other": 1}):
            with pytest.raises(TypeError, match=r"signal stored\(.*: send_async\(\)"):
                asyncio.run(view.send_async("me", **wrong))
    with pytest.raises(TypeError, match=r"signal stored\(.*: send\(\)"):
        view.send("me")


@each_library
def test_an_open_payload_has_no_room_for_the_options(library: Any) -> None:
    view = untyped(typed)(library.Signal(), aldis.Signal(), async_wrapper=Wrapper().to_sync)
    heard: list[object] = []

    async def hear(sender: object, **payload: object) -> None:
        heard.append(payload)

    view.connect(hear)
    view.send("me", _async_wrapper=Wrapper().to_sync, key="a")
    assert heard == [{"key": "a"}]


class Log(Observer):
    """Writes down the kinds of sends."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def send_began(self, send: Send) -> None:
        self.kinds.append(send.kind)


def test_sends_with_a_wrapper_are_observed_once() -> None:
    wrapper, log = Wrapper(), Log()
    view = view_of(ADAPTER, async_wrapper=wrapper.to_sync, sync_wrapper=wrapper.to_async)
    view.connect(answer)
    with aldis.observe(log, view):
        view.send("me", key="a")
        view.send_robust("me", key="a")
        asyncio.run(view.send_async("me", key="a"))
    assert log.kinds == ["send", "send_robust", "send_async"]
