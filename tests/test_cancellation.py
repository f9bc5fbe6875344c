"""No error is swallowed: receivers that are cancelled by others, and senders that are cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import anyio
import pytest
import trio

import aldis
from aldis import AsyncSignal
from aldis.exceptions import ReceiverCancelledError
from aldis.observing import Delivery, Listener, Send
from helpers import untyped


async def cancelled_job() -> None:
    """Await work that somebody else has cancelled."""
    job = asyncio.ensure_future(asyncio.sleep(3600))
    job.cancel()
    await job


async def stray_cancellation() -> None:
    """Raise a cancellation out of the scope that it belongs to."""
    kept: list[trio.Cancelled] = []
    with trio.CancelScope() as scope:
        scope.cancel()
        try:
            await trio.sleep_forever()
        except trio.Cancelled as error:
            kept.append(error)
    raise kept[0]


async def stray_cancellations() -> None:
    """Raise a group of them, as out of a nursery."""
    try:
        await stray_cancellation()
    except trio.Cancelled as error:
        raise BaseExceptionGroup("a nursery", [error]) from None


STRAY: dict[str, tuple[str, Callable[[], Awaitable[None]]]] = {
    "asyncio": ("asyncio", cancelled_job),
    "trio": ("trio", stray_cancellation),
    "trio, group": ("trio", stray_cancellations),
}


@pytest.fixture(params=STRAY)
def stray(request: pytest.FixtureRequest) -> tuple[str, Callable[[], Awaitable[None]]]:
    return STRAY[request.param]


def cancelled(exceptions: object) -> list[str]:
    """Return the receivers that were cancelled according to a group."""
    found: list[ReceiverCancelledError] = [*untyped(exceptions).exceptions]
    assert all(error.signal == "saved" and error.__cause__ is not None for error in found)
    return [
        error.receiver.partition("'")[2].partition("'")[0].rpartition(".")[2] for error in found
    ]


def run(backend: str, main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return anyio.run(main, backend=backend)


def test_a_receiver_that_is_cancelled_by_others_is_a_failure_of_gather(
    stray: tuple[str, Callable[[], Awaitable[None]]],
) -> None:
    backend, wait = stray
    signal, ended = AsyncSignal(name="saved"), list[str]()

    @signal.connect
    async def index(sender: object) -> None:
        await wait()

    @signal.connect
    async def replicate(sender: object) -> str:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("cancelled")
        return "replicated"

    with pytest.raises(ExceptionGroup) as caught:
        run(backend, lambda: signal.gather(None))
    assert cancelled(caught.value) == ["index"]
    assert ended in ([], ["cancelled"])  # on trio it may not have begun
    assert "index' (" in str(caught.value.exceptions[0])
    assert "of signal saved was cancelled, but the sender" in str(caught.value.exceptions[0])


def test_a_receiver_that_is_cancelled_before_it_awaits_is_a_failure_too() -> None:
    signal = AsyncSignal(name="saved")

    @signal.connect
    def index(sender: object) -> None:
        raise asyncio.CancelledError

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(signal.gather(None))
    assert cancelled(caught.value) == ["index"]


def test_failures_of_others_are_told_beside_it(
    stray: tuple[str, Callable[[], Awaitable[None]]],
) -> None:
    backend, wait = stray
    signal = AsyncSignal(name="saved")
    begun = 0

    async def together() -> None:
        nonlocal begun
        begun += 1
        while begun < 2:
            await anyio.lowlevel.checkpoint()

    @signal.connect
    async def index(sender: object) -> None:
        await together()
        await wait()

    @signal.connect
    async def fail(sender: object) -> None:
        try:
            await together()
            await anyio.sleep_forever()
        finally:
            raise LookupError("while it ends")

    with pytest.raises(ExceptionGroup) as caught:
        run(backend, lambda: signal.gather(None))
    rest, others = caught.value.split(LookupError)
    assert rest is not None
    assert cancelled(others) == ["index"]


def test_other_groups_of_exceptions_are_raised_as_they_are(backend: str) -> None:
    signal = AsyncSignal(name="saved")
    failure = BaseExceptionGroup("several", [LookupError("one"), KeyboardInterrupt()])

    @signal.connect
    async def fail(sender: object) -> None:
        raise failure

    with pytest.raises(BaseExceptionGroup) as caught:
        run(backend, lambda: signal.gather(None))
    assert caught.value.subgroup(KeyboardInterrupt) is not None
    assert caught.value.subgroup(ReceiverCancelledError) is None


def test_who_observes_is_told_what_a_receiver_raised_and_that_the_send_failed() -> None:
    told: list[object] = []

    class Told(Listener):
        def receiver_ended(self, delivery: Delivery) -> None:
            told.append(type(delivery.error))

        def send_ended(self, send: Send) -> None:
            told.append(type(send.error))

    signal = AsyncSignal(name="saved")

    @signal.connect
    async def index(sender: object) -> None:
        await cancelled_job()

    with aldis.observe(Told(), signal), pytest.raises(ExceptionGroup) as caught:
        asyncio.run(signal.gather(None))
    assert cancelled(caught.value) == ["index"]
    assert told == [asyncio.CancelledError, ExceptionGroup]


@pytest.mark.parametrize("way", ["send", "send_robust", "gather"])
def test_a_sender_that_is_cancelled_is_cancelled_as_usual(backend: str, way: str) -> None:
    signal = AsyncSignal(name="saved")

    @signal.connect
    async def wait(sender: object) -> None:
        begun.append(True)
        await anyio.sleep_forever()

    async def main() -> tuple[bool, list[str]]:
        ends: list[str] = []
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(cancel_when_begun, scope)
                try:
                    await getattr(signal, way)(None)
                except anyio.get_cancelled_exc_class():
                    ends.append("cancelled")
                    raise
        return scope.cancelled_caught, ends

    async def cancel_when_begun(scope: anyio.CancelScope) -> None:
        while not begun:
            await anyio.lowlevel.checkpoint()
        scope.cancel()

    begun: list[bool] = []
    assert run(backend, main) == (True, ["cancelled"])


@pytest.mark.parametrize("who", ["sender", "receivers first", "sender first", "receivers"])
def test_tasks_that_are_cancelled_by_asyncio_itself(who: str) -> None:
    """As at the end of `asyncio.run`; of the sender and its receivers, the sender counts."""
    signal = AsyncSignal(name="saved")

    @signal.connect
    async def wait(sender: object) -> None:
        begun[0].set()
        await asyncio.sleep(3600)

    async def main() -> BaseException | None:
        begun.append(asyncio.Event())
        sending = asyncio.ensure_future(signal.gather(None))
        await begun[0].wait()
        receivers = asyncio.all_tasks() - {sending, asyncio.current_task()}
        order = {
            "sender": [sending],
            "receivers first": [*receivers, sending],
            "sender first": [sending, *receivers],
            "receivers": [*receivers],
        }
        for task in order[who]:
            task.cancel()
        await asyncio.wait([sending])
        return None if sending.cancelled() else sending.exception()

    begun: list[asyncio.Event] = []
    end = asyncio.run(main())
    if who == "receivers":
        assert cancelled(end) == ["wait"]
    else:
        assert end is None


@pytest.mark.parametrize("way", ["send", "send_robust"])
def test_a_receiver_that_is_cancelled_by_others_ends_a_send_in_turn_with_that(
    stray: tuple[str, Callable[[], Awaitable[None]]], way: str, caplog: pytest.LogCaptureFixture
) -> None:
    backend, wait = stray
    signal, heard = AsyncSignal(name="saved"), list[str]()

    @signal.connect
    async def index(sender: object) -> None:
        await wait()

    @signal.connect
    async def replicate(sender: object) -> None:
        heard.append("replicate")

    async def main() -> str:
        try:
            await getattr(signal, way)(None)
        except (anyio.get_cancelled_exc_class(), BaseExceptionGroup):
            return "raised"
        return "returned"

    with caplog.at_level(logging.ERROR, logger="aldis"):
        assert run(backend, main) == "raised"
    assert (heard, caplog.records) == ([], [])
