"""`aldis.testing.isolated`: signals that have no connections for the length of a block."""

from __future__ import annotations

import gc
import weakref
from contextlib import ExitStack
from typing import Any

import anyio
import pytest

from aldis import ANY, AsyncSignal, BoundSignal, Namespace, Signal, blinker
from aldis._core._invariants import faults
from aldis.testing import isolated, muted
from helpers import echoes, results, returns, untyped


class Sender:
    @Signal.method
    def changed(self) -> object:
        raise NotImplementedError


class Listener:
    def hear(self, sender: object) -> object:
        return "method"


def test_inside_nobody_is_connected_and_afterwards_all_are_there_again() -> None:
    signal, sender = Signal(), Sender()
    kept = [returns(n) for n in range(5)]
    signal.connect(kept[0])
    signal.connect(kept[1], sender)
    signal.connect(kept[2], "me", weak=False)
    signal.connect(kept[3], priority=1)
    signal.connect(kept[4], sender)
    before = [signal.receivers_for(each) for each in (ANY, sender, "me")]
    with isolated(signal):
        assert signal.receivers == ()
        for each in (None, sender, "me"):
            assert signal.send(each) == []
            assert not signal.has_receivers_for(each)
    assert [signal.receivers_for(each) for each in (ANY, sender, "me")] == before
    assert results(signal.send(sender)) == [3, 0, 1, 4]
    assert results(signal.send("me")) == [3, 0, 2]


def test_what_is_connected_inside_is_heard_there_and_gone_afterwards() -> None:
    signal, before, inside = Signal(), returns("before"), returns("inside")
    signal.connect(before)
    with isolated(signal):
        signal.connect(inside)
        signal.connect(before, "me")  # the same receiver, of another sender
        signal.connect(inside, "me", weak=False)
        assert results(signal.send("me")) == ["inside", "before"]
    assert results(signal.send("me")) == ["before"]
    assert signal.disconnect(inside) is False
    assert signal.disconnect(before, "me") is False


def test_a_connection_comes_back_as_weak_and_as_short_lived_as_it_was() -> None:
    signal, listener = Signal(), Listener()
    weak, strong, once = returns("weak"), returns("strong"), returns("once")
    signal.connect(weak)
    signal.connect(strong, weak=False)
    signal.connect(once, once=True)
    signal.connect(listener.hear)
    with isolated(signal):
        del strong
        signal.send(None)
    assert results(signal.send(None)) == ["weak", "strong", "once", "method"]
    assert results(signal.send(None)) == ["weak", "strong", "method"]
    del weak, listener
    assert results(signal.send(None)) == ["strong"]


def test_the_dead_do_not_come_back() -> None:
    signal, living, sender = Signal(), returns("living"), Sender()
    doomed = [returns("doomed"), Listener().hear]
    listeners = [Listener()]
    signal.connect(doomed[0])
    signal.connect(doomed[0], "me")
    signal.connect(listeners[0].hear, "me")
    signal.connect(living, "me")
    signal.connect(living, sender)
    with isolated(signal):
        doomed.clear()
        listeners.clear()
        del sender
        gc.collect()
    assert results(signal.send("me")) == ["living"]
    assert len(signal._registry) == 1
    assert not signal._registry.routes
    assert not faults(signal._registry)


def test_of_a_receiver_of_several_senders_those_come_back_that_live() -> None:
    signal, receiver, gone, stays = Signal(), returns(1), Sender(), Sender()
    doomed = [returns(2)]
    for sender in (gone, "me", stays):
        signal.connect(receiver, sender)
    signal.connect(doomed[0], "you")
    told: list[object] = []

    @signal.receiver_disconnected.connect
    def tell(signal: object, *, receiver: object, sender: object) -> None:
        told.append(sender)

    with isolated(signal):
        del gone, sender
        doomed.clear()
    assert not signal.has_receivers_for("you")
    assert results(signal.send(stays)) == results(signal.send("me")) == [1]
    assert signal.disconnect(receiver)
    assert told in (["me", stays], [stays, "me"])


def test_no_newcomer_at_an_old_address_inherits_what_was_connected() -> None:
    signal, receiver = Signal(), returns("heard")
    sender = Sender()
    signal.connect(receiver, sender)
    address = id(sender)
    with isolated(signal):
        del sender
        newcomers: list[Sender] = []
        while not newcomers or (id(newcomers[-1]) != address and len(newcomers) < 1000):
            newcomers.append(Sender())
    assert all(signal.send(newcomer) == [] for newcomer in newcomers)


def test_a_connected_to_block_may_begin_or_end_inside() -> None:
    signal, one, two, three = Signal(), returns(1), returns(2), returns(3)
    with ExitStack() as early, ExitStack() as late:
        early.enter_context(signal.connected_to(one))
        with signal.connected_to(two):
            with isolated(signal):
                early.close()
                late.enter_context(signal.connected_to(three))
                assert results(signal.send(None)) == [3]
            assert results(signal.send(None)) == [2]
        assert signal.send(None) == []
    assert signal.send(None) == []
    assert signal.receivers == ()


def test_a_weak_connection_that_a_block_held_is_weak_again() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    held = signal.connected_to(receiver)
    held.__enter__()
    with isolated(signal):
        held.__exit__(None, None, None)
    assert results(signal.send(None)) == [1]
    gone = weakref.ref(receiver)
    del receiver, held
    assert gone() is None
    assert signal.send(None) == []


