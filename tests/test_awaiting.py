"""`next` and `wait`: the payload of the next send."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from aldis import AsyncEvent, AsyncSignal, Event, Signal


class Sensor:
    @Signal.method
    def measured(self, celsius: float, *, at: int = 0) -> None: ...
    @Event.method
    def renamed(self, name: str, /, *more: str, **rest: int) -> None: ...


@Signal
def saved(sender: object, /, path: str, *, size: int = 1) -> None: ...


to_text: Callable[[object], str] = lambda path: f"{path}"  # noqa: E731  # as a lambda
by_lambda = Event(to_text)


async def soon(send: Callable[[], object]) -> None:
    """Send once another task waits."""
    for _ in range(3):
        await anyio.lowlevel.checkpoint()
    send()


async def next_of(wait: Awaitable[Any], send: Callable[[], object]) -> Any:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(soon, send)
        return await wait


def test_the_next_payload_comes_by_name_with_defaults(backend: str) -> None:
    sensor = Sensor()

    async def main() -> list[Any]:
        return [
            await next_of(saved.next(), lambda: saved.send("me", path="a")),
            await next_of(sensor.measured.next(), lambda: sensor.measured.send(21.5, at=3)),
            await next_of(sensor.renamed.next(), lambda: sensor.renamed.send("a", "b", c=1)),
            await next_of(sensor.renamed.next(), lambda: sensor.renamed.send("a")),
        ]

    assert anyio.run(main, backend=backend) == [
        {"path": "a", "size": 1},
        {"celsius": 21.5, "at": 3},
        {"name": "a", "*more": ("b",), "c": 1},
        {"name": "a"},
    ]
    assert not saved.receivers


@pytest.mark.parametrize(
    ("signal", "sent", "expected"),
    [
        (Signal(), ("me", 1), {"*args": (1,)}),
        (Event(), (1, 2), {"*args": (1, 2)}),
        (Event[[int, str]](), (1, "a"), {"arg1": 1, "arg2": "a"}),
        (by_lambda, ("a",), {"path": "a"}),
    ],
)
def test_whatever_way_it_is_declared(signal: Any, sent: Any, expected: Any, backend: str) -> None:
    async def main() -> Any:
        return await next_of(signal.next(), lambda: signal.send(*sent))

    assert anyio.run(main, backend=backend) == expected


def test_of_an_async_signal_too(backend: str) -> None:
    async def main() -> list[Any]:
        found: list[Any] = []
        signals: list[Any] = [AsyncSignal(), AsyncEvent()]
        for signal in signals:
            async with anyio.create_task_group() as tasks:

                async def send(signal: Any = signal) -> None:
                    for _ in range(3):
                        await anyio.lowlevel.checkpoint()
                    assert await signal.send("me", n=1) == []

                tasks.start_soon(send)
                found.append(await signal.next())
        return found

    assert anyio.run(main, backend=backend) == [{"n": 1}, {"*args": ("me",), "n": 1}]


def test_it_waits_for_one_sender(backend: str) -> None:
    def send() -> None:
        saved.send("deck", path="a")
        saved.send("bridge", path="b")

    async def main() -> Any:
        return await next_of(saved.next("bridge"), send)

    assert anyio.run(main, backend=backend)["path"] == "b"


def test_it_is_not_among_the_results_of_the_send(backend: str) -> None:
    results: list[object] = []

    async def main() -> None:
        await next_of(saved.next(), lambda: results.append(saved.send("me", path="a")))

    anyio.run(main, backend=backend)
    assert results == [[]]


def test_a_send_of_another_thread_counts(backend: str) -> None:
    thread = threading.Thread(target=lambda: saved.send("me", path="a"))

    async def main() -> Any:
        return await next_of(saved.next(), thread.start)

    assert anyio.run(main, backend=backend)["path"] == "a"
    thread.join()


def test_what_is_not_sent_in_time_is_an_error(backend: str) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError, match="signal saved was not sent within 0 seconds"):
            await saved.next(timeout=0)

    anyio.run(main, backend=backend)
    assert not saved.receivers


def test_a_wait_that_is_cancelled_leaves_nothing(backend: str) -> None:
    async def main() -> None:
        with anyio.move_on_after(0):
            await saved.next()

    anyio.run(main, backend=backend)
    assert not saved.receivers


def test_a_send_after_the_loop_has_ended_is_not_disturbed() -> None:
    async def main() -> Any:
        waiting = saved.next()
        return waiting, asyncio.ensure_future(waiting)

    loop = asyncio.new_event_loop()
    _, task = loop.run_until_complete(main())
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert len(saved.receivers) == 1
    saved.send("me", path="a")
    assert not saved.receivers
    task._log_destroy_pending = False  # it can never end: its loop is closed
    task.get_coro().close()


def test_the_end_of_a_connection_of_an_instance_is_told_of_by_its_class() -> None:
    sensor = Sensor()
    of_class: object = Sensor.renamed.receiver_disconnected
    assert sensor.renamed.receiver_disconnected is of_class


# -- threads


def found_by_a_thread(
    wait: Callable[[], object], send: Callable[[], object], about: Any
) -> list[object]:
    """Return what another thread waited for; `about` is the signal of its connection."""
    found: list[object] = []
    listens = threading.Event()

    def tell(_: object, **__: object) -> None:
        listens.set()

    with about.connected_to(tell):
        thread = threading.Thread(target=lambda: found.append(wait()))
        thread.start()
        listens.wait()
    send()
    thread.join()
    return found


def test_a_thread_waits_for_the_next_send() -> None:
    sensor = Sensor()
    assert found_by_a_thread(
        saved.wait, lambda: saved.send("me", path="a"), saved.receiver_connected
    ) == [{"path": "a", "size": 1}]
    assert found_by_a_thread(
        sensor.renamed.wait, lambda: sensor.renamed.send("a"), Sensor.renamed.receiver_connected
    ) == [{"name": "a"}]
    assert found_by_a_thread(
        lambda: sensor.measured.wait(timeout=60),
        lambda: sensor.measured.send(1.5),
        Sensor.measured.receiver_connected,
    ) == [{"celsius": 1.5, "at": 0}]


def test_a_thread_does_not_wait_for_ever() -> None:
    with pytest.raises(TimeoutError, match="signal saved was not sent within 0 seconds"):
        saved.wait("me", timeout=0)
    assert not saved.receivers
