"""After any error of receivers, listeners and callbacks, the signal is consistent."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import weakref
from typing import Any

import pytest

import aldis.blinker
from aldis import Signal
from aldis._core._invariants import faults
from helpers import results, returns

ERRORS: list[type[BaseException]] = [
    KeyboardInterrupt,
    SystemExit,
    GeneratorExit,
    StopIteration,
    StopAsyncIteration,
    RecursionError,
    MemoryError,
    asyncio.CancelledError,
    ValueError,
]
each_error = pytest.mark.parametrize("error", ERRORS)


def raising(error: type[BaseException]) -> Any:
    def receiver(_: object, /, **payload: object) -> None:
        raise error

    return receiver


def raising_nothing(told: object) -> None: ...


@each_error
@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize("sender", ["value", None])
def test_what_a_receiver_raises_ends_the_send_and_nothing_else(
    error: type[BaseException], once: bool, sender: object
) -> None:
    signal, first, last = Signal(), returns(1), returns(3)
    failing = raising(error)
    signal.connect(first)
    signal.connect(failing, sender, once=once)
    signal.connect(last, sender)
    with pytest.raises(error):
        signal.send(sender)
    assert not faults(signal._registry)
    signal.disconnect(failing)
    assert results(signal.send(sender)) == [1, 3]
    assert not faults(signal._registry)


@each_error
def test_send_robust_takes_the_place_of_an_error_and_lets_through_what_is_none(
    caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    signal, last = Signal(), returns(2)
    signal.connect(raising(error), weak=False)
    signal.connect(last)
    if issubclass(error, Exception):
        failed, after = results(signal.send_robust(None))
        assert (type(failed), after) == (error, 2)
        assert caplog.records
    else:
        with pytest.raises(error):
            signal.send_robust(None)
    assert not faults(signal._registry)


@each_error
@pytest.mark.parametrize("change", ["connect", "disconnect", "death"])
def test_what_a_listener_raises_undoes_no_change(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException], change: str
) -> None:
    logging.getLogger("aldis").setLevel(logging.CRITICAL)
    monkeypatch.setattr(sys, "unraisablehook", raising_nothing)
    signal, receivers = Signal(), [returns(1)]
    signal.receiver_connected.connect(raising(error), weak=False)
    signal.receiver_disconnected.connect(raising(error), weak=False)

    def connect() -> None:
        try:
            signal.connect(receivers[0])
        except BaseException as raised:  # noqa: BLE001
            assert type(raised) is error  # noqa: PT017
            assert not issubclass(error, Exception)

    connect()
    assert results(signal.send(None)) == [1]
    if change == "disconnect":
        try:
            signal.disconnect(receivers[0])
        except BaseException as raised:  # noqa: BLE001
            assert type(raised) is error  # noqa: PT017
        assert signal.send(None) == []
    elif change == "death":
        receivers.clear()
        gc.collect()  # an error that took the place of a result leads to the frame that has it
        assert signal.send(None) == []
    assert not faults(signal._registry)
    logging.getLogger("aldis").setLevel(logging.NOTSET)


@each_error
def test_what_a_weak_reference_s_callback_raises_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """One of the program's own, on the same receiver."""
    raised: list[object] = []

    def note(told: Any) -> None:
        raised.append(told.exc_type)

    monkeypatch.setattr(sys, "unraisablehook", note)

    def callback(_: object) -> None:
        raise error

    signal, receivers = Signal(), [returns(1)]
    before = weakref.ref(receivers[0], callback)
    signal.connect(receivers[0])
    after = weakref.ref(receivers[0], callback)
    receivers.clear()
    assert before() is after() is None
    assert raised == [error] * 2
    assert signal.send(None) == []
    assert not faults(signal._registry)


@each_error
@pytest.mark.parametrize("how", ["connected_to", "muted"])
def test_what_a_block_raises_ends_what_the_block_began(
    error: type[BaseException], how: str
) -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver, "sender")
    block = signal.muted() if how == "muted" else signal.connected_to(receiver)
    expected = RuntimeError if error is StopIteration else error
    with pytest.raises((error, expected)), block:
        raise error
    assert results(signal.send("sender")) == [1]
    assert signal.send(None) == []
    assert not faults(signal._registry)


@each_error
def test_what_a_listener_of_the_adapter_raises_leaves_its_signal_in_order(
    error: type[BaseException],
) -> None:
    """As in blinker: a TypeError ends the connection again, anything else leaves it."""
    signal, receiver = aldis.blinker.Signal(), returns(1)
    signal.receiver_connected.connect(raising(error), weak=False)
    with pytest.raises(error):
        signal.connect(receiver)
    assert results(signal.send(None)) == [1]
    assert not faults(signal._registry)
