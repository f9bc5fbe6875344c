"""A relay publishes and delivers signals without results; a key is of the signal's sender."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import assert_type

from aldis import AsyncEvent, AsyncSignal, Event, Signal
from aldis.relay import Arrival, Key, Memory, Message, Relay, Transport, current


class App:
    name: str = "shop"


class Other: ...


@Signal
def order_paid(sender: str, /, *, order_id: int, total: Decimal) -> None: ...


@Signal
def started(app: App, /) -> None: ...


@Signal
def asked(sender: str, /, *, question: str) -> int:
    raise NotImplementedError


@AsyncSignal
async def stored(sender: str, /, *, key: str) -> None: ...


@AsyncSignal
async def counted(sender: str, /) -> int:
    raise NotImplementedError


@Event
def saved(path: str, /) -> None: ...


@Event
def found(path: str, /) -> bool:
    raise NotImplementedError


@AsyncEvent
async def flushed(path: str, /) -> None: ...


class Door:
    @Signal.method
    def opened(self, *, by: str) -> None: ...

    @Event.method
    def closed(self) -> None: ...


def name_of(app: App) -> str:
    return app.name


def app_of(name: str) -> App:
    return App()


def other_of(name: str) -> Other:
    return Other()


def around() -> AbstractContextManager[None]:
    return nullcontext()


engine: Transport = Memory()
relay = Relay(engine, name="web", attempts=3, delay=0.5, max_hops=4, around=around)
Relay(Memory(), "web")  # E: by keyword
Relay(Memory())  # E: it needs a name
Relay(42, name="web")  # E: not an engine

# what may be published and delivered
relay.publish(order_paid)
relay.publish(order_paid, topic="shop.order_paid", when=lambda publish: publish())
relay.publish(stored)
relay.publish(saved)
relay.publish(flushed)
relay.deliver(order_paid, group="mailer")
relay.deliver(order_paid, group=None, own=True, topic="shop.order_paid")
relay.deliver(stored, group="mailer")
relay.deliver(saved, group="mailer", own=False)
relay.deliver(flushed, group=None)
relay.deliver(order_paid)  # E: the group must be said
relay.publish(order_paid, when=42)  # E: not a function
relay.publish(order_paid, "topic")  # E: by keyword

# results do not cross
relay.publish(asked)  # E: it has results
relay.publish(counted)  # E: it has results
relay.publish(found)  # E: it has results
relay.deliver(asked, group=None)  # E: it has results
relay.deliver(found, group=None)  # E: it has results

# a key is of the sender
key = Key(str, name_of, app_of)
assert_type(key, Key[App, str])
relay.publish(started, sender=key)
relay.deliver(started, group=None, sender=key)
relay.publish(order_paid, sender=key)  # E: of another sender
relay.deliver(order_paid, group=None, sender=key)  # E: of another sender
relay.publish(saved, sender=key)  # E: an event has no sender
Key(int, name_of, app_of)  # E: the functions are of str
Key(str, name_of, other_of)  # E: it gives another sender
relay.publish(Door.opened, sender=Key(str, lambda door: "front", lambda name: Door()))

# only signals of their own
relay.publish(Door.closed)  # E: its receivers do not get the instance
relay.publish(Door().opened)  # E: of one sender
relay.publish("order_paid")  # E: not a signal

# what receivers are told
arrival = current()
assert_type(arrival, Arrival | None)
if arrival is not None:
    assert_type(arrival.id, str)
    assert_type(arrival.attempt, int)

# other people's workers
relay.receive(b"", attempt=2)
relay.receive("")  # E: not bytes
relay.run()
relay.run(until_idle=0)
relay.close()
assert_type(Message.unpack(b"").pack(), bytes)


async def main() -> None:
    await relay.receive_async(b"")
    await relay.run_async(until_idle=0.5)
