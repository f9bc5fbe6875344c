"""Signals that are declared in a class and sent by its instances."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pytest

from aldis import ANY, BoundSignal, Signal, SignalMethod
from aldis.exceptions import IncompatibleReceiverError, ReceiverError
from helpers import returns, takes, untyped

T = TypeVar("T")


class Processor:
    @Signal.method
    def done(self, *, status: str) -> object:
        """Sent when the work is over."""
        raise NotImplementedError


class Special(Processor):
    pass


def hear(processor: Processor, *, status: str) -> object:
    return (processor, status)


@pytest.fixture(autouse=True)
def nothing_stays_connected() -> object:
    yield
    for receiver in Processor.done.receivers:
        Processor.done.disconnect(receiver)
    assert not Processor.done.receivers


def test_the_class_gives_the_signal_and_an_instance_a_bound_one() -> None:
    assert type(Processor.done) is Signal
    assert Processor.done is Special.done
    assert type(Processor.__dict__["done"]) is SignalMethod
    processor = Processor()
    assert type(processor.done) is BoundSignal
    assert processor.done.signal is Processor.done
    assert processor.done.sender is processor
    assert Processor.done.__doc__ == "Sent when the work is over."
    assert Processor.__dict__["done"].__doc__ == "Sent when the work is over."


def test_a_bound_send_sends_from_its_instance() -> None:
    Processor.done.connect(hear)
    processor = Special()
    assert processor.done.send(status="ok") == [(hear, (processor, "ok"))]
    assert processor.done.send_robust(status="ok") == [(hear, (processor, "ok"))]


def test_a_bound_connect_hears_one_instance_only() -> None:
    one, other = Processor(), Processor()
    one.done.connect(hear)
    assert len(one.done.send(status="ok")) == 1
    assert other.done.send(status="ok") == []
    assert one.done.receivers == one.done.receivers_for() == (hear,)
    assert one.done.has_receivers_for()
    assert not other.done.receivers
    assert not other.done.has_receivers_for()
    assert not other.done.disconnect(hear)
    assert one.done.disconnect(hear)
    assert not one.done.receivers


def test_every_way_to_connect_has_a_bound_form() -> None:
    one, other = Processor(), Processor()
    with one.done.connected_to(hear):
        assert len(one.done.send(status="ok")) == 1
        assert other.done.send(status="ok") == []
    assert one.done.send(status="ok") == []

    @one.done.connect_via(once=True)
    def once(processor: Processor, *, status: str) -> object:
        return "once"

    one.done.connect(hear, priority=1)
    assert [result for _, result in one.done.send(status="ok")] == [(one, "ok"), "once"]
    assert [result for _, result in one.done.send(status="ok")] == [(one, "ok")]


def test_muting_a_bound_signal_leaves_other_senders_heard() -> None:
    one, other = Processor(), Processor()
    Processor.done.connect(hear)
    with one.done.muted():
        with one.done.muted():
            assert one.done.send(status="ok") == []
        assert one.done.send(status="ok") == []
        assert not one.done.receivers
        assert len(other.done.send(status="ok")) == 1
        one.done.connect(hear)  # while it is muted
        assert one.done.send(status="ok") == []
        one.done.disconnect(hear)
        assert one.done.send(status="ok") == []
    assert len(one.done.send(status="ok")) == 1


def test_a_sender_that_was_muted_has_its_own_receivers_again() -> None:
    one = Processor()
    one.done.connect(hear)
    with one.done.muted():
        assert one.done.send(status="ok") == []
    assert len(one.done.send(status="ok")) == 1


def test_a_muted_sender_stays_muted_when_all_its_receivers_go() -> None:
    one = Processor()
    with one.done.muted():
        one.done.connect(hear)
        one.done.disconnect(hear)
        Processor.done.connect(hear)
        assert one.done.send(status="ok") == []
    assert len(one.done.send(status="ok")) == 1


def test_muting_one_sender_and_all_can_overlap() -> None:
    one = Processor()
    Processor.done.connect(hear)
    with Processor.done.muted(), one.done.muted():
        assert one.done.send(status="ok") == []
    with one.done.muted():
        with Processor.done.muted():
            assert one.done.send(status="ok") == []
        assert one.done.send(status="ok") == []
    assert len(one.done.send(status="ok")) == 1
    assert not Processor.done._registry.routes


def test_a_block_that_is_collected_with_the_sender_it_muted_unmutes_nobody_else() -> None:
    one = Processor()
    Processor.done.connect(hear)
    block: Any = one.done.muted()
    untyped(one).block = block  # which has its sender: only the collector can take them
    block.__enter__()
    del one, block
    with Processor.done.muted():
        gc.collect()
        assert Processor().done.send(status="ok") == []
    assert len(Processor().done.send(status="ok")) == 1


def test_a_value_can_be_a_muted_sender_too() -> None:
    signal = Signal[str]()
    bound = BoundSignal(signal, "bridge")
    signal.connect(returns(1), weak=False)
    with bound.muted():
        assert bound.send() == []
        assert len(signal.send("deck")) == 1
    assert len(bound.send()) == 1


def test_a_wrong_bound_payload_is_a_type_error_that_names_the_signal() -> None:
    with pytest.raises(
        TypeError, match=r"signal Processor.done\(self, \*, status: str\).*'status'"
    ):
        untyped(Processor()).done.send()
    with pytest.raises(IncompatibleReceiverError, match="'status'"):
        Processor().done.connect(takes("processor"))


def test_bound_signals_are_equal_when_signal_and_instance_are_the_same() -> None:
    class Other:
        @Signal.method
        def done(self, *, status: str) -> None: ...

    one, two = Processor(), Processor()
    assert one.done == one.done
    assert hash(one.done) == hash(one.done)
    assert one.done != two.done
    assert one.done != Other().done
    assert one.done != "something else"
    assert len({one.done, one.done, two.done}) == 2


def test_a_bound_signal_shows_its_signal_and_whose_it_is() -> None:
    processor = Processor()
    assert repr(processor.done) == (
        f"<BoundSignal Processor.done of Processor object at {id(processor):#x}>"
    )


def test_a_bound_signal_keeps_its_instance_as_a_bound_method_does() -> None:
    processor = Processor()
    reference = weakref.ref(processor)
    bound = processor.done
    del processor
    gc.collect()
    assert reference() is not None
    del bound
    assert reference() is None


def test_connecting_a_bound_signal_keeps_its_instance_not_alive() -> None:
    processor = Processor()
    reference = weakref.ref(processor)
    processor.done.connect(hear, weak=False)
    processor.done.send(status="ok")
    del processor
    assert reference() is None
    assert not Processor.done.receivers


@dataclass
class Model:
    name: str
    changed: Signal[Any, [str]] = field(default_factory=Signal[Any, [str]])


class Store(Generic[T]):
    shared = Signal[Any, [int]]()

    def __init__(self) -> None:
        self.changed = Signal[T, [int]]()


def test_a_signal_that_a_class_or_an_instance_keeps_stays_itself() -> None:
    store = Store[str]()
    assert Store.shared is store.shared is Store().shared
    assert type(store.changed) is Signal
    assert store.changed is not Store[str]().changed
    assert Model("a").changed is not Model("b").changed
    store.changed.connect(lambda sender, n: n, weak=False)
    assert store.changed.send("me", 1)[0][1] == 1


def test_a_signal_kept_by_a_class_is_named_by_it() -> None:
    assert Store.shared.__name__ == "shared"
    assert Store.shared.__qualname__ == "Store.shared"
    assert repr(Store.shared).startswith(f"<Signal {__name__}.Store.shared(sender, arg1: int, /)")
    with pytest.raises(TypeError, match=r"signal Store\.shared"):
        untyped(Store.shared).send(None)
    named = Signal(name="own")
    type("Holder", (), {"attribute": named})
    assert named.__name__ == "own"


def test_a_bound_signal_copies_and_pickles_with_its_instance() -> None:
    processor = Processor()
    assert copy.copy(processor.done) == processor.done
    shared, bound = copy.deepcopy((processor, processor.done))
    assert bound == shared.done
    assert shared is not processor
    restored = pickle.loads(pickle.dumps(processor.done))
    assert restored.signal is Processor.done
    assert type(restored.sender) is Processor


def test_the_instance_of_a_method_signal_may_be_any_object() -> None:
    class Slotted:
        __slots__ = ()

        @Signal.method
        def done(self) -> None: ...

    one = Slotted()
    one.done.connect(lambda sender: None, weak=False)
    assert len(one.done.send()) == 1
    assert Slotted().done.send() == []


def test_a_bound_signal_refuses_what_its_signal_refuses() -> None:
    with pytest.raises(ReceiverError):
        Processor().done.connect(untyped(42))
    assert Processor.done.receivers_for(ANY) == ()


def test_a_muted_sender_that_nobody_hears_is_remembered_while_others_are() -> None:
    first, second = Processor(), Processor()
    with first.done.muted():
        pass
    with second.done.muted():
        block = first.done.muted()
        block.__enter__()
    Processor.done.connect(hear)
    assert first.done.send(status="ok") == []
    block.__exit__(None, None, None)
    assert len(first.done.send(status="ok")) == 1


def test_one_of_several_may_be_disconnected_while_its_sender_is_muted() -> None:
    one = Processor()
    kept: list[Callable[..., object]] = [takes("sender, *, status") for _ in range(2)]
    for receiver in kept:
        untyped(one.done).connect(receiver)
    with one.done.muted():
        assert one.done.disconnect(kept[0])
        assert not one.done.disconnect(kept[0])
    assert [receiver for receiver, _ in one.done.send(status="ok")] == kept[1:]
