"""Async signals, on asyncio and on trio."""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, NotRequired, TypedDict, TypeVar, Unpack

import anyio
import pytest

from aldis import AsyncBoundSignal, AsyncSignal, AsyncSignalMethod, Namespace, Signal
from aldis.exceptions import DeclarationError, IncompatibleReceiverError
from helpers import echoes, in_a_fresh_interpreter, takes, untyped

WAYS = ["send", "send_robust", "gather", "gather_robust"]


@AsyncSignal
async def stored(sender: object, /, *, key: str) -> str:
    """Sent after a value is stored."""
    raise NotImplementedError


async def replicate(sender: object, *, key: str) -> str:
    await anyio.lowlevel.checkpoint()
    return f"replicated {key}"


def note(sender: object, *, key: str) -> str:
    return f"noted {key}"


class Server:
    @AsyncSignal.method
    async def stopped(self, *, reason: str) -> str:
        raise NotImplementedError

    async def on(self, sender: object, *, key: str) -> str:
        await anyio.lowlevel.checkpoint()
        return f"method {key}"


@pytest.fixture(autouse=True)
def nothing_stays_connected() -> object:
    yield
    for signal in (stored, Server.stopped):
        for receiver in signal.receivers:
            signal.disconnect(receiver)


def run(backend: str, function: Callable[[], Awaitable[Any]]) -> Any:
    return anyio.run(function, backend=backend)


# what anyio and trio call a group
GROUP = "unhandled errors in a TaskGroup|Exceptions from Trio nursery"


def grouped(error: BaseException) -> list[type[BaseException]]:
    """Return the types of the exceptions in a group."""
    return [*map(type, getattr(error, "exceptions", ()))]


@pytest.mark.parametrize("way", WAYS)
def test_async_and_plain_receivers_give_their_results_in_connection_order(
    backend: str, way: str
) -> None:
    server = Server()
    for receiver in (replicate, note, server.on):
        stored.connect(receiver)
    outcome = run(backend, lambda: getattr(stored, way)(None, key="a"))
    assert outcome == [(replicate, "replicated a"), (note, "noted a"), (server.on, "method a")]


@pytest.mark.parametrize("way", WAYS)
def test_bound_async_signals_send_from_their_instance(backend: str, way: str) -> None:
    one, other = Server(), Server()

    @one.stopped.connect
    async def hear(server: Server, *, reason: str) -> str:
        assert server is one
        return reason

    assert run(backend, lambda: getattr(one.stopped, way)(reason="night")) == [(hear, "night")]
    assert run(backend, lambda: getattr(other.stopped, way)(reason="night")) == []
    assert type(one.stopped) is AsyncBoundSignal
    assert one.stopped.signal is Server.stopped
    assert type(Server.__dict__["stopped"]) is AsyncSignalMethod


def test_send_awaits_one_receiver_after_another(backend: str) -> None:
    order: list[str] = []

    def make(name: str) -> Callable[..., Awaitable[None]]:
        async def receiver(sender: object) -> None:
            order.append(f"{name} begins")
            await anyio.lowlevel.checkpoint()
            order.append(f"{name} ends")

        return receiver

    signal = AsyncSignal()
    kept = [make("a"), make("b")]
    for receiver in kept:
        signal.connect(receiver)
    run(backend, lambda: signal.send(None))
    assert order == ["a begins", "a ends", "b begins", "b ends"]


def test_gather_runs_all_receivers_at_once(backend: str) -> None:
    signal = AsyncSignal()
    arrived = 0

    def make(event: list[anyio.Event]) -> Callable[..., Awaitable[None]]:
        async def receiver(sender: object) -> None:
            nonlocal arrived
            arrived += 1
            if arrived == 3:
                event[0].set()
            await event[0].wait()  # only all three together get past this

        return receiver

    async def main() -> None:
        event.append(anyio.Event())
        with anyio.fail_after(30):
            assert len(await signal.gather(None)) == 3

    event: list[anyio.Event] = []
    kept = [make(event) for _ in range(3)]
    for receiver in kept:
        signal.connect(receiver)
    run(backend, main)


