"""Async events are awaited; their receivers may be async or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias, assert_type

from aldis import AsyncEvent, AsyncEventMethod, Event

Results: TypeAlias = "list[tuple[Callable[..., int | Awaitable[int]], int]]"
Robust: TypeAlias = "list[tuple[Callable[..., int | Awaitable[int]], int | Exception]]"


@AsyncEvent
async def stored(key: str, /, *, ttl: int = 0) -> int:
    raise NotImplementedError


class Server:
    @AsyncEvent.method
    async def stopped(self, reason: str, /) -> None: ...

    @AsyncEvent.method
    async def asked(self, question: str, /) -> int:
        raise NotImplementedError

    async def stop(self) -> None:
        await self.stopped.send("night")
        await self.stopped.gather("night")
        await self.stopped.send(self, "night")  # E: an event has no sender
        self.stopped.send("night")  # E: it is not awaited


server = Server()
counted = AsyncEvent[[str], int]()
anything = AsyncEvent()

assert_type(counted, AsyncEvent[[str], int])
assert_type(anything, AsyncEvent[..., Any])
assert_type(server.stopped, AsyncEvent[[str], None])
assert_type(Server.stopped, AsyncEventMethod[Server, [str], None])


# --- sending ---


async def send() -> None:
    assert_type(await stored.send("a"), Results)
    assert_type(await stored.send_robust("a", ttl=1), Robust)
    assert_type(await stored.gather("a"), Results)
    assert_type(await stored.gather_robust("a"), Robust)
    assert_type(await server.asked.send("why?"), Results)
    assert_type(await server.asked.gather_robust("why?"), Robust)
    assert_type(await stored.limited(2).gather("a"), Results)
    assert_type(await server.asked.limited(2).gather_robust("why?"), Robust)
    await counted.send("a")
    await anything.send(1, two=2)
    await stored.send()  # E: the key is missing
    await stored.send(1)  # E: the key's type
    await stored.send("a", 1)  # E: the rest is by keyword
    await stored.send(server, "a")  # E: an event has no sender
    await stored.send_robust("a", ttl="1")  # E: the payload's type
    await stored.gather(key="a")  # E: it goes by position only
    await stored.gather_robust(1)  # E: the key's type
    await stored.limited(2).gather(1)  # E: the key's type
    await stored.limited(2).gather_robust()  # E: the key is missing
    await stored.limited(2).send("a")  # E: only gathering has a limit
    await stored.gather("a", limit=2)  # E: the limit is not a payload
    await counted.send(1)  # E: the payload's type
    await server.asked.send()  # E: the payload is missing
    await server.asked.gather(server, "why?")  # E: an event has no sender
    await Server.asked.send(server, "why?")  # E: an instance sends, not the class
    stored.send("a")  # E: it is not awaited
    stored.gather("a")  # E: it is not awaited
    server.asked.gather_robust("why?")  # E: it is not awaited


stored.limited("2")  # E: the limit is an int
stored.limited()  # E: the limit is missing


# --- declaring ---


def _sync_declaration(self: Server, n: int, /) -> None: ...


async def _declaration(self: Server, n: int, /) -> None: ...


def _sync() -> None: ...


assert_type(AsyncEvent.method(_declaration), AsyncEventMethod[Server, [int], None])
AsyncEvent.method(_sync_declaration)  # E: the declaration must be async
AsyncEvent(_sync)  # E: the declaration must be async


# --- connecting ---


async def on_stored(key: str, /, *, ttl: int = 0) -> int:
    return ttl


def on_stored_at_once(key: str, /, *, ttl: int = 0) -> int:
    return ttl


async def on_stored_wrongly(key: int, /, *, ttl: int = 0) -> int:
    return ttl


async def on_stored_otherwise(key: str, /, *, ttl: int = 0) -> str:
    return key


async def on_stopped(reason: str) -> None: ...


stored.connect(on_stored)
stored.connect(on_stored_at_once, once=True)
stored.connect_via(weak=True)(on_stored)
server.stopped.connect(on_stopped)
server.stopped.connect(print)
stored.connect(on_stored_wrongly)  # E: the key's type
stored.connect(on_stored_otherwise)  # E: its result
stored.connect(on_stopped)  # E: it takes no keyword
stored.connect(on_stored, server)  # E: there is no sender to choose
stored.connect(on_stored, weak=1)  # E: an option's type
stored.connect_via()(on_stored_wrongly)  # E: the key's type
server.stopped.connect(on_stored_wrongly)  # E: the reason's type
Server.stopped.connect(on_stopped)  # E: an instance has the event to connect to


@stored.connect
async def decorated(key: str, /, *, ttl: int = 0) -> int:
    return ttl


@server.asked.connect_via(once=True)
async def decorated_via(question: str, /) -> int:
    return len(question)


@stored.connect  # E: the key's type
async def decorated_wrongly(key: int, /, *, ttl: int = 0) -> int:
    return ttl


@server.asked.connect_via()  # E: its result
async def decorated_wrongly_via(question: str, /) -> str:
    return question


async def await_receivers() -> None:
    assert_type(await decorated("a"), int)
    assert_type(await decorated_via("why?"), int)
    await decorated(1)  # E: it is called as declared


# --- the rest ---

assert_type(stored.disconnect(on_stored), bool)
assert_type(stored.disconnect_all(), int)
assert_type(server.stopped.muted(), AbstractContextManager[None])
assert_type(server.asked.receivers, Sequence[Callable[[str], "int | Awaitable[int]"]])
assert_type(server.stopped.has_receivers_for(), bool)

with stored.connected_to(on_stored), server.stopped.connected_to(on_stopped):
    print(stored.receivers)

stored.connected_to(on_stopped)  # E: it takes no keyword
stored.has_receivers_for(server)  # E: there is no sender to choose


def close(event: Event[[str], None]) -> None:
    event.send("night")


close(server.stopped)  # E: it is awaited
