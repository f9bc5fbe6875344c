"""A signal with some connections, and the changes of it that tests interrupt."""

from __future__ import annotations

import threading
from typing import Any

import aldis.blinker
from aldis import ANY, BoundSignal, Signal
from aldis._core import _lock
from aldis.testing import isolated
from helpers import results

SENDERS = ["value", 7]


class Owner:
    """Owns a receiver, and is a sender."""

    def hear(self, sender: object, **payload: object) -> object:
        return self


class World:
    """A signal with some connections, and what may be done to it."""

    def __init__(self, adapter: bool) -> None:
        self.adapter = adapter
        self.signal: Any = aldis.blinker.Signal() if adapter else Signal()
        self.lost = 0  # the address of who died
        self.block: Any = None
        self.owners = [Owner() for _ in range(3)]
        self.senders: list[Any] = [Owner(), Owner(), *SENDERS]
        for owner in self.owners:
            self.signal.connect(owner.hear)
            for sender in self.senders:
                self.signal.connect(owner.hear, sender)
        self.signal.disconnect(self.owners[2].hear)
        self.signal.connect(self.owners[2].hear, self.senders[0])
        self.signal.send(self.senders[0])

    @property
    def registry(self) -> Any:
        return self.signal._registry

    def called(self, sender: object) -> list[Any]:
        return results(self.signal.send(sender))

    def heard(self) -> list[list[int]]:
        """Return which receivers hear each sender, and another one."""
        return [
            [self.owners.index(owner) for owner in self.called(sender)]
            for sender in (*self.senders, "another")
        ]


# -- changes of one connection


def connect(world: World) -> None:
    world.signal.connect(world.owners[2].hear, world.senders[1])


def connect_strong(world: World) -> None:
    world.signal.connect(world.owners[2].hear, weak=False)


def strengthen(world: World) -> None:
    world.signal.connect(world.owners[0].hear, world.senders[1], weak=False)


def disconnect(world: World) -> None:
    world.signal.disconnect(world.owners[0].hear, world.senders[1])


# -- changes of several


def disconnect_all(world: World) -> None:
    world.signal.disconnect(world.owners[0].hear)


def clear(world: World) -> None:
    """Do what only the adapter can do."""
    world.signal._clear_state()


# -- blocks


def hold(world: World) -> None:
    with world.signal.connected_to(world.owners[2].hear, world.senders[2]):
        pass


def mute(world: World) -> None:
    with world.signal.muted():
        pass


def mute_sender(world: World) -> None:
    with BoundSignal(world.signal, world.senders[1]).muted():
        pass


def isolate(world: World) -> None:
    with isolated(world.signal):
        world.signal.connect(world.owners[-1].hear, world.senders[1])


# -- sends, and deaths


def send(world: World) -> None:
    world.signal.connect(world.owners[2].hear, "new")
    world.signal.send("new")


def send_once(world: World) -> None:
    """Call a receiver that is connected once, both to every sender and to this one."""
    owner = world.owners[2]
    world.signal.connect(owner.hear, world.senders[1], once=True)
    world.signal.connect(owner.hear, once=True)
    world.signal.send(world.senders[1])


def lose_receiver(world: World) -> None:
    world.lost = id(world.owners[1])
    del world.owners[1]


def lose_sender(world: World) -> None:
    world.lost = id(world.senders[0])
    del world.senders[0]


ONE = [connect, connect_strong, strengthen, disconnect]
SEVERAL = [disconnect_all, hold, isolate, send]
DEATHS = [lose_receiver, lose_sender]
OURS = [mute, mute_sender, send_once]


# -- other changes, which a handler makes in the middle


def make_and_end_others(world: World) -> None:
    """Change what the interrupted change may be about to change."""
    owner, new = world.owners[0], Owner()
    world.owners.append(new)
    world.signal.connect(new.hear, world.senders[1])
    world.signal.connect(new.hear)
    world.signal.disconnect(owner.hear, world.senders[1])
    world.signal.connect(owner.hear, world.senders[1], weak=False)
    world.signal.disconnect(owner.hear)
    world.signal.send(world.senders[1])
    world.signal.disconnect(new.hear, aldis.blinker.ANY if world.adapter else ANY)


def change_back_and_forth(world: World) -> None:
    for owner in world.owners:
        world.signal.disconnect(owner.hear)
    world.senders[0] = Owner()
    for owner in world.owners:
        world.signal.connect(owner.hear, world.senders[1])
        world.signal.connect(owner.hear)


def newcomer_at(address: int) -> Owner | None:
    """Return a new object at an address, if CPython gives that away."""
    others: list[Owner] = []
    while len(others) < 100:
        others.append(Owner())
        if id(others[-1]) == address:
            return others.pop()
    return None


def is_free() -> bool:
    """Whether another thread could change a signal now."""
    found: list[bool] = []

    def look() -> None:
        found.append(_lock._lock.acquire(timeout=10))
        if found[0]:
            _lock._lock.release()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found[0]
