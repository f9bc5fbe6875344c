"""Where the adapter differs from blinker on purpose: what blinker does, and what we do.

Each test runs the same on both libraries and says what comes of it in each.
"""

from __future__ import annotations

import gc
import inspect
import sys
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from itertools import permutations
from types import FrameType
from typing import Any

import pytest
from adapter_libraries import (
    ADAPTER,
    BLINKER,
    LIBRARIES,
    SENDS,
    Listener,
    Sender,
    Unreferenced,
    called,
    derived,
    every_way,
    finished,
    run_each,
)

from helpers import in_another_thread, results, returns, untyped

THREADS = 4


def in_both(scenario: Callable[[Any], object]) -> dict[str, object]:
    """Run a scenario on each library, and return what came of it by the library's name."""
    return {library.__name__: scenario(library) for library in LIBRARIES}


# -- delivery in connection order


def test_blinker_delivers_in_any_order_and_the_adapter_in_connection_order() -> None:
    receivers = [returns(number) for number in range(20)]
    orders = [receivers, receivers[::-1], receivers[10:] + receivers[:10]]

    def keeps_order(library: Any) -> bool:
        kept: list[bool] = []
        for order in orders:
            signal = library.Signal()
            for receiver in order:
                signal.connect(receiver)
            kept.extend(called(sent) == order for sent in every_way(signal))
        return all(kept)

    assert in_both(keeps_order) == {"blinker": False, "aldis.blinker": True}


def test_receivers_of_any_and_of_a_sender_share_one_order_in_the_adapter() -> None:
    one, two, three = returns(1), returns(2), returns(3)
    connected = {one: "ANY", two: "sender", three: "ANY"}

    def keeps_order(library: Any) -> bool:
        for order in permutations(connected):
            signal = library.Signal()
            for receiver in order:
                where = connected[receiver]
                signal.connect(receiver, library.ANY if where == "ANY" else where)
            if called(signal.send("sender")) != list(order):
                return False
        return True

    assert in_both(keeps_order) == {"blinker": False, "aldis.blinker": True}


# -- thread-safe


class Pausing(str):
    """A documentation string that hands over to another thread when it is first looked at."""

    _other: Callable[[], None]

    def __new__(cls, other: Callable[[], None]) -> Pausing:
        made = super().__new__(cls, "documentation")
        made._other = other
        return made

    def __bool__(self) -> bool:
        in_another_thread(self._other)
        return True


def test_two_threads_that_ask_for_one_name_get_two_signals_in_blinker_and_one_here() -> None:
    def are_one(library: Any) -> bool:
        names = library.Namespace()
        others: list[object] = []
        mine = names.signal("name", Pausing(lambda: others.append(names.signal("name"))))
        return others == [mine] and names["name"] is mine

    assert in_both(are_one) == {"blinker": False, "aldis.blinker": True}


def test_in_blinker_a_thread_that_connects_breaks_another_ones_disconnect() -> None:
    """The adapter is asked the same below, by many threads: it has no place to halt one at."""

    class Interrupted(set[Any]):
        def discard(self, element: object) -> None:
            super().discard(element)
            sender = Sender()
            senders.append(sender)
            in_another_thread(lambda: untyped(signal.connect(other, sender)))

    senders: list[Sender] = []
    signal = derived(BLINKER.Signal, set_class=Interrupted)()
    receiver, other = returns(1), returns(2)
    signal.connect(receiver, "sender")
    with pytest.raises(RuntimeError, match="dictionary changed size during iteration"):
        signal.disconnect(receiver)


