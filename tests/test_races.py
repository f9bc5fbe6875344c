"""Another thread acts at the worst moment: between two steps of a send.

The test plays the other thread: a trace function acts just before a line of the generated send, and
the lines are found by what they say.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from aldis import ANY, BoundSignal, Signal
from aldis._core import _connection, _looking, _muting
from aldis._core._connection import Connection, Route
from aldis._core._invariants import faults
from helpers import LockThatMeets, results, returns


class Sender:
    @Signal.method
    def changed(self) -> object:
        raise NotImplementedError


class Listener:
    def hear(self, sender: object) -> str:
        return "heard"


def meanwhile(before: str, act: Callable[[], object], send: Callable[[], Any]) -> Any:
    """Send, and act just before the first line of a sending function that has this text."""
    pending = [act]

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if not frame.f_code.co_filename.startswith("<aldis "):
            return None
        frame.f_trace_lines = True
        if event == "line" and pending:
            line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
            if before in line:
                sys.settrace(None)
                pending.pop()()
                sys.settrace(trace)
        return trace

    earlier = sys.gettrace()
    sys.settrace(trace)
    try:
        sent = send()
    finally:
        sys.settrace(earlier)
    assert not pending, f"no line has {before!r}"
    return sent


SNAPSHOT = "registry.plain"  # nothing was read so far


@pytest.mark.parametrize("method", [True, False])
def test_a_receiver_stays_connected_to_the_sender_though_its_connection_to_everyone_ends(
    method: bool,
) -> None:
    signal, sender, listener = Signal(), Sender(), Listener()
    receiver: Any = listener.hear if method else returns("heard")
    signal.connect(receiver, sender)
    block = signal.connected_to(receiver)
    block.__enter__()
    signal.send(sender)
    sent = meanwhile(
        SNAPSHOT, lambda: block.__exit__(None, None, None), lambda: signal.send(sender)
    )
    assert results(sent) == ["heard"]


def test_a_receiver_stays_connected_to_everyone_though_its_connection_to_the_sender_ends() -> None:
    signal, sender, receiver = Signal(), Sender(), returns("heard")
    other = returns("other")
    signal.connect(receiver)
    signal.connect(receiver, sender)
    signal.connect(other, sender)
    signal.send(sender)
    sent = meanwhile(
        SNAPSHOT, lambda: signal.disconnect(receiver, sender), lambda: signal.send(sender)
    )
    assert results(sent) == ["heard", "other"]


def test_a_receiver_that_is_connected_and_disconnected_again_meanwhile_is_not_called() -> None:
    signal, sender, receiver = Signal(), Sender(), returns("late")

    @signal.connect_via(ANY, priority=1)
    def leave(_: object) -> str:
        signal.disconnect(receiver)
        return "first"

    signal.send(sender)
    signal.connect(receiver, "another sender")
    sent = meanwhile(SNAPSHOT, lambda: signal.connect(receiver), lambda: signal.send(sender))
    assert results(sent) == ["first"]
    assert leave in signal.receivers


def overtaken(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let another thread act once, when the connections of a first sender were read."""

    def read(route: Route) -> list[Connection]:
        before = _connection.connections_of(route)
        monkeypatch.undo()
        act()
        return before

    monkeypatch.setattr(_looking, "connections_of", read)


def test_a_receiver_that_moves_from_everyone_to_the_sender_meanwhile_is_listed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, sender, receiver = Signal(), Sender(), returns("heard")
    signal.connect(receiver)
    signal.send(None)  # the snapshot of everyone is up to date, that of the sender is not
    signal.connect(returns("kept"), sender, weak=False)

    def move() -> None:
        signal.disconnect(receiver)
        signal.connect(receiver, sender)

    signal.has_receivers_for(None)
    overtaken(monkeypatch, move)
    assert signal.receivers_for(sender).count(receiver) == 1
    assert not faults(signal._registry)


@pytest.mark.parametrize("to_everyone", [True, False])
def test_a_receiver_that_moves_but_is_never_without_a_connection_is_not_missed(
    monkeypatch: pytest.MonkeyPatch, to_everyone: bool
) -> None:
    signal, sender, receiver = Signal(), Sender(), returns("heard")
    signal.connect(returns("kept"), sender, weak=False)
    block = signal.connected_to(receiver)
    if to_everyone:
        signal.connect(receiver, sender)
    else:
        block.__enter__()

    def move() -> None:
        if to_everyone:
            signal.connect(receiver)
            signal.disconnect(receiver, sender)
        else:
            signal.connect(receiver, sender)
            block.__exit__(None, None, None)

    overtaken(monkeypatch, move)
    assert sorted(map(str, results(signal.send(sender)))) == ["heard", "kept"]
    assert receiver in signal.receivers_for(sender)
    assert not faults(signal._registry)


def test_a_snapshot_that_is_made_while_a_sender_is_being_muted_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a send that is making one would let the others reach receivers for the whole block."""
    sender, receiver = Sender(), returns("heard")
    sender.changed.connect(receiver)
    block = sender.changed.muted()
    overtaken(monkeypatch, block.__enter__)
    assert sender.changed.send() in ([], [(receiver, "heard")])
    assert sender.changed.send() == []
    block.__exit__(None, None, None)
    assert results(sender.changed.send()) == ["heard"]


def test_a_sender_that_nobody_hears_any_more_while_it_is_being_muted_is_muted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its route was found, and another thread has just dropped it."""
    signal, receiver = Signal(), returns("heard")
    signal.connect(receiver)
    signal.connect(receiver, "sender")
    act = LockThatMeets(lambda: signal.disconnect(receiver, "sender"))
    monkeypatch.setattr(_muting, "lock", act)
    with BoundSignal(signal, "sender").muted():
        assert signal.send("sender") == []
        assert not faults(signal._registry)
    assert results(signal.send("sender")) == ["heard"]
    assert not faults(signal._registry)


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("registry.plain", True),  # once muted, it is seen to be so at once
        ("registry.plain", False),
        ("registry.snapshot", False),
        ("= _everyone", False),
        ("registry.routed", False),
        ("registry.routes", False),
        ("route.snapshot", False),
        ("is not _everyone", True),
        ("is not _everyone", False),
        ("kind == 2", False),
    ],
)
def test_a_send_while_the_signal_is_muted_or_unmuted_reaches_all_or_nobody(
    line: str, leaves: bool
) -> None:
    signal, sender = Signal(), Sender()
    to_everyone, to_sender = returns("everyone"), returns("sender")
    signal.connect(to_everyone)
    signal.connect(to_sender, sender)
    signal.send(sender)
    muted = signal.muted()
    if leaves:
        muted.__enter__()

    def act() -> None:
        if leaves:
            muted.__exit__(None, None, None)
        else:
            muted.__enter__()

    sent = meanwhile(line, act, lambda: signal.send(sender))
    assert results(sent) in ([], ["everyone", "sender"])
