"""Threads that switch at any step inside the adapter: its state stays consistent."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from switching import switching

from aldis._core._connection import receiver_of
from aldis._core._invariants import faults
from aldis.blinker import ANY, Signal
from aldis.blinker._registry import UntypedRegistry
from helpers import untyped

THREADS, STEPS = 4, 6


class Member:
    """Owns a receiver and a sender that are methods, and is a sender itself."""

    def hear(self, sender: object, **payload: object) -> int:
        return 1

    def send(self) -> None: ...


def nobody(sender: object, **payload: object) -> int:
    return 1


def name() -> str:
    return "bridge"


class Proxy:
    """Is compared as a `str`, by what it says of its class."""

    __class__: Any = property(lambda _: str)

    def __hash__(self) -> int:
        return hash(name())

    def __eq__(self, other: object) -> bool:
        return name() == other


class World:
    """A signal with receivers and senders that die on the way."""

    def __init__(self) -> None:
        self.signal: Any = Signal()
        self.receivers = [Member() for _ in range(3)]
        self.senders = [Member() for _ in range(2)]

    def sender(self, chance: random.Random) -> Any:
        made: list[Callable[[], object]] = [
            lambda: ANY,
            name,
            Proxy,
            lambda: self.senders[0].send,
            lambda: self.senders[-1],
            Member,
        ]
        try:
            return chance.choice(made)()
        except IndexError:  # they have all died
            return name()

    def receiver(self, chance: random.Random) -> Any:
        try:
            return chance.choice(self.receivers).hear
        except IndexError:
            return nobody

    def step(self, chance: random.Random) -> None:
        chance.choice(STEPS_THAT_THERE_ARE)(
            self.signal, self.receiver(chance), self.sender(chance), chance
        )
        if chance.random() < 0.15:
            with suppress(IndexError):
                chance.choice([self.receivers, self.senders]).pop()


def connect(signal: Any, receiver: Any, sender: Any, chance: random.Random) -> None:
    signal.connect(receiver, sender, weak=chance.random() < 0.7)


def disconnect(signal: Any, receiver: Any, sender: Any, chance: random.Random) -> None:
    signal.disconnect(receiver, chance.choice([sender, ANY]))


def block(signal: Any, receiver: Any, sender: Any, chance: random.Random) -> None:
    with signal.connected_to(receiver, sender):
        signal.send(sender)


def send(signal: Any, receiver: Any, sender: Any, chance: random.Random) -> None:
    for _, result in signal.send(sender, x=1):
        assert result == 1
    signal.has_receivers_for(sender)


def look(signal: Any, receiver: Any, sender: Any, chance: random.Random) -> None:
    for view in (signal.receivers, signal._by_sender, signal._by_receiver):
        dict(view.items())
        list(view.values())
    list(signal.receivers_for(sender))


def empty(signal: Any, receiver: Any, sender: Any, chance: random.Random) -> None:
    saved = signal.receivers.copy()
    signal.receivers.clear()
    signal.receivers = saved


STEPS_THAT_THERE_ARE = [connect, connect, connect, disconnect, block, send, look, empty]


def wrong_with(registry: UntypedRegistry) -> list[str]:
    """Return what must not be, once nobody changes the signal."""
    found = faults(registry)
    for key, left in registry.left.items():
        if key in registry.by_receiver:
            found.append("a receiver is connected, and left by all its senders")
        if receiver_of(left.connection) is None:
            found.append("a receiver that has died is remembered")
    for those in registry.stand_ins.values():
        if not those or any(each.users for each in those):
            found.append("somebody is about to be connected for ever")
    for aside in registry.aside.values():
        if any(receiver_of(connection) is None for _, connection in aside):
            found.append("a receiver that has died may be put back")
    return found


@pytest.mark.parametrize("seed", range(12))
def test_whatever_order_threads_take_the_registry_of_an_untyped_signal_is_whole(seed: int) -> None:
    world = World()

    def work(number: int) -> Callable[[], None]:
        chance = random.Random(seed * THREADS + number)

        def run() -> None:
            for _ in range(STEPS):
                world.step(chance)

        return run

    with switching(seed) as baton:
        baton.run([work(number) for number in range(THREADS)])
        assert baton.switches > 0
    gc.collect()
    registry: UntypedRegistry = untyped(world.signal)._registry
    assert not wrong_with(registry)
    world.signal._clear_state()
    assert not registry
    assert not registry.routes
    assert not registry.values
