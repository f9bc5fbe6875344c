"""A signal handler that raises, or that itself changes the books, at each step of a change."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from aldis._core._exclusive import lock
from interrupting import interrupted

import aldis.blinker
from aldis import ANY, BoundSignal, Signal
from aldis._core._invariants import faults
from aldis._core._isolating import Isolation
from aldis._core._lock import lock
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
        return getattr(self.signal, "_books" if self.adapter else "_registry")

    def called(self, sender: object) -> list[Any]:
        return results(self.signal.send(sender))

    def heard(self) -> list[list[int]]:
        """Tell which receivers hear each sender, and a stranger."""
        return [
            [self.owners.index(owner) for owner in self.called(sender)]
            for sender in (*self.senders, "stranger")
        ]


def connect(world: World) -> None:
    world.signal.connect(world.owners[2].hear, world.senders[1])


def connect_strong(world: World) -> None:
    world.signal.connect(world.owners[2].hear, weak=False)


def strengthen(world: World) -> None:
    world.signal.connect(world.owners[0].hear, world.senders[1], weak=False)


def disconnect(world: World) -> None:
    world.signal.disconnect(world.owners[0].hear, world.senders[1])


def disconnect_all(world: World) -> None:
    world.signal.disconnect(world.owners[0].hear)


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
        world.signal.connect(world.owners[2].hear, world.senders[1])


def send(world: World) -> None:
    world.signal.connect(world.owners[2].hear, "new")
    world.signal.send("new")


def send_once(world: World) -> None:
    world.signal.connect(world.owners[2].hear, world.senders[1], once=True)
    world.signal.connect(world.owners[2].hear, once=True)
    world.signal.send(world.senders[1])


def lose_receiver(world: World) -> None:
    world.owners[1] = Owner()


def lose_sender(world: World) -> None:
    world.senders[1] = Owner()


def clear(world: World) -> None:
    world.signal._clear_state()


CHANGES = [connect, connect_strong, strengthen, disconnect, disconnect_all, hold, isolate]
OTHERS = [send, lose_receiver, lose_sender]
OURS = [mute, mute_sender, send_once]
CASES = [
    *((False, change) for change in (*CHANGES, *OTHERS, *OURS)),
    *((True, change) for change in (*CHANGES, *OTHERS, clear)),
]
named = pytest.mark.parametrize(
    ("adapter", "change"), CASES, ids=lambda value: getattr(value, "__name__", str(value))
)


def is_free() -> bool:
    """Whether another thread could change books now."""
    found: list[bool] = []

    def look() -> None:
        found.append(lock.acquire(timeout=10))
        if found[0]:
            lock.release()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


def interrupt() -> None:
    raise KeyboardInterrupt


@named
def test_a_change_that_is_interrupted_at_any_step_leaves_the_books_whole(
    monkeypatch: pytest.MonkeyPatch, adapter: bool, change: Callable[[World], None]
) -> None:
    """And it is made wholly, or not at all."""
    monkeypatch.setattr(sys, "unraisablehook", print)  # of weak references' callbacks
    before = World(adapter).heard()
    done = World(adapter)
    change(done)
    after = done.heard()
    steps = 0
    there_is_more = True
    while there_is_more:
        steps += 1
        world = World(adapter)
        with suppress(KeyboardInterrupt):
            there_is_more = interrupted(steps, interrupt, lambda: change(world))  # noqa: B023
        assert not faults(world.registry), steps
        assert is_free(), steps
        if change in {connect, connect_strong, strengthen, disconnect, disconnect_all}:
            assert world.heard() in (before, after), steps
    assert steps > 10


@pytest.mark.parametrize("adapter", [False, True])
def test_a_block_that_is_interrupted_where_it_begins_leaves_all_connected(adapter: bool) -> None:
    before = World(adapter).heard()
    steps = 0
    there_is_more = True
    while there_is_more:
        steps += 1
        world = World(adapter)
        block = Isolation(world.registry)

        def begin(world: World = world, block: Isolation = block) -> None:
            block.begin(world.registry)

        with suppress(KeyboardInterrupt):
            there_is_more = interrupted(steps, interrupt, begin)
        block.end()
        assert world.heard() == before, steps
        assert not faults(world.registry), steps
    assert steps > 100


@named
def test_the_collector_does_not_come_in_while_the_lock_is_held(
    adapter: bool, change: Callable[[World], None]
) -> None:
    world = World(adapter)
    is_held: Callable[[], bool] = getattr(lock, "_is_owned")  # noqa: B009  # private
    found: list[bool] = []

    def note(phase: str, facts: object) -> None:
        found.append(is_held())

    before = gc.get_threshold()
    gc.collect()
    gc.callbacks.append(note)
    gc.set_threshold(1, 1000, 1000)  # whenever there is one more object than before
    try:
        change(world)
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(note)
    assert not any(found)
    assert found or change in {disconnect, disconnect_all}


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
    world.signal.disconnect(
        new.hear, ANY if isinstance(world.signal, Signal) else aldis.blinker.ANY
    )


def change_back_and_forth(world: World) -> None:
    for owner in world.owners:
        world.signal.disconnect(owner.hear)
    world.senders[0] = Owner()
    for owner in world.owners:
        world.signal.connect(owner.hear, world.senders[1])
        world.signal.connect(owner.hear)


@pytest.mark.parametrize("act", [make_and_end_others, change_back_and_forth])
@named
def test_a_handler_may_itself_change_the_books_at_any_step_of_a_change(
    adapter: bool, change: Callable[[World], None], act: Callable[[World], None]
) -> None:
    steps = 0
    there_is_more = True
    while there_is_more:
        steps += 1
        world = World(adapter)
        there_is_more = interrupted(steps, lambda: act(world), lambda: change(world))  # noqa: B023
        assert not faults(world.registry), steps
        world.signal.connect(world.owners[0].hear, "afterwards")
        assert world.owners[0] in results(world.signal.send("afterwards"))
        world.signal.disconnect(world.owners[0].hear)
        assert world.owners[0] not in results(world.signal.send("afterwards"))
        assert not faults(world.registry), steps
    assert steps > 10


def test_a_handler_may_itself_make_the_very_change_that_it_interrupts() -> None:
    for change in (connect, disconnect, disconnect_all, strengthen):
        done = World(adapter=False)
        change(done)
        steps = 0
        there_is_more = True
        while there_is_more:
            steps += 1
            world = World(adapter=False)
            there_is_more = interrupted(steps, lambda: change(world), lambda: change(world))  # noqa: B023
            assert not faults(world.registry)
            assert world.heard() == done.heard()
