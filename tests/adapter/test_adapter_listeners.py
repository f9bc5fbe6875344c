"""`receiver_connected` and `receiver_disconnected`: one body for blinker and the adapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from adapter_libraries import Sender, on_both_libraries

from helpers import results, returns

pytestmark = on_both_libraries

Told = list[tuple[str, object, dict[str, object]]]


def told_by(signal: Any) -> tuple[Told, object]:
    """Return the changes that a signal reports from now on, and the receivers to keep for that."""
    told: Told = []

    def connected(about: object, **arguments: object) -> None:
        told.append(("connected", about, arguments))

    def disconnected(about: object, **arguments: object) -> None:
        told.append(("disconnected", about, arguments))

    signal.receiver_connected.connect(connected)
    signal.receiver_disconnected.connect(disconnected)
    return told, (connected, disconnected)


def raising(error: BaseException) -> Callable[..., object]:
    def listener(about: object, **arguments: object) -> None:
        raise error

    return listener


def test_they_are_signals_made_when_they_are_first_asked_for(library: Any) -> None:
    signal = library.Signal()
    for name in ("receiver_connected", "receiver_disconnected"):
        assert name not in vars(signal)
        made = getattr(signal, name)
        assert type(made) is library.Signal
        assert getattr(signal, name) is made
        assert vars(signal)[name] is made
        assert getattr(library.Signal(), name) is not made
        assert isinstance(made.__doc__, str)
        assert not made.receivers


def test_a_connection_is_told_with_the_arguments_of_connect(library: Any) -> None:
    signal = library.Signal()
    told, kept = told_by(signal)
    receiver, sender = returns(1), Sender()
    signal.connect(receiver)
    signal.connect(receiver, sender, weak=False)
    signal.connect_via("sender")(receiver)
    signal.connect_via("sender", weak=True)(receiver)
    assert told == [
        ("connected", signal, {"receiver": receiver, "sender": library.ANY, "weak": True}),
        ("connected", signal, {"receiver": receiver, "sender": sender, "weak": False}),
        ("connected", signal, {"receiver": receiver, "sender": "sender", "weak": False}),
        ("connected", signal, {"receiver": receiver, "sender": "sender", "weak": True}),
    ]
    assert told[0][2]["sender"] is library.ANY
    assert kept


def test_a_repeated_connect_is_told_again(library: Any) -> None:
    signal = library.Signal()
    told, kept = told_by(signal)
    receiver = returns(1)
    for _ in range(3):
        signal.connect(receiver)
    assert [what for what, _, _ in told] == ["connected"] * 3
    assert kept


def test_the_connection_is_there_when_it_is_told(library: Any) -> None:
    signal = library.Signal()
    seen: list[object] = []

    def connected(about: Any, receiver: object, **arguments: object) -> None:
        seen.append(results(about.send(None)))

    def disconnected(about: Any, receiver: object, **arguments: object) -> None:
        seen.append(results(about.send(None)))

    signal.receiver_connected.connect(connected)
    signal.receiver_disconnected.connect(disconnected)
    receiver = returns(1)
    signal.connect(receiver)
    signal.disconnect(receiver)
    assert seen == [[1], []]


def test_every_disconnect_is_told_with_its_arguments(library: Any) -> None:
    signal = library.Signal()
    receiver, sender = returns(1), Sender()
    signal.connect(receiver, sender)
    signal.connect(receiver)
    told, kept = told_by(signal)
    signal.disconnect(receiver, sender)
    signal.disconnect(receiver)
    signal.disconnect(receiver)
    signal.disconnect(receiver, "never connected")
    assert told == [
        ("disconnected", signal, {"receiver": receiver, "sender": sender}),
        ("disconnected", signal, {"receiver": receiver, "sender": library.ANY}),
        ("disconnected", signal, {"receiver": receiver, "sender": library.ANY}),
        ("disconnected", signal, {"receiver": receiver, "sender": "never connected"}),
    ]
    assert kept


def test_no_death_is_told(library: Any) -> None:
    signal = library.Signal()
    told, kept = told_by(signal)
    receivers, sender = [returns(1), returns(2)], Sender()
    signal.connect(receivers[0])
    signal.connect(receivers[1], sender)
    told.clear()
    receivers.clear()
    del sender
    signal._clear_state()
    assert told == []
    assert kept


def test_connected_to_is_told_as_a_strong_connect_and_as_a_disconnect_from_any(
    library: Any,
) -> None:
    signal = library.Signal()
    told, kept = told_by(signal)
    receiver = returns(1)
    with signal.connected_to(receiver, "sender"):
        assert told == [
            ("connected", signal, {"receiver": receiver, "sender": "sender", "weak": False})
        ]
    assert told[1:] == [("disconnected", signal, {"receiver": receiver, "sender": library.ANY})]
    assert kept


def test_nobody_is_told_who_listens_to_another_signal(library: Any) -> None:
    told, kept = told_by(library.Signal())
    library.Signal().connect(returns(1))
    assert not told
    assert kept


def test_a_listener_that_left_is_not_told(library: Any) -> None:
    signal = library.Signal()
    told, kept = told_by(signal)
    del kept
    signal.connect(returns(1), weak=False)
    assert not told


@pytest.mark.parametrize("sender", ["ANY", "sender"])
def test_a_type_error_of_a_listener_ends_the_connection_again(library: Any, sender: str) -> None:
    signal = library.Signal()
    where = library.ANY if sender == "ANY" else sender
    disconnected: list[object] = []

    def listen(about: object, **arguments: object) -> None:
        disconnected.append(arguments)

    refuse = raising(TypeError("refused"))
    signal.receiver_connected.connect(refuse)
    signal.receiver_disconnected.connect(listen)
    receiver = returns(1)
    with pytest.raises(TypeError, match="refused"):
        signal.connect(receiver, where)
    assert signal.send("sender") == []
    assert list(signal.receivers_for("sender")) == []
    assert disconnected == [{"receiver": receiver, "sender": where}]
    signal.receiver_connected.disconnect(refuse)
    signal.connect(receiver, where)
    assert signal.send("sender") == [(receiver, 1)]


def test_a_type_error_of_a_listener_ends_an_earlier_connection_too(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, "earlier")
    signal.connect(receiver)
    refuse = raising(TypeError("refused"))
    signal.receiver_connected.connect(refuse)
    with pytest.raises(TypeError, match="refused"):
        signal.connect(receiver)
    assert signal.send("earlier") == []
    assert not signal.receivers


def test_another_error_of_a_listener_goes_on_and_leaves_the_connection(library: Any) -> None:
    signal = library.Signal()
    refuse = raising(ValueError("refused"))
    signal.receiver_connected.connect(refuse)
    signal.receiver_disconnected.connect(refuse)
    receiver = returns(1)
    with pytest.raises(ValueError, match="refused"):
        signal.connect(receiver)
    assert signal.send(None) == [(receiver, 1)]
    with pytest.raises(ValueError, match="refused"):
        signal.disconnect(receiver)
    assert signal.send(None) == []


def test_a_listener_to_disconnections_may_raise_a_type_error(library: Any) -> None:
    signal = library.Signal()
    refuse = raising(TypeError("refused"))
    signal.receiver_disconnected.connect(refuse)
    receiver = returns(1)
    signal.connect(receiver)
    with pytest.raises(TypeError, match="refused"):
        signal.disconnect(receiver)
    assert signal.send(None) == []


def test_a_type_error_of_a_listener_keeps_a_block_from_beginning(library: Any) -> None:
    signal = library.Signal()
    told: list[object] = []

    def listen(about: object, **arguments: object) -> None:
        told.append(arguments)

    refuse = raising(TypeError("refused"))
    signal.receiver_connected.connect(refuse)
    signal.receiver_disconnected.connect(listen)
    receiver = returns(1)
    with pytest.raises(TypeError, match="refused"), signal.connected_to(receiver, "sender"):
        pytest.fail("the block began")
    assert signal.send("sender") == []
    assert told == [{"receiver": receiver, "sender": "sender"}]