def test_what_mutes_a_signal_goes_on_to_mute_it_and_what_ends_inside_ends() -> None:
    signal, sender = Sender.changed, Sender()
    receiver = returns(1)
    signal.connect(receiver)
    signal.connect(receiver, sender)
    inner: Any = sender.changed.muted()
    with signal.muted(), isolated(signal):
        signal.connect(returns(2), weak=False)
        assert signal.send(sender) == []
    with isolated(signal):
        inner.__enter__()
        signal.connect(returns(2), weak=False)
        assert results(signal.send(Sender())) == [2]
        assert signal.send(sender) == []
    assert signal.send(sender) == []
    assert results(signal.send(Sender())) == [1]
    inner.__exit__(None, None, None)
    assert results(signal.send(sender)) == [1]
    with sender.changed.muted(), isolated(signal):
        signal.connect(returns(2), sender, weak=False)
        assert signal.send(sender) == []
    signal.disconnect(receiver)
    assert signal.send(sender) == []


def test_a_value_that_is_muted_stays_muted_inside() -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    signal.connect(receivers[0], "me")
    with BoundSignal(signal, "me").muted():
        with isolated(signal):
            signal.connect(receivers[1])
            assert signal.send("me") == []
            assert results(signal.send("another")) == [2]
            assert not faults(signal._registry)
        assert signal.send("me") == []
    assert results(signal.send("me")) == [1]
    assert not faults(signal._registry)


def test_blocks_may_be_nested_and_end_in_any_order() -> None:
    signal = Signal()
    receivers = [returns(n) for n in range(4)]
    for order in ((2, 1, 0), (0, 1, 2), (1, 0, 2), (0, 2, 1), (1, 2, 0), (2, 0, 1)):
        signal.connect(receivers[0])
        blocks: list[Any] = []
        for number in range(3):
            block = isolated(signal)
            block.__enter__()
            signal.connect(receivers[number + 1])
            blocks.append(block)
        still_open = {0, 1, 2}
        for number in order:
            blocks[number].__exit__(None, None, None)
            still_open.remove(number)
            # what the innermost of the open blocks connected, or what was there before all
            assert results(signal.send(None)) == [max(still_open) + 1 if still_open else 0]
        assert signal.disconnect(receivers[0])


def test_a_block_may_be_entered_again_and_inside_itself() -> None:
    signal, receiver, inside = Signal(), returns(1), returns(2)
    signal.connect(receiver)
    block = isolated(signal)
    for _ in range(2):
        with block:
            signal.connect(inside)
            with block:
                assert signal.send(None) == []
            assert results(signal.send(None)) == [2]
        assert results(signal.send(None)) == [1]


def test_an_exception_leaves_the_block_as_its_end_does() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    with pytest.raises(LookupError), isolated(signal), muted(signal):
        raise LookupError
    assert results(signal.send(None)) == [1]


def test_a_send_under_way_does_not_reach_what_was_taken_out() -> None:
    signal, after = Signal(), returns("after")
    block = isolated(signal)

    @signal.connect_via(ANY, once=True)
    def enter(sender: object) -> str:
        block.__enter__()
        return "entered"

    signal.connect(after)
    assert results(signal.send(None)) == ["entered"]
    block.__exit__(None, None, None)
    assert results(signal.send(None)) == ["after"]
    assert enter not in signal.receivers


def test_listeners_are_told_of_what_is_connected_inside_and_of_nothing_else() -> None:
    signal, before, inside = Signal(), returns(1), returns(2)
    signal.connect(before)
    told: list[object] = []

    @signal.receiver_connected.connect
    def connected(signal: object, *, receiver: object, **_: object) -> None:
        told.append(("connected", receiver))

    @signal.receiver_disconnected.connect
    def disconnected(signal: object, *, receiver: object, **_: object) -> None:
        told.append(("disconnected", receiver))

    with isolated(signal):
        signal.connect(inside)
    assert told == [("connected", inside), ("disconnected", inside)]


def test_several_signals_and_namespaces_are_isolated_together() -> None:
    signals, one, two = Namespace(), Signal(), AsyncSignal()
    named, receiver = signals.signal("named"), echoes()
    several: list[Any] = [one, two, named]
    for signal in several:
        signal.connect(receiver)
    with isolated(one, [two, one], signals):
        assert [signal.receivers for signal in several] == [()] * 3
        late = signals.signal("late")
        late.connect(receiver)
        named.connect(receiver)
    assert [signal.receivers for signal in several] == [(receiver,)] * 3
    assert late.receivers == ()


def test_async_blocks_do_the_same(backend: str) -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)

    async def main() -> None:
        async with isolated(signal):
            assert signal.receivers == ()
        async with muted(signal):
            assert signal.send(None) == []

    anyio.run(main, backend=backend)
    assert results(signal.send(None)) == [1]


def test_a_bound_signal_cannot_be_isolated() -> None:
    with pytest.raises(TypeError, match="no connections of its own"):
        untyped(isolated)(Sender().changed)


def test_signals_of_the_adapter_are_isolated() -> None:
    signal: Any = blinker.Signal()
    weak, strong, mine = echoes(), echoes(), echoes()
    sender, gone = Sender(), Sender()
    signal.connect(weak)
    signal.connect(strong, weak=False)
    signal.connect(mine, sender)
    left = returns("left")
    signal.connect(left, gone)
    del gone  # its receiver stays, unheard
    before = dict(signal.receivers)
    assert len(before) == 4
    with isolated(signal):
        assert not signal.receivers
        inside, bereft = Sender(), returns("bereft")
        signal.connect(bereft, inside)
        del inside
        assert len(signal.receivers) == 1
    assert dict(signal.receivers) == before
    assert [receiver for receiver, _ in signal.send(sender)] == [weak, strong, mine]
    with isolated(signal):
        del left
    assert len(signal.receivers) == 3
