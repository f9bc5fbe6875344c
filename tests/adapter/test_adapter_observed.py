"""Observers are notified of every send of the adapter, by any method."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from adapter_libraries import ADAPTER, SENDS, Listener, await_each, derived, finished, run_each

import aldis
from aldis.blinker import Signal
from aldis.observing import Delivery, Send
from aldis.observing import Listener as Observer
from helpers import returns


class Log(Observer):
    """Records its notifications."""

    def __init__(self) -> None:
        self.sends: list[Send] = []
        self.ended: list[Send] = []
        self.heard: list[object] = []

    def send_began(self, send: Send) -> None:
        self.sends.append(send)

    def receiver_ended(self, delivery: Delivery) -> None:
        self.heard.append(delivery.receiver)

    def send_ended(self, send: Send) -> None:
        self.ended.append(send)


@pytest.fixture
def log() -> Log:
    return Log()


OBSERVES = """\
class Log(aldis.observing.Listener):
    def send_began(self, send):
        print(send.name, end=" ")
observation = aldis.observe(Log())
"""
IMPORTS = "import aldis, aldis.observing\n"
SENDS_ALL = """\
import aldis.blinker
aldis.blinker.signal("plain").send("me")
heard = aldis.blinker.signal("heard")
heard.connect(lambda sender: None, weak=False)
heard.send("me")
observation.close()
heard.send("me")
"""


@pytest.mark.parametrize("first", ["import aldis.blinker\n", ""])
def test_it_is_told_whether_the_adapter_is_imported_before_or_after_it_began(first: str) -> None:
    program = IMPORTS + first + OBSERVES + SENDS_ALL
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["plain", "heard"]


def overrides_by_class() -> Any:
    def receivers_for(self: Any, sender: object) -> Iterator[Any]:
        yield from ADAPTER.Signal.receivers_for(self, sender)

    return derived(ADAPTER.Signal, receivers_for=receivers_for)()


def overrides_by_instance() -> Any:
    signal: Any = Signal()
    original = signal.receivers_for

    def receivers_for(sender: object) -> Iterator[Any]:
        yield from original(sender)

    signal.receivers_for = receivers_for
    return signal


def sends_by_a_method() -> Any:
    signal: Any = Signal()
    signal.connect(print, Listener().on)
    listener = signal.listener = Listener()
    signal.connect(print, listener.on)
    return signal


def hears_values() -> Any:
    signal: Any = Signal()
    signal.connect(print, "another")
    return signal


@pytest.mark.parametrize(
    "make", [Signal, overrides_by_class, overrides_by_instance, sends_by_a_method, hears_values]
)
@pytest.mark.parametrize("of_all", [True, False])
@pytest.mark.parametrize("how", ["send", "send_async"])
def test_each_send_is_told_once_with_its_receivers(
    make: Callable[[], Any], of_all: bool, how: str, log: Log
) -> None:
    signal, receiver = make(), returns(1)
    signal.connect(receiver)
    send = signal.send  # had before anybody observes

    def sent() -> Any:
        if how == "send":
            return send("me", x=1)
        return finished(signal.send_async("me", _sync_wrapper=await_each, x=1))

    for _ in range(SENDS):
        assert sent() == [(receiver, 1)]
    with aldis.observe(log, *([] if of_all else [signal])):
        for _ in range(SENDS):
            assert sent() == [(receiver, 1)]
        assert log.heard == [receiver] * SENDS
    assert sent() == [(receiver, 1)]
    told = [(send.signal, send.sender, send.payload, send.kind) for send in log.sends]
    assert told == [(signal, "me", {"x": 1}, how)] * SENDS
    assert log.ended == log.sends


@pytest.mark.parametrize("names", [{}, {"x": 1}, {"two words": 1}])
def test_a_send_that_nobody_hears_is_told(names: dict[str, Any], log: Log) -> None:
    signal = Signal()
    with aldis.observe(log):
        for _ in range(SENDS):
            assert signal.send("me", **names) == []
            assert finished(signal.send_async("me", **names)) == []
    assert [send.payload for send in log.ended] == [names] * 2 * SENDS
    assert log.heard == []


def test_a_send_that_is_muted_is_told(log: Log) -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    with aldis.observe(log, signal), signal.muted():
        assert signal.send("me") == []
        assert finished(signal.send_async("me")) == []
    assert len(log.ended) == 2
    assert log.heard == []


def test_wrappers_do_their_work_while_a_signal_is_observed(log: Log) -> None:
    signal = Signal()

    async def awaited(sender: object) -> str:
        return "awaited"

    signal.connect(awaited)
    with aldis.observe(log):
        assert signal.send("me", _async_wrapper=run_each) == [(awaited, "awaited")]
        with pytest.raises(RuntimeError, match="coroutine function"):
            signal.send("me")
    assert [type(send.error) for send in log.ended] == [type(None), RuntimeError]


@contextmanager
def replaced_by(signal: Any, receivers_for: Callable[[object], Any]) -> Generator[None, None, None]:
    signal.receivers_for = receivers_for
    yield
    del signal.receivers_for


def test_what_an_overridden_receivers_for_raises_ends_the_send_for_observers_too(log: Log) -> None:
    signal = Signal()

    def receivers_for(sender: object) -> Iterator[Any]:
        raise LookupError

    with aldis.observe(log), replaced_by(signal, receivers_for):
        with pytest.raises(LookupError):
            signal.send("me")
        with pytest.raises(LookupError):
            finished(signal.send_async("me"))
    assert [type(send.error) for send in log.ended] == [LookupError] * 2


def test_no_other_signal_is_told_of_or_sends_in_another_way(log: Log) -> None:
    signal, other, receiver = Signal(), Signal(), returns(1)
    signal.connect(receiver)
    other.connect(receiver)
    with aldis.observe(log, signal):
        for _ in range(SENDS):
            assert other.send("me", x=1) == [(receiver, 1)]
        assert other._registry.plain is not None
    assert log.sends == []


def test_a_send_is_the_same_function_whether_or_not_it_is_observed(log: Log) -> None:
    before = Signal.send.__code__, Signal.send_async.__code__
    with aldis.observe(log):
        assert (Signal.send.__code__, Signal.send_async.__code__) == before
