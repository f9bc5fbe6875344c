"""`subscribe` connects like `connect`, and gives a subscription that ends by itself."""

from __future__ import annotations

from contextlib import ExitStack
from typing import assert_type

from aldis import ANY, AsyncEvent, AsyncSignal, Event, Signal, Subscription


class App: ...


class Door:
    @Event.method
    def opened(self, by: str, /) -> None: ...

    @Signal.method
    def closed(self, by: str, /) -> None: ...


app, door = App(), Door()


@Signal
def renamed(sender: App, /, *, name: str) -> None: ...


@AsyncSignal
async def stored(sender: App, /, *, key: str) -> int:
    raise NotImplementedError


@Event
def saved(path: str, *, size: int) -> None: ...


@AsyncEvent
async def loaded(path: str, /) -> None: ...


def on_renamed(sender: App, *, name: str) -> None: ...


def on_renamed_wrongly(sender: App, *, name: int) -> None: ...


def on_door(sender: Door, *, name: str) -> None: ...


async def on_renamed_later(sender: App, *, name: str) -> None: ...


async def on_stored(sender: App, *, key: str) -> int:
    return len(key)


async def on_stored_wrongly(sender: App, *, key: str) -> str:
    return key


def on_saved(path: str, *, size: int) -> None: ...


def on_saved_wrongly(path: str, *, size: str) -> None: ...


def on_opened(by: str) -> None: ...


def on_opened_wrongly(by: int) -> None: ...


async def on_loaded(path: str) -> None: ...


def on_closed(sender: Door, by: str) -> None: ...


# --- what it gives ---

assert_type(renamed.subscribe(on_renamed), Subscription)
assert_type(stored.subscribe(on_stored), Subscription)
assert_type(saved.subscribe(on_saved), Subscription)
assert_type(loaded.subscribe(on_loaded), Subscription)
assert_type(door.opened.subscribe(on_opened), Subscription)
assert_type(door.closed.subscribe(on_closed), Subscription)

subscription = saved.subscribe(on_saved)
assert_type(subscription.closed, bool)
assert_type(subscription.close(), None)
assert_type(subscription(), None)
assert_type(subscription.__enter__(), Subscription)

with saved.subscribe(on_saved) as opened, door.opened.subscribe(on_opened):
    assert_type(opened, Subscription)

with ExitStack() as stack:
    assert_type(stack.enter_context(renamed.subscribe(on_renamed, app)), Subscription)

subscription.closed = True  # E: it cannot be set
subscription(1)  # E: it takes nothing
subscription.close(1)  # E: it takes nothing
subscription.disconnect()  # E: it is closed


# --- what it takes ---

renamed.subscribe(on_renamed, app)
renamed.subscribe(on_renamed, ANY, once=True, priority=1)
renamed.subscribe(on_renamed, sender=app)
saved.subscribe(on_saved, once=True, priority=1)
stored.subscribe(on_stored, app)
door.opened.subscribe(lambda by: print(by))
door.opened.subscribe(print)

renamed.subscribe()  # E: the receiver is missing
renamed.subscribe(42)  # E: this cannot be called
renamed.subscribe(on_renamed_wrongly)  # E: the payload's type
renamed.subscribe(on_door)  # E: another sender
renamed.subscribe(on_renamed_later)  # E: it is async
renamed.subscribe(on_saved)  # E: it was declared for an event
renamed.subscribe(on_renamed, door)  # E: another sender
renamed.subscribe(on_renamed, weak=False)  # E: a subscription is strong
renamed.subscribe(on_renamed, once=1)  # E: an option's type
renamed.subscribe(on_renamed, app, True)  # E: options are by keyword
stored.subscribe(on_stored_wrongly)  # E: its result
stored.subscribe(on_renamed)  # E: it was declared for another signal
saved.subscribe(on_saved_wrongly)  # E: the payload's type
saved.subscribe(on_opened)  # E: it takes no size
saved.subscribe(on_renamed)  # E: an event has no sender
saved.subscribe(on_saved, app)  # E: there is no sender to choose
saved.subscribe(on_saved, weak=True)  # E: a subscription is strong
saved.subscribe(on_saved, priority="1")  # E: an option's type
door.opened.subscribe(on_opened_wrongly)  # E: the payload's type
door.opened.subscribe(on_opened, door)  # E: there is no sender to choose
door.opened.subscribe(on_loaded)  # E: it is async
door.closed.subscribe(on_opened)  # E: it takes no sender
Door.opened.subscribe(on_opened)  # E: an instance has the event to subscribe to
