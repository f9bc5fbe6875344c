"""Each `ANY` stands for every sender on the signals of the other kind, too."""

from __future__ import annotations

import pytest

from aldis import ANY, Signal
from aldis import blinker as adapter
from aldis.testing import assert_sent, capture
from helpers import results, returns, untyped

ADAPTERS_ANY = untyped(adapter.ANY)


@pytest.fixture
def signal() -> Signal[object, [], object]:
    return Signal[object, [], object]()


def test_a_receiver_of_the_adapters_any_hears_every_sender(
    signal: Signal[object, [], object],
) -> None:
    signal.connect(one := returns(1), ADAPTERS_ANY)
    signal.connect_via(ADAPTERS_ANY)(returns(2))
    with signal.connected_to(returns(3), ADAPTERS_ANY):
        assert results(signal.send("somebody")) == [1, 2, 3]
    assert results(signal.send("somebody")) == [1, 2]
    assert signal.receivers_for(ADAPTERS_ANY) == signal.receivers_for(ANY)
    assert signal.has_receivers_for(ADAPTERS_ANY)
    assert signal.disconnect(one, ADAPTERS_ANY)
    assert results(signal.send("somebody")) == [2]


def test_disconnecting_from_the_adapters_any_ends_every_connection(
    signal: Signal[object, [], object],
) -> None:
    receiver = returns(1)
    signal.connect(receiver)
    signal.connect(receiver, "bridge")
    assert signal.disconnect(receiver, ADAPTERS_ANY)
    assert not signal.receivers


def test_listeners_of_a_signal_are_told_its_own_any(signal: Signal[object, [], object]) -> None:
    told: list[object] = []

    def tell(about: object, *, receiver: object, sender: object, weak: bool) -> None:
        told.append(sender)

    signal.receiver_connected.connect(tell)
    signal.connect(print, ADAPTERS_ANY, weak=False)
    assert told == [ANY]


def test_an_assertion_about_the_adapters_any_is_about_every_sender(
    signal: Signal[object, [], object],
) -> None:
    with capture(signal, ADAPTERS_ANY) as sent:
        signal.send("somebody")
        assert_sent(signal, sender=ADAPTERS_ANY)
    assert [each.sender for each in sent] == ["somebody"]
    with capture(signal):
        assert_sent(signal, sender=ADAPTERS_ANY, times=0)


def test_a_receiver_of_aldis_any_hears_every_sender_of_the_adapter() -> None:
    signal = untyped(adapter.Signal())
    signal.connect(one := returns(1), ANY)
    with signal.connected_to(returns(2), ANY):
        assert results(signal.send("somebody")) == [1, 2]
    assert signal.has_receivers_for(ANY)
    signal.disconnect(one, ANY)
    assert signal.send("somebody") == []
