"""The function that says whether books are whole finds whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aldis import BoundSignal, Signal
from aldis._core._invariants import faults
from aldis._core._snapshots import PLAIN


class Owner:
    """Owns a receiver, and is a sender."""

    def hear(self, sender: object, **payload: object) -> object:
        return self


class Slotted:
    """A receiver that has no weak reference."""

    __slots__ = ()

    def __call__(self, sender: object) -> None: ...


class World:
    """Books in which there is something of each kind."""

    def __init__(self) -> None:
        self.signal = Signal()
        self.owner, self.other, self.sender = Owner(), Owner(), Owner()
        self.signal.connect(self.owner.hear)
        self.signal.connect(self.owner.hear, self.sender)
        self.signal.connect(self.owner.hear, "value", weak=False)
        self.signal.connect(self.other.hear, self.sender)
        self.signal.connect(Slotted(), weak=False)
        self.signal.send(self.sender)
        self.books: Any = self.signal._registry

    @property
    def everyone(self) -> Any:
        return next(iter(self.books._everyones.values()))

    @property
    def kept(self) -> Any:
        return list(self.books._everyones.values())[1]

    @property
    def head(self) -> Any:
        return next(iter(self.books._heads.values()))

    @property
    def route(self) -> Any:
        return self.books.routes[id(self.sender)]


def other_key(world: World) -> None:
    world.everyone.key = 7


def ended(world: World) -> None:
    world.everyone.order = None


def misplaced(world: World) -> None:
    world.head.later = world.everyone


def unfound(world: World) -> None:
    del world.books.values["value"]


def unreachable(world: World) -> None:
    world.books._heads.clear()


def weak(world: World) -> None:
    world.head.terms.kept = None


def unreferenced(world: World) -> None:
    world.kept.terms.strong = False


def another(world: World) -> None:
    world.head.terms.kept = world.other.hear


def exchanged(world: World) -> None:
    world.books.routes[7] = world.route


def doubled(world: World) -> None:
    world.route.only = world.route.several[world.head.key]


def useless(world: World) -> None:
    world.books._new_route("nobody")


def muted(world: World) -> None:
    world.books._muted["nobody"] = 1


def unmuted(world: World) -> None:
    world.books._muted[None] = 0


def routed(world: World) -> None:
    world.books.routed = False


def plain(world: World) -> None:
    world.books.plain = ()


def everyones(world: World) -> None:
    world.signal.send("stranger")
    world.books.everyone = (PLAIN, ())


def merged(world: World) -> None:
    base, kind, _ = world.route.merged
    world.route.merged = (base, kind, ())


BREAKS = [
    other_key,
    ended,
    misplaced,
    unfound,
    unreachable,
    weak,
    unreferenced,
    another,
    exchanged,
    doubled,
    useless,
    muted,
    unmuted,
    routed,
    plain,
    everyones,
    merged,
]


def test_books_of_every_kind_are_whole() -> None:
    world = World()
    assert not faults(world.books)
    with world.signal.muted(), BoundSignal(world.signal, world.sender).muted():
        world.signal.send(world.sender)
        assert not faults(world.books)
    del world.sender
    assert not faults(world.books)
    world.signal.disconnect(world.owner.hear)
    assert not faults(world.books)


@pytest.mark.parametrize("break_it", BREAKS)
def test_whatever_is_wrong_with_the_books_is_found(break_it: Callable[[World], None]) -> None:
    world = World()
    break_it(world)
    assert faults(world.books)


def test_a_sender_that_is_dead_and_still_entered_is_found() -> None:
    world = World()
    route = world.route
    del world.sender
    world.books.routes[route.key] = route
    assert any("dead sender" in fault for fault in faults(world.books))
