"""`Signal.method` in a class body: the sender is the instance, and need not be given again."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, Self, TypeVar, assert_type

from typing_extensions import override

from aldis import AsyncSignal, BoundSignal, Signal, SignalMethod

T = TypeVar("T")


class Processor:
    @Signal.method
    def done(self, *, status: str, code: int = 0) -> None:
        """Sent when the work is over."""

    @Signal.method
    def moved(self, x: int, y: int, /) -> None: ...

    @Signal.method
    def closed(self) -> None: ...

    @Signal.method
    def asked(self, question: str, /) -> int:
        raise NotImplementedError

    def run(self) -> None:
        self.done.send(status="ok")
        self.done.send(status=1)  # E: the payload's type
        self.done.send(self, status="ok")  # E: the sender is given already


class Batch(Processor):
    def stop(self) -> None:
        self.done.send(status="stopped")
        self.closed.send()
        self.closed.send(status="stopped")  # E: this one has no payload


class Other: ...


processor = Processor()
batch = Batch()


# --- from an instance ---

assert_type(processor.moved, BoundSignal[Processor, [int, int], None])
assert_type(processor.closed, BoundSignal[Processor, [], None])
assert_type(processor.asked, BoundSignal[Processor, [str], int])
assert_type(processor.moved.sender, Processor)
assert_type(processor.moved.signal, Signal[Processor, [int, int], None])

processor.done.send(status="ok")
processor.done.send(status="ok", code=2)
processor.moved.send(1, 2)
processor.closed.send()
batch.done.send(status="ok")

processor.done.send()  # E: a payload is missing
processor.done.send(code=2)  # E: a payload is missing
processor.done.send(status=None)  # E: the payload's type
processor.done.send("ok")  # E: the payload is by keyword
processor.done.send(processor, status="ok")  # E: the sender is given already
processor.done.send(status="ok", reason="late")  # E: a payload too many
processor.moved.send(1)  # E: one is missing
processor.moved.send(1, "2")  # E: the second one's type
processor.closed.send(1)  # E: there is no payload
batch.done.send(status=1)  # E: in a subclass, too


# --- from the class ---

assert_type(Processor.moved, Signal[Processor, [int, int], None])
assert_type(Processor.closed, Signal[Processor, [], None])

Processor.done.send(processor, status="ok")
Processor.done.send(batch, status="ok")
Batch.done.send(batch, status="ok")

Processor.done.send(status="ok")  # E: the class gives no sender
Processor.done.send(Other(), status="ok")  # E: another class's instance
Processor.done.send(processor, status=1)  # E: the payload's type
Processor.moved.send(processor, 1)  # E: one is missing


# --- it is an attribute like others ---

processor.done = 5  # E: it stays a signal
processor.dome.send(status="ok")  # E: a misspelt signal
other: SignalMethod[Other, [int], None] = SignalMethod(Processor.moved)  # E: another signal
same: SignalMethod[Processor, [int, int], None] = SignalMethod(Processor.moved)
made: BoundSignal[Processor, [int, int], None] = BoundSignal(Processor.moved, processor)
BoundSignal(Processor.moved, Other())  # E: another sender


# --- declared by a call, too ---


def _declaration(job: Other, n: int, /) -> None: ...


assert_type(Signal.method(_declaration), SignalMethod[Other, [int], None])


def _takes_nothing() -> None: ...


Signal.method(_takes_nothing)  # E: it has no `self`
Signal.method(42)  # E: this is not a declaration


# --- in a generic class ---


class Box(Generic[T]):
    @Signal.method
    def filled(self, value: T, /) -> None: ...

    @Signal.method
    def emptied(self, *, last: T | None = None) -> None: ...

    def fill(self, value: T) -> None:
        self.filled.send(value)
        self.emptied.send(last=value)
        self.filled.send(1)  # E: not every `T` is an int


box = Box[int]()
box.filled.send(1)
box.emptied.send()
box.emptied.send(last=1)

box.filled.send("1")  # E: this box is for ints
box.emptied.send(last="1")  # E: this box is for ints
box.filled.send()  # E: the value is missing


def watch(sender: Box[int], value: int, /) -> None: ...


def misread(sender: Box[int], value: str, /) -> None: ...


box.filled.connect(watch)
box.filled.connect(misread)  # E: this box is for ints


# --- a subclass's own declaration ---


class Printer(Processor):
    @Signal.method
    def printed(self, *, pages: int) -> None: ...


Printer().printed.send(pages=1)
Printer().done.send(status="ok")
processor.printed.send(pages=1)  # E: only a printer has it
Printer.printed.send(Printer(), pages=1)
Printer.printed.send(processor, pages=1)  # E: only a printer sends it


# --- an inherited declaration ---


def on_processor_moved(sender: Processor, x: int, y: int, /) -> None: ...


def on_batch_moved(sender: Batch, x: int, y: int, /) -> None: ...


batch.moved.connect(on_processor_moved)
Batch.moved.connect(on_processor_moved)
Processor.moved.connect(on_processor_moved)
Processor.moved.connect(on_batch_moved)  # E: not every processor is a batch
processor.moved.connect(on_batch_moved)  # E: not every processor is a batch
# to three checkers the sender of a signal that `Batch` inherits is `Batch`, to three it is `Processor`
batch.moved.connect(on_batch_moved)  # E? only mypy, ty, zuban: its sender is `Processor` to them
of_batch: BoundSignal[Batch, [int, int], None] = batch.moved  # E? only mypy, ty, zuban: likewise
of_any: BoundSignal[Processor, [int, int], None] = batch.moved  # E! not mypy, ty, zuban: likewise
Batch.moved.send(processor, 1, 2)  # E! not mypy, ty, zuban: likewise


class Rewritten(Processor):
    @Signal.method
    @override
    def moved(self, x: int, y: int, /) -> None: ...  # E! not pyrefly: it would be another signal


# --- in a dataclass, an abstract class and a protocol ---


@dataclass
class Account:
    name: str

    @Signal.method
    def renamed(self, old: str, /) -> None: ...


class Shape(ABC):
    @Signal.method
    def drawn(self, *, x: int) -> None: ...


class Circle(Shape): ...


class HasDrawn(Protocol):
    @Signal.method
    def drawn(self, *, x: int) -> None: ...


Account("ada").renamed.send("eve")
Account("ada").renamed.send(1)  # E: the payload's type
Account("ada", "eve")  # E: a signal is not a field
Circle().drawn.send(x=1)
Circle().drawn.send(x="1")  # E: the payload's type


def draw(shape: HasDrawn) -> None:
    shape.drawn.send(x=1)
    shape.drawn.send(x="1")  # E! not zuban: in a protocol a keyword payload makes it `Any`


# --- with `self` annotated ---


class Door:
    @Signal.method
    def opened(self: Door, *, by: str) -> None: ...

    @Signal.method
    def locked(self: object, *, by: str) -> None: ...


Door().opened.send(by="ada")
Door().opened.send(by=1)  # E: the payload's type
Door().locked.send(by="ada")
Door().locked.send(by=1)  # E: the payload's type


# --- with `Self`, a type variable or a union as the sender ---


class Node:
    @Signal.method
    def linked(self, *, to: Self) -> None: ...

    @AsyncSignal.method
    async def linked_later(self, *, to: Self) -> None: ...

    def link(self, other: Self) -> Self:
        self.linked.send(to=other)
        return self


class Leaf(Node): ...


NodeT = TypeVar("NodeT", bound="Typed")


class Typed:
    @Signal.method
    def linked(self: NodeT, *, to: NodeT) -> None: ...


class Either:
    @Signal.method
    def chosen(self: Either | Node, *, by: str) -> None: ...


Node().linked.send(to=Node())
Node().linked.send(to=3)  # E: the payload's type
Leaf().linked.send(to=Leaf())
Node.linked.send(Node(), to=Node())
Typed().linked.send(to=Typed())
Either().chosen.send(by="me")
Either().chosen.send(by=3)  # E: the payload's type


@Node.linked.connect
def on_linked(sender: Node, *, to: Node) -> None: ...


async def link_later(node: Node) -> None:
    await node.linked_later.send(to=node)
    await node.linked_later.send(to=3)  # E: the payload's type


# --- of the members of an Enum ---


class Color(Enum):
    RED = 1
    BLUE = 2

    @Signal.method
    def picked(self, *, by: str) -> None: ...


Color.RED.picked.send(by="me")
Color.RED.picked.send(by=3)  # E: the payload's type


@Color.RED.picked.connect
def on_picked(sender: Color, *, by: str) -> None: ...


def pick(color: Color) -> None:
    color.picked.send(by="me")
    color.picked.send(by=3)  # E: the payload's type
    match color:
        case Color.RED:
            color.picked.send(by="me")
        case _:
            color.picked.send(by="me")
