"""Mistakes of other signal libraries, each as a claim about aldis."""

from __future__ import annotations

import asyncio
import functools
import gc
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from enum import IntEnum
from multiprocessing import get_context
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldis import ANY, AsyncSignal, Namespace, Signal
from aldis.exceptions import AsyncReceiverError, WeakReceiverError
from helpers import calls_of, echoes, results, returns, untyped


class Sender:
    pass


class Slotted:
    """A sender that cannot be weakly referenced."""

    __slots__ = ()


class Equal:
    """Instances that are all equal."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equal)

    def __hash__(self) -> int:
        return 1

    def on(self, sender: object) -> Equal:
        return self


def test_01_nested_muted_blocks_unmute_only_with_the_last() -> None:
    signal = Signal()
    signal.connect(returns(1), weak=False)
    with signal.muted():
        with signal.muted():
            assert signal.send(None) == []
        assert signal.send(None) == []
    assert results(signal.send(None)) == [1]


def test_01_muted_blocks_that_overlap_are_counted() -> None:
    signal = Signal()
    signal.connect(returns(1), weak=False)
    first, second = signal.muted(), signal.muted()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert signal.send(None) == []
    second.__exit__(None, None, None)
    assert results(signal.send(None)) == [1]


def test_02_connected_to_leaves_earlier_connections_alone() -> None:
    signal = Signal()
    other, receiver = returns("other"), returns("receiver")
    signal.connect(other)
    signal.connect(receiver, "bridge")
    with signal.connected_to(receiver):
        assert results(signal.send("deck")) == ["other", "receiver"]
    assert results(signal.send("deck")) == ["other"]
    assert results(signal.send("bridge")) == ["other", "receiver"]


def test_02_connected_to_can_be_nested_with_the_same_receiver() -> None:
    signal = Signal()
    receiver = returns(1)
    with signal.connected_to(receiver):
        with signal.connected_to(receiver):
            assert results(signal.send(None)) == [1]
        assert results(signal.send(None)) == [1]
    assert signal.send(None) == []


def test_02_connected_to_blocks_of_one_receiver_may_end_in_any_order() -> None:
    signal = Signal()
    receiver = returns(1)
    first, second = signal.connected_to(receiver), signal.connected_to(receiver)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert results(signal.send(None)) == [1]
    second.__exit__(None, None, None)
    assert signal.send(None) == []


def test_02_connected_to_keeps_a_weak_receiver_alive_only_inside() -> None:
    signal = Signal()
    receiver = returns(1)
    signal.connect(receiver)
    reference = weakref.ref(receiver)
    with signal.connected_to(receiver):
        del receiver
        gc.collect()
        assert results(signal.send(None)) == [1]
    gc.collect()
    assert reference() is None
    assert signal.send(None) == []


def test_02_a_disconnect_inside_connected_to_is_final() -> None:
    signal = Signal()
    receiver = returns(1)
    with signal.connected_to(receiver):
        assert signal.disconnect(receiver)
        signal.connect(receiver)
    assert results(signal.send(None)) == [1]  # the connection the block did not make


@pytest.mark.parametrize("falsy", [0, False, "", 0.0, (), None], ids=repr)
def test_03_falsy_senders_are_ordinary_senders(falsy: object) -> None:
    signal = Signal()
    signal.connect(returns("falsy"), falsy, weak=False)
    assert results(signal.send(falsy)) == ["falsy"]
    assert signal.send("another") == []


def test_04_an_int_sender_never_meets_an_object_at_that_address() -> None:
    signal = Signal()
    sender = Sender()
    signal.connect(returns("object"), sender, weak=False)
    signal.connect(returns("int"), id(sender), weak=False)
    assert results(signal.send(sender)) == ["object"]
    assert results(signal.send(id(sender))) == ["int"]


def test_04_one_receiver_of_an_object_and_of_its_address_has_two_connections() -> None:
    signal = Signal()
    sender = Sender()
    receiver = returns(1)
    signal.connect(receiver, sender)
    signal.connect(receiver, id(sender))
    assert signal.disconnect(receiver, sender)
    assert signal.send(sender) == []
    assert results(signal.send(id(sender))) == [1]


def test_05_a_sender_without_weak_references_leaves_no_receivers_at_its_address() -> None:
    signal = Signal()
    receiver = returns(1)
    for _ in range(100):
        sender = Slotted()
        assert signal.send(sender) == []
        signal.connect(receiver, sender)
        address = id(sender)
        del sender
        fresh = Slotted()
        assert id(fresh) != address  # the connection keeps the sender alive, and so its address
        assert signal.send(fresh) == []


def test_05_a_weakly_referenced_sender_leaves_no_receivers_at_its_address() -> None:
    signal = Signal()
    receiver = returns(1)
    addresses = set[int]()
    senders = 0
    # without a GIL, memory is used again after hundreds of others
    while senders - len(addresses) < 50:
        sender = Sender()
        senders += 1
        addresses.add(id(sender))
        assert signal.send(sender) == []
        signal.connect(receiver, sender)
        assert results(signal.send(sender)) == [1]
        del sender


def test_05_the_sender_that_a_connection_keeps_alive_is_freed_with_it() -> None:
    class Loud(Slotted):
        __slots__ = ("on_end",)

        def __init__(self, on_end: Callable[[], None]) -> None:
            self.on_end = on_end

        def __del__(self) -> None:
            self.on_end()

    ended: list[bool] = []
    signal = Signal()
    receiver = returns(1)
    sender = Loud(lambda: ended.append(True))
    signal.connect(receiver, sender)
    del sender
    assert not ended
    signal.disconnect(receiver)
    gc.collect()
    assert ended


def test_06_a_later_weak_connect_does_not_weaken_a_strong_one() -> None:
    signal = Signal()
    receiver = returns(1)
    signal.connect(receiver, weak=False)
    signal.connect(receiver)
    del receiver
    gc.collect()
    assert results(signal.send(None)) == [1]


def test_06_a_later_strong_connect_strengthens_a_weak_one() -> None:
    signal = Signal()
    receiver = returns(1)
    signal.connect(receiver)
    signal.connect(receiver, weak=False)
    del receiver
    gc.collect()
    assert results(signal.send(None)) == [1]


def test_06_a_receiver_is_weak_again_when_its_strong_connection_ends() -> None:
    signal = Signal()
    receiver = returns(1)
    signal.connect(receiver, "weak")
    signal.connect(receiver, "strong", weak=False)
    signal.disconnect(receiver, "strong")
    del receiver
    gc.collect()
    assert signal.send("weak") == []


def test_07_nobody_is_told_to_listen_when_nobody_would_be_called() -> None:
    signal: Any = Signal()  # else checkers take it that `receivers` stays as it was asserted
    receiver = returns(1)
    assert not signal.receivers
    signal.connect(receiver, "bridge")
    assert signal.receivers == (receiver,)
    assert signal.has_receivers_for("bridge")
    assert not signal.has_receivers_for("deck")
    assert not signal.has_receivers_for(ANY)
    with signal.muted():
        assert not signal.receivers
        assert not signal.has_receivers_for("bridge")
        assert signal.receivers_for("bridge") == ()
    signal.disconnect(receiver)
    assert not signal.receivers
    assert not signal.has_receivers_for("bridge")
    signal.connect(receiver, "bridge")
    del receiver
    gc.collect()
    assert not signal.receivers
    assert not signal.has_receivers_for("bridge")


def test_08_disconnecting_a_stranger_changes_nothing() -> None:
    signal = Signal()
    receiver = returns(1)
    signal.connect(receiver, "bridge")
    assert not signal.disconnect(returns(2))
    assert not signal.disconnect(receiver, "deck")
    assert not signal.disconnect(print, "bridge")
    assert results(signal.send("bridge")) == [1]
    assert signal.disconnect(receiver, "bridge")
    assert not signal.disconnect(receiver, "bridge")


def blocks_left_by_cycles(times: int) -> int:
    """Return by how many blocks of memory a process grows by connecting, disconnecting, dying."""
    signal = Signal()

    def cycle(times: int) -> None:
        for number in range(times):
            receiver, sender = returns(number), Sender()
            signal.connect(receiver, sender)
            if number % 2:
                signal.connect(receiver, f"sender {number}", weak=False)
                signal.disconnect(receiver)
            elif number % 100 == 0:
                signal.connect(receiver)
                signal.send(sender)

    cycle(10_000)
    gc.collect()
    before = sys.getallocatedblocks()
    cycle(times)
    gc.collect()
    left = sys.getallocatedblocks() - before
    assert len(signal._registry) == 0
    assert not signal._registry.routes
    assert not signal._registry.values
    return left


def test_09_after_many_fresh_senders_and_receivers_memory_is_where_it_was() -> None:
    # in a process of its own, where no coverage is measured: that would take a minute
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        assert process.submit(blocks_left_by_cycles, 200_000).result() < 100


@pytest.mark.parametrize("how", ["disconnect", "death"])
def test_10_ending_one_receiver_costs_nothing_per_unrelated_sender(how: str) -> None:
    counts: list[int] = []
    for senders in (10, 10_000):
        signal = Signal()
        other = returns(0)
        kept = [Sender() for _ in range(senders)]
        for sender in kept:
            signal.connect(other, sender)
        receiver = [returns(1)]
        signal.connect(receiver[0], kept[0])
        if how == "death":
            counts.append(len(calls_of(receiver.clear)))
        else:
            ended = receiver[0]
            counts.append(len(calls_of(lambda: signal.disconnect(ended))))  # noqa: B023  # called here
    assert counts[0] == counts[1]


def test_11_a_builtin_method_is_one_receiver_and_strong_only() -> None:
    signal = Signal()
    heard: list[object] = []
    with pytest.raises(WeakReceiverError, match="weak=False"):
        signal.connect(heard.append)
    assert not signal.receivers
    signal.connect(heard.append, weak=False)
    signal.connect(heard.append, weak=False)
    signal.send("once")
    assert heard == ["once"]
    assert signal.disconnect(heard.append)
    assert not signal.receivers


def test_11_a_builtin_method_of_two_senders_is_still_one_receiver() -> None:
    signal = Signal()
    heard: list[object] = []
    signal.connect(heard.append, "bridge", weak=False)
    signal.connect(heard.append, "deck", weak=False)
    gc.collect()
    for sender in ("bridge", "deck"):
        signal.send(sender)
    signal.disconnect(heard.append, "bridge")
    for sender in ("bridge", "deck"):
        signal.send(sender)
    assert heard == ["bridge", "deck", "deck"]


def test_11_builtin_methods_of_two_lists_are_two_receivers() -> None:
    signal = Signal()
    first: list[object] = []
    second: list[object] = []
    signal.connect(first.append, weak=False)
    signal.connect(second.append, weak=False)
    signal.disconnect(first.append)
    signal.send("x")
    assert (first, second) == ([], ["x"])


class AsyncCallable:
    async def __call__(self, sender: object) -> str:
        return "async callable"


async def async_function(sender: object, prefix: str = "") -> str:
    return f"{prefix}async function"


def wrapping(function: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(function)
    def wrapper(sender: object) -> object:
        return "plain wrapper"

    return wrapper


@pytest.mark.parametrize(
    "receiver",
    [AsyncCallable(), async_function, functools.partial(async_function, prefix="x")],
    ids=["callable", "function", "partial"],
)
def test_12_async_receivers_are_known_by_what_they_call(receiver: Callable[..., object]) -> None:
    with pytest.raises(AsyncReceiverError, match="AsyncSignal"):
        Signal().connect(receiver, weak=False)
    AsyncSignal().connect(receiver)


def test_12_a_wrapper_is_judged_by_its_own_code() -> None:
    signal = Signal()
    wrapper = wrapping(async_function)
    signal.connect(wrapper)
    assert results(signal.send(None)) == ["plain wrapper"]

    @functools.wraps(wrapper)
    async def async_wrapper(sender: object) -> None: ...

    with pytest.raises(AsyncReceiverError):
        signal.connect(async_wrapper)


class Later:
    """An awaitable that is not a coroutine."""

    def __await__(self) -> Generator[None, None, str]:
        yield from ()
        return "awaited"


def test_12_an_async_signal_awaits_whatever_awaitable_a_receiver_returns() -> None:
    signal = AsyncSignal()

    def later(sender: object) -> Awaitable[str]:
        return Later()

    def future(sender: object) -> Awaitable[str]:
        result: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        result.set_result("future")
        return result

    @functools.wraps(async_function)
    def wrapper(sender: object) -> Awaitable[str]:
        return async_function(sender, "wrapped ")

    for receiver in (later, future, wrapper, AsyncCallable()):
        signal.connect(receiver, weak=False)

    async def main() -> list[object]:
        return results(await signal.send(None)) + results(await signal.gather(None))

    once = ["awaited", "future", "wrapped async function", "async callable"]
    assert asyncio.run(main()) == once + once


@given(st.lists(st.sampled_from(["any", "sender"]), max_size=12))
def test_13_connection_order_holds_over_any_and_one_sender_together(kinds: list[str]) -> None:
    signal = Signal()
    kept = [returns(place) for place in range(len(kinds))]
    for receiver, kind in zip(kept, kinds, strict=True):
        signal.connect(receiver, ANY if kind == "any" else "sender")
    assert results(signal.send("sender")) == list(range(len(kinds)))


def test_13_a_receiver_of_any_and_of_the_sender_is_called_once_at_its_first_place() -> None:
    signal = Signal()
    first, twice, last = returns("first"), returns("twice"), returns("last")
    signal.connect(first)
    signal.connect(twice, "sender")
    signal.connect(last)
    signal.connect(twice)
    assert results(signal.send("sender")) == ["first", "twice", "last"]
    assert results(signal.send("other")) == ["first", "last", "twice"]


class During:
    """A signal with five receivers, of which the second acts during the first send."""

    def __init__(self, act: Callable[[During], object], sender: object = ANY) -> None:
        self.signal = Signal()
        self.sender = sender
        self.called: list[int] = []
        self.act: Callable[[During], object] | None = act
        self.receivers = [self.make(place) for place in range(5)]
        for receiver in self.receivers:
            self.signal.connect(receiver, sender)

    def make(self, place: int) -> Callable[[object], None]:
        def receiver(sender: object) -> None:
            self.called.append(place)
            if place == 1 and self.act is not None:
                act, self.act = self.act, None
                act(self)

        return receiver

    def send(self) -> list[int]:
        self.called = []
        self.signal.send("sender")
        return self.called


@pytest.fixture(params=[ANY, "sender"], ids=["ANY", "one sender"])
def heard_sender(request: pytest.FixtureRequest) -> object:
    return request.param


def test_14_a_receiver_that_disconnects_itself_is_not_called_again(heard_sender: object) -> None:
    during = During(lambda d: d.signal.disconnect(d.receivers[1]), heard_sender)
    assert during.send() == [0, 1, 2, 3, 4]
    assert during.send() == [0, 2, 3, 4]


def test_14_a_later_receiver_that_is_disconnected_is_not_called(heard_sender: object) -> None:
    during = During(lambda d: d.signal.disconnect(d.receivers[3]), heard_sender)
    assert during.send() == [0, 1, 2, 4]
    assert during.send() == [0, 1, 2, 4]


def test_14_an_earlier_receiver_that_is_disconnected_changes_nothing_for_the_others(
    heard_sender: object,
) -> None:
    during = During(lambda d: d.signal.disconnect(d.receivers[0]), heard_sender)
    assert during.send() == [0, 1, 2, 3, 4]
    assert during.send() == [1, 2, 3, 4]


def test_14_a_new_receiver_waits_for_the_next_send(heard_sender: object) -> None:
    def act(during: During) -> None:
        during.receivers.append(during.make(9))
        during.signal.connect(during.receivers[-1], heard_sender)

    during = During(act, heard_sender)
    assert during.send() == [0, 1, 2, 3, 4]
    assert during.send() == [0, 1, 2, 3, 4, 9]


def test_14_a_receiver_disconnected_and_connected_again_waits_for_the_next_send(
    heard_sender: object,
) -> None:
    def act(during: During) -> None:
        during.signal.disconnect(during.receivers[3])
        during.signal.connect(during.receivers[3], heard_sender)

    during = During(act, heard_sender)
    assert during.send() == [0, 1, 2, 4]
    assert during.send() == [0, 1, 2, 4, 3]


def test_14_the_same_signal_can_be_sent_again_from_inside(heard_sender: object) -> None:
    during = During(lambda d: d.signal.send("sender"), heard_sender)
    assert during.send() == [0, 1, 0, 1, 2, 3, 4, 2, 3, 4]


def test_14_a_disconnect_in_an_inner_send_holds_for_the_outer_one(heard_sender: object) -> None:
    def act(during: During) -> None:
        def drop(sender: object) -> None:
            during.signal.disconnect(during.receivers[4])

        with during.signal.connected_to(drop):
            during.signal.send("sender")

    during = During(act, heard_sender)
    assert during.send() == [0, 1, 0, 1, 2, 3, 4, 2, 3]


def test_14_a_receiver_that_raises_ends_the_send(heard_sender: object) -> None:
    def act(during: During) -> None:
        raise LookupError("enough")

    during = During(act, heard_sender)
    with pytest.raises(LookupError, match="enough"):
        during.send()
    assert during.called == [0, 1]
    assert during.send() == [0, 1, 2, 3, 4]


def test_14_a_later_receiver_whose_last_reference_goes_is_not_called(heard_sender: object) -> None:
    during = During(lambda d: d.receivers.pop(3), heard_sender)
    assert during.send() == [0, 1, 2, 4]


def test_14_all_receivers_can_be_disconnected_during_a_send(heard_sender: object) -> None:
    def act(during: During) -> None:
        for receiver in during.receivers:
            during.signal.disconnect(receiver)

    assert During(act, heard_sender).send() == [0, 1]


def test_14_ending_one_of_two_connections_leaves_a_receiver_called() -> None:
    during = During(lambda d: d.signal.disconnect(d.receivers[3], "sender"))
    during.signal.connect(during.receivers[3], "sender")
    assert during.send() == [0, 1, 2, 3, 4]


def test_14_ending_both_of_two_connections_ends_the_receiver() -> None:
    during = During(lambda d: d.signal.disconnect(d.receivers[3]))
    during.signal.connect(during.receivers[3], "sender")
    assert during.send() == [0, 1, 2, 4]


@pytest.mark.parametrize("kept", [ANY, "sender"], ids=["ANY", "one sender"])
def test_14_a_second_connection_that_comes_and_goes_during_a_send_changes_nothing(
    kept: object,
) -> None:
    passing = "sender" if kept is ANY else ANY

    def act(during: During) -> None:
        with during.signal.connected_to(during.receivers[3], passing):
            pass

    during = During(act, kept)
    assert during.send() == [0, 1, 2, 3, 4]


def test_14_a_connection_to_another_sender_that_ends_changes_nothing() -> None:
    during = During(lambda d: d.signal.disconnect(d.receivers[3], "another"))
    during.signal.connect(during.receivers[3], "another")
    assert during.send() == [0, 1, 2, 3, 4]


def test_15_two_threads_asking_a_namespace_for_one_name_get_one_signal() -> None:
    for _ in range(50):
        namespace = Namespace()
        barrier = threading.Barrier(4)
        found: list[Signal] = []

        def ask() -> None:
            barrier.wait()  # noqa: B023  # the threads end in this iteration
            found.append(namespace.signal("one"))  # noqa: B023

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(found)) == 1


class CallableReference(weakref.ref[Sender]):
    def __call__(self, *args: object) -> Any:  # a receiver, too
        return "a reference" if args else super().__call__()


def test_16_a_weak_reference_may_itself_be_a_receiver() -> None:
    signal = Signal()
    target = Sender()
    reference = CallableReference(target)
    signal.connect(reference)
    assert signal.receivers == (reference,)
    assert results(signal.send(None)) == ["a reference"]
    del target
    gc.collect()
    assert results(signal.send(None)) == ["a reference"]  # its own life counts, not its target's
    plain = weakref.ref(reference)
    signal.disconnect(reference)
    signal.connect(untyped(plain), weak=False)
    assert signal.receivers == (plain,)


def test_17_the_payload_may_have_any_names() -> None:
    @Signal
    def signal(
        _: object,
        /,
        *,
        self: int,
        sender: int,
        receiver: int,
        args: int,
        kwargs: int,
        registry: int,
    ) -> None: ...

    payload = {"self": 1, "sender": 2, "receiver": 3, "args": 4, "kwargs": 5, "registry": 6}
    signal.connect(echoes(), weak=False)
    assert results(signal.send(None, **payload)) == [((), payload)]
    undeclared = Signal()
    for _ in range(4):
        undeclared.connect(echoes(), weak=False)
    assert results(undeclared.send(None, **payload))[0] == ((), payload)


def test_18_a_strong_receiver_of_a_sender_that_died_is_freed() -> None:
    signal = Signal()
    sender, receiver = Sender(), returns(1)
    reference = weakref.ref(receiver)
    signal.connect(receiver, sender, weak=False)
    del receiver
    gc.collect()
    assert reference() is not None
    del sender
    gc.collect()
    assert reference() is None
    assert len(signal._registry) == 0


def test_19_equal_senders_are_distinct_senders() -> None:
    signal = Signal()
    first, second = Equal(), Equal()
    signal.connect(returns(1), first, weak=False)
    assert results(signal.send(first)) == [1]
    assert signal.send(second) == []


def test_19_methods_of_equal_objects_are_distinct_receivers() -> None:
    signal = Signal()
    first, second = Equal(), Equal()
    signal.connect(first.on)
    signal.connect(second.on)
    assert [
        result is owner
        for (_, result), owner in zip(signal.send(None), (first, second), strict=True)
    ] == [True, True]
    signal.disconnect(first.on)
    assert [result is second for _, result in signal.send(None)] == [True]


def test_values_that_are_equal_are_one_sender() -> None:
    class Colour(IntEnum):
        RED = 1

    class Name(str):  # noqa: PLW1641  # it is not to be asked for a hash either
        def __eq__(self, other: object) -> bool:
            raise AssertionError("not to be asked")

    signal = Signal()
    signal.connect(returns("one"), 1, weak=False)
    signal.connect(returns("name"), Name("x"), weak=False)
    assert results(signal.send(True)) == ["one"]
    assert results(signal.send(Colour.RED)) == ["one"]
    assert signal.send(1.0) == []
    assert results(signal.send("x")) == ["name"]
