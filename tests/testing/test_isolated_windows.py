"""Other threads act, or something fails, while an isolated block begins or ends."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from functools import partial

import pytest

from aldis import ANY, Signal
from aldis._core import _connections, _isolating, _registry
from aldis._core._connection import chain
from aldis._core._ending import end
from aldis._core._invariants import faults
from aldis._core._isolating import Isolation
from aldis.testing import isolated
from helpers import LockThatMeets, in_another_thread, results, returns


def meets(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], after: int = 0) -> None:
    """Let another thread act before the block takes the lock, once that many others have."""
    monkeypatch.setattr(_isolating, "lock", LockThatMeets(act, after=after))


@pytest.mark.parametrize("senders", [[ANY], ["me"], ["me", "you"]])
def test_a_disconnect_that_began_before_the_block_and_comes_too_late_changes_nothing(
    senders: list[object],
) -> None:
    signal, receivers = Signal(), [returns(1)]
    for sender in senders:
        signal.connect(receivers[0], sender, weak=False)
    registry = signal._registry
    found = chain(registry.by_receiver[id(receivers[0])])
    with isolated(signal):
        ended = [end(registry, each, receivers[0]) for each in found]
        assert not any(ended)
    receivers.clear()
    gc.collect()
    assert results(signal.send(senders[0])) == [1]
    assert not faults(registry)


@pytest.mark.parametrize("sender", [ANY, "me"])
def test_what_is_connected_while_the_block_begins_is_taken_out_as_well(
    monkeypatch: pytest.MonkeyPatch, sender: object
) -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    signal.connect(receivers[0])
    meets(monkeypatch, partial(signal.connect, receivers[1], sender))
    with isolated(signal):
        assert signal.send("me") == []
    assert results(signal.send("me")) == [1, 2]
    assert not faults(signal._registry)


def test_what_is_disconnected_while_the_block_begins_does_not_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    for receiver in receivers:
        signal.connect(receiver)
    meets(monkeypatch, partial(signal.disconnect, receivers[1]))
    with isolated(signal):
        assert signal.send(None) == []
    assert results(signal.send(None)) == [1]
    assert not faults(signal._registry)


def test_what_is_connected_until_the_block_ends_what_is_new_ends_with_it() -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    signal.connect(receivers[0])
    block = Isolation(signal._registry)
    block.begin(signal._registry)
    signal.connect(receivers[1])
    signal.connect(receivers[0], "me")
    block.end()
    assert results(signal.send("me")) == [1]
    assert len(chain(signal._registry.by_receiver[id(receivers[0])])) == 1
    assert not faults(signal._registry)


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("of", ["everyone", "me"])
def test_what_is_connected_while_connections_are_put_back_is_connected_once(
    monkeypatch: pytest.MonkeyPatch, of: str, after: int
) -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    senders = [] if of == "everyone" else [of]
    for receiver in receivers:
        signal.connect(receiver, *senders)
    with isolated(signal):
        act = partial(signal.connect, receivers[1], *senders)
        monkeypatch.setattr(_connections, "lock", LockThatMeets(act, after=after))
    assert sorted(map(str, results(signal.send("me")))) == ["1", "2"]
    assert len(signal._registry) == 2
    assert not faults(signal._registry)
    for receiver in receivers:
        assert signal.disconnect(receiver)
    assert not faults(signal._registry)
    assert len(signal._registry) == 0


@pytest.mark.parametrize("sender", [ANY, "me"])
def test_a_connection_whose_block_ends_while_it_is_put_back_ends(
    monkeypatch: pytest.MonkeyPatch, sender: object
) -> None:
    signal, receiver = Signal(), returns(1)
    connected = signal.connected_to(receiver, sender)
    connected.__enter__()
    with isolated(signal):
        act = partial(connected.__exit__, None, None, None)
        monkeypatch.setattr(_connections, "lock", LockThatMeets(act))
    assert signal.send("me") == []
    assert len(signal._registry) == 0
    assert not faults(signal._registry)


def test_a_connection_that_is_held_anew_while_its_block_ends_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receiver = Signal(), returns(1)
    blocks = [signal.connected_to(receiver, "me") for _ in range(2)]
    blocks[0].__enter__()
    monkeypatch.setattr(_registry, "lock", LockThatMeets(blocks[1].__enter__))
    blocks[0].__exit__(None, None, None)
    monkeypatch.undo()
    assert results(signal.send("me")) == [1]
    blocks[1].__exit__(None, None, None)
    assert signal.send("me") == []
    assert not faults(signal._registry)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_block_that_meets_another_where_it_ends_leaves_all_connected(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """The other begins, or ends, when this one is about to hand over, or to close."""
    for act in ("begin", "end"):
        signal, receivers = Signal(), [returns(1), returns(2)]
        registry = signal._registry
        signal.connect(receivers[0])
        signal.connect(receivers[1], "me")
        block, other = Isolation(registry), Isolation(registry)
        block.begin(registry)
        if act == "end":
            other.begin(registry)
            meets(monkeypatch, other.end, after)
        else:
            meets(monkeypatch, partial(other.begin, registry), after)
        block.end()
        monkeypatch.undo()
        other.end()
        assert results(signal.send("me")) == [1, 2]
        assert not registry.isolated
        assert not faults(registry)


@pytest.mark.parametrize("ends_first", [True, False])
@pytest.mark.parametrize("after", range(5))
def test_a_block_that_begins_while_another_puts_back_leaves_all_connected(
    monkeypatch: pytest.MonkeyPatch, after: int, ends_first: bool
) -> None:
    signal, receivers = Signal(), [returns(number) for number in range(4)]
    registry = signal._registry
    for number, receiver in enumerate(receivers):
        signal.connect(receiver, "me" if number % 2 else ANY)
    block, other = Isolation(registry), Isolation(registry)
    block.begin(registry)
    inside = signal.connect(returns("inside"), weak=False)

    def begin() -> None:
        other.begin(registry)
        signal.connect(inside)
        if ends_first:
            other.end()

    monkeypatch.setattr(_connections, "lock", LockThatMeets(begin, after=after))
    block.end()
    monkeypatch.undo()
    other.end()
    assert results(signal.send("me")) == [0, 1, 2, 3]
    assert not registry.isolated
    assert not faults(registry)


def test_a_block_that_outlives_its_signal_ends_in_peace() -> None:
    signal = Signal()
    gone = weakref.ref(signal)
    isolation = Isolation(signal._registry)
    isolation.begin(signal._registry)
    del signal
    gc.collect()
    assert gone() is None
    isolation.end()


def test_other_threads_connect_while_blocks_come_and_go(tiny_switch_interval: None) -> None:
    signal = Signal()
    stay = [returns(n) for n in range(5)]
    for receiver in stay:
        signal.connect(receiver)
    done = threading.Event()

    def work() -> None:
        receiver = returns("other")
        while not done.is_set():
            signal.connect(receiver, "me")
            signal.send("me")
            signal.connect(receiver)
            signal.disconnect(receiver)

    def isolate() -> None:
        for _ in range(200):
            with isolated(signal):
                signal.send("me")

    workers = [threading.Thread(target=work) for _ in range(2)]
    isolating = [threading.Thread(target=isolate) for _ in range(2)]
    for thread in (*workers, *isolating):
        thread.start()
    for thread in isolating:
        thread.join(timeout=60)
    done.set()
    for thread in workers:
        thread.join(timeout=60)
    assert [receiver for receiver in signal.receivers_for(None) if receiver in stay] == stay


def test_a_change_inside_waits_for_nobody_and_nobody_for_it() -> None:
    signal = Signal()
    with isolated(signal):
        in_another_thread(lambda: signal.connect(returns(1), weak=False))
        assert results(signal.send(None)) == [1]
    assert signal.send(None) == []


def test_what_an_outer_block_hands_over_when_an_inner_is_about_to_close_is_put_back() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    outer, inner = Isolation(signal._registry), Isolation(signal._registry)
    outer.begin(signal._registry)
    inner.begin(signal._registry)
    inner.put_back_more = outer.end  # the last that it does before it closes
    inner.end()
    assert results(signal.send(None)) == [1]


def test_a_block_whose_heir_has_ended_meanwhile_puts_back_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    isolation = Isolation(signal._registry)
    isolation.begin(signal._registry)

    def another_is_open(*_: object) -> bool:
        monkeypatch.undo()
        return False

    monkeypatch.setattr(Isolation, "_put_back", another_is_open)
    isolation.end()
    assert results(signal.send(None)) == [1]
