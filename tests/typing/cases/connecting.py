"""Connecting takes what can be called as declared, the sender to hear, and its options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, assert_type

from aldis import ANY, AnySender, Signal


class App: ...


class SubApp(App): ...


app = App()


@Signal
def moved(sender: App, x: int, y: int, /) -> None: ...


@Signal
def saved(sender: App, /, *, path: str) -> None: ...


@Signal
def heard(sender: str, /) -> None: ...


def on_moved(sender: App, x: int, y: int, /) -> None: ...


def on_moved_any(*args: object) -> None: ...


def on_saved(sender: App, /, *, path: str) -> None: ...


def on_heard(sender: str, /) -> None: ...


# --- connect ---

moved.connect(on_moved)
moved.connect(on_moved, app)
moved.connect(on_moved, SubApp())
moved.connect(on_moved, ANY)
moved.connect(on_moved, sender=app)
moved.connect(on_moved, weak=False)
moved.connect(on_moved, once=True)
moved.connect(on_moved, priority=-1)
moved.connect(on_moved, app, weak=False, once=True, priority=10)
moved.connect(receiver=on_moved, sender=app)
heard.connect(on_heard, "bridge")

moved.connect()  # E: whom?
moved.connect(on_saved)  # E: it was declared for another signal
moved.connect(on_moved())  # E: the function, not its result
moved.connect("on_moved")  # E: a name cannot be called
moved.connect(None)  # E: nor can None
moved.connect([on_moved])  # E: one at a time
moved.connect(on_moved, "app")  # E: no such sender
moved.connect(on_moved, App)  # E: a class is not its instance
moved.connect(on_moved, None)  # E: None is not an `App`
moved.connect(on_moved, sender=1)  # E: no such sender
moved.connect(on_moved, AnySender)  # E: the class of `ANY`
moved.connect(on_moved, app, False)  # E: options are by keyword
moved.connect(on_moved, weak=None)  # E: an option's type
moved.connect(on_moved, once="yes")  # E: an option's type
moved.connect(on_moved, priority="high")  # E: an option's type
moved.connect(on_moved, priority=1.5)  # E: an option's type
moved.connect(on_moved, strong=True)  # E: no such option
heard.connect(on_heard, b"bridge")  # E: no such sender

# the receiver comes back as what the signal calls
assert_type(moved.connect(on_moved), Callable[[App, int, int], None])
assert_type(moved.connect(on_moved_any), Callable[[App, int, int], None])
moved.connect(on_moved)(app, 1, 2)
moved.connect(on_moved)(app, 1, "2")  # E: it is called as declared


@moved.connect
def decorated(sender: App, x: int, y: int, /) -> None: ...


as_declared: Callable[[App, int, int], None] = decorated
decorated(app, 1, 2)
decorated(app, 1)  # E: it is called as declared
saved.connect(decorated)  # E: it was declared for another signal


@saved.connect
def decorated_by_name(sender: App, *, path: str, depth: int = 0) -> None: ...


decorated_by_name(app, path="a")
decorated_by_name(app)  # E: it is called as declared


# --- connect_via ---


@moved.connect_via(app)
def via_app(sender: App, x: int, y: int, /) -> None: ...


@moved.connect_via(ANY, weak=True, once=True, priority=1)
def via_any(sender: App, x: int, y: int, /) -> None: ...


via_app(app, 1, 2)
via_app(app, 1, "2")  # E: it is called as declared
moved.connect_via(app)(on_moved)
moved.connect_via(sender=app, weak=True)(on_moved_any)
heard.connect_via("bridge")(on_heard)

moved.connect_via()  # E: via whom?
moved.connect_via("app")  # E: no such sender
moved.connect_via(None)  # E: None is not an `App`
moved.connect_via(app, True)  # E: options are by keyword
moved.connect_via(app, weak=0)  # E: an option's type
moved.connect_via(app, priority=None)  # E: an option's type
moved.connect_via(app)(on_saved)  # E: it was declared for another signal
moved.connect_via(app)(on_moved, app)  # E: the sender is given already
moved.connect_via(on_moved)  # E: a receiver is not a sender
moved.connect_via(app)  # right: nothing is connected yet


# --- connected_to ---

assert_type(moved.connected_to(on_moved), AbstractContextManager[None])

with moved.connected_to(on_moved):
    moved.send(app, 1, 2)

with moved.connected_to(on_moved, app), saved.connected_to(on_saved, sender=ANY):
    moved.send(app, 1, 2)

with moved.connected_to(on_moved) as nothing:
    assert_type(nothing, None)

with moved.connected_to(lambda sender, x, y: print(x, y)):
    moved.send(app, 1, 2)

with ExitStack() as stack:
    stack.enter_context(moved.connected_to(on_moved))
    stack.enter_context(moved.muted())
    stack.enter_context(moved.connect(on_moved))  # E: this one does not end

moved.connected_to()  # E: whom?
moved.connected_to(on_saved)  # E: it was declared for another signal
moved.connected_to(on_moved, "app")  # E: no such sender
moved.connected_to(on_moved, weak=True)  # E: it is always strong
moved.connected_to(on_moved)(on_moved)  # E: it is not a decorator
moved.connected_to(on_moved).close()  # E: it is left, not closed


# --- disconnect ---

assert_type(moved.disconnect(on_moved), bool)
moved.disconnect(on_moved, app)
moved.disconnect(on_moved, ANY)
moved.disconnect(on_moved, sender=app)
moved.disconnect(on_saved)
moved.disconnect(print)

moved.disconnect()  # E: whom?
moved.disconnect(app)  # E: a sender is not a receiver
moved.disconnect("on_moved")  # E: a name is not a receiver
moved.disconnect(on_moved, "app")  # E: no such sender
moved.disconnect(on_moved, None)  # E: None is not an `App`
moved.disconnect(on_moved, weak=True)  # E: no such option
removed: str = moved.disconnect(on_moved)  # E: it is a bool


# --- muted ---

assert_type(moved.muted(), AbstractContextManager[None])

with moved.muted():
    moved.send(app, 1, 2)

with moved.muted(), moved.muted():
    moved.send(app, 1, "2")  # E: the payload is checked all the same

moved.muted(app)  # E: a bound signal can mute one sender, this one cannot
moved.muted = True  # E: it is a method
moved.muted().send(app, 1, 2)  # E: it is not a signal


# --- who listens ---

assert_type(moved.receivers, Sequence[Callable[[App, int, int], None]])
assert_type(moved.receivers_for(app), tuple[Callable[[App, int, int], None], ...])
assert_type(moved.receivers_for(ANY), tuple[Callable[[App, int, int], None], ...])
assert_type(moved.has_receivers_for(app), bool)
assert_type(moved.has_receivers_for(ANY), bool)
assert_type(heard.has_receivers_for("bridge"), bool)
assert_type(len(moved.receivers), int)

if moved.receivers:
    moved.send(app, 1, 2)

for receiver in moved.receivers:
    receiver(app, 1, 2)
    receiver(app, 1)  # E: they are called as declared

for receiver_by_name in saved.receivers_for(app):
    receiver_by_name(app, path="a")
    receiver_by_name(app, path=1)  # E: they are called as declared

assert_type(on_moved in moved.receivers, bool)
moved.receivers()  # E: it is an attribute
moved.receivers.append(on_moved)  # E: it is a sequence
moved.receivers = ()  # E: it cannot be set
moved.receivers_for()  # E: for whom?
moved.receivers_for("app")  # E: no such sender
moved.receivers_for(None)  # E: None is not an `App`
moved.receivers_for(on_moved)  # E: a receiver is not a sender
moved.has_receivers_for()  # E: for whom?
moved.has_receivers_for("app")  # E: no such sender
moved.has_receivers_for(app, ANY)  # E: for one sender


# --- ANY ---

assert_type(ANY, AnySender)
anyone: AnySender = ANY
everyone: Any = ANY
heard.connect(on_heard, anyone)
moved.send(ANY, 1, 2)  # E: somebody sends, not anybody
