"""The table of a signal's connections, and how it changes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import pytest

from aldis import ANY, BoundSignal, Signal
from aldis._core import _connections, _registry
from aldis._core._connection import WeakConnection, WeakRoute, connections_of
from aldis._core._invariants import faults
from helpers import LockThatMeets, calls_of, results, returns, while_locked


class Sender:
    pass


class Owner:
    def hear(self, sender: object) -> str:
        return "heard"


def test_changes_can_be_nested() -> None:
    """Should one begin while this thread has the lock: it is re-entrant."""
    signal, receiver = Signal(), returns(1)
    with while_locked():
        signal.connect(receiver)
        signal.disconnect(receiver)
    assert len(signal._registry) == 0


def test_a_death_while_this_thread_has_the_lock_takes_effect_at_once() -> None:
    signal, receivers, senders = Signal(), [returns(1)], [Sender()]
    signal.connect(receivers[0])
    signal.connect(returns(2), senders[0], weak=False)
    with while_locked():
        receivers.clear()
        senders.clear()
        assert len(signal._registry) == 0
        assert not signal._registry.routes
    assert not faults(signal._registry)


def test_a_sender_that_nobody_hears_any_more_is_forgotten() -> None:
    signal, receiver = Signal(), returns(1)
    senders: list[Any] = [Sender(), Sender(), "value", 7]
    for sender in senders:
        signal.connect(receiver, sender)
        signal.connect(receiver)
        signal.disconnect(receiver, sender)
    assert not signal._registry.routes
    assert not signal._registry.values
    assert not signal._registry.routed
    assert results(signal.send(senders[0])) == [1]
    assert not faults(signal._registry)


def test_a_muted_sender_that_nobody_hears_is_forgotten_when_its_block_ends() -> None:
    signal, receiver, sender = Signal(), returns(1), Sender()
    signal.connect(receiver, sender)
    with BoundSignal(signal, sender).muted():
        signal.disconnect(receiver)
        assert len(signal._registry.routes) == 1
        assert not faults(signal._registry)
    assert not signal._registry.routes
    assert not faults(signal._registry)


def test_connecting_one_of_several_receivers_of_a_sender_again_changes_nothing() -> None:
    signal, sender, receivers = Signal(), Sender(), [returns(1), returns(2)]
    for receiver in (*receivers, *receivers):
        signal.connect(receiver, sender)
    assert results(signal.send(sender)) == [1, 2]


def test_the_connections_of_a_receiver_may_end_in_any_order() -> None:
    signal, owner = Signal(), Owner()
    senders: list[Any] = [ANY, "a", "b", Sender()]
    for first in senders:
        for last in senders:
            for sender in senders:
                signal.connect(owner.hear, sender)
            middle = [sender for sender in senders if sender not in (first, last)]
            for sender in dict.fromkeys([first, *middle, last]):
                if sender is not ANY:  # it would end them all
                    assert signal.disconnect(owner.hear, sender)
                    assert not faults(signal._registry)
            assert signal.disconnect(owner.hear)
            assert len(signal._registry) == 0


@pytest.mark.parametrize("how", ["connect", "subscribe", "block"])
def test_a_connection_that_ends_before_it_is_made_strong_stays_ended(
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Another thread disconnects it as soon as this one has found it."""
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0])
    act = lambda: signal.disconnect(receivers[0])  # noqa: E731
    monkeypatch.setattr(_registry, "lock", LockThatMeets(act))
    if how == "block":
        with signal.connected_to(receivers[0]):
            assert results(signal.send(None)) == [1]
    elif how == "subscribe":
        with signal.subscribe(receivers[0]):
            assert results(signal.send(None)) == [1]
    else:
        signal.connect(receivers[0], weak=False)
    assert signal.send(None) == []
    kept = weakref.ref(receivers.pop())
    del act
    monkeypatch.undo()
    gc.collect()
    assert kept() is None


def test_a_block_whose_connection_has_ended_has_nothing_to_end() -> None:
    signal, receiver = Signal(), returns(1)
    with signal.connected_to(receiver):
        signal.disconnect(receiver)
        signal.connect(receiver)
    assert results(signal.send(None)) == [1]


