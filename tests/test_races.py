"""What another thread does at the worst moment: between two steps of a send.

The other thread is played by the test: a trace function acts just before a line of the generated
send, and the lines are found by what they say.
"""

from __future__ import annotations

import linecache
import sys
import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any
from unittest import mock

import pytest
from aldis._core._exclusive import lock
from aldis._core._routes import Route

from aldis import ANY, AsyncSignal, BoundSignal, Namespace, Signal
from aldis._core import (
    Payload,
    Registry,
    _admission,
    _compile,
    _outlets,
    _registry,
    _routes,
    _snapshots,
)
from aldis.exceptions import DuplicateSignalError, IncompatibleReceiverError
from helpers import at_the_books, echoes, in_another_thread, results, returns, takes, untyped


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
def test_who_stays_connected_to_the_sender_is_called_though_a_link_to_everyone_goes(
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


def test_who_stays_connected_to_everyone_is_called_though_a_link_to_the_sender_goes() -> None:
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


def test_who_is_connected_to_everyone_meanwhile_and_disconnected_again_is_not_called() -> None:
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


def test_a_receiver_that_moves_from_everyone_to_the_sender_meanwhile_is_listed_once() -> None:
    signal, sender, receiver = Signal(), Sender(), returns("heard")
    signal.connect(receiver)
    signal.send(None)  # what everyone hears is up to date, what the sender's receivers hear is not
    signal.connect(returns("kept"), sender, weak=False)
    registry = signal._registry

    class Overtaken(dict[Any, Any]):
        def values(self) -> Any:
            before = dict(self).values()
            registry._everyones = dict(self)
            signal.disconnect(receiver)
            signal.connect(receiver, sender)
            return before

    signal.has_receivers_for(None)
    registry._everyones = Overtaken(registry._everyones)
    assert signal.receivers_for(sender).count(receiver) == 1


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
    each = _routes.each

    def overtaken(route: Route) -> object:
        before = each(route)
        monkeypatch.undo()
        if to_everyone:
            signal.connect(receiver)
            signal.disconnect(receiver, sender)
        else:
            signal.connect(receiver, sender)
            block.__exit__(None, None, None)
        return before

    monkeypatch.setattr(_registry, "each", overtaken)
    assert results(signal.send(sender)) == ["kept", "heard"] or to_everyone
    assert receiver in signal.receivers_for(sender)


def test_a_snapshot_that_is_made_while_a_sender_is_being_muted_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a send that is making one would let the others reach receivers for the whole block."""
    sender, receiver = Sender(), returns("heard")
    sender.changed.connect(receiver)
    block = sender.changed.muted()
    snapshot = _snapshots.snapshot

    def overtaken(*arguments: Any) -> object:
        monkeypatch.undo()
        made = snapshot(*arguments)
        block.__enter__()
        return made

    monkeypatch.setattr(_registry, "snapshot", overtaken)
    assert results(sender.changed.send()) == ["heard"]  # it began before the block
    assert sender.changed.send() == []
    block.__exit__(None, None, None)
    assert results(sender.changed.send()) == ["heard"]


def test_a_route_that_is_dropped_while_its_sender_is_being_muted_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is of no use to anybody yet, and another thread has just found that out."""
    signal, receiver = Signal(), returns("heard")
    registry = signal._registry
    tries: list[Route] = []

    class Overtaken(Registry):
        __slots__ = ()

        def _new_route(self, sender: object) -> Route:
            tries.append(super()._new_route(sender))
            if len(tries) == 1:
                self._clear(tries[0])
            return tries[-1]

    registry.__class__ = Overtaken
    signal.connect(receiver)
    with BoundSignal(signal, "sender").muted():
        assert len(tries) == 2
        assert signal.send("sender") == []
    assert results(signal.send("sender")) == ["heard"]


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("registry.plain", True),  # once muted, it is seen to be so at once
        ("registry.plain", False),
        ("registry.everyone", False),
        ("= _everyone", False),
        ("registry.routed", False),
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


def test_a_declaration_that_comes_in_the_middle_of_the_first_send_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ns = Namespace()
    early = ns.signal("saved")
    code_for = _compile.code_for

    def declare(*arguments: Any) -> Any:
        monkeypatch.setattr(_outlets, "code_for", code_for)

        @ns.signal
        def saved(sender: object, /, *, path: str) -> None: ...

        assert saved is early
        return code_for(*arguments)

    monkeypatch.setattr(_outlets, "code_for", declare)
    early.send(None, anything=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'anything'"):
        early.send(None, anything=1)


@pytest.mark.parametrize("way", ["connect", "connected_to"])
def test_a_receiver_that_is_judged_before_a_declaration_is_judged_by_it(way: str) -> None:
    ns = Namespace()
    early = ns.signal("saved")
    registry = early._registry
    calls: list[int] = []

    class Settling(Registry):
        __slots__ = ()

        def settle(self) -> Payload:
            payload = super().settle()
            calls.append(1)
            if len(calls) == 1:  # connect has found out about the open payload

                @ns.signal
                def saved(sender: object, /, *, path: str) -> None: ...

            return payload

    registry.__class__ = Settling
    receiver = takes("sender, *, nope")
    with pytest.raises(IncompatibleReceiverError):
        early.connect(receiver) if way == "connect" else early.connected_to(receiver).__enter__()
    assert registry.payload.declared
    assert not early.receivers


def test_a_receiver_that_comes_in_the_middle_of_a_declaration_is_judged_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ns = Namespace()
    early = ns.signal("saved")
    one, late = early.connect(echoes()), takes("sender, *, nope")
    admit = _admission.admit

    def overtaken(*arguments: Any, **options: Any) -> object:
        monkeypatch.setattr(_registry, "admit", admit)
        early.connect(late)
        return admit(*arguments, **options)

    monkeypatch.setattr(_registry, "admit", overtaken)
    with pytest.raises(IncompatibleReceiverError):

        @ns.signal
        def saved(sender: object, /, *, path: str) -> None: ...

    assert early.receivers == (one, late)
    early.disconnect(late)
    early.send(None, anything=1)


def test_what_a_declaration_needed_is_found_by_two_sends_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def spec(sender: object, /, **payload: object) -> None: ...

    spec.__annotations__["payload"] = "Unpack[DefinedLater]"
    signal: Signal[Any, ..., Any] = Signal(spec)
    payload = signal._registry.payload
    find = payload._find
    assert find is not None

    def overtaken() -> Payload:
        monkeypatch.setattr(payload, "_find", find)
        signal.send(None, anything=1)
        return find()

    monkeypatch.setattr(payload, "_find", overtaken)
    signal.send(None, anything=1)
    assert signal._registry.payload is payload.settle()
    later: Signal[Any, ..., Any] = Signal(spec)
    declared = later._registry.payload
    with at_the_books():
        in_another_thread(lambda: later.send(None, anything=1))
    assert later._registry.payload is declared
    later.send(None, anything=1)
    assert later._registry.payload is declared.settle()


def test_a_declaration_leaves_a_spy_in_the_place_of_a_send_alone() -> None:
    ns = Namespace()
    early = ns.signal("saved")
    with mock.patch.object(early, "send", wraps=early.send) as spied:

        @ns.signal
        def saved(sender: object, /, *, path: str) -> None: ...

        early.send(None, path="a")
    assert spied.call_count == 1


def test_receivers_that_are_judged_live_until_the_declaration_is_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else another one could be connected at the address of one that died, and not be judged."""
    ns = Namespace()
    early, receivers = ns.signal("saved"), [echoes()]
    early.connect(receivers[0])
    lives: list[bool] = []

    def watched() -> Iterator[bool]:
        reference = weakref.ref(receivers.pop())
        lives.append(reference() is not None)
        yield lock.acquire()

    monkeypatch.setattr(_registry, "locked", watched())
    assert early._registry.redeclare(Signal(takes("sender, *, path"))._registry)
    assert lives == [True]


def test_a_declaration_that_comes_while_another_is_about_to_be_in_force_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ns = Namespace()
    early = ns.signal("saved")
    first, second = (Signal(takes(f"sender, *, {name}"))._registry for name in ("path", "url"))

    def overtaken() -> Iterator[bool]:
        monkeypatch.undo()
        early._registry.redeclare(first)
        yield lock.acquire()

    monkeypatch.setattr(_registry, "locked", overtaken())
    assert not early._registry.redeclare(second)
    assert early._registry.payload is first.payload


def test_of_two_declarations_of_a_name_that_come_at_once_one_is_refused() -> None:
    ns = Namespace()
    early = ns.signal("saved")

    def declare(parameters: str) -> Signal[Any, ..., Any]:
        spec = takes(parameters)
        spec.__name__ = spec.__qualname__ = "saved"
        return ns.signal(spec)

    # the other thread has come as far as to change the books
    assert early._registry.redeclare(Signal(takes("sender, *, path"))._registry)
    with pytest.raises(DuplicateSignalError):
        declare("sender, *, url")


def test_a_spy_in_the_place_of_a_send_that_was_never_used_calls_it() -> None:
    signal = Signal()
    signal.connect(returns(1), weak=False)
    with mock.patch.object(signal, "send", wraps=signal.send) as spied:
        assert results(signal.send(None)) == [1]
    assert spied.call_count == 1
    original = signal.send
    sent: list[object] = []

    def spy(sender: object, **payload: object) -> object:
        sent.append(sender)
        return original(sender, **payload)

    untyped(signal).send = spy
    assert results(untyped(signal).send("me")) == [1]
    assert results(untyped(signal).send("me")) == [1]
    assert sent == ["me", "me"]


def test_the_send_of_another_signal_is_judged_before_it_was_ever_used() -> None:
    @Signal
    def one(sender: object, /, *, a: int) -> object:
        raise NotImplementedError

    @Signal
    def two(sender: object, /, *, b: int) -> object:
        raise NotImplementedError

    for _ in range(2):
        with pytest.raises(IncompatibleReceiverError, match="does not take 'a'"):
            untyped(one).connect(two.send)
        two.send(None, b=1)


def test_a_bound_send_that_a_subclass_overrides_is_one_receiver() -> None:
    class Loud(Signal[Any, ..., Any]):
        def send(self, *args: Any, **kwargs: Any) -> Any:
            return super().send(*args, **kwargs)

    class Job:
        @Loud.method
        def done(self, /, *args: object) -> object:
            raise NotImplementedError

    job, signal = Job(), Signal()
    signal.connect(untyped(job).done.send)
    signal.connect(untyped(job).done.send)
    assert len(signal.receivers) == 1
    assert signal.disconnect(untyped(job).done.send)


async def _async_call(sender: object) -> None: ...


def instance_with_call(call: object) -> Any:
    return type("Called", (), {"__call__": call})()


@pytest.mark.parametrize("wrap", [staticmethod, classmethod])
def test_a_static_or_class_call_is_judged_by_its_function(wrap: Callable[..., Any]) -> None:
    parameters = "sender" if wrap is staticmethod else "cls, sender"
    static = instance_with_call(wrap(takes(parameters)))
    narrow = instance_with_call(wrap(takes(f"{parameters}, x")))
    signal = Signal[Any, []]()
    signal.connect(static)
    with pytest.raises(IncompatibleReceiverError):
        signal.connect(narrow)
    if wrap is staticmethod:
        waits = instance_with_call(wrap(_async_call))
        with pytest.raises(TypeError, match="is async"):
            signal.connect(waits)
        AsyncSignal[Any, []]().connect(waits)
