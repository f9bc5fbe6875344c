"""A function can ask for a signal by its type, and gets none that would not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Concatenate, TypeVar, assert_type

from typing_extensions import ParamSpec

from aldis import AsyncSignal, BoundSignal, Signal

S = TypeVar("S")
T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


class App: ...


class SubApp(App): ...


app = App()


@Signal
def moved(sender: App, x: int, y: int, /) -> None: ...


@Signal
def saved(sender: App, /, *, path: str) -> None: ...


@Signal
def asked(sender: App, /, *, question: str) -> int:
    raise NotImplementedError


@AsyncSignal
async def stored(sender: App, x: int, y: int, /) -> None: ...


# --- by an exact type ---


def move(signal: Signal[App, [int, int], None]) -> None:
    signal.send(app, 1, 2)
    signal.send(app, 1)  # E: one is missing


move(moved)
move(Signal[App, [int, int], None]())
move(Signal())
move(saved)  # E: another payload
move(asked)  # E: another payload, another result
move(stored)  # E: it is awaited
move(Signal[App, [int], None]())  # E: another payload
move(Signal[str, [int, int], None]())  # E: another sender
move(Signal[App, [int, int], int]())  # E: another result
move(moved.send)  # E: the signal, not its method


# --- by any signal ---


def describe(signal: Signal[Any, ..., Any]) -> str:
    signal.connect(print)
    return signal.__name__


def describe_bare(signal: Signal) -> str:
    return signal.__name__


describe(moved)
describe(saved)
describe(asked)
describe(Signal())
describe(Signal[App]())
describe_bare(saved)
describe(stored)  # E: it is awaited
describe(print)  # E: a function is not a signal
describe("saved")  # E: nor is a name
describe(Signal)  # E: nor is the class


def quiet(signals: Iterable[Signal[Any, ..., Any]]) -> None:
    for signal in signals:
        with signal.muted():
            print(signal)


quiet([moved, saved, asked])
quiet((moved, Signal()))
quiet([moved, stored])  # E: one of them is awaited
quiet(moved)  # E: one signal is not an iterable of signals


# --- by one signal or another ---


def perhaps(signal: Signal[App, [int], None] | None) -> None:
    signal.send(app, 1)  # E: it may be None
    if signal is not None:
        signal.send(app, 1)


def either(signal: Signal[App, [int], None] | Signal[App, [object], None]) -> None:
    signal.send(app, 1)
    signal.send(app, "1")  # E: the first of them takes an int


# --- by a sender or a result ---


def of_app(signal: Signal[App, ..., Any]) -> None:
    signal.send(app, 1, anything=2)


def with_int(signal: Signal[Any, ..., int]) -> int:
    return sum(result for _, result in signal.send(app))


of_app(moved)
of_app(saved)
of_app(Signal[str]())  # E: another sender
with_int(asked)
with_int(saved)  # E: another result


# --- by type variables ---


def forward(source: Signal[S, P, R], target: Callable[Concatenate[S, P], R]) -> None:
    source.connect(target)  # E? only zuban: to it `Concatenate[S, P]` is not itself


def on_moved(sender: App, x: int, y: int, /) -> None: ...


def on_moved_wrongly(sender: App, x: int, y: str, /) -> None: ...


def send_one(
    signal: Signal[S, P, R], sender: S, /, *args: P.args, **kwargs: P.kwargs
) -> list[R]:
    return [result for _, result in signal.send(sender, *args, **kwargs)]


def send_bound(signal: BoundSignal[S, P, R], /, *args: P.args, **kwargs: P.kwargs) -> list[R]:
    return [result for _, result in signal.send(*args, **kwargs)]


def logged(signal: Signal[S, P, R]) -> Signal[S, P, R]:
    return signal


def sender_of(signal: BoundSignal[S, ..., Any]) -> S:
    return signal.sender


forward(moved, on_moved)
forward(moved, on_moved_wrongly)  # E: the payload's type
assert_type(logged(moved), Signal[App, [int, int], None])
assert_type(send_one(asked, app, question="?"), list[int])
send_one(saved, app, path="a")
send_one(saved, app, path=1)  # E: the payload's type
send_one(saved, app)  # E: the payload is missing
send_one(saved, "app", path="a")  # E: the sender's type


def of_kind(kind: type[T]) -> Signal[App, [T], None]:
    return Signal[App, [T], None]()


def declared(spec: Callable[Concatenate[App, P], R]) -> Signal[App, P, R]:
    return Signal(spec)


of_kind(int).send(app, 1)
of_kind(int).send(app, "1")  # E: the payload's type


@declared
def loaded(sender: App, /, *, path: str) -> int:
    raise NotImplementedError


loaded.send(app, path="a")
loaded.send(app, path=1)  # E: the payload's type


class Door:
    @Signal.method
    def opened(self, *, by: str) -> None: ...


door = Door()
send_bound(door.opened, by="ada")
send_bound(door.opened, by=1)  # E: the payload's type
assert_type(sender_of(door.opened), Door)


# --- connected to one another ---


@Signal
def relayed(sender: App, x: int, y: int, /) -> object:
    raise NotImplementedError


relayed.connect(moved.send)
relayed.connect(saved.send)  # E: another payload


@moved.connect
def relay(sender: App, x: int, y: int, /) -> None:
    relayed.send(sender, x, y)
    relayed.send(sender, y=y, x=x)  # E: they are positional