@pytest.mark.usefixtures("tiny_switch_interval")
def test_threads_that_connect_disconnect_and_send_break_nothing_in_the_adapter() -> None:
    signal = ADAPTER.Signal()
    errors: list[BaseException] = []
    counts = [0] * THREADS

    def stays(sender: object, *, thread: int) -> None:
        counts[thread] += 1

    signal.connect(stays)

    def work(thread: int) -> None:
        try:
            for number in range(300):
                receiver, sender = returns(thread), Sender()
                signal.connect(receiver, sender, weak=number % 2 == 0)
                signal.connect(receiver, number)
                sent = called(signal.send(sender, thread=thread))
                assert sent == [stays, receiver]
                if number % 3:
                    signal.disconnect(receiver)
                else:
                    signal.disconnect(receiver, sender)
                    signal.disconnect(receiver, number)
                assert called(signal.send(sender, thread=thread)) == [stays]
        except BaseException as error:  # noqa: BLE001  # it is looked at below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "a thread hangs"
    assert errors == []
    assert counts == [600] * THREADS
    assert called(signal.send(None, thread=0)) == [stays]
    assert len(signal.receivers) == len(signal._by_sender) == len(signal._by_receiver) == 1


# -- nested muted


def test_an_inner_muted_block_ends_the_outer_one_in_blinker_only() -> None:
    def nested(library: Any) -> object:
        signal = library.Signal()
        receiver = returns("heard")
        signal.connect(receiver)
        with signal.muted():
            with signal.muted():
                assert signal.send(None) == []
            between = (signal.is_muted, results(signal.send(None)))
        assert signal.is_muted is False
        assert results(signal.send(None)) == ["heard"]
        return between

    assert in_both(nested) == {"blinker": (False, ["heard"]), "aldis.blinker": (True, [])}


def test_a_signal_that_was_muted_by_hand_is_unmuted_by_a_block_in_blinker_only() -> None:
    def by_hand(library: Any) -> object:
        signal = library.Signal()
        signal.is_muted = True
        with signal.muted():
            pass
        return signal.is_muted

    assert in_both(by_hand) == {"blinker": False, "aldis.blinker": True}


# -- connected_to restores


@pytest.mark.parametrize("make", [lambda: returns(1), Listener, Unreferenced])
def test_connected_to_ends_earlier_connections_in_blinker_and_restores_them_here(
    make: Callable[[], Any],
) -> None:
    def after(library: Any) -> object:
        found: list[int] = []
        for before in (library.ANY, "before", "block"):
            for block in (library.ANY, "before", "block"):
                signal = library.Signal()
                receiver = make()
                signal.connect(receiver, before, weak=False)
                with signal.connected_to(receiver, block):
                    inside = signal.send("before" if block is library.ANY else block)
                    assert called(inside) == [receiver]
                sent_by = "somebody" if before is library.ANY else before
                found.append(len(list(every_way(signal, sent_by))[-1]))
                found.append(len(signal.receivers))
        return found

    assert in_both(after) == {"blinker": [0, 0] * 9, "aldis.blinker": [1, 1] * 9}


def test_connected_to_leaves_a_weak_receiver_weak_in_the_adapter() -> None:
    signal = ADAPTER.Signal()
    receiver = returns(1)
    signal.connect(receiver, "before")
    with signal.connected_to(receiver, "block"):
        pass
    assert signal.send("before") == [(receiver, 1)]
    assert signal.send("block") == []
    del receiver
    assert not signal.receivers


def test_blocks_of_one_receiver_may_be_nested_in_the_adapter() -> None:
    def nested(library: Any) -> object:
        signal = library.Signal()
        receiver = returns(1)
        heard: list[int] = []
        with signal.connected_to(receiver, "sender"):
            with signal.connected_to(receiver, "sender"):
                pass
            heard.append(len(signal.send("sender")))
            with signal.connected_to(receiver):
                pass
            heard.append(len(signal.send("sender")))
        assert not signal.receivers
        return heard

    assert in_both(nested) == {"blinker": [0, 0], "aldis.blinker": [1, 1]}


def test_a_connection_made_inside_a_block_outlives_it_in_the_adapter_only() -> None:
    def after(library: Any) -> object:
        signal = library.Signal()
        receiver = returns(1)
        with signal.connected_to(receiver, "sender"):
            signal.connect(receiver, "other")
        assert signal.send("sender") == []
        return results(signal.send("other"))

    assert in_both(after) == {"blinker": [], "aldis.blinker": [1]}


# -- senders 0 and False


