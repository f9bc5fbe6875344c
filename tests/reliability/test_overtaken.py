"""Another thread is faster: it makes its change when all is found out that a change needs.

It is played by the lock: whatever takes it lets another act first, once, and after so many times.
So each change meets each other one at each of its steps, and the outcome is that of the other one
having come before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from interrupted_worlds import (
    DEATHS,
    ONE,
    OURS,
    SEVERAL,
    World,
    change_back_and_forth,
    connect,
    connect_strong,
    disconnect,
    disconnect_all,
    isolate,
    lose_receiver,
    lose_sender,
    make_and_end_others,
    mute,
    mute_sender,
    send,
    send_once,
    strengthen,
)

from aldis import ANY
from aldis._core import _lock
from aldis._core._invariants import faults
from aldis._core._survey import connections
from helpers import LockThatMeets, untyped

Change = Callable[[World], None]


def named(value: object) -> str:
    if isinstance(value, bool):
        return "adapter" if value else "aldis"
    return getattr(value, "__name__", str(value))


class Meeting(LockThatMeets):
    """The lock of all of aldis, for the length of a block."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], after: int):
        super().__init__(act, after=after)
        for name, module in [*sys.modules.items()]:
            has_lock = name.startswith("aldis.") and vars(module).get("lock") is _lock.lock
            if has_lock and module is not _lock:
                monkeypatch.setattr(module, "lock", self)


def met(
    monkeypatch: pytest.MonkeyPatch, adapter: bool, change: Change, other: Change
) -> list[World]:
    """Return what comes of a change whose first lock is met by another, whose second, and so on."""
    worlds: list[World] = []
    for after in range(100):
        world = World(adapter)
        with monkeypatch.context() as patched:
            meeting = Meeting(patched, lambda: other(world), after)  # noqa: B023
            change(world)
        if meeting.left >= 0:  # it takes the lock less often
            return worlds
        worlds.append(world)
    raise AssertionError("it takes the lock without end")


OTHERS = [make_and_end_others, change_back_and_forth, disconnect_all, lose_receiver, lose_sender]
CASES = [
    *((False, change) for change in (*ONE, *SEVERAL, *DEATHS, *OURS)),
    *((True, change) for change in (*ONE, *SEVERAL, *DEATHS)),
]


@pytest.mark.parametrize("other", OTHERS, ids=named)
@pytest.mark.parametrize(("adapter", "change"), CASES, ids=named)
def test_a_change_that_meets_another_leaves_all_in_order(
    monkeypatch: pytest.MonkeyPatch, adapter: bool, change: Change, other: Change
) -> None:
    if change in DEATHS and other in {*DEATHS, change_back_and_forth}:
        pytest.skip("one of them cannot die twice")
    worlds = met(monkeypatch, adapter, change, other)
    assert worlds
    for world in worlds:
        assert not faults(world.registry)
        world.signal.connect(world.owners[0].hear, "afterwards")
        assert world.owners[0] in world.called("afterwards")
        world.signal.disconnect(world.owners[0].hear)
        assert world.owners[0] not in world.called("afterwards")
        assert not faults(world.registry)


@pytest.mark.parametrize("other", [*ONE, disconnect_all, mute, mute_sender], ids=named)
@pytest.mark.parametrize("change", [*ONE, mute, mute_sender, send], ids=named)
def test_a_change_that_meets_another_is_made_after_it_or_before_it(
    monkeypatch: pytest.MonkeyPatch, change: Change, other: Change
) -> None:
    orders: list[object] = []
    for first, second in ((other, change), (change, other)):
        world = World(adapter=False)
        first(world)
        second(world)
        orders.append((world.heard(), strengths(world)))
    for world in met(monkeypatch, False, change, other):
        assert (world.heard(), strengths(world)) in orders


def strengths(world: World) -> list[tuple[int, int, bool]]:
    """Return which connections are weak, by their receivers and senders."""
    senders = [ANY, *world.senders]
    return sorted(
        (world.owners.index(untyped(each.receiver).__self__), senders.index(each.sender), each.weak)
        for each in connections(world.registry)
        if each.sender in senders
    )


def test_a_once_receiver_that_another_send_claims_at_the_last_moment_is_called_by_that_one_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both where it is connected to every sender or to this one, and where it is to both."""
    for of in ([], ["mine"], [None, "mine"]):
        for after in range(3):
            world = World(adapter=False)
            owner = world.owners[2]
            world.signal.disconnect(owner.hear)
            for sender in of or [None]:
                world.signal.connect(owner.hear, *([] if sender is None else [sender]), once=True)
            world.signal.has_receivers_for("mine")
            sent: list[object] = []
            with monkeypatch.context() as patched:
                Meeting(patched, lambda: sent.extend(world.called("mine")), after)  # noqa: B023
                sent += world.called("mine")
            assert sent.count(owner) == 1, (of, after)
            assert not faults(world.registry)


@pytest.mark.parametrize("other", [connect, connect_strong, disconnect, strengthen], ids=named)
def test_what_another_thread_does_while_a_signal_is_isolated_and_put_back_is_not_doubled(
    monkeypatch: pytest.MonkeyPatch, other: Change
) -> None:
    for world in met(monkeypatch, False, isolate, other):
        for called in world.heard():
            assert len(set(called)) == len(called)
        assert not faults(world.registry)


def test_a_send_calls_a_once_receiver_though_another_change_comes_at_the_last_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for world in met(monkeypatch, False, send_once, connect_strong):
        world.called(world.senders[1])
        assert not faults(world.registry)