def test_gather_cancels_the_others_when_one_fails(backend: str) -> None:
    signal = AsyncSignal()
    ended: list[str] = []

    @signal.connect
    async def wait(sender: object) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("cancelled")

    @signal.connect
    async def fail(sender: object) -> None:
        await anyio.lowlevel.checkpoint()
        raise LookupError("lost")

    with pytest.raises(Exception, match=GROUP) as caught:
        run(backend, lambda: signal.gather(None))
    assert grouped(caught.value) == [LookupError]
    assert ended == ["cancelled"]


# not with gather on trio, which starts tasks in any order: no turn comes before another there
@pytest.mark.parametrize(
    ("backend", "way"),
    [("asyncio", way) for way in WAYS] + [("trio", way) for way in WAYS if "gather" not in way],
)
def test_a_receiver_disconnected_before_its_turn_is_not_called(backend: str, way: str) -> None:
    signal = AsyncSignal()

    @signal.connect
    async def first(sender: object) -> None:
        signal.disconnect(second)

    @signal.connect
    async def second(sender: object) -> None:
        raise AssertionError("its turn never comes")

    @signal.connect
    def third(sender: object) -> None: ...

    outcome = run(backend, lambda: getattr(signal, way)(None))
    assert [receiver for receiver, _ in outcome] == [first, third]


@pytest.mark.parametrize("way", ["send", "gather"])
def test_the_first_failure_ends_a_send(backend: str, way: str) -> None:
    signal = AsyncSignal()

    @signal.connect
    def fail(sender: object) -> None:
        raise LookupError("lost")

    wanted = Exception if way == "gather" else LookupError
    with pytest.raises(wanted, match="lost" if way == "send" else GROUP) as caught:
        run(backend, lambda: getattr(signal, way)(None))
    assert grouped(caught.value) == ([LookupError] if way == "gather" else [])


