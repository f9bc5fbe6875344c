"""`if signal.receivers:` and its like cost the same, however many receivers there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import aldis.blinker
from aldis import BoundSignal, Signal
from aldis._core._invariants import faults
from helpers import calls_of, returns


class Sender:
    @Signal.method
    def changed(self) -> object:
        raise NotImplementedError


class Owner:
    def hear(self, sender: object, **_: object) -> None: ...


GUARDS: dict[str, Callable[[Any], object]] = {
    "receivers": lambda signal: bool(signal.receivers),
    "has_receivers_for another": lambda signal: signal.has_receivers_for("another"),
    "has_receivers_for a sender": lambda signal: signal.has_receivers_for("sender"),
    "the number of receivers": lambda signal: len(signal._registry),
    "repr": repr,
}
ADAPTER: dict[str, Callable[[Any], object]] = {
    "receivers": lambda signal: bool(signal.receivers),
    "has_receivers_for": lambda signal: signal.has_receivers_for("sender"),
}


def with_receivers(make: Callable[[], Any], count: int, kept: list[object]) -> Any:
    signal = make()
    owners = [Owner() for _ in range(count)]
    kept.append(owners)
    for number, owner in enumerate(owners):
        if number % 3:
            signal.connect(owner.hear)
        else:
            signal.connect(owner.hear, "sender")
    signal.send("sender")
    signal.send("another")
    return signal


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_takes_as_many_calls_with_ten_receivers_as_with_ten_thousand(guard: str) -> None:
    kept: list[object] = []
    counts = [
        [len(calls_of(lambda: GUARDS[guard](signal))) for _ in range(2)]  # noqa: B023
        for signal in (with_receivers(Signal, count, kept) for count in (10, 10_000))
    ]
    assert counts[0] == counts[1]
    assert counts[0][0] < 30


@pytest.mark.parametrize("guard", ADAPTER)
def test_a_guard_of_the_adapter_does_so_too(guard: str) -> None:
    kept: list[object] = []
    make: Callable[[], Any] = aldis.blinker.Signal
    counts = [
        len(calls_of(lambda: ADAPTER[guard](signal)))  # noqa: B023
        for signal in (with_receivers(make, count, kept) for count in (10, 10_000))
    ]
    assert counts[0] == counts[1]


def test_the_receivers_of_a_signal_that_has_changed_are_listed_without_a_call_for_each() -> None:
    kept: list[object] = []
    counts: list[int] = []
    for count in (10, 10_000):
        signal = with_receivers(Signal, count, kept)
        signal.connect(print)
        counts.append(len(calls_of(lambda: bool(signal.receivers))))  # noqa: B023
    assert counts[0] == counts[1]


def test_a_guard_is_true_only_if_somebody_alive_would_be_called() -> None:
    signal, owners, receivers = Signal(), [Owner()], [returns(1)]

    def guards() -> list[bool]:
        found = bool(signal.receivers), signal.has_receivers_for("sender")
        return [*found, signal.has_receivers_for("another")]

    assert guards() == [False, False, False]
    signal.connect(owners[0].hear)
    signal.connect(receivers[0], "sender")
    assert guards() == [True, True, True]
    with signal.muted():
        assert guards() == [False, False, False]
    with BoundSignal(signal, "sender").muted():
        assert guards() == [True, False, True]
    asked = signal.receivers
    owners.clear()
    assert guards() == [True, True, False]
    receivers.clear()
    assert guards() == [False, False, False]
    assert not asked
    signal.connect(returns(2), weak=False, once=True)
    assert guards() == [True, True, True]
    signal.send(None)
    assert guards() == [False, False, False]
    assert not faults(signal._registry)


def test_a_guard_takes_no_notice_of_many_that_died_or_ended() -> None:
    signal = Signal()
    owners = [Owner() for _ in range(1000)]
    for number in range(1000):
        signal.connect(owners[number].hear)
    signal.send(None)
    last = owners.pop()
    owners.clear()
    assert signal.receivers == (last.hear,)
    assert signal.has_receivers_for(None)
    counts = [
        len(calls_of(lambda: bool(signal.receivers))),
        len(calls_of(lambda: signal.has_receivers_for(None))),
    ]
    assert max(counts) < 20


def test_a_bound_signal_is_guarded_likewise() -> None:
    sender, receiver = Sender(), returns(1)
    assert not sender.changed.receivers
    Sender.changed.connect(receiver, sender)
    assert sender.changed.receivers
    assert sender.changed.has_receivers_for()
    assert not Sender().changed.receivers
