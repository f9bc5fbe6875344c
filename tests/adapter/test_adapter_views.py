"""Views of receivers, and clearing them: one body for blinker and the adapter."""

from __future__ import annotations

import copy
import functools
import pickle
import weakref
from collections.abc import Hashable, Mapping
from typing import Any

import pytest
from adapter_libraries import Listener, Sender, Unreferenced, on_both_libraries

from helpers import results, returns

pytestmark = on_both_libraries


def filled(view: Mapping[Hashable, set[Hashable]]) -> dict[Hashable, set[Hashable]]:
    """Leave out the empty buckets that blinker keeps."""
    return {key: set(bucket) for key, bucket in view.items() if bucket}


# -- receivers


def test_receivers_is_true_as_long_as_anybody_is_connected(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    assert not signal.receivers
    assert len(signal.receivers) == 0
    assert signal.receivers == {}
    signal.connect(receiver)
    signal.connect(receiver, "sender")
    assert signal.receivers
    assert len(signal.receivers) == 1
    signal.disconnect(receiver)
    assert not signal.receivers


def test_receivers_looked_at_before_shows_what_came_after(library: Any) -> None:
    signal = library.Signal()
    receivers = signal.receivers
    receiver = returns(1)
    signal.connect(receiver)
    assert len(receivers) == 1


def test_receivers_are_found_by_their_identifiers(library: Any) -> None:
    signal = library.Signal()
    make_id = library.base.make_id
    listener = Listener()
    heard: list[object] = []
    made: list[Any] = [
        returns(1),
        listener.on,
        listener,
        Unreferenced(),
        functools.partial(returns(1)),
        list,
        print,
        heard.append,
    ]
    for receiver in made:
        signal.connect(receiver, weak=False)
    assert set(signal.receivers) == set(signal.receivers.keys()) == {make_id(each) for each in made}
    for receiver in made:
        assert make_id(receiver) in signal.receivers
        assert signal.receivers[make_id(receiver)] == receiver
        assert signal.receivers.get(make_id(receiver)) == receiver
    assert dict(signal.receivers.items()) == {make_id(each): each for each in made}


@pytest.mark.parametrize("key", [0, "", "sender", (), (1,), (1, 2), (1, 2, 3), None])
def test_what_identifies_no_receiver_is_missing(library: Any, key: Hashable) -> None:
    signal = library.Signal()
    signal.connect(print)
    assert key not in signal.receivers
    assert signal.receivers.get(key) is None
    with pytest.raises(KeyError):
        signal.receivers[key]


def test_a_strong_receiver_is_stored_as_itself(library: Any) -> None:
    signal = library.Signal()
    listener = Listener()
    for receiver in (returns(1), listener, listener.on, Unreferenced()):
        signal.connect(receiver, "sender", weak=False)
        assert signal.receivers[library.base.make_id(receiver)] is receiver
        assert any(value is receiver for value in signal.receivers.values())
        assert any(found is receiver for found in signal.receivers_for("sender"))
        assert any(found == receiver for found, _ in signal.send("sender"))


def test_a_weak_receiver_is_stored_as_a_weak_reference(library: Any) -> None:
    signal = library.Signal()
    listener = Listener()
    for receiver in (returns(1), listener, listener.on):
        signal.connect(receiver)
        held = signal.receivers[library.base.make_id(receiver)]
        assert isinstance(held, weakref.ref)
        assert held() == receiver
        signal.disconnect(receiver)


def test_a_weak_method_is_stored_as_a_weak_method(library: Any) -> None:
    signal = library.Signal()
    listener = Listener()
    signal.connect(listener.on)
    [held] = signal.receivers.values()
    assert isinstance(held, weakref.WeakMethod)
    del listener
    assert held() is None
    assert not signal.receivers


def test_how_a_receiver_is_stored_follows_the_last_connect(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    for weak in (True, False, True):
        signal.connect(receiver, weak=weak)
        [held] = signal.receivers.values()
        assert isinstance(held, weakref.ref) is weak


# -- _by_sender and _by_receiver


def test_by_sender_has_the_receivers_of_each_sender(library: Any) -> None:
    signal = library.Signal()
    make_id = library.base.make_id
    one, listener, sender = returns(1), Listener(), Sender()
    signal.connect(one)
    signal.connect(one, sender)
    signal.connect(listener.on, sender)
    signal.connect(listener.on, "sender")
    signal.connect(listener.on, 7)
    assert filled(signal._by_sender) == {
        library.base.ANY_ID: {make_id(one)},
        make_id(sender): {make_id(one), make_id(listener.on)},
        "sender": {make_id(listener.on)},
        7: {make_id(listener.on)},
    }
    assert signal._by_sender[library.base.ANY_ID] == {make_id(one)}


def test_by_receiver_has_the_senders_of_each_receiver(library: Any) -> None:
    signal = library.Signal()
    make_id = library.base.make_id
    one, listener, sender = returns(1), Listener(), Sender()
    signal.connect(one)
    signal.connect(one, sender)
    signal.connect(listener.on, "sender")
    assert filled(signal._by_receiver) == {
        make_id(one): {library.base.ANY_ID, make_id(sender)},
        make_id(listener.on): {"sender"},
    }
    assert signal._by_receiver[make_id(listener.on)] == {"sender"}


def test_a_bucket_that_is_missing_is_empty(library: Any) -> None:
    signal = library.Signal()
    assert signal._by_sender[library.base.ANY_ID] == set()
    assert signal._by_sender["nobody"] == set()
    assert signal._by_receiver[7] == set()


def test_before_anything_happened_there_are_no_buckets(library: Any) -> None:
    signal = library.Signal()
    for view in (signal._by_sender, signal._by_receiver):
        assert len(view) == 0
        assert list(view.values()) == []
        assert list(view.items()) == []


def test_the_buckets_can_be_counted_and_walked_through(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, "sender")
    for view in (signal._by_sender, signal._by_receiver):
        assert len(view) == 1
        assert [len(bucket) for bucket in view.values()] == [1]
        assert [key in view for key in view] == [True]
        assert "nobody" not in view


def test_no_dead_receiver_and_no_dead_sender_is_in_a_bucket(library: Any) -> None:
    signal = library.Signal()
    receivers, kept, sender = [returns(1)], returns(2), Sender()
    signal.connect(receivers[0])
    signal.connect(receivers[0], "sender")
    signal.connect(kept, sender)
    receivers.clear()
    assert filled(signal._by_sender) == {library.base.make_id(sender): {library.base.make_id(kept)}}
    assert filled(signal._by_receiver) == {
        library.base.make_id(kept): {library.base.make_id(sender)}
    }
    del sender
    assert filled(signal._by_sender) == {}
    assert filled(signal._by_receiver) == {}


def test_after_cleanup_there_is_no_empty_bucket(library: Any) -> None:
    signal = library.Signal()
    receivers = [returns(number) for number in range(3)]
    for receiver in receivers:
        signal.connect(receiver, "sender")
        signal.connect(receiver)
        signal.send("sender")
    signal.disconnect(receivers[0])
    signal.disconnect(receivers[1], "sender")
    assert signal._cleanup_bookkeeping() is None
    assert len(signal._by_sender) == 2
    assert len(signal._by_receiver) == 2
    assert len(signal.receivers) == 2
    for receiver in receivers:
        signal.disconnect(receiver)
    signal._cleanup_bookkeeping()
    assert len(signal._by_sender) == len(signal._by_receiver) == len(signal.receivers) == 0


# -- _clear_state


def test_clear_state_disconnects_everybody(library: Any) -> None:
    signal = library.Signal()
    receivers, sender = [returns(1), returns(2)], Sender()
    signal.connect(receivers[0], weak=False)
    signal.connect(receivers[1], sender)
    assert signal._clear_state() is None
    assert not signal.receivers
    assert len(signal._by_sender) == len(signal._by_receiver) == 0
    assert signal.send(sender) == []
    assert not signal.has_receivers_for(sender)
    gone = weakref.ref(receivers[0])
    receivers.clear()
    assert gone() is None
    del sender


def test_a_cleared_signal_can_be_connected_again(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, "sender", weak=False)
    signal._clear_state()
    signal.connect(receiver, "other")
    assert signal.send("sender") == []
    assert signal.send("other") == [(receiver, 1)]
    del receiver
    assert not signal.receivers


def test_a_signal_that_is_cleared_stays_muted(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    with signal.muted():
        signal._clear_state()
        assert signal.is_muted is True
        signal.connect(receiver)
        assert signal.send(None) == []
    assert signal.send(None) == [(receiver, 1)]
    signal.is_muted = True
    signal._clear_state()
    assert signal.is_muted is True


def test_receivers_looked_at_before_a_clear_show_what_came_after(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver)
    receivers = signal.receivers
    signal._clear_state()
    assert not receivers
    signal.connect(receiver)
    assert len(receivers) == 1


def test_receivers_that_clear_their_signal_are_the_last_it_calls(library: Any) -> None:
    signal = library.Signal()

    def clear(sender: object) -> None:
        signal._clear_state()

    receivers = [functools.partial(clear) for _ in range(3)]
    for receiver in receivers:
        signal.connect(receiver)
    assert len(signal.send(None)) == 1


def test_the_death_of_a_cleared_receiver_does_not_touch_its_successor(library: Any) -> None:
    signal = library.Signal()
    listener = Listener()
    signal.connect(listener, "sender")
    signal._clear_state()
    signal.connect(listener.on, "sender")
    other = Listener()
    signal.connect(other)
    del other
    assert results(signal.send("sender")) == [listener]


# -- copies


@pytest.mark.parametrize("way", ["deepcopy", "pickle"])
def test_a_copy_of_an_idle_signal_is_a_signal_of_its_own(library: Any, way: str) -> None:
    signal = library.NamedSignal("name", "its documentation")
    copied = copy.deepcopy(signal) if way == "deepcopy" else pickle.loads(pickle.dumps(signal))
    assert type(copied) is library.NamedSignal
    assert copied.name == "name"
    assert copied.__doc__ == "its documentation"
    receiver, other = returns(1), returns(2)
    copied.connect(receiver)
    signal.connect(other)
    for _ in range(5):
        assert copied.send(None) == [(receiver, 1)]
        assert signal.send(None) == [(other, 2)]
    copied.connect(other, Sender())
    assert len(copied.receivers) == 2  # as any whose sender died
    assert len(signal.receivers) == 1
    del receiver, other
    assert not copied.receivers
    assert not signal.receivers
