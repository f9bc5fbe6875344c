"""`receivers` is a mapping that programs write to: one body for blinker and the adapter."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from adapter_libraries import Listener, Sender, called, every_way, on_both_libraries

from aldis.blinker import Signal
from aldis.blinker._registry import UntypedRegistry
from helpers import in_another_thread, returns, untyped

both = on_both_libraries


def assigned(signal: Any) -> None:
    signal.receivers = {}


def cleared(signal: Any) -> None:
    signal.receivers.clear()


def popped(signal: Any) -> None:
    while signal.receivers:
        signal.receivers.popitem()


def deleted_one_by_one(signal: Any) -> None:
    for key in [*signal.receivers]:
        del signal.receivers[key]


ways_to_empty = pytest.mark.parametrize("empty", [assigned, cleared, popped, deleted_one_by_one])


@both
@ways_to_empty
def test_after_receivers_are_emptied_nobody_hears(
    library: Any, empty: Callable[[Any], None]
) -> None:
    signal, listener, sender = library.Signal(), Listener(), Sender()
    strong = returns(1)
    signal.connect(strong, weak=False)
    signal.connect(strong, sender, weak=False)
    signal.connect(listener.on, "sender")
    signal.connect(listener, sender)
    empty(signal)
    for who in ("sender", sender, None):
        for sent in every_way(signal, who, x=1):
            assert sent == []
        assert not signal.has_receivers_for(who)
        assert list(signal.receivers_for(who)) == []
    assert not signal.receivers
    assert len(signal.receivers) == 0
    assert signal.receivers == {}
    signal.connect(strong)
    assert signal.send("sender") == [(strong, 1)]


@both
@ways_to_empty
def test_a_strong_receiver_that_was_taken_out_is_let_go_of(
    library: Any, empty: Callable[[Any], None]
) -> None:
    signal, receivers = library.Signal(), [returns(1)]
    gone = weakref.ref(receivers[0])
    signal.connect(receivers[0], "sender", weak=False)
    empty(signal)
    receivers.clear()
    assert gone() is None


def copied(signal: Any) -> Any:
    saved = signal.receivers.copy()
    assert type(saved).__name__ == "dict"
    signal.receivers.clear()
    return saved


def made_a_dict(signal: Any) -> Any:
    saved = untyped(dict(signal.receivers))
    signal.receivers = {}
    return saved


def taken_as_it_is(signal: Any) -> Any:
    saved = signal.receivers
    signal.receivers = {}
    return saved


def assign(signal: Any, saved: Any) -> None:
    signal.receivers = saved


def update(signal: Any, saved: Any) -> None:
    signal.receivers.update(saved)


@both
@pytest.mark.parametrize("save", [copied, made_a_dict, taken_as_it_is])
@pytest.mark.parametrize("restore", [assign, update])
def test_receivers_that_are_put_back_hear_whom_they_heard(
    library: Any, save: Callable[[Any], Any], restore: Callable[[Any, Any], None]
) -> None:
    signal, listener, owner, sender = library.Signal(), Listener(), Listener(), Sender()
    strong, weak, dying = returns(1), returns(2), [returns(3)]
    signal.connect(strong, weak=False)
    signal.connect(weak, sender)
    signal.connect(weak, "sender")
    signal.connect(listener.on, owner.on)  # a method
    signal.connect(dying[0])
    before = len(signal.receivers)
    saved = save(signal)
    assert len(saved) == before
    assert signal.send(sender) == []
    dying.clear()
    restore(signal, saved)
    assert signal.send(None) == [(strong, 1)]
    for who in (sender, "sender"):
        assert sorted(map(id, called(signal.send(who)))) == sorted(map(id, [strong, weak]))
    assert (listener.on, listener) in signal.send(owner.on)
    gone = weakref.ref(strong), weakref.ref(weak)
    del strong, weak, saved
    assert (gone[0]() is None, gone[1]() is None) == (False, True)


@both
def test_a_block_without_receivers_is_what_a_patch_makes(library: Any) -> None:
    signal, receiver, other = library.Signal(), returns(1), returns(2)
    signal.connect(receiver, "sender")
    for _ in range(2):
        with patch.object(signal, "receivers", dict[object, object]()):
            assert signal.send("sender") == []
            signal.connect(other, "other")
            assert signal.send("other") == [(other, 2)]
        assert signal.send("sender") == [(receiver, 1)]


@both
def test_one_receiver_may_be_taken_out(library: Any) -> None:
    signal, one, other = library.Signal(), returns(1), returns(2)
    signal.connect(one)
    signal.connect(other, weak=False)
    make_id = library.base.make_id
    assert signal.receivers.pop(make_id(one))() is one
    assert signal.send(None) == [(other, 2)]
    assert signal.receivers.pop(make_id(one), None) is None
    del signal.receivers[make_id(other)]
    assert signal.send(None) == []
    for key in (make_id(one), "nobody"):
        with pytest.raises(KeyError):
            del signal.receivers[key]


@both
def test_how_a_receiver_is_put_back_decides_whether_it_is_held(library: Any) -> None:
    signal, receivers = library.Signal(), [returns(1)]
    key = library.base.make_id(receivers[0])
    signal.connect(receivers[0])
    signal.receivers[key] = receivers[0]
    gone = weakref.ref(receivers[0])
    receivers.clear()
    assert signal.send(None) == [(gone(), 1)]
    signal.receivers[key] = weakref.ref(gone())
    assert gone() is None


@both
def test_a_receiver_that_was_disconnected_meanwhile_is_not_put_back(library: Any) -> None:
    signal, one, other = library.Signal(), returns(1), returns(2)
    for receiver in (one, other):
        signal.connect(receiver, "first")
        signal.connect(receiver, "second")
    saved = signal.receivers.copy()
    signal.receivers.clear()
    signal.disconnect(one)
    signal.disconnect(other, "first")
    signal.receivers.update(saved)
    assert signal.send("first") == []
    assert signal.send("second") == [(other, 2)]


@both
def test_a_signal_that_is_cleared_forgets_what_was_taken_out(library: Any) -> None:
    signal, receiver = library.Signal(), returns(1)
    signal.connect(receiver)
    saved = signal.receivers.copy()
    signal.receivers.clear()
    signal._clear_state()
    signal.receivers.update(saved)
    assert signal.send(None) == []


@both
def test_receivers_of_another_signal_hear_nobody(library: Any) -> None:
    signal, other, receiver = library.Signal(), library.Signal(), returns(1)
    other.connect(receiver)
    signal.receivers = other.receivers.copy()
    assert signal.send(None) == []
    assert other.send(None) == [(receiver, 1)]


@both
def test_receivers_that_are_assigned_to_themselves_stay(library: Any) -> None:
    signal, receiver = library.Signal(), returns(1)
    signal.connect(receiver, "sender")
    signal.receivers = signal.receivers
    signal.receivers = dict(signal.receivers)
    assert signal.send("sender") == [(receiver, 1)]
    assert len(signal.receivers) == 1


@both
def test_nobody_is_told_of_receivers_that_are_taken_out_and_put_back(library: Any) -> None:
    signal, receiver, told = library.Signal(), returns(1), list[object]()

    def tell(*_: object, **__: object) -> None:
        told.append(None)

    signal.connect(receiver)
    signal.receiver_connected.connect(tell)
    signal.receiver_disconnected.connect(tell)
    saved = signal.receivers.copy()
    signal.receivers.clear()
    signal.receivers = saved
    assert signal.send(None) == [(receiver, 1)]
    assert told == []


@both
def test_a_copy_does_not_change_with_the_signal(library: Any) -> None:
    signal, receiver = library.Signal(), returns(1)
    saved = signal.receivers.copy()
    signal.connect(receiver)
    assert saved == {}
    saved = signal.receivers.copy()
    signal.disconnect(receiver)
    assert len(saved) == 1


@both
def test_receivers_that_are_deleted_are_missing_until_others_are_assigned(library: Any) -> None:
    signal, receiver = library.Signal(), returns(1)
    signal.connect(receiver)
    saved = signal.receivers
    del signal.receivers
    assert not hasattr(signal, "receivers")
    signal.receivers = saved
    assert signal.send(None) == [(receiver, 1)]


# -- of the adapter alone


def test_a_receiver_that_dies_while_it_is_out_leaves_nothing_behind() -> None:
    signal, listeners = Signal(), [Listener()]
    hear: list[Any] = [returns(1), listeners[0].on, functools.partial(print)]
    for number in range(len(hear)):
        signal.connect(hear[number], "sender")
    signal.receivers.clear()
    assert len(signal._registry.aside) == len(hear)
    hear.clear()
    listeners.clear()
    assert not signal._registry.aside


def test_a_receiver_that_outlived_its_sender_is_taken_out_with_the_others() -> None:
    signal, receiver, senders = Signal(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    senders.clear()
    assert len(signal.receivers) == 1
    signal.receivers.clear()
    assert not signal.receivers


def test_receivers_are_called_in_their_order_again_when_they_are_put_back() -> None:
    signal, receivers = Signal(), [returns(number) for number in range(5)]
    for receiver in receivers:
        signal.connect(receiver)
    saved = signal.receivers.copy()
    signal.receivers.clear()
    signal.receivers = dict(reversed(saved.items()))
    assert called(signal.send(None)) == receivers


def test_a_receiver_in_the_place_of_another_is_refused_and_changes_nothing() -> None:
    signal, one, other = Signal(), returns(1), returns(2)
    signal.connect(one)
    (key,) = signal.receivers
    with pytest.raises(ValueError, match=r"is not the identifier of receiver 'returns\."):
        signal.receivers[key] = other
    with pytest.raises(ValueError, match="is not the identifier"):
        signal.receivers = {key: other}
    assert signal.send(None) == [(one, 1)]
    assert len(signal.receivers) == 1


def test_receivers_that_gave_way_are_a_mere_dict() -> None:
    signal, one, other = Signal(), returns(1), returns(2)
    signal.connect(one)
    before = signal.receivers
    (key,) = before
    signal.receivers = {}
    signal.connect(other)
    assert before
    assert [*before] == [key]
    assert before[key] in before.values()
    assert repr(before) == repr(dict(before))
    before[key] = other
    assert before.copy() == {key: other}
    del before[key]
    assert len(before) == 0
    before.clear()
    assert signal.send(None) == [(other, 2)]


# -- while other threads change it


@pytest.mark.parametrize("look", ["values", "items", "copy"])
def test_a_receiver_that_dies_while_others_are_looked_at_is_left_out(look: str) -> None:
    """In another thread, which has disconnected it, as soon as this one has begun."""
    signal, one, dying = Signal(), returns(1), [returns(2), returns(3)]

    class Overtaken(UntypedRegistry):
        __slots__ = ()

        def kept(self, key: Any) -> Any:
            in_another_thread(lambda: signal.disconnect(dying.pop()) if dying else None)
            return super().kept(key)

    signal.connect(one, weak=False)
    signal.connect(dying[0], "sender")
    signal.connect(dying[1], weak=False)
    signal._registry.__class__ = Overtaken
    found: Any = getattr(signal.receivers, look)()
    assert [*found] == [one] if look == "values" else [*dict(found).values()] == [one]


@pytest.mark.parametrize("view", ["receivers", "_by_sender", "_by_receiver"])
def test_a_view_may_be_walked_through_while_the_signal_changes(view: str) -> None:
    signal, receivers = Signal(), [returns(number) for number in range(10)]
    for receiver in receivers:
        signal.connect(receiver, receiver)
    mapping = getattr(signal, view)
    for look in (mapping, mapping.keys(), mapping.values(), mapping.items()):
        for _ in look:
            signal.connect(print, object())
            if receivers:
                signal.disconnect(receivers.pop())
