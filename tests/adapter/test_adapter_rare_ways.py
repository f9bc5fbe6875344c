"""Ways through the adapter that a program seldom takes, or threads by chance: forced here."""

from __future__ import annotations

import asyncio
import gc
from typing import Any, cast

import blinker as blinker_itself
import pytest

from aldis import blinker
from aldis.blinker import _left, _stand_ins, typed
from aldis.blinker._registry import UntypedRegistry
from helpers import functions_of_modules_die, results, returns, untyped


class Sender:
    pass


def new_class() -> Any:
    class Owner:
        def hear(self, sender: object, **payload: object) -> str:
            return "heard"

    return Owner


def declaration(sender: object, /, **payload: object) -> object: ...


def test_nobody_is_told_of_what_happens_to_a_signal_that_is_gone() -> None:
    signal = blinker.Signal()
    home: Any = signal._registry.home
    del signal
    assert home() is None
    home.connected()
    home.disconnected()
    home.method_died("key", None)
    home.function_died(None)


@functions_of_modules_die
@pytest.mark.parametrize("outlives", [False, True], ids=["heard", "without a sender"])
def test_a_method_whose_function_dies_is_no_receiver_any_more(outlives: bool) -> None:
    signal, kind, senders = blinker.Signal(), new_class(), [Sender()]
    owner = kind()
    signal.connect(owner.hear, senders[0])
    if outlives:
        senders.clear()
    assert len(signal.receivers) == 1
    del kind.hear
    gc.collect()
    assert len(signal.receivers) == 0


def test_a_receiver_that_dies_while_it_is_put_aside_does_not_come_back() -> None:
    signal, receivers, senders = blinker.Signal(), [returns(1), returns(2)], [Sender()]
    signal.connect(receivers[0], "text")
    signal.connect(receivers[1], senders[0])
    saved = dict(signal.receivers)
    signal.receivers.clear()
    receivers.pop(0)
    senders.clear()
    signal.receivers.update(saved)
    assert signal.send("text") == []


def test_what_outlives_its_senders_is_not_put_back_into_a_signal_that_is_gone() -> None:
    signal = blinker.Signal()
    registry: Any = signal._registry
    put_back = _left.take(registry, registry.left, registry.home)
    del signal, registry
    put_back()


@pytest.mark.parametrize("method", ["send", "send_async"])
def test_a_muted_signal_whose_observer_has_just_gone_reaches_nobody(method: str) -> None:
    signal, receiver = blinker.Signal(), returns(1)
    signal.connect(receiver)
    signal._registry.asks = True
    with signal.muted():
        sent: Any = getattr(signal, method)("me")
        assert (asyncio.run(sent) if method == "send_async" else sent) == []


def test_a_signal_may_be_awaited_before_anything_else() -> None:
    assert asyncio.run(blinker.Signal().send_async()) == []


def test_of_two_stand_ins_under_one_key_the_other_stays() -> None:
    registry = blinker.Signal()._registry
    one, other = (cast("_stand_ins.StandIn", Sender()) for _ in range(2))
    stand_ins: _stand_ins.StandIns = {"key": (one, other)}
    _stand_ins._drop(registry, stand_ins, "key", lambda each: each is one)
    assert stand_ins == {"key": (other,)}


def test_a_signal_about_a_view_is_found_on_its_class_without_a_view() -> None:
    view = typed(blinker.Signal(), declaration)
    kind: Any = type(view)
    assert kind.receiver_connected.__doc__


@pytest.mark.parametrize("name", ["receiver_connected", "receiver_disconnected"])
def test_a_view_of_blinker_s_signal_tells_of_what_is_asked_for(name: str) -> None:
    signal, told = blinker_itself.Signal(), list[object]()

    def tell(about: object, *, sender: object, **_: object) -> None:
        told.append(sender)

    view: Any = typed(untyped(signal), declaration)
    getattr(view, name).connect(tell)
    receiver = returns(1)
    signal.connect(receiver, "me")
    signal.disconnect(receiver, "me")
    assert told == ["me"]


def test_a_receiver_whose_last_connection_has_just_ended_is_in_no_bucket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receiver = blinker.Signal(), returns(1)
    signal.connect(receiver)

    def none_to(registry: UntypedRegistry, key: object) -> list[object]:
        return []

    monkeypatch.setattr(UntypedRegistry, "connections_to", none_to)
    assert dict(signal._by_receiver) == {}
    monkeypatch.undo()
    assert results(signal.send()) == [1]


def test_what_was_put_aside_of_a_receiver_is_forgotten_when_it_dies() -> None:
    signal, receivers = blinker.Signal(), [returns(1)]
    signal.connect(receivers[0], "text")
    signal.receivers.clear()
    assert signal._registry.aside
    receivers.clear()
    gc.collect()
    assert not signal._registry.aside


def test_nothing_is_left_of_a_connection_that_has_ended_already() -> None:
    signal, receiver, sender = blinker.Signal(), returns(1), Sender()
    signal.connect(receiver, sender)
    registry = signal._registry
    (connection,) = registry.by_receiver.values()
    signal.disconnect(receiver, sender)
    _left.leave(registry, registry.left, connection)
    assert not registry.left
