"""The function that reports faults in a signal's table finds every fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aldis import BoundSignal, Signal
from aldis._core._connection import connections_of, route_from
from aldis._core._connections import EVERYONE
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
    """A signal whose table has something of each kind."""

    def __init__(self) -> None:
        self.signal = Signal()
        self.owner, self.other, self.sender = Owner(), Owner(), Owner()
        self.signal.connect(self.owner.hear)
        self.signal.connect(self.owner.hear, self.sender)
        self.signal.connect(self.owner.hear, "value", weak=False)
        self.signal.connect(self.other.hear, self.sender)
        self.signal.connect(Slotted(), weak=False)
        self.signal.send(self.sender)
        self.registry: Any = self.signal._registry

    @property
    def to_everyone(self) -> Any:
        """The connection of the owner to every sender, the first that it made."""
        return connections_of(self.registry.everyone)[0]

    @property
    def kept(self) -> Any:
        """The connection of the receiver that has no weak reference."""
        return connections_of(self.registry.everyone)[1]

    @property
    def latest(self) -> Any:
        """The last connection of the owner."""
        return next(iter(self.registry.by_receiver.values()))

    @property
    def route(self) -> Any:
        return self.registry.routes[id(self.sender)]


def other_key(world: World) -> None:
    world.to_everyone.key = 7


def ended(world: World) -> None:
    world.to_everyone.order = None


def misplaced(world: World) -> None:
    world.latest.later = world.to_everyone


def unfound(world: World) -> None:
    del world.registry.values["value"]


def unreachable(world: World) -> None:
    world.registry.by_receiver.clear()


def weak(world: World) -> None:
    world.latest.terms.kept = None


def unreferenced(world: World) -> None:
    world.kept.terms.strong = False


def another(world: World) -> None:
    world.latest.terms.kept = world.other.hear


def exchanged(world: World) -> None:
    world.registry.routes[7] = world.route


def doubled(world: World) -> None:
    world.route.only = world.route.several[world.latest.key]


def useless(world: World) -> None:
    world.registry.values["nobody"] = route_from("nobody", print)


def muted(world: World) -> None:
    world.registry.muted["nobody"] = 1


def unmuted(world: World) -> None:
    world.registry.muted[EVERYONE] = 0


def routed(world: World) -> None:
    world.registry.routed = False


def plain(world: World) -> None:
    world.registry.plain = ()


def everyones(world: World) -> None:
    world.signal.send("another")
    world.registry.snapshot = (PLAIN, ())


def merged(world: World) -> None:
    base, kind, _ = world.route.snapshot
    world.route.snapshot = (base, kind, ())


def replaced(world: World) -> None:
    world.registry.everyone = world.route


BREAKS = {
    other_key: "is in the wrong place of a list",
    ended: "has ended and is still entered",
    misplaced: "is in the wrong place of a list",
    unfound: "no send finds it",
    unreachable: "is found by sends, and not by its receiver",
    weak: "is strong and None is kept",
    unreferenced: "is weak, and its receiver cannot be",
    another: "is another receiver",
    exchanged: "is in the place of another",
    doubled: "has its connections in two places",
    useless: "is unused and still entered",
    muted: "is muted by 1 blocks",
    unmuted: "is muted by 0 blocks",
    routed: "it is False that senders have routes",
    plain: "what a send reads first",
    everyones: "the snapshot of everyone",
    merged: "the snapshot of <",
    replaced: "is another route",
}


def test_a_table_with_everything_in_it_is_in_order() -> None:
    world = World()
    assert not faults(world.registry)
    with world.signal.muted(), BoundSignal(world.signal, world.sender).muted():
        world.signal.send(world.sender)
        assert not faults(world.registry)
    del world.sender
    assert not faults(world.registry)
    world.signal.disconnect(world.owner.hear)
    assert not faults(world.registry)


@pytest.mark.parametrize(("break_it", "words"), BREAKS.items())
def test_whatever_is_wrong_with_a_table_is_found(
    break_it: Callable[[World], None], words: str
) -> None:
    world = World()
    break_it(world)
    assert any(words in fault for fault in faults(world.registry))


def test_a_sender_that_is_dead_and_still_entered_is_found() -> None:
    world = World()
    route = world.route
    del world.sender
    world.registry.routes[route.key] = route
    assert any("garbage-collected sender" in fault for fault in faults(world.registry))
