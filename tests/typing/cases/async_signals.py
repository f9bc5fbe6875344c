"""An async signal is declared by an `async def`, awaited, and calls both kinds of receivers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, TypeAlias, assert_type

from aldis import ANY, AsyncSignal, Signal


class App: ...


app = App()


# --- declaring ---


@AsyncSignal
async def stored(sender: App, /, *, key: str) -> None:
    """Sent after a key is stored."""


@AsyncSignal
async def asked(sender: App, /, question: str) -> int:
    raise NotImplementedError


@AsyncSignal
async def closed(sender: App, /) -> None: ...


def _sync_declaration(sender: App, n: int, /) -> None: ...


async def _declaration(sender: App, n: int, /) -> str:
    raise NotImplementedError


assert_type(closed, AsyncSignal[App, [], None])
assert_type(AsyncSignal(_declaration), AsyncSignal[App, [int], str])
assert_type(AsyncSignal(_declaration, name="n", doc="d"), AsyncSignal[App, [int], str])
assert_type(AsyncSignal(), AsyncSignal[Any, ..., Any])
AsyncSignal(_sync_declaration)  # E: the declaration must be async
AsyncSignal(42)  # E: this is not a declaration
AsyncSignal(_declaration, name=42)  # E: the name's type


async def _without_sender() -> None: ...


AsyncSignal(_without_sender)  # E: nobody could be the sender


# --- sending ---

Answers: TypeAlias = "list[tuple[Callable[..., int | Awaitable[int]], int]]"


async def send() -> None:
    await stored.send(app, key="a")
    await stored.send_robust(app, key="a")
    await stored.gather(app, key="a")
    await asked.send(app, "?")
    await asked.gather(app, question="?")
    await closed.send(app)

    await stored.send(app, key=1)  # E: the payload's type
    await stored.send(app)  # E: the payload is missing
    await stored.send(key="a")  # E: the sender is missing
    await stored.send("app", key="a")  # E: the sender's type
    await stored.send(app, "a")  # E: the payload is by keyword
    await stored.send(app, key="a", weak=True)  # E: a payload too many
    await stored.send_robust(app, key=1)  # E: the payload's type
    await stored.send_robust(app)  # E: the payload is missing
    await stored.gather(app, key=1)  # E: the payload's type
    await stored.gather(app)  # E: the payload is missing
    await stored.gather("app", key="a")  # E: the sender's type
    await asked.send(app, 1)  # E: the payload's type
    await closed.gather(app, 1)  # E: there is no payload

    stored.send(app, key="a")  # E: it is not awaited
    stored.send_robust(app, key="a")  # E: it is not awaited
    asked.gather(app, "?")  # E: it is not awaited
    for _ in asked.send(app, "?"):  # E: it is not awaited
        pass


async def results() -> None:
    assert_type(await asked.send(app, "?"), Answers)
    assert_type(await asked.gather(app, "?"), Answers)
    assert_type(
        await asked.send_robust(app, "?"),
        list[tuple[Callable[..., "int | Awaitable[int]"], "int | Exception"]],
    )
    for _, answer in await asked.send(app, "?"):
        assert_type(answer, int)
        answer.upper()  # E: an int has no `upper`
    for _, robust in await asked.send_robust(app, "?"):
        robust + 1  # E: it may be an exception
    words: list[str] = [word for _, word in await asked.send(app, "?")]  # E: they are ints
    numbers: list[int] = [number for _, number in await asked.gather(app, "?")]
    print(words, numbers)


later: Coroutine[Any, Any, Answers] = asked.send(app, "?")
wrong: Coroutine[Any, Any, list[int]] = asked.send(app, "?")  # E: each comes with its receiver


# --- connecting ---


async def on_stored(sender: App, /, *, key: str) -> None: ...


def on_stored_at_once(sender: App, /, *, key: str) -> None: ...


async def on_stored_wrongly(sender: App, /, *, key: int) -> None: ...


def on_stored_wrongly_at_once(sender: App, /, *, key: int) -> None: ...


async def on_asked(sender: App, /, question: str) -> int:
    raise NotImplementedError


async def on_asked_bool(sender: App, /, question: str) -> bool:
    raise NotImplementedError


def on_asked_at_once(sender: App, /, question: str) -> int:
    raise NotImplementedError


def on_asked_awaitable(sender: App, /, question: str) -> Awaitable[int]:
    raise NotImplementedError


def on_asked_perhaps(sender: App, /, question: str) -> int | Awaitable[int]:
    raise NotImplementedError


async def on_asked_str(sender: App, /, question: str) -> str:
    raise NotImplementedError


def on_asked_str_at_once(sender: App, /, question: str) -> str:
    raise NotImplementedError


stored.connect(on_stored)
stored.connect(on_stored_at_once)
stored.connect(on_stored, app, weak=False, once=True, priority=1)
stored.connect(on_stored, ANY)
asked.connect(on_asked)
asked.connect(on_asked_bool)
asked.connect(on_asked_at_once)
asked.connect(on_asked_awaitable)
asked.connect(on_asked_perhaps)
asked.connect(partial(on_asked))
asked.connect(lambda sender, question: len(question))
asked.connect(lambda sender, question: on_asked(sender, question))

stored.connect(on_stored_wrongly)  # E: the payload's type
stored.connect(on_stored_wrongly_at_once)  # E: the payload's type
asked.connect(on_asked_str)  # E: its result
asked.connect(on_asked_str_at_once)  # E: its result
stored.connect(on_asked)  # E: it was declared for another signal
asked.connect(lambda sender, question: "yes")  # E: its result
stored.connect(on_stored(app, key="a"))  # E: the function, not what it returns
stored.connect(on_stored, "app")  # E: no such sender
stored.connect(on_stored, weak=0)  # E: an option's type


@stored.connect
async def decorated(sender: App, *, key: str, **_: object) -> None: ...


@stored.connect_via(app)
async def decorated_via(sender: App, *, key: str) -> None: ...


@stored.connect_via(ANY, weak=True)
def decorated_at_once(sender: App, *, key: str) -> None: ...


@asked.connect
async def decorated_answer(sender: App, /, question: str) -> int:
    raise NotImplementedError


@asked.connect_via(app)
async def decorated_answer_via(sender: App, /, question: str) -> bool:
    raise NotImplementedError


@stored.connect  # E: the payload's type
async def decorated_wrongly(sender: App, *, key: int) -> None: ...


@stored.connect_via(app)  # E: the payload's type
async def decorated_wrongly_via(sender: App, *, key: int) -> None: ...


@asked.connect  # E: its result
async def decorated_wrong_answer(sender: App, /, question: str) -> str:
    raise NotImplementedError


@stored.connect  # E: the payload's type
def decorated_wrongly_at_once(sender: App, *, key: int) -> None: ...


stored.connect_via(app)(on_stored)
stored.connect_via("app")  # E: no such sender
stored.connect_via(app)(on_stored_wrongly)  # E: the payload's type


# --- an async receiver can be awaited after it was connected ---

kept = asked.connect(on_asked, app, weak=False, once=True)
kept_via = asked.connect_via(app, weak=True)(on_asked)


async def await_receivers() -> None:
    await decorated(app, key="a")
    await decorated_via(app, key="a")
    assert_type(await decorated_answer(app, "?"), int)
    number: int = await decorated_answer_via(app, "?")
    assert_type(await kept(app, "?"), int)
    assert_type(await kept_via(app, "?"), int)
    task = asyncio.create_task(decorated_answer(app, "?"))
    assert_type(await task, int)
    for each in await asyncio.gather(decorated_answer(app, "?"), kept(app, "?")):
        assert_type(each, int)
    print(number)

    await decorated(app)  # E: it is called as declared
    await decorated_via(app, key=1)  # E: it is called as declared
    decorated(app, key="a")  # E! not ty, zuban: to them it is not an `async def`
    decorated_via(app, key="a")  # E! not ty, zuban: to them it is not an `async def`
    await decorated_at_once(app, key="a")  # E: it is not async


asyncio.run(decorated(app, key="a"))
decorated_at_once(app, key="a")
untyped: AsyncSignal[Any, ..., Any] = AsyncSignal()


@untyped.connect
async def on_untyped(n: int) -> int:
    return n


@untyped.connect_via(app)
async def on_untyped_via(n: int) -> int:
    return n


asyncio.run(on_untyped(1))
asyncio.run(on_untyped_via(1))


class Replica:
    async def on_stored(self, sender: App, *, key: str) -> None: ...

    def on_stored_at_once(self, sender: App, *, key: str) -> None: ...

    async def on_nothing(self) -> None: ...

    async def __call__(self, sender: App, *, key: str) -> None: ...


replica = Replica()
stored.connect(replica.on_stored)
stored.connect(replica.on_stored_at_once)
stored.connect(replica)
stored.connect(replica.on_nothing)  # E: it takes no sender
stored.connect(Replica)  # E: the class takes nothing


# --- the rest is as in `Signal`, and not to be awaited ---

assert_type(stored.connected_to(on_stored), AbstractContextManager[None])
assert_type(stored.muted(), AbstractContextManager[None])
assert_type(stored.disconnect(on_stored, app), bool)
assert_type(asked.has_receivers_for(app), bool)
assert_type(closed.receivers, Sequence[Callable[[App], "None | Awaitable[None]"]])
assert_type(
    closed.receivers_for(app), tuple[Callable[[App], "None | Awaitable[None]"], ...]
)

with stored.connected_to(on_stored, app), stored.muted():
    print(stored.receivers)

stored.connected_to(on_stored_wrongly)  # E: the payload's type
stored.disconnect("on_stored")  # E: a name is not a receiver
stored.disconnect(on_stored, "app")  # E: no such sender
stored.receivers_for("app")  # E: no such sender
stored.has_receivers_for()  # E: for whom?
stored.muted(app)  # E: this one cannot mute one sender


async def use() -> None:
    async with stored.muted():  # E: a plain `with` will do
        pass
    await stored.connect(on_stored)  # E: connecting is not async


# --- it is not a `Signal` ---

plain: Signal[App, [int], str] = AsyncSignal(_declaration)  # E: it is awaited
Signal(_declaration).send(app, 1)  # a checker cannot refuse it: the result is a coroutine
