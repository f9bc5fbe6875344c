"""Receivers, senders and signals that are garbage-collected, and what that releases."""

from __future__ import annotations

import gc
import sys
import threading
import traceback
import weakref
from collections.abc import Callable
from types import MethodType

import pytest

from aldis import BoundSignal, Signal
from aldis._core import _connections, _lock
from aldis._core._invariants import faults
from helpers import echoes, in_another_thread, results, returns, untyped


class Sender:
    pass


def is_held() -> bool:
    """Whether this thread has the lock."""
    owned: Callable[[], bool] = getattr(_lock._lock, "_is_owned")  # noqa: B009  # private
    return owned()


class Loud:
    """Notes whether the lock was held when it died."""

    def __init__(self, held: list[bool]) -> None:
        self.held = held

    def __call__(self, sender: object) -> None: ...

    def hear(self, sender: object) -> None: ...

    def __del__(self) -> None:
        self.held.append(is_held())


# -- what dies by a change


def test_nothing_that_a_change_lets_go_of_dies_while_the_lock_is_held() -> None:
    signal, held = Signal(), list[bool]()
    signal.connect(Loud(held), weak=False)
    signal.connect(Loud(held), "sender", weak=False)
    signal.connect(Loud(held).hear, "sender", weak=False)
    signal.send("sender")
    while signal.receivers:
        signal.disconnect(signal.receivers[0])
    sender = Sender()
    signal.connect(Loud(held), sender, weak=False)
    signal.send(sender)
    del sender
    signal.connect(Loud(held), once=True, weak=False)
    signal.send(None)
    with signal.connected_to(Loud(held)):
        signal.send(None)
    gc.collect()
    assert held == [False] * 6


def method_of(last: object) -> Callable[..., object]:
    """Return a function that is the last to hold something, to be made a method."""

    def hear(self: Sender, sender: object) -> object:
        return last

    return hear


@pytest.mark.parametrize("change", ["disconnect", "connect", "receiver dies", "sender dies"])
def test_an_old_snapshot_dies_after_the_change_that_outdates_it(change: str) -> None:
    """It may be the last to hold an entry, and that a receiver."""
    signal, held, receivers, senders = Signal(), list[bool](), [returns(1)], [Sender()]
    signal.connect(receivers[0])
    signal.connect(receivers[0], senders[0])
    for sender in (senders[0], "another"):
        signal.connect(Loud(held), sender, weak=False, once=True)
        assert signal.has_receivers_for(sender)
    if change == "disconnect":
        signal.disconnect(receivers[0])
        signal.disconnect(signal.receivers_for(senders[0])[0])
    elif change == "connect":
        signal.connect(returns(2), weak=False)
    elif change == "receiver dies":
        receivers.clear()
    else:
        senders.clear()
        sender = ""
    signal.send("another")
    del sender
    signal.send(senders.pop()) if senders else None
    gc.collect()
    assert held == [False] * 2


def test_after_a_disconnect_nothing_holds_what_a_method_was_made_of() -> None:
    signal, sender, owner = Signal(), Sender(), Sender()
    made, kept = [echoes()], echoes()
    signal.connect(kept, sender)
    held = weakref.ref(made[0])
    signal.connect(MethodType(made[0], owner), sender, weak=False)
    signal.send(sender)
    signal.disconnect(MethodType(made[0], owner))
    made.clear()
    gc.collect()
    assert held() is None


def test_the_garbage_collector_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the whole process's: another thread may want it otherwise at the same time."""
    switched: list[str] = []
    monkeypatch.setattr(gc, "enable", lambda: switched.append("on"))
    monkeypatch.setattr(gc, "disable", lambda: switched.append("off"))
    signal, receivers, senders = Signal(), [returns(1)], [Sender()]
    with signal.connected_to(receivers[0]), BoundSignal(signal, senders[0]).muted():
        signal.connect(receivers[0], senders[0], weak=False, once=True)
        signal.connect(receivers[0], "another")
        signal.send(senders[0])
    signal.disconnect(receivers[0])
    signal.connect(receivers[0], senders[0])
    receivers.clear()
    senders.clear()
    assert not switched


# -- deaths


def test_a_death_in_another_thread_waits_for_a_change_and_is_then_seen_to() -> None:
    signal, receivers, senders = Signal(), [returns(1)], [Sender()]
    signal.connect(receivers[0])
    signal.connect(returns(2), senders[0], weak=False)
    threads = [threading.Thread(target=each.clear) for each in (receivers, senders)]
    with _lock.lock:
        for thread in threads:
            thread.start()
        assert results(signal.send(None)) == []  # but sends pass over it at once
    for thread in threads:
        thread.join(timeout=30)
    assert len(signal._registry) == 0
    assert not signal._registry.routes
    assert not faults(signal._registry)


@pytest.mark.parametrize("count", [100, 1000, 20_000])
def test_deaths_that_lead_to_deaths_end_however_many(count: int) -> None:
    """Each sender is held by the receiver of the one before it."""
    signal, senders = Signal(), [Sender() for _ in range(count)]
    for number in range(count - 1):
        signal.connect(returns(senders[number + 1]), senders[number], weak=False)
    first = [senders[0]]
    senders.clear()
    first.clear()
    gc.collect()
    assert len(signal._registry) == 0
    assert not faults(signal._registry)


def test_a_destructor_may_connect_and_send() -> None:
    signal = Signal()
    other = returns("other")

    class Chain:
        def __call__(self, sender: object) -> None: ...

        def __del__(self) -> None:
            signal.connect(other)
            heard.extend(results(signal.send("last words")))

    heard: list[object] = []
    chain = Chain()
    signal.connect(chain)
    del chain
    assert "other" in heard
    assert signal.receivers == (other,)


