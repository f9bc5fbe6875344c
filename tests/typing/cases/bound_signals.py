"""A bound signal is its signal with the sender given: every method, less that parameter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias, assert_type

from aldis import ANY, AsyncBoundSignal, AsyncSignal, AsyncSignalMethod, BoundSignal, Signal


class Door:
    @Signal.method
    def opened(self, by: str, /) -> None: ...

    @Signal.method
    def asked(self, *, question: str) -> int:
        raise NotImplementedError


class Window: ...


door = Door()


def on_opened(sender: Door, by: str, /) -> None: ...


def on_opened_wide(sender: object, by: object, /) -> None: ...


def on_opened_wrongly(sender: Door, by: int, /) -> None: ...


def on_window(sender: Window, by: str, /) -> None: ...


def on_asked(sender: Door, *, question: str) -> int:
    raise NotImplementedError


# --- sending ---

assert_type(door.opened.send("ada"), list[tuple[Callable[..., None], None]])
assert_type(door.asked.send(question="?"), list[tuple[Callable[..., int], int]])
assert_type(
    door.asked.send_robust(question="?"), list[tuple[Callable[..., int], "int | Exception"]]
)
door.opened.send()  # E: the payload is missing
door.opened.send(1)  # E: the payload's type
door.opened.send(door, "ada")  # E: the sender is given already
door.opened.send_robust(1)  # E: the payload's type
door.opened.send_robust(door, "ada")  # E: the sender is given already
door.asked.send("?")  # E: the payload is by keyword


# --- connecting ---

door.opened.connect(on_opened)
door.opened.connect(on_opened_wide)
door.opened.connect(on_opened, weak=False, once=True, priority=1)
door.opened.connect(print)
door.opened.connect(lambda sender, by: print(sender, by))
door.asked.connect(on_asked)
assert_type(door.opened.connect(on_opened), Callable[[Door, str], None])

door.opened.connect(on_opened_wrongly)  # E: the payload's type
door.opened.connect(on_window)  # E: another sender
door.opened.connect(on_opened, door)  # E: the sender is given already
door.opened.connect(on_opened, ANY)  # E: the sender is given already
door.opened.connect(on_opened, sender=door)  # E: the sender is given already
door.opened.connect(on_opened, weak="no")  # E: an option's type
door.opened.connect(on_opened, True)  # E: options are by keyword
door.opened.connect(on_asked)  # E: it was declared for another signal
door.opened.connect(lambda by: print(by))  # E: a receiver takes the sender, too


@door.opened.connect
def decorated(sender: Door, by: str, /) -> None: ...


@door.opened.connect_via(once=True)
def decorated_via(sender: Door, by: str, /) -> None: ...


decorated(door, "ada")
decorated(door, 1)  # E: it is called as declared
door.opened.connect_via()(on_opened)
door.opened.connect_via(weak=True, priority=2)(on_opened)
door.opened.connect_via(door)  # E: the sender is given already
door.opened.connect_via()(on_opened_wrongly)  # E: the payload's type
door.opened.connect_via(weak=1)  # E: an option's type


# --- connected_to, disconnect, muted ---

assert_type(door.opened.connected_to(on_opened), AbstractContextManager[None])
assert_type(door.opened.disconnect(on_opened), bool)
assert_type(door.opened.muted(), AbstractContextManager[None])

with door.opened.connected_to(on_opened), door.opened.muted():
    door.opened.send("ada")

door.opened.connected_to(on_opened, door)  # E: the sender is given already
door.opened.connected_to(on_window)  # E: another sender
door.opened.disconnect(on_opened, door)  # E: the sender is given already
door.opened.disconnect(door)  # E: a sender is not a receiver
door.opened.muted(door)  # E: the sender is given already


# --- who listens ---

Receivers: TypeAlias = "tuple[Callable[[Door, str], None], ...]"

assert_type(door.opened.receivers, Sequence[Callable[[Door, str], None]])
assert_type(door.opened.receivers_for(), Receivers)
assert_type(door.opened.has_receivers_for(), bool)

if door.opened.receivers:
    door.opened.send("ada")

door.opened.receivers_for(door)  # E: the sender is given already
door.opened.has_receivers_for(door)  # E: the sender is given already
door.opened.receivers = ()  # E: it cannot be set


# --- what it is made of ---

assert_type(door.opened, BoundSignal[Door, [str], None])
assert_type(door.opened.sender, Door)
assert_type(door.opened.signal, Signal[Door, [str], None])
assert_type(door.opened == door.opened, bool)
assert_type({door.opened}, set[BoundSignal[Door, [str], None]])
door.opened.signal.send(door, "ada")

door.opened.signal = Door.opened  # E: it cannot be set
door.opened("ada")  # E: it is sent, not called
door.opened.receiver_connected  # E: only the signal itself tells


def open_later(opened: BoundSignal[Door, [str], None]) -> None:
    opened.send("ada")


open_later(door.opened)
open_later(Door.opened)  # E: nobody is the sender
open_later(door.asked)  # E: another payload


# --- the same for async signals ---


class Server:
    @AsyncSignal.method
    async def stopped(self, reason: str, /) -> None: ...

    @AsyncSignal.method
    async def asked(self, *, question: str) -> int:
        raise NotImplementedError

    async def stop(self) -> None:
        await self.stopped.send("night")
        await self.stopped.gather("night")
        await self.stopped.send(self, "night")  # E: the sender is given already
        self.stopped.send("night")  # E: it is not awaited


server = Server()
Answers: TypeAlias = "list[tuple[Callable[..., int | Awaitable[int]], int]]"


async def on_stopped(sender: Server, reason: str, /) -> None: ...


def on_stopped_at_once(sender: Server, reason: str, /) -> None: ...


async def on_stopped_wrongly(sender: Server, reason: int, /) -> None: ...


async def use() -> None:
    await server.stopped.send("night")
    await server.stopped.send_robust("night")
    await Server.stopped.send(server, "night")
    assert_type(await server.asked.send(question="?"), Answers)
    assert_type(await server.asked.gather(question="?"), Answers)
    await server.stopped.send(1)  # E: the payload's type
    await server.stopped.send_robust()  # E: the payload is missing
    await server.stopped.gather(server, "night")  # E: the sender is given already
    await server.asked.gather(question=1)  # E: the payload's type
    await Server.stopped.send("night")  # E: the class gives no sender
    server.stopped.gather("night")  # E: it is not awaited


assert_type(server.stopped, AsyncBoundSignal[Server, [str], None])
assert_type(Server.stopped, AsyncSignal[Server, [str], None])
assert_type(server.stopped.signal, AsyncSignal[Server, [str], None])
assert_type(server.stopped.sender, Server)
assert_type(server.stopped.has_receivers_for(), bool)
server.stopped.connect(on_stopped)
server.stopped.connect(on_stopped_at_once, once=True)
server.stopped.connect_via()(on_stopped)
server.stopped.disconnect(on_stopped)

with server.stopped.connected_to(on_stopped), server.stopped.muted():
    print(server.stopped.receivers)


@server.stopped.connect
async def decorated_stopped(sender: Server, reason: str, /) -> None: ...


@server.asked.connect_via(once=True)
async def decorated_asked(sender: Server, *, question: str) -> int:
    raise NotImplementedError


@Server.asked.connect
async def decorated_by_class(sender: Server, *, question: str) -> int:
    raise NotImplementedError


@server.stopped.connect  # E: the payload's type
async def decorated_wrongly(sender: Server, reason: int, /) -> None: ...


@server.stopped.connect_via()  # E: the payload's type
async def decorated_wrongly_via(sender: Server, reason: int, /) -> None: ...


kept = server.stopped.connect(on_stopped, weak=False)


async def await_receivers() -> None:
    await decorated_stopped(server, "night")
    assert_type(await decorated_asked(server, question="?"), int)
    assert_type(await decorated_by_class(server, question="?"), int)
    await kept(server, "night")
    await decorated_stopped(server, 1)  # E: it is called as declared
    decorated_stopped(server, "night")  # E! not ty, zuban: to them it is not an `async def`


server.stopped.connect_via()(on_stopped_wrongly)  # E: the payload's type
server.stopped.connect_via(server)  # E: the sender is given already
server.stopped.connect(on_stopped_wrongly)  # E: the payload's type
server.stopped.connect(on_stopped, server)  # E: the sender is given already
server.stopped.connected_to(on_opened)  # E: it was declared for another signal
open_later(server.stopped)  # E: it is awaited


def _sync_declaration(sender: Server, n: int, /) -> None: ...


async def _declaration(sender: Server, n: int, /) -> None: ...


assert_type(AsyncSignal.method(_declaration), AsyncSignalMethod[Server, [int], None])
AsyncSignal.method(_sync_declaration)  # E: the declaration must be async
