"""A signal handler that raises, or that itself changes connections, at each step of a change."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from interrupted_worlds import (
    DEATHS,
    ONE,
    OURS,
    SEVERAL,
    Owner,
    World,
    change_back_and_forth,
    clear,
    connect,
    disconnect,
    disconnect_all,
    is_free,
    isolate,
    make_and_end_others,
    newcomer_at,
    send_once,
    strengthen,
)
from interrupting import interrupted, is_held

from aldis._core._invariants import faults
from aldis._core._isolating import Isolation
from helpers import results

Change = Callable[[World], None]
CASES = [
    *((False, change) for change in (*ONE, *SEVERAL, *DEATHS, *OURS)),
    *((True, change) for change in (*ONE, *SEVERAL, *DEATHS, clear)),
]


def named(value: object) -> str:
    if isinstance(value, bool):
        return "adapter" if value else "aldis"
    return getattr(value, "__name__", str(value))


each_change = pytest.mark.parametrize(("adapter", "change"), CASES, ids=named)
each_signal = pytest.mark.parametrize("adapter", [False, True], ids=named)


def drop(_: object) -> None:
    """Take the place of `sys.unraisablehook`."""


@pytest.fixture(autouse=True)
def dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPython drops what is raised in a weak reference's callback, and while a generator closes."""
    monkeypatch.setattr(sys, "unraisablehook", drop)


def interrupt() -> None:
    raise KeyboardInterrupt


def interrupted_worlds(
    adapter: bool, change: Change, *, make: Callable[[], World] | None = None
) -> Iterator[tuple[int, World]]:
    """Give a world after a change that was interrupted at its first step, its second, and so on."""
    steps = 0
    there_is_more = True
    while there_is_more:
        steps += 1
        world = World(adapter) if make is None else make()
        with suppress(KeyboardInterrupt):
            there_is_more = interrupted(steps, interrupt, lambda: change(world))  # noqa: B023
        yield steps, world
    assert steps > 10, "it was not interrupted often enough to have shown anything"


@pytest.mark.parametrize("change", ONE, ids=named)
@each_signal
def test_a_change_that_is_interrupted_at_any_step_is_made_wholly_or_not_at_all(
    adapter: bool, change: Change
) -> None:
    before = World(adapter).heard()
    done = World(adapter)
    change(done)
    after = done.heard()
    for step, world in interrupted_worlds(adapter, change):
        assert not faults(world.registry), step
        assert is_free(), step
        assert world.heard() in (before, after), step


@pytest.mark.parametrize(("adapter", "change"), [c for c in CASES if c[1] not in DEATHS], ids=named)
def test_after_an_interrupted_change_the_next_one_finds_all_in_order(
    adapter: bool, change: Change
) -> None:
    """It takes out a connection that has ended, and that the interrupted change left there."""
    for step, world in interrupted_worlds(adapter, change):
        assert is_free(), step
        world.signal.connect(world.owners[0].hear, "next")
        for sender in (*world.senders, "another"):
            world.signal.send(sender)
        assert not faults(world.registry), step


def test_an_interrupted_end_of_all_connections_of_a_receiver_touches_no_other() -> None:
    before = World(adapter=False).heard()
    for step, world in interrupted_worlds(adapter=False, change=disconnect_all):
        left = world.heard()
        for now, then in zip(left, before, strict=True):
            assert now in (then, [each for each in then if each]), step


def test_a_receiver_that_is_called_once_is_not_called_again_whatever_interrupts_its_call() -> None:
    """Of its two connections, the one to every sender and the one to this, a call ends both."""
    for step, world in interrupted_worlds(adapter=False, change=send_once):
        sender, owner = world.senders[1], world.owners[2]
        again = world.called(sender) + world.called(sender) + world.called("another")
        assert again.count(owner) <= 1, step  # where the interrupted send had not come to it


@pytest.mark.parametrize("change", DEATHS, ids=named)
@each_signal
def test_the_dead_are_passed_over_where_the_callback_of_their_weak_reference_was_interrupted(
    adapter: bool, change: Change
) -> None:
    done = World(adapter)
    change(done)
    after = done.heard()
    met = 0
    for step, world in interrupted_worlds(adapter, change):
        newcomer = newcomer_at(world.lost)
        met += newcomer is not None
        assert world.heard() == after, step
        newcomer = newcomer or Owner()
        world.signal.connect(newcomer.hear)
        assert world.called("another").count(newcomer) == 1, step
        world.signal.disconnect(newcomer.hear)
        world.signal.connect(world.owners[0].hear, newcomer)
        assert world.called(newcomer) == world.called("another"), step
    assert met, "no object came to the address of a dead one"


# -- isolated blocks


@each_signal
def test_an_isolation_that_is_interrupted_where_it_begins_leaves_all_connected(
    adapter: bool,
) -> None:
    before = World(adapter).heard()

    def begin(world: World) -> None:
        world.block = Isolation(world.registry)
        world.block.begin(world.registry)

    for step, world in interrupted_worlds(adapter, begin):
        if world.block is not None:
            world.block.end()
        assert world.heard() == before, step
        assert not faults(world.registry), step


@each_signal
def test_an_isolation_that_is_interrupted_where_it_ends_can_be_ended_again(adapter: bool) -> None:
    before = World(adapter).heard()

    def end(world: World) -> None:
        world.block.end()

    def isolate_world() -> World:
        world = World(adapter)
        world.block = Isolation(world.registry)
        world.block.begin(world.registry)
        world.signal.connect(world.owners[2].hear, world.senders[1])
        return world

    for step, world in interrupted_worlds(adapter, end, make=isolate_world):
        world.block.end()
        assert world.heard() == before, step
        assert not faults(world.registry), step


def test_an_isolated_block_that_is_interrupted_leaves_all_connected() -> None:
    """But where it has not begun to end: no function can help it that it is not begun."""
    before = World(adapter=False).heard()
    lost = [
        step
        for step, world in interrupted_worlds(adapter=False, change=isolate)
        if world.heard() != before
    ]
    assert len(lost) <= 3
    assert lost == [*range(lost[0], lost[0] + len(lost))]


# -- the collector, and handlers that change connections


@each_change
def test_the_collector_does_not_come_in_while_the_lock_is_held(
    adapter: bool, change: Change
) -> None:
    world = World(adapter)
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


@pytest.mark.parametrize("act", [make_and_end_others, change_back_and_forth], ids=named)
@each_change
def test_a_handler_may_itself_change_connections_at_any_step_of_a_change(
    adapter: bool, change: Change, act: Change
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


@pytest.mark.parametrize("change", [connect, disconnect, disconnect_all, strengthen], ids=named)
@each_signal
def test_a_handler_may_itself_make_the_very_change_that_it_interrupts(
    adapter: bool, change: Change
) -> None:
    done = World(adapter)
    change(done)
    steps = 0
    there_is_more = True
    while there_is_more:
        steps += 1
        world = World(adapter)
        there_is_more = interrupted(steps, lambda: change(world), lambda: change(world))  # noqa: B023
        assert not faults(world.registry)
        assert world.heard() == done.heard()
