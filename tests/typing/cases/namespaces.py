"""A namespace declares typed signals, and finds untyped ones by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, assert_type

from aldis import AsyncEvent, AsyncSignal, Event, Namespace, Signal


class App: ...


app = App()
signals = Namespace()


# --- declaring ---


@signals.signal
def saved(sender: App, /, *, path: str) -> None: ...


@signals.signal
def moved(sender: App, x: int, y: int, /) -> None: ...


@signals.async_signal
async def stored(sender: App, key: str, /) -> int:
    raise NotImplementedError


@signals.event
def renamed(old: str, new: str, *, by: str = "nobody") -> None: ...


@signals.async_event
async def stopped(reason: str) -> int:
    raise NotImplementedError


@signals.signal(name="user-created")
def user_created(sender: App, /, *, user_id: int) -> None: ...


@signals.async_signal(name="user.stored")
async def user_stored(sender: App, key: str, /) -> int:
    raise NotImplementedError


@signals.event(name="user-renamed")
def user_renamed(old: str, new: str) -> None: ...


@signals.async_event(name="stopped at night")
async def stopped_at_night(reason: str, /) -> int:
    raise NotImplementedError


@signals.signal(name=1)  # E: a name is a string
def of_a_number(sender: App, /) -> None: ...
@signals.signal(name="without_sender")  # E: nobody could be the sender
def without_sender() -> None: ...
@signals.async_signal(name="not_async")  # E: the declaration must be async
def not_async(sender: App, /) -> None: ...


assert_type(user_stored, AsyncSignal[App, [str], int])
assert_type(stopped_at_night, AsyncEvent[[str], int])
user_created.send(app, user_id=1)
user_created.send(app, user_id="1")  # E: the payload's type
user_created.send(app)  # E: a missing name
user_renamed.send("a", new="b")
user_renamed.send("a")  # E: one is missing
assert_type(moved, Signal[App, [int, int], None])
assert_type(stored, AsyncSignal[App, [str], int])
saved.send(app, path="a")
saved.send(app, path=1)  # E: the payload's type
saved.send(path="a")  # E: the sender is missing
moved.send(app, 1)  # E: one is missing
renamed.send("a", "b", by="ada")
renamed.send("a", 1)  # E: the payload's type
renamed.send(app, "a", "b")  # E: an event has no sender


async def use() -> None:
    await stored.send(app, "a")
    await stored.send(app, 1)  # E: the payload's type
    stored.send(app, "a")  # E: it is not awaited
    assert_type(await stopped.send("night"), list[tuple[Callable[..., int | Awaitable[int]], int]])
    await stopped.send(1)  # E: the payload's type


# --- by name ---

assert_type(signals.signal("saved"), Signal[Any, ..., Any])
assert_type(signals.async_signal("stored"), AsyncSignal[Any, ..., Any])
assert_type(signals.event("renamed"), Event[..., Any])
assert_type(signals.async_event("stopped"), AsyncEvent[..., Any])
signals.signal("saved").send(app, anything=1)
signals.event("renamed").send(anything=1)
signals.signal("saved").connect(print)

by_name: Signal[App, [int]] = signals.signal("moved")
by_name.send(app, 1)
by_name.send(app, "1")  # E: the payload's type
event_by_name: Event[[int]] = signals.event("resized")
event_by_name.send(1)
event_by_name.send("1")  # E: the payload's type


# --- wrong declarations ---


def _declaration(sender: App, n: int, /) -> None: ...


async def _async_declaration(sender: App, n: int, /) -> None: ...


def _without_sender() -> None: ...


assert_type(signals.signal(_declaration), Signal[App, [int], None])
assert_type(signals.async_signal(_async_declaration), AsyncSignal[App, [int], None])
signals.signal(_without_sender)  # E: nobody could be the sender
signals.signal()  # E: neither a declaration nor a name
signals.signal(42)  # E: neither a declaration nor a name
signals.signal(None)  # E: neither a declaration nor a name
assert_type(signals.signal(_declaration, name="n"), Signal[App, [int], None])
signals.signal("saved", name="n")  # E: it has one name
signals.signal(name="saved").send(app)  # E: it is a decorator
signals.async_signal(_declaration)  # E: the declaration must be async
signals.async_signal(42)  # E: neither a declaration nor a name
assert_type(signals.event(_declaration), Event[[App, int], None])
assert_type(signals.event(_without_sender), Event[[], None])
assert_type(signals.async_event(_async_declaration), AsyncEvent[[App, int], None])
signals.event()  # E: neither a declaration nor a name
signals.event(42)  # E: neither a declaration nor a name
assert_type(signals.event(_without_sender, name="n"), Event[[], None])
signals.async_event(_declaration)  # E: the declaration must be async
signals.async_event(42)  # E: neither a declaration nor a name


# --- it is a mapping, from which names can be taken out ---

AnySignal: TypeAlias = (
    Signal[Any, ..., Any] | AsyncSignal[Any, ..., Any] | Event[..., Any] | AsyncEvent[..., Any]
)


def on_anything(*args: object, **kwargs: object) -> None: ...


mapping: Mapping[str, AnySignal] = signals
assert_type(signals["saved"], AnySignal)
assert_type(signals.get("x"), "AnySignal | None")
assert_type(list(signals), list[str])
assert_type(len(signals), int)
assert_type("saved" in signals, bool)
signals["saved"].connect(on_anything)

for name, signal in signals.items():
    assert_type(name, str)
    signal.connect(on_anything)

signals[1]  # E: names are strings
signals["saved"] = saved  # E: it is declared, not set
del signals["saved"]
del signals[1]  # E: names are strings
assert_type(signals.discard("saved"), bool)
signals.discard(1)  # E: names are strings
signals.saved  # E: look-ups are by name
signals.get("saved").connect(on_anything)  # E: it may be None
Namespace("app")  # E: a namespace has no name