@pytest.mark.parametrize("sender", [0, False])
def test_zero_stands_for_any_sender_in_blinker_and_for_itself_here(sender: int) -> None:
    def heard(library: Any) -> object:
        signal = library.Signal()
        receiver, for_all = returns("zero"), returns("all")
        try:
            signal.connect(receiver, sender)
        except AssertionError:  # blinker's own, and after it has connected the receiver
            found: list[object] = ["refused"]
        else:
            found = ["connected"]
        found += [results(signal.send(by)) for by in (0, False, 0.0, "other", None)]
        found.append(signal.has_receivers_for("other"))
        signal.connect(receiver, "other")
        signal.connect(for_all)
        signal.disconnect(receiver, sender)
        found.append(sorted(map(str, results(signal.send("other")))))
        return found

    assert in_both(heard) == {
        "blinker": ["refused", *[["zero"]] * 5, True, ["all"]],
        "aldis.blinker": ["connected", ["zero"], ["zero"], [], [], [], False, ["all", "zero"]],
    }


# -- addresses


def test_an_integer_is_mixed_up_with_the_object_at_that_address_in_blinker_only() -> None:
    def mixed_up(library: Any) -> object:
        signal = library.Signal()
        sender, receiver = Sender(), returns(1)
        signal.connect(receiver, id(sender))
        found = [len(signal.send(sender)), len(signal.send(id(sender)))]
        signal.disconnect(receiver, sender)
        return [*found, len(signal.send(id(sender)))]

    assert in_both(mixed_up) == {"blinker": [1, 1, 0], "aldis.blinker": [0, 1, 1]}


def test_an_object_inherits_the_receivers_of_a_dead_one_at_its_address_in_blinker_only() -> None:
    def is_inherited(library: Any) -> bool:
        signal = library.Signal()
        receiver = returns(1)
        sender = Unreferenced()
        address = id(sender)
        signal.connect(receiver, sender)
        del sender
        others: list[Unreferenced] = []
        while len(others) < 1000 and not any(id(other) == address for other in others):
            others.append(Unreferenced())
        return any(signal.send(other) for other in others)

    assert in_both(is_inherited) == {"blinker": True, "aldis.blinker": False}


# -- tables that do not grow


def test_blinker_keeps_an_empty_bucket_for_every_sender_it_ever_heard_of() -> None:
    def left(library: Any) -> object:
        signal = library.Signal()
        receiver = returns(1)
        for number in range(1, 101):
            signal.connect(receiver, f"sender {number}")
            signal.disconnect(receiver, f"sender {number}")
            signal.disconnect(receiver, number)
            signal.connect(receiver, f"other {number}")
            signal.disconnect(receiver)
        return len(signal._by_sender), len(signal.receivers)

    assert in_both(left) == {"blinker": (300, 0), "aldis.blinker": (0, 0)}


def test_blinker_keeps_an_empty_bucket_for_every_receiver_that_left_its_sender() -> None:
    def left(library: Any) -> object:
        signal = library.Signal()
        for _ in range(100):
            receiver = returns(1)
            signal.connect(receiver, "sender", weak=False)
            signal.disconnect(receiver, "sender")
        return len(signal._by_receiver), len(signal.receivers)

    assert in_both(left) == {"blinker": (100, 100), "aldis.blinker": (0, 0)}


def test_a_cleanup_has_nothing_to_remove_in_the_adapter() -> None:
    def removed(library: Any) -> object:
        signal = library.Signal()
        receiver, sender = returns(1), Sender()
        signal.connect(receiver, sender)
        signal.send(sender)
        signal.disconnect(receiver)
        before = len(signal._by_sender)
        signal._cleanup_bookkeeping()
        return before - len(signal._by_sender)

    assert in_both(removed) == {"blinker": 2, "aldis.blinker": 0}


# -- the cost of a disconnect


@contextmanager
def counted_calls(calls: list[str]) -> Generator[None, None, None]:
    """Note every call of a function, be it of Python or of C, but none of the collector's."""

    def enter(frame: FrameType, event: str, argument: object) -> None:
        if event in {"call", "c_call"}:
            calls.append(event)

    before = sys.getprofile()
    collecting = gc.isenabled()
    gc.disable()
    sys.setprofile(enter)
    try:
        yield
    finally:
        sys.setprofile(before)
        if collecting:
            gc.enable()


