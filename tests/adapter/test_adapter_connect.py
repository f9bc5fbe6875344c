"""Connections, their senders, strength and lifetime: one body for blinker and the adapter."""

from __future__ import annotations

import enum
import functools
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from adapter_libraries import (
    SENDS,
    Listener,
    Sender,
    Unreferenced,
    called,
    decorator,
    every_way,
    on_both_libraries,
    ordered_signal,
)

from helpers import results, returns, untyped

pytestmark = on_both_libraries


class Level(enum.IntEnum):
    HIGH = 3


class Colour(str, enum.Enum):  # noqa: UP042  # blinker has a way of its own with these
    RED = "red"


# -- connect


def test_connect_returns_the_receiver_itself(library: Any) -> None:
    signal = library.Signal()
    for receiver in (returns(1), Listener().on, Listener(), functools.partial(returns(1))):
        assert signal.connect(receiver) is receiver
        assert signal.connect(receiver, "sender", weak=False) is receiver


def test_connect_takes_its_arguments_by_position_and_by_name(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, "one", False)
    signal.connect(receiver=receiver, sender="two", weak=False)
    for sender, expected in (("one", 1), ("two", 1), ("three", 0)):
        assert len(signal.send(sender)) == expected


def test_connect_is_a_decorator(library: Any) -> None:
    signal = library.Signal()

    @decorator(signal.connect)
    def receiver(sender: object) -> object:
        return sender

    assert signal.send("me") == [(receiver, "me")]


def test_a_receiver_of_any_hears_every_sender(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver)
    senders: list[Any] = [None, 0, "", "sender", 7, Sender(), [], {}, library.ANY, signal]
    for sender in senders:
        for sent in every_way(signal, sender, x=1):
            assert sent == [(receiver, 1)]


SENDERS: list[Any] = [
    Sender(),
    None,
    "",
    "sender",
    7,
    -1,
    7.5,
    (),
    [],
    {},
    object(),
    Sender,
    returns,
    Level.HIGH,
    Colour.RED,
]


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: repr(sender).split(" at 0x")[0])
def test_a_receiver_of_one_sender_hears_no_other(library: Any, sender: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, sender)
    for sent in every_way(signal, sender):
        assert sent == [(receiver, 1)]
    for other in (Sender(), "somebody", 8, 1.5, object(), library.ANY):
        for sent in every_way(signal, other):
            assert sent == []
        assert not signal.has_receivers_for(other)
        assert list(signal.receivers_for(other)) == []
    assert signal.has_receivers_for(sender)
    assert list(signal.receivers_for(sender)) == [receiver]