def test_an_object_that_comes_back_to_life_can_be_connected_again() -> None:
    class Phoenix:
        itself: object = None

        def __call__(self, sender: object) -> str:
            return "risen"

        def __del__(self) -> None:
            saved.append(self)

    saved: list[Phoenix] = []
    signal = Signal()
    phoenix = Phoenix()
    phoenix.itself = phoenix  # a cycle: the collector ends it
    signal.connect(phoenix)
    del phoenix
    gc.collect()
    [risen] = saved
    assert signal.send(None) == []
    signal.connect(risen)
    assert [result for _, result in signal.send(None)] == ["risen"]


def test_a_cycle_of_receiver_sender_and_signal_is_collected() -> None:
    class Node:
        def __init__(self) -> None:
            self.signal = Signal()
            self.signal.connect(self.on, self, weak=False)
            self.signal.connect(self.on)

        def on(self, sender: object) -> None: ...

    reference = weakref.ref(Node())
    gc.collect()
    assert reference() is None


def test_a_signal_that_dies_before_its_receivers_and_senders_is_not_missed() -> None:
    receivers, senders = [returns(1)], [Sender()]
    signal = Signal()
    signal.connect(receivers[0], senders[0])
    registry = weakref.ref(signal._registry)
    del signal
    gc.collect()
    assert registry() is None
    receivers.clear()
    senders.clear()


def test_a_signal_that_died_before_its_last_receiver_tells_nobody() -> None:
    told: list[object] = []

    def tell(about: object, **_: object) -> None:
        told.append(about)

    signal = Signal()
    signal.receiver_disconnected.connect(tell)
    receivers = [returns(1)]
    signal.connect(receivers[0])
    send = signal.send  # keeps the connections, and not the signal
    del signal
    receivers.clear()
    assert send(None) == []
    assert not told


# -- deaths of which nobody could be told, as near the limit of recursion


def test_a_receiver_of_whose_death_nobody_was_told_is_not_taken_for_one() -> None:
    signal, receivers = Signal(), [returns(1)]
    signal._registry.on_receiver_died = untyped(returns(None))
    signal.connect(receivers[0])
    assert signal.has_receivers_for("anybody")
    receivers.clear()
    assert not signal.has_receivers_for("anybody")
    assert not signal.receivers
    assert signal.send("anybody") == []


@pytest.mark.parametrize("sender", ["everyone", "sender"])
def test_a_receiver_of_whose_death_nobody_was_told_is_not_taken_for_the_next_at_its_address(
    sender: str,
) -> None:
    signal, receivers = Signal(), [returns(1)]
    registry, of = signal._registry, [] if sender == "everyone" else [sender]
    told = registry.on_receiver_died
    registry.on_receiver_died = untyped(returns(None))
    signal.connect(receivers[0], *of)
    registry.on_receiver_died = told
    [(key, connection)] = registry.by_receiver.items()
    receivers[0] = returns(2)
    connection.key = id(receivers[0])  # as if it were the same
    registry.by_receiver = {connection.key: connection}
    assert key != connection.key
    signal.connect(receivers[0], *of)
    assert results(signal.send(sender)) == [2]
    assert not faults(registry)


def test_a_sender_of_whose_death_nobody_was_told_leaves_no_receivers_at_its_address() -> None:
    signal, receivers, senders = Signal(), [returns(1), returns(2)], [Sender()]
    registry = signal._registry
    told = registry.on_sender_died
    registry.on_sender_died = untyped(returns(None))
    signal.connect(receivers[0], senders[0])
    registry.on_sender_died = told
    route = registry.routes.pop(id(senders[0]))
    senders[0] = Sender()
    route.key = id(senders[0])  # as if it were the same
    registry.routes[route.key] = route
    signal.connect(receivers[1], senders[0])
    assert results(signal.send(senders[0])) == [2]
    signal.disconnect(receivers[0])
    assert not faults(registry)


# -- what is kept, and for how long


def test_a_send_that_is_under_way_keeps_no_record_of_every_change() -> None:
    """A receiver may serve for as long as the process lives."""
    signal = Signal()

    @signal.connect
    def serve(sender: object) -> int:
        for receiver in receivers:
            signal.connect(receiver)
            signal.disconnect(receiver)
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(1000):
            for receiver in receivers:
                signal.connect(receiver)
                signal.disconnect(receiver)
        gc.collect()
        return sys.getallocatedblocks() - before

    receivers = [returns(1), returns(2)]
    [left] = results(signal.send(None))
    assert isinstance(left, int)
    assert left < 100


def test_more_sets_of_names_than_are_remembered_may_be_sent_by_several_threads() -> None:
    signal = Signal()
    kept = [returns(number) for number in range(3)]
    for receiver in kept:
        signal.connect(receiver)
    errors: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(300):
                name = f"name_{thread}_{number % 150}"
                assert results(signal.send(None, **{name: 1})) == [0, 1, 2]
        except BaseException as error:  # noqa: BLE001  # it is raised below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if errors:
        raise errors[0]


def test_a_receiver_whose_connection_failed_in_the_middle_may_die(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its reference outlives it where a traceback's frames are cleared."""
    signal = Signal()

    def fail(*arguments: object) -> None:
        raise MemoryError

    def connect() -> None:
        signal.connect(returns(1), Sender())

    monkeypatch.setattr(_connections, "route_from", fail)
    try:
        connect()
    except MemoryError as error:
        traceback.clear_frames(error.__traceback__)
    monkeypatch.undo()
    in_another_thread(lambda: signal.connect(print))
    assert signal.receivers == (print,)
    assert not faults(signal._registry)
