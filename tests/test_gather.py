"""`gather_robust`, and sends to at most so many receivers at once."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
import trio

from aldis import AsyncEvent, AsyncSignal
from aldis.delivery import Call
from aldis.exceptions import ReceiverCancelledError
from helpers import untyped


class Server:
    @AsyncSignal.method
    async def stopped(self, n: int) -> None: ...
    @AsyncEvent.method
    async def stored(self, n: int) -> None: ...


def kinds() -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """Return a signal of each kind, and what it is sent with."""
    server = Server()
    return {
        "signal": (AsyncSignal(), ("me", 1)),
        "event": (AsyncEvent(), (1,)),
        "bound signal": (server.stopped, (1,)),
        "event of an instance": (server.stored, (1,)),
    }


@pytest.fixture(params=kinds())
def sent(request: pytest.FixtureRequest) -> tuple[Any, tuple[Any, ...]]:
    return kinds()[request.param]


def connect(signal: Any, receiver: Callable[[], Awaitable[object]]) -> None:
    async def called(*_: object, **__: object) -> object:
        return await receiver()

    signal.connect(called, weak=False)


def test_all_run_to_their_end_and_an_exception_takes_the_place_of_a_result(
    sent: tuple[Any, tuple[Any, ...]], backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    signal, arguments = sent

    async def fail() -> object:
        raise ValueError("no")

    async def go_on() -> object:
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        return "went on"

    connect(signal, fail)
    connect(signal, go_on)

    async def three() -> object:
        return 3

    connect(signal, three)

    async def main() -> list[Any]:
        return [result for _, result in await signal.gather_robust(*arguments)]

    failure, *others = anyio.run(main, backend=backend)
    assert isinstance(failure, ValueError)
    assert others == ["went on", 3]
    assert len(caplog.messages) == 1
    assert caplog.messages[0].endswith("failed")


def test_a_receiver_that_cancels_itself_is_a_failure_among_the_results() -> None:
    signal = AsyncSignal(name="saved")

    async def cancelled() -> object:
        raise asyncio.CancelledError

    async def go_on() -> object:
        await asyncio.sleep(0)
        return 2

    connect(signal, cancelled)
    connect(signal, go_on)
    logging.getLogger("aldis").disabled = True
    try:
        results = [result for _, result in asyncio.run(signal.gather_robust("me"))]
    finally:
        logging.getLogger("aldis").disabled = False
    assert isinstance(results[0], ReceiverCancelledError)
    assert results[1] == 2


def test_a_cancelled_sender_cancels_all_of_them(backend: str) -> None:
    signal, ends = AsyncSignal(), list[str]()

    async def wait() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    connect(signal, wait)
    connect(signal, wait)

    async def main() -> bool:
        with anyio.move_on_after(0.01) as scope:
            await signal.gather_robust("me")
        return scope.cancelled_caught

    assert anyio.run(main, backend=backend)
    assert ends == ["cancelled", "cancelled"]


def test_what_is_no_exception_still_propagates() -> None:
    signal = AsyncSignal()

    async def interrupt() -> object:
        raise KeyboardInterrupt

    connect(signal, interrupt)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(signal.gather_robust("me"))


@pytest.mark.parametrize("way", ["gather", "gather_robust"])
@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_no_more_receivers_than_the_limit_are_at_work(
    sent: tuple[Any, tuple[Any, ...]], backend: str, way: str, limit: int
) -> None:
    signal, arguments = sent
    working, most = 0, 0

    def receiver(n: int) -> Callable[[], Awaitable[object]]:
        async def work() -> object:
            nonlocal working, most
            working += 1
            most = max(most, working)
            for _ in range(3):
                await anyio.lowlevel.checkpoint()
            working -= 1
            return n

        return work

    for n in range(6):
        connect(signal, receiver(n))

    async def main() -> list[Any]:
        return [result for _, result in await getattr(signal.limited(limit), way)(*arguments)]

    assert anyio.run(main, backend=backend) == list(range(6))
    assert most == min(limit, 6)


@pytest.mark.parametrize("limit", [0, -1, 1.5, None, True])
def test_a_limit_is_a_positive_int(sent: tuple[Any, tuple[Any, ...]], limit: object) -> None:
    with pytest.raises(ValueError, match=r"expected a positive int, got"):
        untyped(sent[0]).limited(limit)


def test_a_limit_checks_the_payload_as_gather_does() -> None:
    @AsyncEvent
    async def stored(key: str) -> None: ...

    with pytest.raises(TypeError, match=r"signal .*stored\(key: str\) -> None: gather\(\) missing"):
        untyped(stored.limited(2)).gather()


def test_a_limited_send_is_observed(backend: str) -> None:
    from aldis.testing import capture  # noqa: PLC0415  # only here

    @AsyncEvent
    async def stored(key: str) -> None: ...

    with untyped(capture)(stored) as sends:
        anyio.run(stored.limited(2).gather, "a", backend=backend)
    assert [send.payload for send in sends] == [{"key": "a"}]


def test_a_failure_ends_the_others_under_trio_too() -> None:
    signal, ends = AsyncSignal(), list[str]()

    async def wait() -> None:
        try:
            await trio.sleep_forever()
        finally:
            ends.append("cancelled")

    async def fail() -> object:
        raise ValueError("no")

    connect(signal, wait)
    connect(signal, fail)

    async def main() -> None:
        await signal.gather("me")

    with pytest.raises(ExceptionGroup) as caught:
        trio.run(main)
    assert [type(each) for each in caught.value.exceptions] == [ValueError]
    assert ends == ["cancelled"]


def direct(call: Call) -> object:
    return call()


def test_of_receivers_with_a_via_one_may_disconnect_the_next(backend: str) -> None:
    signal, heard = untyped(AsyncSignal()), list[str]()

    def second(_: object) -> None:
        heard.append("second")

    def first(_: object) -> None:
        signal.disconnect(second)

    signal.connect(first, via=direct)
    signal.connect(second, via=direct)
    assert anyio.run(signal.gather, "me", backend=backend) == []
    assert heard == []


def test_asyncio_is_there_where_trio_was_never_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trio", None)
    assert asyncio.run(AsyncSignal().gather("me")) == []
