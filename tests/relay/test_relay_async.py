"""Async signals and events cross, on asyncio and on trio; the event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from engines import ENGINES, Engine
from programs import TOPIC, Given, Scripted, order_paid

from aldis import AsyncEvent, AsyncSignal, Signal
from aldis.exceptions import MessageError
from aldis.relay import Key, Message, Relay, current

BACKENDS = ("asyncio", "trio")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Generator[Engine]:
    with ENGINES[request.param]() as opened:
        yield opened


async def paid(sender: str, /, *, order_id: int) -> None: ...


def on(backend: str, main: Callable[[], Awaitable[None]]) -> None:
    anyio.run(main, backend=backend)


def delivering(*deliveries: Any, **options: Any) -> tuple[Relay, Any, list[Any]]:
    """Return a relay that delivers an async signal, the signal, and what its receiver heard."""
    signal: Any = AsyncSignal(paid)
    relay = Relay(Scripted(*deliveries), name="there", delay=0.5)
    relay.deliver(signal, group="group", topic=TOPIC, **options)
    heard: list[Any] = []

    async def hear(sender: str, /, *, order_id: int) -> None:
        await anyio.lowlevel.checkpoint()
        heard.append((sender, order_id, current()))
        if order_id < 0:
            raise ValueError(order_id)

    signal.connect(hear, weak=False)
    return relay, signal, heard


def packed(order_id: object = 1, **more: Any) -> bytes:
    data = b'{"sender":"shop","payload":{"order_id":%s}}' % str(order_id).encode()
    given: dict[str, Any] = {"topic": TOPIC, "source": "elsewhere", "data": data, **more}
    return Message.of(**given).pack()


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_async_signal_and_an_async_event_cross_in_order(engine: Engine, backend: str) -> None:
    async def stored(key: str, /) -> None: ...

    here, there = AsyncSignal(paid), AsyncSignal(paid)
    event_here, event_there = AsyncEvent(stored), AsyncEvent(stored)
    web, mailer = (Relay(engine.connect(), name=name) for name in ("web", "mailer"))
    web.publish(here, topic=TOPIC)
    web.publish(event_here, topic="stored")
    mailer.deliver(there, group="mailer", topic=TOPIC)
    mailer.deliver(event_there, group="mailer", topic="stored")
    heard: list[object] = []

    @there.connect
    async def hear(sender: str, *, order_id: int) -> None:
        await anyio.lowlevel.checkpoint()
        heard.append(order_id)

    @event_there.connect
    async def hear_key(key: str) -> None:
        heard.append(key)

    async def main() -> None:
        for number in range(20):
            await here.send("shop", order_id=number)
        await event_here.send("a.txt")
        await mailer.run_async(until_idle=engine.patience)

    on(backend, main)
    assert [each for each in heard if each != "a.txt"] == [*range(20)]
    assert "a.txt" in heard


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_event_loop_goes_on_while_the_engine_is_waited_for(backend: str) -> None:
    went_on, threads = threading.Event(), list[int]()

    class Slow(Scripted):
        def publish(self, topic: str, message: Message) -> None:
            assert went_on.wait(30)
            threads.append(threading.get_ident())

    signal = AsyncSignal(paid)
    Relay(Slow(), name="web").publish(signal, topic=TOPIC)

    async def main() -> None:
        async def go_on() -> None:
            went_on.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: signal.send("shop", order_id=1))
            tasks.start_soon(go_on)

    on(backend, main)
    assert threads != [threading.get_ident()]


def test_when_decides_for_async_signals_too() -> None:
    engine, committed = Scripted(), list[Any]()
    signal = AsyncSignal(paid)
    Relay(engine, name="web").publish(signal, topic=TOPIC, when=committed.append)

    async def main() -> None:
        await signal.send("shop", order_id=1)

    asyncio.run(main())
    assert not engine.published
    committed[0]()
    assert len(engine.published) == 1


def test_an_arrival_of_an_async_signal_is_not_published_again() -> None:
    engine, signal = Scripted(), AsyncSignal(paid)
    relay = Relay(engine, name="web")
    relay.publish(signal, topic=TOPIC)
    relay.deliver(signal, group="group", topic=TOPIC, own=False)
    asyncio.run(relay.receive_async(packed()))
    assert not engine.published


def test_each_arrival_is_settled_as_its_receivers_end() -> None:
    deliveries = [
        Given(packed()),
        Given(packed(-1), 1),
        Given(packed(-1), 5),
        Given(packed('"one"')),
        Given(b"garbage"),
        Given(packed(), 6),
    ]
    relay, _, heard = delivering(*deliveries)
    asyncio.run(relay.run_async(until_idle=0))
    assert [each[1] for each in heard] == [1, -1, -1]
    assert all(each[2] is not None for each in heard)
    settled = [each.settled[0] for each in deliveries]
    assert settled[:2] == ["ack", 0.5]
    assert settled[2].startswith("attempt 5 of 5")
    assert settled[3] == "signal paid: parameter 'order_id': expected `int`, got `str`"
    assert settled[4] == "it is not a CloudEvent in JSON"
    assert settled[5].startswith("5 attempts ended with their processes")


def test_what_fails_around_an_async_arrival_is_tried_again() -> None:
    def load(name: str) -> str:
        raise LookupError(name)

    given = Given(packed())
    relay, _, heard = delivering(given, sender=Key(str, str, load))
    asyncio.run(relay.run_async(until_idle=0))
    assert (given.settled, heard) == ([0.5], [])


def test_signals_that_are_not_async_are_delivered_in_the_event_loop_too() -> None:
    given = Given(packed(topic="plain"))
    relay, _, _ = delivering(given)
    plain: Any = Signal(order_paid)
    relay.deliver(plain, group="group", topic="plain")
    threads: list[int] = []

    def hear(sender: object, /, **payload: object) -> None:
        threads.append(threading.get_ident())

    plain.connect(hear)
    asyncio.run(relay.run_async(until_idle=0))
    assert (threads, given.settled) == ([threading.get_ident()], ["ack"])
    asyncio.run(relay.receive_async(packed(topic="plain")))
    assert len(threads) == 2


def test_where_nothing_is_awaited_an_async_signal_is_not_delivered() -> None:
    relay, _, heard = delivering()
    with pytest.raises(RuntimeError, match=r"signal paid is async: await run_async\(\)"):
        relay.run()
    with pytest.raises(RuntimeError, match=r"signal paid is async: use receive_async\(\)"):
        relay.receive(packed())
    assert not heard


def test_receive_async_raises_what_receivers_raise_and_leaves_out_its_own() -> None:
    relay, signal, heard = delivering(own=False)
    with pytest.raises(ExceptionGroup, match="receivers of signal paid have failed"):
        asyncio.run(relay.receive_async(packed(-1)))
    with pytest.raises(MessageError):
        asyncio.run(relay.receive_async(b""))
    asyncio.run(relay.receive_async(packed(origin=relay._origin())))
    assert len(heard) == 1
    assert signal


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_run_that_is_cancelled_gives_back_what_it_was_about_to_get(backend: str) -> None:
    waiting, may_go = threading.Event(), threading.Event()

    class Waiting(Scripted):
        def receive(self, timeout: float) -> Given | None:
            waiting.set()
            assert may_go.wait(30)
            return Given(packed())

    relay, _, heard = delivering()
    engine = Waiting()
    relay._runs._transport = engine

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(relay.run_async)
            while not waiting.is_set():
                await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
            may_go.set()

    on(backend, main)
    assert not heard
    assert engine.closed == 1  # the subscription, which gives back what it has


def test_close_ends_an_async_run() -> None:
    given = Given(packed())
    relay, signal, heard = delivering(None, given)  # at first nothing comes

    async def close(sender: str, /, *, order_id: int) -> None:
        relay.close()

    signal.connect(close)
    asyncio.run(relay.run_async())
    assert (len(heard), given.settled) == (1, ["ack"])