def test_strings_and_integers_are_senders_by_their_value(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    for connected, same in (
        ("sender", "+sender".removeprefix("+")),
        (10**6, int("1000000")),
        (Level.HIGH, 3),
        (3, Level.HIGH),
        (Colour.RED, "red"),
        (True, 1),
    ):
        signal.connect(receiver, connected)
        assert len(signal.send(same)) == 1
        signal.disconnect(receiver, same)
        assert signal.send(connected) == []


def test_other_senders_are_told_by_identity_whatever_they_equal(library: Any) -> None:
    class Equal:
        def __hash__(self) -> int:
            raise AssertionError

        def __eq__(self, other: object) -> bool:
            raise AssertionError

    signal = library.Signal()
    receiver = returns(1)
    pairs: list[tuple[object, object]] = [([], []), ((1, 2), tuple([1, 2])), (Equal(), Equal())]  # noqa: C409  # a constant would be one object
    for connected, other in pairs:
        signal.connect(receiver, connected)
        assert len(signal.send(connected)) == 1
        assert signal.send(other) == []


def test_a_bound_method_is_a_sender_by_its_object_and_function(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    one, other = Listener(), Listener()
    signal.connect(receiver, one.on)
    for sent in every_way(signal, one.on):
        assert sent == [(receiver, 1)]
    assert signal.has_receivers_for(one.on)
    assert not signal.has_receivers_for(other.on)
    assert signal.send(other.on) == []
    signal.disconnect(receiver, one.on)
    assert signal.send(one.on) == []


def test_a_receiver_of_any_and_of_the_sender_is_called_once(library: Any) -> None:
    signal = library.Signal()
    receiver, sender = returns(1), Sender()
    for _ in range(2):
        signal.connect(receiver)
        signal.connect(receiver, sender)
    for sent in every_way(signal, sender):
        assert sent == [(receiver, 1)]
    signal.disconnect(receiver, sender)
    assert signal.send(sender) == [(receiver, 1)]


def test_a_bound_method_is_known_by_its_object_and_function(library: Any) -> None:
    signal = library.Signal()
    one, other = Listener(), Listener()
    for listener in (one, one, other):
        signal.connect(listener.on)
    for sent in every_way(signal):
        assert sorted(map(id, results(sent))) == sorted(map(id, (one, other)))
    signal.disconnect(one.on)
    assert signal.send(None) == [(other.on, other)]


def test_receivers_that_are_equal_or_unhashable_are_told_apart(library: Any) -> None:
    class Equal:
        def __hash__(self) -> int:
            raise AssertionError

        def __eq__(self, other: object) -> bool:
            return True

        def __call__(self, sender: object) -> int:
            return id(self)

    signal = library.Signal()
    one, other = Equal(), Equal()
    signal.connect(one)
    signal.connect(other)
    assert sorted(results(signal.send(None)), key=str) == sorted([id(one), id(other)], key=str)
    signal.disconnect(one)
    assert results(signal.send(None)) == [id(other)]


def test_methods_of_a_builtin_type_are_each_an_object_of_their_own(library: Any) -> None:
    signal = library.Signal()
    heard: list[object] = []
    one, other = heard.append, heard.append
    signal.connect(one, weak=False)
    signal.connect(other, weak=False)
    signal.send("sender")
    assert heard == ["sender", "sender"]
    signal.disconnect(one)
    signal.send("again")
    assert heard == ["sender", "sender", "again"]


def test_the_send_of_a_signal_can_be_connected_to_another(library: Any) -> None:
    first, second = library.Signal(), library.Signal()
    receiver = returns("heard")
    second.connect(receiver)
    first.connect(second.send)
    assert first.send("sender", x=1) == [(second.send, [(receiver, "heard")])]


def test_a_type_can_be_a_receiver(library: Any) -> None:
    class Made:
        def __init__(self, sender: object, **payload: object) -> None:
            self.heard = (sender, payload)

    signal = library.Signal()
    signal.connect(Made)
    for sent in every_way(signal, "sender", x=1):
        [(receiver, made)] = sent
        assert receiver is Made
        assert made.heard == ("sender", {"x": 1})


def test_what_cannot_be_called_is_refused_by_the_send(library: Any) -> None:
    signal = library.Signal()
    signal.connect([], weak=False)
    with pytest.raises(TypeError, match="'list' object is not callable"):
        signal.send(None)


# -- weak and strong


def test_receivers_are_held_weakly_unless_one_says_otherwise(library: Any) -> None:
    signal = library.Signal()
    owners = [Listener()]
    made = [returns(1), Listener(), functools.partial(returns(1)), owners[0].on]
    while made:
        signal.connect(made[-1])
        signal.connect(made.pop(), "sender")
    owners.clear()
    assert signal.send("sender") == []
    assert not signal.receivers
    assert not signal.has_receivers_for("sender")


def test_a_strong_receiver_lives_until_it_is_disconnected(library: Any) -> None:
    signal = library.Signal()
    owner = Listener()
    made: list[Any] = [returns(1), Listener(), owner.on]
    alive = [weakref.ref(made[0]), weakref.ref(made[1]), weakref.ref(owner)]
    for number in range(3):
        signal.connect(made[number], weak=False)
    del owner
    made.clear()
    gc.collect()
    heard = called(signal.send(None))
    assert len(heard) == 3
    while heard:
        signal.disconnect(heard.pop())
    assert [reference() for reference in alive] == [None, None, None]


@pytest.mark.parametrize("sender", ["ANY", "same"])
def test_the_last_connect_decides_whether_a_receiver_is_held(library: Any, sender: str) -> None:
    for last in (True, False):
        signal = library.Signal()
        receiver = returns(1)
        signal.connect(receiver, "same", weak=not last)
        signal.connect(receiver, library.ANY if sender == "ANY" else sender, weak=last)
        del receiver
        assert bool(signal.send("same")) is not last
        assert bool(signal.receivers) is not last


def test_the_strength_stays_when_the_connection_that_asked_for_it_ends(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, "weakly", weak=True)
    signal.connect(receiver, "strongly", weak=False)
    signal.disconnect(receiver, "strongly")
    del receiver
    assert results(signal.send("weakly")) == [1]


@pytest.mark.parametrize("kind", ["object", "method"])
def test_what_has_no_weak_reference_is_a_type_error_that_changes_nothing(
    library: Any, kind: str
) -> None:
    signal, told = library.Signal(), list[object]()
    receiver: Any = Unreferenced()
    if kind == "method":
        receiver = receiver.on

    def listen(about: object, **arguments: object) -> None:
        told.append(arguments)

    signal.receiver_connected.connect(listen)
    for sender in (library.ANY, "sender"):
        with pytest.raises(TypeError, match="weak"):
            signal.connect(receiver, sender)
        assert not signal.receivers
        assert signal.send("sender") == []
    signal.connect(receiver, weak=False)
    assert len(told) == 1
    for sender in (library.ANY, "sender"):
        with pytest.raises(TypeError, match="weak"):
            signal.connect(receiver, sender)
    assert len(told) == 1
    assert signal.send("other") == [(receiver, receiver("other"))]
    signal.disconnect(receiver)
    assert not signal.receivers


def test_what_has_no_weak_reference_can_be_connected_strongly_to_several(library: Any) -> None:
    signal = library.Signal()
    receiver = Unreferenced()
    signal.connect(receiver, "one", weak=False)
    signal.connect(receiver, "two", weak=False)
    for sender in ("one", "two"):
        for sent in every_way(signal, sender, x=1):
            assert sent == [(receiver, receiver)]
    signal.disconnect(receiver, "one")
    assert signal.send("one") == []
    assert signal.send("two") == [(receiver, receiver)]


def test_a_signal_keeps_no_sender_alive_that_can_be_weakly_referenced(library: Any) -> None:
    signal = library.Signal()
    sender = Sender()
    gone = weakref.ref(sender)
    receiver = returns(1)
    signal.connect(receiver, sender, weak=False)
    signal.send(sender)
    del sender
    assert gone() is None


def test_a_receiver_whose_weak_sender_died_stays_in_receivers(library: Any) -> None:
    signal = library.Signal()
    weak, strong, both = returns(1), returns(2), returns(3)
    sender = Sender()
    signal.connect(weak, sender)
    signal.connect(strong, sender, weak=False)
    signal.connect(both, sender)
    signal.connect(both, "other")
    del sender
    assert len(signal.receivers) == 3
    assert called(signal.send("other")) == [both]
    assert not signal.has_receivers_for("nobody")
    assert not signal.has_receivers_for(library.ANY)
    del weak
    assert len(signal.receivers) == 2
    signal.disconnect(strong)
    assert called(signal.send("other")) == [both]
    assert len(signal.receivers) == 1


def test_a_strong_receiver_is_held_even_if_its_sender_died(library: Any) -> None:
    signal = library.Signal()
    receiver, sender = returns(1), Sender()
    gone = weakref.ref(receiver)
    signal.connect(receiver, sender, weak=False)
    del receiver, sender
    assert list(signal.receivers.values()) == [gone()]
    signal.disconnect(gone())
    assert not signal.receivers
    assert gone() is None


def test_a_receiver_that_outlived_its_sender_can_hear_another(library: Any) -> None:
    for weak in (True, False):
        signal = library.Signal()
        receiver, sender = returns(1), Sender()
        signal.connect(receiver, sender, weak=weak)
        del sender
        signal.connect(receiver, "other", weak=not weak)
        assert [results(sent) for sent in every_way(signal, "other")] == [[1]] * 2 * SENDS
        del receiver
        assert len(signal.receivers) == len(signal.send("other")) == weak


def test_a_signal_that_is_let_go_of_lets_go_of_its_strong_receivers(library: Any) -> None:
    signal = library.Signal()
    listener = Listener()
    untyped(listener).signal = signal  # a cycle
    gone = weakref.ref(listener)
    signal.connect(listener.on, weak=False)
    signal.connect(listener, "sender", weak=False)
    del signal, listener
    gc.collect()
    assert gone() is None


# -- connect_via


def test_connect_via_connects_a_function_strongly_to_one_sender(library: Any) -> None:
    signal = library.Signal()

    def make() -> None:
        @decorator(signal.connect_via("sender"))
        def receiver(sender: object, **payload: object) -> object:
            return payload

    make()
    assert results(signal.send("sender", x=1)) == [{"x": 1}]
    assert signal.send("other", x=1) == []


def test_connect_via_can_connect_weakly_and_to_any(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    assert signal.connect_via(sender=library.ANY, weak=True)(receiver) is receiver
    assert signal.send("whoever") == [(receiver, 1)]
    del receiver
    assert signal.send("whoever") == []


# -- connected_to


@pytest.mark.parametrize("sender", ["ANY", "sender"])
def test_connected_to_connects_for_a_block_and_holds_the_receiver(
    library: Any, sender: str
) -> None:
    signal = library.Signal()
    where = library.ANY if sender == "ANY" else sender
    with signal.connected_to(returns(1), where) as nothing:
        assert nothing is None
        assert results(signal.send("sender")) == [1]
        assert len(signal.send("other")) == (sender == "ANY")
        assert len(signal.receivers) == 1
    assert signal.send("sender") == []
    assert not signal.receivers


def test_connected_to_takes_its_arguments_by_name(library: Any) -> None:
    signal = library.Signal()
    with signal.connected_to(receiver=returns(1), sender="sender"):
        assert results(signal.send("sender")) == [1]


def test_connected_to_ends_with_an_error_which_goes_on(library: Any) -> None:
    signal = library.Signal()
    with pytest.raises(KeyError, match="mine"), signal.connected_to(returns(1)):
        raise KeyError("mine")
    assert not signal.receivers


def test_connected_to_decorates_a_function(library: Any) -> None:
    signal = library.Signal()

    @decorator(signal.connected_to(returns(1)))
    def work() -> object:
        return results(signal.send(None))

    assert work() == [1]
    assert not signal.receivers


def test_a_receiver_disconnected_inside_its_block_is_not_missed(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    for end in (lambda: signal.disconnect(receiver), signal._clear_state):
        with signal.connected_to(receiver):
            end()
            assert signal.send(None) == []
        assert signal.send(None) == []
        with signal.connected_to(receiver, "sender"):
            end()
        assert not signal.receivers


def test_connected_to_may_hold_what_has_no_weak_reference(library: Any) -> None:
    signal = library.Signal()
    receiver = Unreferenced()
    with signal.connected_to(receiver, "sender"):
        assert signal.send("sender") == [(receiver, receiver)]
    assert not signal.receivers


# -- disconnect


def test_disconnect_returns_none_whether_or_not_there_was_a_connection(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, "sender")
    for sender in ("sender", "sender", "never", Sender(), library.ANY, library.ANY):
        assert signal.disconnect(receiver, sender) is None
    assert signal.disconnect(returns(2)) is None
    assert signal.disconnect(receiver=receiver, sender="sender") is None


def test_disconnect_without_a_sender_ends_every_connection(library: Any) -> None:
    signal = library.Signal()
    receiver, sender = returns(1), Sender()
    for where in (library.ANY, sender, "sender"):
        signal.connect(receiver, where)
    signal.disconnect(receiver)
    assert not signal.receivers
    for where in (sender, "sender", None):
        assert signal.send(where) == []


def test_disconnect_from_one_sender_leaves_the_others(library: Any) -> None:
    signal = library.Signal()
    receiver, sender = returns(1), Sender()
    signal.connect(receiver, sender)
    signal.connect(receiver, "other")
    signal.disconnect(receiver, sender)
    assert signal.send(sender) == []
    assert signal.send("other") == [(receiver, 1)]
    assert len(signal.receivers) == 1


def test_disconnect_from_one_sender_does_not_end_the_connection_to_any(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver)
    signal.disconnect(receiver, "sender")
    assert signal.send("sender") == [(receiver, 1)]


# -- during a send


def test_of_two_receivers_that_disconnect_each_other_one_is_called(library: Any) -> None:
    signal = library.Signal()
    heard: list[object] = []

    def one(sender: object) -> None:
        heard.append(one)
        signal.disconnect(other)

    def other(sender: object) -> None:
        heard.append(other)
        signal.disconnect(one)

    signal.connect(one)
    signal.connect(other, "sender")
    signal.send("sender")
    assert len(heard) == 1
    assert called(signal.send("sender")) == heard[:1]


def test_a_receiver_connected_during_a_send_is_called_by_the_next(library: Any) -> None:
    signal = library.Signal()
    late = returns("late")

    def early(sender: object) -> str:
        signal.connect(late)
        return "early"

    signal.connect(early)
    assert results(signal.send(None)) == ["early"]
    assert sorted(results(signal.send(None)), key=str) == ["early", "late"]


def test_a_receiver_that_dies_before_its_turn_is_not_called(library: Any) -> None:
    signal = ordered_signal(library)
    made: list[Callable[..., object]] = []

    def first(sender: object) -> None:
        made.clear()

    signal.connect(first)
    made.append(returns(1))
    signal.connect(made[0])
    assert called(signal.send(None)) == [first]
    assert len(signal.receivers) == 1


def test_a_receiver_may_disconnect_itself(library: Any) -> None:
    signal = library.Signal()

    def once(sender: object) -> int:
        signal.disconnect(once)
        return 1

    signal.connect(once)
    assert results(signal.send(None)) == [1]
    assert signal.send(None) == []


def test_a_receiver_may_send_again(library: Any) -> None:
    signal = library.Signal()

    def count(sender: int) -> int:
        return (
            sum([sender, *(untyped(n) for n in results(signal.send(sender - 1)))]) if sender else 0
        )

    signal.connect(count)
    assert results(signal.send(4)) == [10]
