"""A signal class may be subclassed, with its types given or left open, and `send` overridden."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias, TypeVar, assert_type, overload

from typing_extensions import ParamSpec, override

from aldis import AsyncSignal, Signal
from aldis.delivery import Via

S = TypeVar("S")
T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


class App: ...


app = App()


# --- with its types given ---


class Moved(Signal[App, [int, int], None]):
    def send_origin(self, sender: App) -> None:
        self.send(sender, 0, 0)
        self.send(sender, 0)  # E: one is missing


moved = Moved()
moved.send(app, 1, 2)
moved.send_origin(app)
moved.send(app, 1)  # E: one is missing
moved.send("app", 1, 2)  # E: the sender's type
moved.send_origin("app")  # E: the sender's type
plain: Signal[App, [int, int], None] = moved
other: Signal[App, [int], None] = moved  # E: another payload
back: Moved = Signal[App, [int, int], None]()  # E: not every such signal is a `Moved`


def on_moved(sender: App, x: int, y: int, /) -> None: ...


def on_moved_wrongly(sender: App, x: int, /) -> None: ...


moved.connect(on_moved)
moved.connect(on_moved_wrongly)  # E: it cannot take `y`
Moved(on_moved)
Moved(on_moved_wrongly)  # E: another declaration
Moved(name="moved")


# --- with its types left open ---


class Counted(Signal[S, P, R]):
    count: int = 0

    def sends(self) -> int:
        return self.count


# zuban cannot infer the payload of any class that inherits the constructor of `Signal`
@Counted  # E? only zuban: it infers no inherited ParamSpec
def saved(sender: App, /, *, path: str) -> None: ...


sends: int = saved.sends()
saved.send(app, path="a")
saved.send(app, path=1)  # E! not zuban: `saved` is `Any` to it, after its error above


def _declaration(sender: App, n: int, /) -> str:
    raise NotImplementedError


counted = Counted[App, [int], str](_declaration)
assert_type(counted, Counted[App, [int], str])
assert_type(counted.sends(), int)
counted.send(app, 1)
counted.send(app, "1")  # E: the payload's type
counted.sends(1)  # E: it takes nothing
Counted[App, [str], str](_declaration)  # E: another declaration


class Store:
    @Counted.method
    def closed(self, *, reason: str) -> None: ...


Store().closed.send(reason="late")
Store().closed.send(reason=1)  # E: the payload's type
Store.closed.sends()  # E: checkers know it as a plain `Signal`


# --- with one type given ---


class FromApp(Signal[App, P, None]):
    pass


from_app = FromApp[[int]]()
from_app.send(app, 1)
from_app.send(app, "1")  # E: the payload's type
from_app.send("app", 1)  # E: the sender's type


# --- with `send` overridden ---


class Traced(Signal[App, [str], Any]):
    @override
    def send(self, sender: App, text: str, /) -> list[Any]:
        print(text)
        return super().send(sender, text)


class Broken(Signal[App, [str], Any]):
    @override
    def send(self, sender: App, n: int, /) -> list[Any]:  # E: the payload's type
        raise NotImplementedError


Traced().send(app, "a")
Traced().send(app, 1)  # E: the payload's type


# --- an async signal, too ---


class Stored(AsyncSignal[App, [str], int]):
    async def total(self, sender: App) -> int:
        return sum(number for _, number in await self.send(sender, "a"))


async def use() -> None:
    assert_type(await Stored().total(app), int)
    await Stored().send(app, "a")
    await Stored().send(app, 1)  # E: the payload's type


# --- an async signal with `connect` overridden; without the overloads, see docs/limits.md ---

Async: TypeAlias = Callable[[App, str], Coroutine[Any, Any, int]]
Either: TypeAlias = Callable[[App, str], "int | Awaitable[int]"]


class Announced(AsyncSignal[App, [str], int]):
    @overload  # E? only zuban: to it the base of `AsyncSignal` has no overload for this
    def connect(self, receiver: Async, *args: Any, via: None = None, **options: Any) -> Async: ...
    @overload
    def connect(self, receiver: Either, *args: Any, via: None = None, **options: Any) -> Either: ...
    @overload
    def connect(
        self, receiver: Callable[[App, str], T], *args: Any, via: Via, **options: Any
    ) -> Callable[[App, str], T]: ...
    @override
    def connect(self, receiver: Callable[[App, str], Any], *args: Any, **options: Any) -> Any:
        return super().connect(receiver, *args, **options)


announced = Announced()


@announced.connect
async def on_announced(sender: App, text: str, /) -> int:
    return len(text)


@announced.connect  # E: the payload's type
async def on_announced_wrongly(sender: App, number: int, /) -> int:
    return number


async def await_receiver() -> None:
    assert_type(await on_announced(app, "a"), int)
