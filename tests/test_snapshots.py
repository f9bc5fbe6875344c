"""Snapshots are replaced as a whole, and kept only while they are valid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aldis import ANY, BoundSignal, Signal
from aldis._core import _connections, _looking, _snapshots
from aldis._core._invariants import faults
from aldis._core._snapshots import ASK, METHODS, PLAIN, STALE
from helpers import LockThatMeets, in_another_thread, results, returns, while_locked


class Sender:
    pass


class Owner:
    def hear(self, sender: object) -> str:
        return "heard"


def test_a_send_whose_snapshot_is_up_to_date_takes_no_lock() -> None:
    signal, owner = Signal(), Owner()
    one, two = returns(1), returns(2)
    signal.connect(one)
    signal.connect(two, "sender")
    signal.connect(owner.hear, "sender")
    signal.send("sender")
    signal.send("another")
    with while_locked():
        in_another_thread(lambda: signal.send("sender"))
        in_another_thread(lambda: signal.send("another"))
        in_another_thread(lambda: signal.has_receivers_for("sender"))
        in_another_thread(lambda: signal.receivers_for("sender"))
        in_another_thread(lambda: list(signal.receivers))


def overtaken(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], *, before: bool) -> None:
    """Let another thread act once, before or after a snapshot is made of what was found."""

    def snapshot(*arguments: Any) -> object:
        monkeypatch.undo()
        if before:
            act()
        made = _snapshots.snapshot(*arguments)
        if not before:
            act()
        return made

    monkeypatch.setattr(_connections, "snapshot", snapshot)


before_or_after = pytest.mark.parametrize("before", [True, False])


@before_or_after
@pytest.mark.parametrize("sender", ["anyone", "sender"])
def test_a_snapshot_that_is_overtaken_by_a_change_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, sender: str, before: bool
) -> None:
    signal = Signal()
    one, two = returns(1), returns(2)
    signal.connect(one)
    signal.connect(one, "sender")

    def act() -> None:
        signal.connect(two, "sender")
        signal.connect(two, "anyone")

    signal.send("anyone")  # so that the snapshot of "sender" alone has to be made
    if sender == "anyone":
        signal.connect(returns(0))  # which dies at once, but outdates the snapshot
    overtaken(monkeypatch, act, before=before)
    assert results(signal.send(sender)) in ([1], [1, 2])
    assert results(signal.send(sender)) == [1, 2]
    assert not faults(signal._registry)


@before_or_after
def test_a_snapshot_of_everyone_that_is_overtaken_by_a_change_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    signal = Signal()
    one, two = returns(1), returns(2)
    signal.connect(one)
    overtaken(monkeypatch, lambda: signal.connect(two), before=before)
    assert results(signal.send(None)) == [1, 2]
    assert results(signal.send(None)) == [1, 2]
    assert not faults(signal._registry)


@pytest.mark.parametrize("sender", ["anyone", "sender"])
def test_a_change_at_the_last_moment_is_in_the_snapshot(
    monkeypatch: pytest.MonkeyPatch, sender: str
) -> None:
    """It comes when the snapshot is made, and about to be entered."""
    signal = Signal()
    one, two = returns(1), returns(2)
    signal.connect(one)
    signal.connect(one, "sender")
    monkeypatch.setattr(_looking, "lock", LockThatMeets(lambda: signal.connect(two)))
    assert results(signal.send(sender)) == [1, 2]
    assert not faults(signal._registry)


def test_the_snapshot_of_a_sender_is_made_with_that_of_everyone_that_holds_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another thread makes the latter again, without a change, while the former is being stored."""
    signal, one, two = Signal(), returns(1), returns(2)
    signal.connect(one)
    signal.connect(two, "sender")
    registry = signal._registry
    signal.send("anyone")

    def renew() -> None:
        kind, entries = registry.snapshot
        registry.snapshot = (kind, (*[*entries],))

    monkeypatch.setattr(_looking, "lock", LockThatMeets(renew))
    assert results(signal.send("sender")) == [1, 2]
    route = registry.route("sender")
    assert route is not None
    assert route.snapshot[0] is registry.snapshot
    assert not faults(registry)


def test_a_signal_that_changes_while_its_sends_come_to_ask_first_does_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, one, two = Signal(), returns(1), returns(2)
    signal.connect(one)
    monkeypatch.setattr(_looking, "lock", LockThatMeets(lambda: signal.connect(two)))
    _looking.outdate(signal._registry, asks=True)
    assert results(signal.send(None)) == [1, 2]
    assert signal._registry.snapshot[0] == ASK
    _looking.outdate(signal._registry, asks=False)


def test_receivers_that_change_while_they_are_listed_are_listed_anew() -> None:
    signal, one, two = Signal(), returns(1), returns(2)
    signal.connect(one)
    registry = signal._registry

    class Overtaken(dict[Any, Any]):
        def values(self) -> Any:
            before = [*super().values()]
            registry.by_receiver = dict(self)
            signal.connect(two)
            return before

    registry.by_receiver = Overtaken(registry.by_receiver)
    assert signal.receivers == (one, two)
    assert not faults(registry)


def test_a_snapshot_is_never_changed() -> None:
    signal, receivers = Signal(), [returns(number) for number in range(4)]
    seen: list[tuple[tuple[object, ...], list[object]]] = []
    for number, receiver in enumerate(receivers):
        signal.connect(receiver, "sender" if number % 2 else ANY)
        signal.send("sender")
        entries: tuple[object, ...] = signal._registry.snapshot[1]
        seen.append((entries, [*entries]))
    for receiver in receivers:
        signal.disconnect(receiver)
        signal.send("sender")
    for entries, then in seen:
        assert [*entries] == then


def test_the_kind_of_a_snapshot_tells_what_a_send_has_to_do() -> None:
    signal, owner, receiver = Signal(), Owner(), returns(1)
    registry: Any = signal._registry
    assert registry.snapshot[0] == STALE
    signal.connect(receiver)
    assert registry.snapshot[0] == STALE
    signal.send(None)
    assert registry.snapshot[0] == PLAIN
    assert registry.plain is registry.snapshot[1]
    signal.connect(owner.hear)
    signal.send(None)
    assert registry.snapshot[0] == METHODS
    assert registry.plain is None
    signal.disconnect(owner.hear)
    signal.connect(receiver, "sender")
    signal.send(None)
    assert registry.snapshot[0] == PLAIN
    assert registry.plain is None  # somebody hears one sender
    _looking.outdate(registry, asks=True)
    assert registry.snapshot[0] == STALE
    signal.send(None)
    assert registry.snapshot[0] == ASK
    _looking.outdate(registry, asks=False)
    signal.send(None)
    assert registry.snapshot[0] == PLAIN
    assert not faults(registry)


def test_a_change_of_one_sender_leaves_the_snapshot_of_everyone() -> None:
    signal, sender = Signal(), Sender()
    one, two = returns(1), returns(2)
    signal.connect(one)
    signal.connect(two, "another")
    signal.send(sender)
    before = signal._registry.snapshot
    signal.connect(two, sender)
    with BoundSignal(signal, sender).muted():
        assert signal.send(sender) == []
    signal.disconnect(two)
    del sender
    assert signal._registry.snapshot is before
    assert signal._registry.plain is before[1]