def test_send_robust_puts_exceptions_in_the_place_of_results(
    backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    signal = AsyncSignal()

    @signal.connect
    async def fail_later(sender: object) -> None:
        await anyio.lowlevel.checkpoint()
        raise LookupError("later")

    @signal.connect
    def fail_now(sender: object) -> None:
        raise ValueError("now")

    @signal.connect
    async def work(sender: object) -> str:
        return "done"

    with caplog.at_level(logging.ERROR, logger="aldis"):
        outcome = run(backend, lambda: signal.send_robust(None))
    assert [type(result) for _, result in outcome] == [LookupError, ValueError, str]
    assert len(caplog.records) == 2


def test_cancellation_passes_through_send_robust(backend: str) -> None:
    signal = AsyncSignal()

    @signal.connect
    async def wait(sender: object) -> None:
        await anyio.sleep_forever()

    async def main() -> bool:
        with anyio.move_on_after(0) as scope:
            await signal.send_robust(None)
        return scope.cancelled_caught

    assert run(backend, main)


@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.parametrize("way", WAYS)
def test_an_undeclared_async_payload_arrives_as_sent(backend: str, way: str, many: int) -> None:
    signal = AsyncSignal()
    kept = [echoes() for _ in range(many)]
    for receiver in kept:
        signal.connect(receiver)
    outcome = run(backend, lambda: getattr(signal, way)(None, 1, self=2))
    assert [result for _, result in outcome] == [((1,), {"self": 2})] * many


@pytest.mark.parametrize("way", WAYS)
def test_an_async_once_receiver_is_called_once(backend: str, way: str) -> None:
    signal = AsyncSignal()
    signal.connect(replicate, once=True)
    signal.connect(replicate, "sender", once=True)
    assert len(run(backend, lambda: getattr(signal, way)("sender", key="a"))) == 1
    assert run(backend, lambda: getattr(signal, way)("sender", key="a")) == []


def test_gather_needs_no_anyio(backend: str) -> None:
    program = f"""
import sys
sys.modules["anyio"] = None
import {backend}
from aldis import AsyncSignal
signal = AsyncSignal()
signal.connect(lambda n: 2 * n, weak=False)
async def main():
    return [result for _, result in await signal.gather(21)]
print({backend}.run({"main()" if backend == "asyncio" else "main"}))
"""
    assert in_a_fresh_interpreter(program) == "[42]"


def test_a_plain_signal_is_not_declared_by_an_async_def() -> None:
    with pytest.raises(DeclarationError, match="AsyncSignal"):
        Signal(replicate)


def returning(result: object) -> Callable[..., Any]:
    """Return a plain function that is annotated with this as its result."""

    def spec(sender: object, /, *, key: str) -> None: ...

    spec.__annotations__["return"] = result
    return spec


class Later:
    def __await__(self) -> Generator[None, None, None]:
        yield


@pytest.mark.parametrize("result", [None, "None", int, "int", list])
def test_an_async_signal_is_not_declared_by_a_def_whose_result_cannot_be_awaited(
    result: object,
) -> None:
    for declare in (AsyncSignal, AsyncSignal.method, Namespace().async_signal):
        with pytest.raises(DeclarationError, match="it is not async; make it an `async def`"):
            untyped(declare)(returning(result))


@pytest.mark.parametrize(
    "result",
    [
        *(Any, "Any", object, "object", Later, "Later", Awaitable, Coroutine[Any, Any, int]),
        *(Later | None, TypeVar("T")),
    ],
)
def test_an_async_signal_is_declared_by_a_def_whose_result_may_be_awaited(result: object) -> None:
    with pytest.raises(IncompatibleReceiverError, match="'key'"):
        AsyncSignal(returning(result)).connect(takes("sender"))


def test_an_async_signal_is_declared_by_a_def_that_says_nothing_of_its_result() -> None:
    @functools.wraps(replicate)
    def wrapped(*args: Any, **kwargs: Any) -> None: ...

    if sys.version_info >= (3, 12):
        marked = inspect.markcoroutinefunction(returning(None))
        with pytest.raises(IncompatibleReceiverError, match="'key'"):
            AsyncSignal(marked).connect(takes("sender"))
    for spec in (wrapped, takes("sender, *, key")):
        with pytest.raises(IncompatibleReceiverError, match="'key'"):
            untyped(AsyncSignal)(spec).connect(takes("sender"))


def test_an_async_signal_connected_to_another_async_signal_is_awaited(backend: str) -> None:
    first, second = AsyncSignal(), AsyncSignal()
    second.connect(replicate)
    first.connect(second.send)
    [(_, outcome)] = run(backend, lambda: first.send(None, key="a"))
    assert outcome == [(replicate, "replicated a")]


def test_an_async_send_is_refused_by_a_plain_signal() -> None:
    with pytest.raises(TypeError, match="async"):
        Signal().connect(stored.send)


def test_a_send_that_nobody_awaits_is_called_by_the_signal_s_name_from_the_first_on() -> None:
    @AsyncSignal
    async def stored(sender: object, /) -> None: ...

    for method in WAYS:
        for _ in range(2):
            with pytest.warns(RuntimeWarning, match=f"'signal .*stored.*: {method}' was never"):
                getattr(stored, method)(None)
            gc.collect()


class Entry(TypedDict):
    key: str
    note: NotRequired[str]


@pytest.mark.parametrize("method", WAYS)
def test_an_unknown_key_is_refused_by_the_method_that_was_called(method: str) -> None:
    @AsyncSignal
    async def stored(sender: object, /, **payload: Unpack[Entry]) -> None: ...

    with pytest.raises(TypeError, match=rf": {method}\(\) got an unexpected keyword"):
        asyncio.run(getattr(stored, method)(None, key="a", nope=1))
