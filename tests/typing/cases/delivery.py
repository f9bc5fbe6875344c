"""A receiver with a `via` is called by that: it may be async and return anything, if it fits."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, assert_type

from aldis import ANY, AsyncEvent, AsyncSignal, Event, Signal
from aldis.delivery import Call, Via


class App: ...


class Door:
    @Event.method
    def opened(self, by: str, /) -> None: ...

    @Event.method(via=print)
    def knocked(self, times: int, /) -> None: ...

    @Signal.method(via=print)
    def closed(self, by: str, /) -> None: ...

    @AsyncEvent.method(via=print)
    async def locked(self, by: str, /) -> int:
        raise NotImplementedError


app, door = App(), Door()
waiting: list[Call] = []


def via(call: Call) -> None:
    waiting.append(call)


def not_via(number: int) -> None: ...


async def on_opened(by: str, /) -> int:
    return len(by)


async def on_opened_wrongly(by: int, /) -> int:
    return by


def say(by: str, /) -> str:
    return by


def say_nothing(by: str, /) -> None: ...


async def on_renamed(sender: App, /, *, name: str) -> bool:
    return bool(name)


async def on_renamed_wrongly(sender: App, /, *, name: int) -> bool:
    return bool(name)


@Signal
def renamed(sender: App, /, *, name: str) -> None: ...


@AsyncSignal
async def stored(sender: App, /, *, name: str) -> int:
    raise NotImplementedError


asked = Event[[str], int](via=via)


# --- the call ---

callback: Via = via
later: Via = waiting.append
assert_type(waiting[0](), object)
assert_type(waiting[0].signal, str)
wrong: Via = not_via  # E: a via takes a call
Call(1)  # E: nobody makes one
waiting[0](1)  # E: it takes nothing
waiting[0].sender  # E: there is none to see


# --- connect ---

kept: Callable[[str], Coroutine[Any, Any, int]] = door.opened.connect(on_opened, via=via)
lost: Callable[[str], str] = door.opened.connect(on_opened, via=via)  # E: it stays async
assert_type(door.opened.connect(say, via=waiting.append), Callable[[str], str])
assert_type(door.opened.connect(say_nothing, via=None), Callable[[str], None])
assert_type(asked.connect(say, via=via), Callable[[str], str])
renamed.connect(on_renamed, via=via)
renamed.connect(on_renamed, app, weak=False, once=True, priority=1, via=via)
stored.connect(on_renamed, via=via)

door.opened.connect(on_opened)  # E: nothing would await it
door.opened.connect(on_opened, via=None)  # E: nothing would await it
door.opened.connect(say)  # E: its result
door.opened.connect(on_opened_wrongly, via=via)  # E: the payload's type
door.opened.connect(say, via=not_via)  # E: a via takes a call
door.opened.connect(say, via=42)  # E: a via takes a call
door.opened.connect(say_nothing, via)  # E: options are by keyword
door.opened.connect(42, via=via)  # E: this cannot be called
asked.connect(say)  # E: its result
renamed.connect(on_renamed)  # E: nothing would await it
renamed.connect(on_renamed_wrongly, via=via)  # E: the payload's type
renamed.connect(on_renamed, door, via=via)  # E: another sender
renamed.connect(on_opened, via=via)  # E: it takes no name
stored.connect(on_renamed_wrongly, via=via)  # E: the payload's type


# --- connect_via, subscribe ---


@door.opened.connect_via(via=via)
async def decorated(by: str, /) -> bytes:
    return by.encode()


@renamed.connect_via(ANY, weak=True, via=via)
async def decorated_too(sender: App, /, *, name: str) -> bytes:
    return name.encode()


@door.opened.connect_via(via=via)  # E: the payload's type
async def decorated_wrongly(by: int, /) -> None: ...


@renamed.connect_via(app, via=via)  # E: the payload's type
def decorated_wrongly_too(sender: App, /, *, name: int) -> None: ...


async def await_receivers() -> None:
    assert_type(await decorated("a"), bytes)
    assert_type(await decorated_too(app, name="a"), bytes)


door.opened.connect_via(via=42)  # E: a via takes a call
renamed.connect_via(door, via=via)  # E: another sender
door.opened.subscribe(on_opened, via=via)
door.opened.subscribe(say, once=True, via=waiting.append)
renamed.subscribe(on_renamed, app, via=via)
stored.subscribe(on_renamed, via=via)
door.opened.subscribe(say)  # E: its result
door.opened.subscribe(on_opened_wrongly, via=via)  # E: the payload's type
door.opened.subscribe(on_opened, via=42)  # E: a via takes a call
renamed.subscribe(on_renamed_wrongly, app, via=via)  # E: the payload's type
renamed.subscribe(on_renamed, door, via=via)  # E: another sender


# --- where it is declared ---

assert_type(Event(via=via), Event[..., Any])
assert_type(door.knocked, Event[[int], None])
assert_type(door.locked, AsyncEvent[[str], int])
door.knocked.send(3)
door.closed.send("ada")
door.knocked.send("3")  # E: the payload's type
door.knocked.connect(say_nothing)  # E: the payload's type
door.closed.send(1)  # E: the payload's type
Event(say, via=42)  # E: a via takes a call
Signal(via="now")  # E: a via takes a call
Event.method(via=42)  # E: a via takes a call