def test_a_connection_that_another_thread_comes_to_hold_outlives_the_block_that_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It comes when no block held the connection, and before it was ended for that."""
    signal, receiver = Signal(), returns(1)
    other = signal.connected_to(receiver)
    with signal.connected_to(receiver):
        monkeypatch.setattr(_connections, "lock", LockThatMeets(other.__enter__))
    assert results(signal.send(None)) == [1]
    assert not faults(signal._registry)
    other.__exit__(None, None, None)
    assert signal.send(None) == []
    assert not faults(signal._registry)


def test_a_connection_that_is_taken_out_again_takes_no_other_with_it() -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    registry = signal._registry
    signal.connect(receivers[0], "sender")
    signal.connect(receivers[1], "sender")
    old = registry.by_receiver[id(receivers[0])]
    signal.disconnect(receivers[0])
    signal.connect(receivers[0], "sender")
    assert not registry.remove(old)
    assert results(signal.send("sender")) == [2, 1]
    assert not faults(registry)


def test_an_old_route_does_not_take_a_new_one_with_it() -> None:
    """A sender that dies while another thread connects a new one at its address."""
    signal, receiver, sender = Signal(), returns(1), Sender()
    signal.connect(receiver, sender)
    registry = signal._registry
    route = registry.routes[id(sender)]
    stale = WeakRoute(sender)
    stale.key = route.key
    registry.drop(stale)
    assert registry.routes[id(sender)] is route
    assert not faults(registry)


def test_what_ends_together_is_told_in_the_order_in_which_it_was_made() -> None:
    signal, receiver, told = Signal(), returns(1), list[object]()

    @signal.receiver_disconnected.connect
    def tell(about: object, *, sender: object, **_: object) -> None:
        told.append(sender)

    class Number(IntEnum):
        one = 1

    for sender in (ANY, "a", Number.one):
        signal.connect(receiver, sender)
    signal.disconnect(receiver)
    signal.connect(receiver, Number.one)
    signal.disconnect(receiver, 1)
    assert told == [ANY, "a", 1, 1]
    assert all(type(sender) is Number for sender in told[2:])


def test_the_end_of_one_of_many_connections_to_a_sender_looks_at_no_other() -> None:
    class NotCopied(dict[Any, Any]):
        def values(self) -> Any:
            raise AssertionError("it takes as many steps as there are receivers")

    signal, sender, receivers = Signal(), Sender(), [returns(number) for number in range(3)]
    for number in range(3):
        signal.connect(receivers[number], sender)
    route = signal._registry.routes[id(sender)]
    assert route.several is not None
    route.several = NotCopied(route.several)
    signal.disconnect(receivers[0], sender)
    receivers.pop()
    assert len(route.several) == 1


def test_the_end_of_one_connection_of_a_receiver_of_many_senders_looks_at_no_other() -> None:
    signal, owner = Signal(), Owner()
    for number in range(1000):
        signal.connect(owner.hear, number)
    key = signal._registry.key_of(owner.hear)
    for sender in (500, 0, 999):
        route = signal._registry.route(sender)
        assert route is not None
        [connection] = connections_of(route)
        before, after = connection.earlier, connection.later
        signal.disconnect(owner.hear, sender)
        assert before is None or before.later is after
        assert after is None or after.earlier is before
    assert signal._registry.by_receiver[key] is not None
    assert not faults(signal._registry)


def calls(act: Callable[[], object]) -> int:
    """Return how many functions of aldis are called."""
    return sum("aldis" in file for file, _ in calls_of(act))


@pytest.mark.parametrize("sender", [ANY, "me"])
def test_a_connection_and_its_end_take_as_many_calls_however_many_there_are(sender: Any) -> None:
    counts: list[tuple[int, int]] = []
    for many in (10, 1000):
        signal, owner, others = Signal(), Owner(), [Owner() for _ in range(many)]
        for number, other in enumerate(others):
            signal.connect(other.hear)
            signal.connect(other.hear, "me")
            signal.connect(owner.hear, number)
        signal.send("me")
        made = calls(lambda: signal.connect(owner.hear, sender))  # noqa: B023
        ended = calls(lambda: signal.disconnect(owner.hear, "me"))  # noqa: B023
        counts.append((made, ended))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 40


def test_a_connection_and_its_end_take_the_lock_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    signal, owner = Signal(), Owner()
    for of in ([], ["me"]):
        for change in (signal.connect, signal.disconnect):
            counting = LockThatMeets(lambda: None, after=1000)
            monkeypatch.setattr(_connections, "lock", counting)
            change(owner.hear, *of)
            assert counting.left == 999


def test_connections_that_ended_are_not_kept_by_one_that_is_looked_at() -> None:
    signal, receiver, sender = Signal(), returns(1), Sender()
    with signal.connected_to(receiver, sender):
        signal.connect(receiver, "first")
        signal.disconnect(receiver, sender)
        for number in range(5):
            signal.connect(receiver, f"{number}")
            signal.disconnect(receiver, f"{number - 1}" if number else "first")
        gc.collect()
        found = [thing for thing in gc.get_objects() if type(thing) is WeakConnection]
        assert sum(each.key == id(receiver) for each in found) == 2


@pytest.mark.parametrize("make", [Sender, lambda: "value", lambda: ANY])
def test_an_old_connection_made_again_comes_last(make: Callable[[], object]) -> None:
    signal, sender, receivers = Signal(), make(), [returns(1), returns(2)]
    for receiver in receivers:
        signal.connect(receiver, sender)
    signal.disconnect(receivers[0], sender)
    signal.connect(receivers[0], sender)
    assert results(signal.send(sender)) == [2, 1]