def test_a_disconnect_costs_as_many_steps_as_there_are_other_senders_in_blinker_only() -> None:
    def steps(library: Any, others: int) -> int:
        signal = library.Signal()
        kept = [Sender() for _ in range(others)]
        receiver, bystander = returns(1), returns(2)
        for sender in kept:
            signal.connect(bystander, sender)
        signal.connect(receiver, "sender")
        calls: list[str] = []
        with counted_calls(calls):
            signal.disconnect(receiver)
        assert len(signal.receivers) == 1
        return len(calls)

    def growth(library: Any) -> int:
        steps(library, 1)  # what is done once is not counted
        return steps(library, 1010) - steps(library, 10)

    assert in_both(growth) == {"blinker": 1000, "aldis.blinker": 0}


# -- asked who listens


def test_after_a_disconnect_blinker_still_says_that_a_sender_has_receivers() -> None:
    def answers(library: Any) -> object:
        signal = library.Signal()
        receiver, other, sender = returns(1), returns(2), Sender()
        signal.connect(receiver, sender)
        signal.connect(other, "other")
        signal.disconnect(receiver, sender)
        assert signal.send(sender) == []
        found = [signal.has_receivers_for(sender)]
        signal.disconnect(receiver, "never")
        found.append(signal.has_receivers_for("never"))
        return found

    assert in_both(answers) == {"blinker": [True, True], "aldis.blinker": [False, False]}


def test_after_the_last_receiver_of_a_sender_died_blinker_still_says_it_has_some() -> None:
    def answer(library: Any) -> object:
        signal = library.Signal()
        receiver, other = returns(1), returns(2)
        signal.connect(receiver, "sender")
        signal.connect(other, "other")
        del receiver
        return signal.has_receivers_for("sender")

    assert in_both(answer) == {"blinker": True, "aldis.blinker": False}


def test_after_a_disconnect_from_its_only_sender_blinker_keeps_the_receiver() -> None:
    def kept(library: Any) -> object:
        signal = library.Signal()
        listener = Listener()
        signal.connect(listener, "sender", weak=False)
        signal.disconnect(listener, "sender")
        return bool(signal.receivers), len(signal.receivers)

    assert in_both(kept) == {"blinker": (True, 1), "aldis.blinker": (False, 0)}


def test_a_connection_refused_by_a_listener_leaves_its_receiver_in_blinker_only() -> None:
    def kept(library: Any) -> object:
        def refuse(about: object, **arguments: object) -> None:
            raise TypeError("refused")

        signal = library.Signal()
        signal.receiver_connected.connect(refuse)
        receiver = returns(1)
        with pytest.raises(TypeError, match="refused"):
            signal.connect(receiver, "sender")
        return bool(signal.receivers)

    assert in_both(kept) == {"blinker": True, "aldis.blinker": False}


# -- callable objects whose `__call__` is async


class Awaited:
    async def __call__(self, sender: object, **payload: object) -> object:
        return (sender, payload)


def outcome_of(send: Callable[[], Any]) -> str:
    """Tell what the one receiver of a send gave, or what was raised."""
    try:
        [(_, result)] = send()
    except RuntimeError as error:
        return str(error)
    if inspect.iscoroutine(result):
        result.close()
        return "not awaited"
    return repr(result)


def test_blinker_sends_to_an_object_with_an_async_call_and_awaits_nothing() -> None:
    def sent(library: Any) -> object:
        signal = library.Signal()
        receiver = Awaited()
        signal.connect(receiver)
        return [outcome_of(lambda: signal.send("me", x=1)) for _ in range(SENDS)]

    assert in_both(sent) == {
        "blinker": ["not awaited"] * SENDS,
        "aldis.blinker": ["Cannot send to a coroutine function."] * SENDS,
    }


def test_an_async_wrapper_is_given_objects_with_an_async_call_by_the_adapter_only() -> None:
    def wrapped(library: Any) -> object:
        signal = library.Signal()
        receiver = Awaited()
        signal.connect(receiver)
        return outcome_of(lambda: signal.send("me", _async_wrapper=run_each, x=1))

    assert in_both(wrapped) == {"blinker": "not awaited", "aldis.blinker": "('me', {'x': 1})"}


