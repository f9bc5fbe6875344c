"""`next` and `wait` give the payload by name; gathering may be robust, and limited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, assert_type

from aldis import ANY, AsyncEvent, AsyncSignal, Event, Signal


class App: ...


class Door:
    @Event.method
    def opened(self, by: str, /) -> None: ...

    @Signal.method
    def closed(self, by: str, /) -> None: ...

    @AsyncSignal.method
    async def locked(self, by: str, /) -> int:
        raise NotImplementedError


app, door = App(), Door()


@Signal
def renamed(sender: App, /, *, name: str) -> None: ...


@AsyncSignal
async def stored(sender: App, /, *, key: str) -> int:
    raise NotImplementedError


@Event
def saved(path: str, *, size: int) -> None: ...


@AsyncEvent
async def loaded(path: str, /) -> int:
    raise NotImplementedError


Sent: TypeAlias = "Mapping[str, Any]"
Results: TypeAlias = "list[tuple[Callable[..., int | Awaitable[int]], int]]"
Robust: TypeAlias = "list[tuple[Callable[..., int | Awaitable[int]], int | Exception]]"


# --- wait ---

assert_type(renamed.wait(), Sent)
assert_type(renamed.wait(app, 1.5), Sent)
assert_type(renamed.wait(sender=app, timeout=None), Sent)
assert_type(stored.wait(ANY, timeout=1), Sent)
assert_type(saved.wait(1.5), Sent)
assert_type(loaded.wait(timeout=1), Sent)
assert_type(door.opened.wait(1), Sent)
assert_type(door.closed.wait(timeout=None), Sent)

renamed.wait(door)  # E: another sender
renamed.wait(app, "1")  # E: the timeout's type
saved.wait(app)  # E: there is no sender to choose
saved.wait(timeout="1")  # E: the timeout's type
door.opened.wait(door)  # E: there is no sender to choose
door.closed.wait(door, 1)  # E: the sender is given already
Door.opened.wait()  # E: an instance has the event to wait for


# --- next ---


async def wait() -> None:
    assert_type(await renamed.next(), Sent)
    assert_type(await renamed.next(app, timeout=1.5), Sent)
    assert_type(await stored.next(ANY), Sent)
    assert_type(await saved.next(1), Sent)
    assert_type(await loaded.next(timeout=None), Sent)
    assert_type(await door.opened.next(), Sent)
    assert_type(await door.closed.next(1.5), Sent)
    await renamed.next(door)  # E: another sender
    await renamed.next(app, "1")  # E: the timeout's type
    await saved.next(app)  # E: there is no sender to choose
    await door.opened.next(timeout="1")  # E: the timeout's type
    await door.closed.next(door)  # E: the sender is given already
    await Door.opened.next()  # E: an instance has the event to wait for
    saved.next()  # E: it is not awaited
    door.closed.next()  # E: it is not awaited


# --- gather_robust, limited ---


async def gather() -> None:
    assert_type(await stored.gather_robust(app, key="a"), Robust)
    assert_type(await loaded.gather_robust("a"), Robust)
    assert_type(await door.locked.gather_robust("ada"), Robust)
    assert_type(await stored.limited(3).gather(app, key="a"), Results)
    assert_type(await stored.limited(3).gather_robust(app, key="a"), Robust)
    assert_type(await loaded.limited(limit=3).gather("a"), Results)
    assert_type(await door.locked.limited(3).gather("ada"), Results)
    await stored.gather_robust(key="a")  # E: the sender is missing
    await stored.gather_robust(app, key=1)  # E: the payload's type
    await stored.gather_robust(door, key="a")  # E: another sender
    await door.locked.gather_robust(door, "ada")  # E: the sender is given already
    await stored.limited(3).gather(key="a")  # E: the sender is missing
    await stored.limited(3).gather(app, key=1)  # E: the payload's type
    await stored.limited(3).gather_robust(door, key="a")  # E: another sender
    await door.locked.limited(3).gather(door, "ada")  # E: the sender is given already
    await loaded.limited(3).gather_robust(1)  # E: the payload's type
    stored.limited(3).gather(app, key="a")  # E: it is not awaited


stored.limited("3")  # E: the limit's type
stored.limited()  # E: the limit is missing
renamed.limited(3)  # E: only what is async is gathered
saved.gather("a", size=1)  # E: only what is async is gathered
saved.gather_robust("a", size=1)  # E: only what is async is gathered
renamed.disconnect_all(door)  # E: another sender
assert_type(renamed.disconnect_all(app), int)
assert_type(stored.disconnect_all(), int)
assert_type(door.closed.disconnect_all(), int)
