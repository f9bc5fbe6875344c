"""Subscriptions are connections that are objects: each ends its own."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from aldis import ANY, AsyncSignal, Event, Signal, Subscription
from aldis._core import Registry, _claims
from aldis._core._connection import chain
from aldis.delivery import Call
from aldis.exceptions import ReceiverError
from helpers import untyped


def takes_anything(*_: object) -> None: ...


def direct(call: Call) -> object:
    return call()


class Job:
    @Signal.method
    def done(self) -> None: ...
    @Event.method
    def ended(self) -> None: ...


KINDS: dict[str, Callable[[], Any]] = {
    "signal": Signal,
    "async signal": AsyncSignal,
    "event": Event,
    "bound signal": lambda: Job().done,
    "event of an instance": lambda: Job().ended,
}


@pytest.fixture(params=KINDS)
def signal(request: pytest.FixtureRequest) -> Any:
    return KINDS[request.param]()


def heard_by(signal: Any) -> int:
    """Return how many receivers there are."""
    return len(signal.receivers)


END: dict[str, Callable[[Subscription], object]] = {
    "close": Subscription.close,
    "call": lambda subscription: subscription(),
    "with": lambda subscription: subscription.__exit__(None, None, None),
}


@pytest.mark.parametrize("end", END)
def test_a_subscription_is_strong_and_ends_once(signal: Any, end: str) -> None:
    subscription: Subscription = signal.subscribe(partial(takes_anything))
    gc.collect()
    assert heard_by(signal) == 1
    assert (subscription.closed, repr(subscription)) == (False, "<Subscription, open>")
    END[end](subscription)
    assert heard_by(signal) == 0
    assert (subscription.closed, repr(subscription)) == (True, "<Subscription, closed>")
    again = signal.subscribe(print)
    END[end](subscription)  # which does nothing more
    assert heard_by(signal) == 1
    again.close()


def test_two_subscriptions_of_a_receiver_are_two_and_it_is_called_once() -> None:
    event, heard = untyped(Event()), list[str]()

    def receiver() -> None:
        heard.append("called")

    first, second = event.subscribe(receiver), event.subscribe(receiver)
    assert first is not second
    event.send()
    assert heard == ["called"]
    first.close()
    first.close()
    event.send()
    assert heard == ["called", "called"]
    assert not second.closed
    second.close()
    event.send()
    assert heard == ["called", "called"]


def test_a_connection_from_before_outlives_a_subscription_and_is_weak_again(signal: Any) -> None:
    class Receiver:
        def __call__(self, *_: object) -> None: ...

    receiver = Receiver()
    signal.connect(receiver)
    subscription = signal.subscribe(receiver)
    subscription.close()
    assert heard_by(signal) == 1
    died = weakref.ref(receiver)
    del receiver
    gc.collect()
    assert died() is None
    assert heard_by(signal) == 0


@pytest.mark.parametrize("weak", [True, False])
def test_a_connection_from_meanwhile_outlives_a_subscription(signal: Any, weak: bool) -> None:
    subscription = signal.subscribe(print)
    signal.connect(print, weak=weak)
    subscription.close()
    assert heard_by(signal) == 1
    signal.disconnect(print)


def test_a_subscription_to_one_sender_hears_only_that() -> None:
    signal, heard = Signal(), list[object]()
    with signal.subscribe(heard.append, "bridge"):
        signal.send("deck")
        signal.send("bridge")
    signal.send("bridge")
    assert heard == ["bridge"]


def test_an_exit_stack_ends_them() -> None:
    event = Event()
    with ExitStack() as stack:
        stack.enter_context(event.subscribe(print))
        stack.callback(event.subscribe(repr))
        assert len(event.receivers) == 2
    assert not event.receivers


def test_a_block_that_raises_ends_it_and_lets_the_exception_through() -> None:
    event = Event()
    with pytest.raises(LookupError), event.subscribe(print):
        raise LookupError
    assert not event.receivers


def test_it_is_closed_when_its_receiver_was_disconnected() -> None:
    event = Event()
    subscription = event.subscribe(print)
    assert event.disconnect(print)
    assert subscription.closed
    subscription.close()


def test_once_ends_it_with_the_first_call_unless_another_makes_it_last() -> None:
    event, heard = untyped(Event()), list[str]()
    subscription = event.subscribe(lambda: heard.append("first"), once=True)
    event.send()
    event.send()
    assert heard == ["first"]
    assert subscription.closed

    def receiver() -> None:
        heard.append("second")

    once = event.subscribe(receiver, once=True)
    lasting = event.subscribe(receiver)
    event.send()
    event.send()
    assert heard == ["first", "second", "second"]
    lasting.close()
    assert not once.closed
    event.send()
    assert once.closed
    event.send()
    assert heard == ["first", "second", "second", "second"]


def test_a_connection_for_one_call_is_that_again_after_a_subscription() -> None:
    event, heard = untyped(Event()), list[str]()

    def receiver() -> None:
        heard.append("called")

    event.connect(receiver, once=True)
    with event.subscribe(receiver):
        event.send()
        event.send()
    event.send()
    event.send()
    assert heard == ["called"] * 3


def test_priority_and_via_are_those_of_connect() -> None:
    event, heard = untyped(Event()), list[str]()
    event.subscribe(lambda: heard.append("low"))
    event.subscribe(lambda: heard.append("high"), priority=1)
    event.subscribe(lambda: heard.append("via"), via=direct)
    assert len(event.send()) == 2
    assert heard == ["high", "low", "via"]


def test_a_refused_receiver_leaves_nothing(signal: Any) -> None:
    with pytest.raises(ReceiverError, match="it is not callable"):
        signal.subscribe(42)
    assert not signal.receivers


def test_the_methods_of_a_subclass_are_called() -> None:
    calls: list[str] = []

    class Counted(Event):
        def connect(self, receiver: Any, **options: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # it takes less
            calls.append("connect")
            return super().connect(receiver, **options)

        def disconnect(self, receiver: Any) -> bool:
            calls.append("disconnect")
            return super().disconnect(receiver)

    class CountedSignal(Signal):
        def connect(self, receiver: Any, sender: Any = ANY, **options: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # it takes less
            calls.append("connect")
            return super().connect(receiver, sender, **options)

    for signal in (Counted(), CountedSignal()):
        subscription = signal.subscribe(print, priority=1, via=direct)
        assert len(signal.receivers) == 1
        subscription.close()
        assert not signal.receivers
        with signal.connected_to(print):
            assert len(signal.receivers) == 1
    assert calls == ["connect", "disconnect", "connect", "disconnect", "connect", "connect"]


def test_of_many_threads_that_close_one_ends_it() -> None:
    event = Event()
    for _ in range(50):
        outer, inner = event.subscribe(print), event.subscribe(print)
        threads = [threading.Thread(target=inner.close) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(event.receivers) == 1
        outer.close()
        assert not event.receivers


def test_disconnect_all_ends_every_connection_and_counts_them() -> None:
    signal, job, other = Signal(), Job(), Job()
    for receiver in (takes_anything, print):
        signal.connect(receiver)
        signal.connect(receiver, "bridge")
        job.done.connect(receiver)
        other.done.connect(receiver)
        job.ended.connect(receiver)
        other.ended.connect(receiver)
    assert signal.disconnect_all("bridge") == 2
    assert signal.disconnect_all("deck") == 0
    assert signal.disconnect_all() == 2
    assert job.done.disconnect_all() == 2
    assert len(other.done.receivers) == 2
    assert job.ended.disconnect_all() == 2
    assert len(other.ended.receivers) == 2
    assert other.ended.disconnect_all() == 2
    assert Job.done.disconnect_all() == 2


def test_disconnect_all_tells_of_each() -> None:
    event, told = Event(), list[object]()

    def tell(_: object, *, receiver: object, sender: object) -> None:
        told.append((receiver, sender))

    event.receiver_disconnected.connect(tell)
    event.connect(print)
    untyped(event).disconnect_all()
    assert told == [(print, ANY)]


def test_a_subscription_that_makes_it_last_counts_in_the_middle_of_a_claim() -> None:
    """As a thread would that subscribes while another one sends."""
    signal = Signal()
    signal.connect(takes_anything, once=True)
    signal.connect(takes_anything, "me", once=True)
    registry = signal._registry
    first, second = chain(registry.by_receiver[registry.key_of(takes_anything)])
    with signal.subscribe(takes_anything):
        assert _claims._claim_both(registry, first, second, takes_anything)
        assert {first.order is None, second.order is None} == {True, False}
    with signal.subscribe(print):
        (lasting,) = chain(registry.by_receiver[registry.key_of(print)])
        assert not registry.remove(lasting, unless_lasting=True)


def test_a_connect_that_meets_a_subscription_which_just_ends_connects_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = Event()
    subscription = event.subscribe(print)
    keep = Registry.keep

    def overtaken(registry: Registry, *args: Any, **options: Any) -> bool:
        monkeypatch.undo()
        subscription.close()
        return keep(registry, *args, **options)

    monkeypatch.setattr(Registry, "keep", overtaken)
    event.connect(print)
    assert event.receivers_for() == (print,)