def test_an_async_send_awaits_objects_with_an_async_call_in_the_adapter_only() -> None:
    def wrap(receiver: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def call(*args: object, **kwargs: object) -> object:
            return ("wrapped", await receiver(*args, **kwargs))

        return call

    def sent(library: Any) -> object:
        signal = library.Signal()
        receiver = Awaited()
        signal.connect(receiver)

        def sent_with(wrapper: Callable[..., Any] | None) -> Any:
            return finished(signal.send_async("me", _sync_wrapper=wrapper, x=1))

        return [outcome_of(lambda: sent_with(None)), outcome_of(lambda: sent_with(wrap))]

    assert in_both(sent) == {
        "blinker": [
            "Cannot send to a non-coroutine function.",
            "('wrapped', ('me', {'x': 1}))",
        ],
        "aldis.blinker": ["('me', {'x': 1})"] * 2,
    }


# -- changes in the middle of a send


def test_a_receiver_disconnected_from_the_sender_before_its_turn_is_called_in_blinker_only() -> (
    None
):
    def heard(library: Any) -> int:
        signal = library.Signal()

        def one(sender: object) -> None:
            signal.disconnect(other, "sender")

        def other(sender: object) -> None:
            signal.disconnect(one, "sender")

        signal.connect(one, "sender")
        signal.connect(other, "sender")
        return len(signal.send("sender"))

    assert in_both(heard) == {"blinker": 2, "aldis.blinker": 1}


def test_a_receiver_that_leaves_and_comes_back_before_its_turn_has_it_in_blinker_only() -> None:
    def heard(library: Any) -> int:
        signal = library.Signal()

        def one(sender: object) -> None:
            signal.disconnect(other)
            signal.connect(other)

        def other(sender: object) -> None:
            signal.disconnect(one)
            signal.connect(one)

        signal.connect(one)
        signal.connect(other)
        return len(signal.send("sender"))

    assert in_both(heard) == {"blinker": 2, "aldis.blinker": 1}


# -- a listener that refuses a block


def test_a_refused_block_leaves_its_connection_in_blinker_only() -> None:
    def scenario(library: Any) -> object:
        def refuse(about: object, **arguments: object) -> None:
            raise ValueError

        signal, receiver = library.Signal(), returns(1)
        signal.receiver_connected.connect(refuse)
        with pytest.raises(ValueError, match=r"^$"), signal.connected_to(receiver, "sender"):
            pytest.fail("the block began")
        return results(signal.send("sender"))

    assert in_both(scenario) == {"blinker": [1], "aldis.blinker": []}


# -- writing to `receivers`


def test_a_receiver_that_was_taken_out_hears_its_former_senders_again_in_blinker_only() -> None:
    def heard(library: Any) -> object:
        signal, receiver = library.Signal(), returns(1)
        signal.connect(receiver, "former")
        signal.receivers.clear()
        signal.connect(receiver, "sender")
        return [len(signal.send(sender)) for sender in ("former", "sender")]

    assert in_both(heard) == {"blinker": [1, 1], "aldis.blinker": [0, 1]}


def test_a_callable_in_the_place_of_another_is_called_in_blinker_only() -> None:
    def heard(library: Any) -> object:
        signal, receiver, other = library.Signal(), returns(1), returns(2)
        signal.connect(receiver)
        try:
            signal.receivers[library.base.make_id(receiver)] = other
        except ValueError:
            return "refused"
        return results(signal.send(None))

    assert in_both(heard) == {"blinker": [2], "aldis.blinker": "refused"}


def test_a_mapping_that_is_assigned_is_the_dict_of_the_signal_in_blinker_only() -> None:
    def is_filled(library: Any) -> bool:
        signal, mapping = library.Signal(), dict[object, object]()
        signal.receivers = mapping
        receiver = returns(1)
        signal.connect(receiver)
        assert len(signal.receivers) == 1
        return bool(mapping)

    assert in_both(is_filled) == {"blinker": True, "aldis.blinker": False}
