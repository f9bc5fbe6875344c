"""A change for which a table has no memory, by hand: what fails, and when, is chosen here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from interrupting import is_held

from aldis import ANY, BoundSignal, Signal
from aldis._core._invariants import faults
from aldis._core._isolating import Isolation
from aldis.testing import isolated
from helpers import in_another_thread, results, returns, untyped


class Sender:
    pass


class Full(dict[Any, Any]):
    """A table that has no memory to be changed, for once, or ever."""

    fails = 1

    def _fail(self) -> None:
        if self.fails:
            self.fails -= 1
            raise MemoryError

    def __setitem__(self, key: object, value: object) -> None:
        self._fail()
        super().__setitem__(key, value)

    def __delitem__(self, key: object) -> None:
        self._fail()
        super().__delitem__(key)


def use_lock() -> None:
    signal = Signal()
    signal.connect(print)


@pytest.fixture(autouse=True)
def the_lock_is_free() -> Any:
    yield
    assert not is_held()
    in_another_thread(use_lock)


@pytest.mark.parametrize("hears_another", [True, False])
@pytest.mark.parametrize("table", ["values", "by_receiver"])
def test_a_connection_for_which_there_is_no_memory_is_not_made(
    table: str, hears_another: bool
) -> None:
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    if hears_another:
        signal.connect(receiver, "one")
    setattr(registry, table, Full(getattr(registry, table)))
    with pytest.raises(MemoryError):
        signal.connect(receiver, "two")
    assert not faults(registry)
    assert signal.send("two") == []
    signal.connect(receiver, "two")
    assert results(signal.send("two")) == [1]
    assert not faults(registry)


def test_a_connection_for_which_its_sender_has_no_memory_is_not_made() -> None:
    signal, receivers = Signal(), [returns(1), returns(2), returns(3)]
    registry = signal._registry
    for receiver in receivers[:2]:
        signal.connect(receiver, "sender")
    route = registry.values["sender"]
    route.several = Full(untyped(route.several))
    with pytest.raises(MemoryError):
        signal.connect(receivers[2], "sender")
    assert not faults(registry)
    assert results(signal.send("sender")) == [1, 2]
    signal.connect(receivers[2], "sender")
    assert results(signal.send("sender")) == [1, 2, 3]


@pytest.mark.parametrize("sender", ["everyone", "sender"])
def test_a_disconnection_that_fails_in_the_middle_has_ended_the_connection(sender: str) -> None:
    """What is left of it is taken out by the next change, or by the next send."""
    signal, receivers = Signal(), [returns(1), returns(2)]
    registry, of = signal._registry, [] if sender == "everyone" else [sender]
    for receiver in receivers:
        signal.connect(receiver, *of)
    registry.by_receiver = Full(registry.by_receiver)
    with pytest.raises(MemoryError):
        signal.disconnect(receivers[0], *of)
    assert results(signal.send(sender)) == [2]
    assert not faults(registry)
    signal.connect(receivers[0], *of)
    assert results(signal.send(sender)) == [2, 1]
    assert not faults(registry)


def test_a_disconnection_that_fails_before_it_begins_is_not_made() -> None:
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    signal.connect(receiver)

    class Unreadable(dict[Any, Any]):
        def get(self, *_: object) -> object:
            raise MemoryError

    before, registry.by_receiver = registry.by_receiver, Unreadable(registry.by_receiver)
    with pytest.raises(MemoryError):
        signal.disconnect(receiver)
    registry.by_receiver = before
    assert not faults(registry)
    assert results(signal.send(None)) == [1]


class Endless:
    """A number of changes after which there is no next one."""

    def __add__(self, other: object) -> object:
        raise MemoryError


CHANGES: dict[str, Callable[[Any, Any], object]] = {
    "connect": lambda signal, receiver: signal.connect(receiver),
    "connect to a sender": lambda signal, receiver: signal.connect(receiver, "sender"),
    "strengthen": lambda signal, receiver: signal.connect(receiver, "mine", weak=False),
    "disconnect": lambda signal, receiver: signal.disconnect(receiver, "mine"),
    "mute": lambda signal, receiver: signal.muted().__enter__(),
    "mute a sender": lambda signal, receiver: BoundSignal(signal, "mine").muted().__enter__(),
    "isolate": lambda signal, receiver: isolated(signal).__enter__(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_for_which_there_is_no_number_is_not_made(change: str) -> None:
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    signal.connect(receiver, "mine")
    registry.version, before = untyped(Endless()), registry.version
    with pytest.raises(MemoryError):
        CHANGES[change](signal, receiver)
    registry.version = before
    assert not faults(registry)
    assert results(signal.send("mine")) == [1]
    assert signal.send("sender") == []
    assert not faults(registry)


@pytest.mark.parametrize("sender", [ANY, "sender"])
def test_a_block_of_muting_for_which_there_is_no_memory_does_not_begin(sender: object) -> None:
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    signal.connect(receiver)
    registry.muted = Full(registry.muted)
    block: Any = signal.muted() if sender is ANY else BoundSignal(signal, sender).muted()
    with pytest.raises(MemoryError):
        block.__enter__()
    assert not faults(registry)
    assert results(signal.send("sender")) == [1]


def test_where_there_is_no_memory_to_put_connections_back_the_block_can_be_ended_again() -> None:
    """Inside such a block nothing is promised for want of memory, but that it can go on."""
    signal, receivers = Signal(), [returns(1), returns(2)]
    signal.connect(receivers[0])
    signal.connect(receivers[1], "me")
    registry = signal._registry
    block = Isolation(registry)
    block.begin(registry)
    registry.by_receiver, before = Full(), registry.by_receiver
    registry.by_receiver.fails = 100
    with pytest.raises(MemoryError):
        block.end()
    assert signal.send("me") == []
    registry.by_receiver = before
    assert not faults(registry)
    block.end()
    assert results(signal.send("me")) == [1, 2]
    assert not faults(registry)


# -- near the limit of recursion


def near_the_limit(act: Callable[[], object]) -> Iterator[bool]:
    """Act with less and less stack left; tell each time whether that was enough."""

    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        else:
            act()

    failed = 0
    for left in range(sys.getrecursionlimit() - 250, sys.getrecursionlimit()):
        try:
            deep(left)
        except RecursionError:
            failed += 1
            yield False
        else:
            yield True
        if failed > 20:
            return
    raise AssertionError("it was never too deep")


@pytest.mark.parametrize("change", ["connect", "disconnect", "disconnect all", "strengthen"])
def test_a_change_near_the_limit_of_recursion_is_made_wholly_or_not_at_all(change: str) -> None:
    signals: list[Signal[Any, ..., Any]] = []
    receivers = [returns(1), returns(2)]

    def begin() -> None:
        signals.append(Signal())
        signals[-1].connect(receivers[0])
        signals[-1].connect(receivers[0], "sender")

    def act() -> None:
        if change == "connect":
            signals[-1].connect(receivers[1], "sender")
        elif change == "strengthen":
            signals[-1].connect(receivers[0], weak=False)
        elif change == "disconnect":
            signals[-1].disconnect(receivers[0], "sender")
        else:
            signals[-1].disconnect(receivers[0])

    done = {"connect": [1, 2], "disconnect": [1], "disconnect all": [], "strengthen": [1]}[change]
    begin()
    for was_enough in near_the_limit(act):
        signals[-1].connect(print, "next")  # it finds all in order
        assert not faults(signals[-1]._registry)
        sent = results(signals[-1].send("sender"))
        assert sent == done if was_enough else sent in ([1], done)
        begin()


def test_a_death_near_the_limit_of_recursion_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its callback may not even be called, and what it raises is dropped by CPython."""
    monkeypatch.setattr(sys, "unraisablehook", returns(None))
    signals: list[Signal[Any, ..., Any]] = []
    receivers: list[Any] = []
    senders: list[Any] = []

    def begin() -> None:
        receivers.append(returns(1))
        senders.append(Sender())
        signals.append(Signal())
        signals[-1].connect(receivers[-1])
        signals[-1].connect(returns(2), senders[-1], weak=False)

    def act() -> None:
        receivers.clear()
        senders.clear()

    begin()
    for _ in near_the_limit(act):
        act()
        newcomer = Sender()
        signals[-1].connect(returns(3), newcomer, weak=False)
        assert results(signals[-1].send(newcomer)) == [3]
        assert signals[-1].send("another") == []
        assert len(signals[-1].receivers_for(newcomer)) == 1
        begin()
