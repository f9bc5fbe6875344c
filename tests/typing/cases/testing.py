"""Captured sends have the types of their signal: senders, receivers and results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, assert_type

from aldis import AsyncEvent, AsyncSignal, BoundSignal, Event, Namespace, Signal, blinker
from aldis.pytest_plugin import SignalsFixture
from aldis.testing import AsyncSent, Sends, Sent, assert_sent, capture, isolated, muted


class App: ...


class SpecialApp(App): ...


class Door:
    @Signal.method
    def asked(self, *, question: str) -> int:
        raise NotImplementedError

    @AsyncSignal.method
    async def locked(self, by: str, /) -> None: ...


class View:
    @Event.method
    def added(self, flow: str, index: int = 0) -> int:
        raise NotImplementedError

    @AsyncEvent.method
    async def drawn(self) -> bytes:
        raise NotImplementedError


@Event
def renamed(name: str) -> int:
    raise NotImplementedError


@AsyncEvent
async def stopped(reason: str) -> bytes:
    raise NotImplementedError


@Signal
def counted(sender: App, /, *, words: str) -> int:
    raise NotImplementedError


@AsyncSignal
async def stored(sender: App, /, *, key: str) -> bytes:
    raise NotImplementedError


app = App()
door = Door()
view = View()
positional = Signal[App, [int, str]]()
untyped = Signal()
changed = blinker.Signal()


# --- what is captured ---

with capture(counted) as sends:
    assert_type(sends, Sends[Sent[App, int]])
    assert_type(sends[0], Sent[App, int])
    assert_type(sends[0].sender, App)
    assert_type(sends[0].results, list[tuple[Callable[..., int], int]])
    assert_type(sends[0].errors, list[tuple[Callable[..., Any], BaseException]])
    assert_type(sends[0].raised, "BaseException | None")
    assert_type(sends[0].payload["words"], Any)
    assert_type(sends[0].order, int)
    assert_type(sends[0].ended, bool)
    assert_type([sent.sender for sent in sends], list[App])
    sends[0].words  # E: the payload is a mapping

with capture(stored) as awaited:
    assert_type(awaited, Sends[AsyncSent[App, bytes]])
    assert_type(
        awaited[0].results,
        list[tuple[Callable[..., "bytes | Awaitable[bytes]"], bytes]],
    )

with capture(positional) as by_position:
    assert_type(by_position[0].sender, App)

with capture(untyped) as anything:
    assert_type(anything[0].sender, Any)

with capture(door.asked) as asked:
    assert_type(asked, Sends[Sent[Door, int]])
with capture(Door.asked) as asked_of_class:
    assert_type(asked_of_class, Sends[Sent[Door, int]])
with capture(door.locked) as locked:
    assert_type(locked[0].sender, Door)
with capture(BoundSignal(counted, app)) as bound:
    assert_type(bound, Sends[Sent[App, int]])

with capture(renamed) as renames:
    assert_type(renames, Sends[Sent[Any, int]])
with capture(stopped) as stops:
    assert_type(stops, Sends[AsyncSent[Any, bytes]])
with capture(view.added) as added:
    assert_type(added, Sends[Sent[Any, int]])
with capture(View.added) as added_to_any:
    assert_type(added_to_any, Sends[Sent[View, int]])
with capture(View.drawn, view) as drawn:
    assert_type(drawn, Sends[AsyncSent[View, bytes]])

with capture(changed) as adapted:
    assert_type(adapted[0].payload["anything"], Any)

with capture([counted, stored, door.asked]) as several:
    assert_type(several[0].order, int)
with capture(Namespace()) as named:
    assert_type(named[0].name, str)


async def in_async_blocks() -> None:
    async with capture(stored) as sends:
        assert_type(sends, Sends[AsyncSent[App, bytes]])
    async with isolated(stored), muted(stored):
        pass


# --- whose sends ---

with capture(counted, app), capture(counted, sender=SpecialApp()):
    pass
capture(counted, "app")  # E: the sender's type
capture(counted, sender=door)  # E: the sender's type
capture(stored, sender=door)  # E: the sender's type
capture(door.asked, door)  # E: the sender is given already
capture(View.added, sender=door)  # E: the sender's type
capture(renamed, sender=None)  # E: an event has no sender
capture(view.added, view)  # E: the instance is given already
capture("counted")  # E: a name is not a signal
capture(counted.send)  # E: a method is not a signal
capture([counted, "stored"])  # E: a name is not a signal


# --- what is asserted ---

assert_type(assert_sent(counted, words="a"), list[Sent[App, int]])
assert_type(assert_sent(counted, times=1, sender=app), list[Sent[App, int]])
assert_type(assert_sent(stored, {"key": "k"}, times=0), list[AsyncSent[App, bytes]])
assert_type(assert_sent(door.asked, question="?"), list[Sent[Door, int]])
assert_type(assert_sent(sends, words="a"), list[Sent[App, int]])
assert_type(assert_sent(awaited), list[AsyncSent[App, bytes]])
assert_type(assert_sent(renamed, name="a"), list[Sent[Any, int]])
assert_type(assert_sent(stopped, times=1), list[AsyncSent[Any, bytes]])
assert_type(assert_sent(view.added, flow="a"), list[Sent[Any, int]])
assert_type(assert_sent(View.added, sender=view), list[Sent[View, int]])
assert_type(assert_sent(View.drawn, sender=view), list[AsyncSent[View, bytes]])
assert_sent(changed, anything=1)
assert_sent(counted, words=1)  # no checker can know that of a part of the payload
assert_sent(counted, sender="app")  # E: the sender's type
assert_sent(stored, sender=door)  # E: the sender's type
assert_sent(counted, times="once")  # E: a number
assert_sent(counted, app)  # E: the sender is given by name
assert_sent("counted")  # E: a name is not a signal


# --- blocks ---

with isolated(counted, stored, changed, [counted, stored], Namespace()):
    pass
with isolated(renamed, stopped, [View.added, View.drawn]):
    pass
with muted(counted, door.asked, [door.locked, stored], Namespace()):
    pass
with muted(renamed, view.added, [View.added, stopped]):
    pass
isolated(door.asked)  # E: connections are those of its signal
isolated("counted")  # E: a name is not a signal
muted(counted, 42)  # E: a number is not a signal
with isolated(counted) as nothing:
    assert_type(nothing, None)


# --- the fixture of pytest ---


def test_with_the_fixture(signals: SignalsFixture) -> None:
    assert_type(signals.capture(counted, sender=app), Sends[Sent[App, int]])
    assert_type(signals.capture(stored), Sends[AsyncSent[App, bytes]])
    assert_type(signals.capture(door.asked), Sends[Sent[Door, int]])
    assert_type(signals.capture([counted, stored])[0].order, int)
    assert_type(signals.capture(renamed), Sends[Sent[Any, int]])
    assert_type(signals.capture(stopped), Sends[AsyncSent[Any, bytes]])
    assert_type(signals.capture(View.added, sender=view), Sends[Sent[View, int]])
    assert_type(signals.capture(View.drawn), Sends[AsyncSent[View, bytes]])
    signals.mute(renamed, view.added, View.drawn)
    signals.isolate(renamed, View.added)
    signals.mute(counted, door.asked, Namespace())
    signals.isolate(counted, [stored], changed)
    signals.capture(counted, "app")  # E: the sender's type
    signals.capture("counted")  # E: a name is not a signal
    signals.mute(42)  # E: a number is not a signal
    signals.isolate(door.asked)  # E: connections are those of its signal
