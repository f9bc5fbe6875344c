"""Everyday mistakes: each is named, with the way out, and without a name of the inside."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from collections.abc import Callable
from typing import Any, get_origin

import pytest

from aldis import AsyncSignal, BoundSignal, Signal
from aldis.testing import capture
from helpers import echoes, takes, untyped


@Signal
def saved(sender: object, /, *, path: str) -> None: ...


class Job:
    @Signal.method
    def done(self, *, x: int) -> None: ...

    @Signal
    def plain(self, *, x: int) -> None: ...


def called_otherwise(app: object, /, *, path: str) -> None: ...


def open_payload(app: object, /, *, path: str, **more: object) -> None: ...


MISTAKES: dict[str, tuple[Callable[[], object], str]] = {
    "a signal is made and then called": (
        lambda: untyped(Signal())(takes("sender")),
        "signal <unnamed> cannot be called; .*`@Signal` without parentheses",
    ),
    "a bound signal is called": (
        lambda: untyped(Job().done)(x=1),
        r"signal Job.done cannot be called; send it with `.send\(...\)`",
    ),
    "connect without a receiver": (
        lambda: untyped(saved).connect(),
        r"a missing receiver .*signal saved.*`@signal.connect` without parentheses",
    ),
    "connect with a sender alone": (
        lambda: untyped(saved).connect(sender="me"),
        r"`@signal.connect_via\(sender\)` for one sender",
    ),
    "connect of a bound signal without a receiver": (
        lambda: untyped(Job().done).connect(),
        "a missing receiver",
    ),
    "another library's name": (
        lambda: untyped(saved).emit("me"),
        "'Signal' object has no attribute 'emit'; use 'send' instead",
    ),
    "another library's name of a bound signal": (
        lambda: untyped(Job().done).listen(print),
        "'BoundSignal' object has no attribute 'listen'; use 'connect' instead",
    ),
    "a name that nobody uses": (
        lambda: untyped(saved).nothing,
        "^'Signal' object has no attribute 'nothing'$",
    ),
    "types in the place of a declaration": (
        lambda: untyped(Signal)(int, str),
        r"int cannot declare a signal: .*write a `def` .*`Signal\[object, \[int, str\]\]\(\)`",
    ),
    "a signal of a signal": (
        lambda: untyped(Signal)(saved),
        "saved cannot declare a signal: it is already a signal",
    ),
    "a signal as receiver": (
        lambda: untyped(saved).connect(saved, weak=False),
        "a signal is not callable; connect its `send`",
    ),
    "a bound signal as receiver": (
        lambda: untyped(saved).connect(Job().done, weak=False),
        "a signal is not callable; connect its `send`",
    ),
    "a builtin that does not take what is sent": (
        lambda: untyped(saved).connect(print),
        "it does not take 'path', .*; connect a function that takes it and calls this one",
    ),
    "a plain signal in a class body": (
        lambda: untyped(Job().plain).send(x=1),
        r"\(to call `instance.signal.send\(...\)`, declare it with `.method`\): send\(\) missing",
    ),
    "the type of a signal in the place of one, sent": (
        lambda: untyped(Signal[object, [int]]).send(None, 1),
        r"^Signal\[...\] is a type, not a signal; call it to make one: `.* = Signal\[...\]\(\)`$",
    ),
    "the type of a signal in the place of one, connected": (
        lambda: untyped(Signal[object]).connect(print),
        r"^Signal\[...\] is a type",
    ),
    "the type of an async signal in the place of one": (
        lambda: untyped(AsyncSignal[object, [int]]).gather(None, 1),
        r"^AsyncSignal\[...\] is a type",
    ),
    "the type of a signal whose payload has no hash": (
        lambda: untyped(Signal)[object, [[]]].send(None),
        r"^Signal\[...\] is a type",
    ),
    "the sender by keyword": (
        lambda: untyped(saved).send(sender="me", path="x"),
        "some positional-only arguments passed as keyword arguments: 'sender'",
    ),
    "the sender by keyword, where it is declared by another name": (
        lambda: untyped(Signal(called_otherwise)).send(sender="me", path="x"),
        r"\(pass the sender, 'app', by position\): .* unexpected keyword argument 'sender'",
    ),
    "the sender by keyword, where the payload is open": (
        lambda: untyped(Signal(open_payload)).send(sender="me", path="x"),
        "missing 1 required positional argument: 'sender_by_position'",
    ),
    "the sender by keyword, undeclared": (
        lambda: untyped(Signal()).send(sender="me", path="x"),
        "missing 1 required positional argument: 'sender_by_position'",
    ),
    "the sender by keyword, undeclared and robustly": (
        lambda: untyped(Signal()).send_robust(sender="me", path="x"),
        r"send_robust\(\) missing 1 required positional argument: 'sender_by_position'",
    ),
    "the sender by keyword, undeclared and async": (
        lambda: untyped(AsyncSignal()).send(sender="me", path="x"),
        "missing 1 required positional argument: 'sender_by_position'",
    ),
    "the sender by keyword, undeclared and at once": (
        lambda: untyped(AsyncSignal()).gather(sender="me", path="x"),
        r"gather\(\) missing 1 required positional argument: 'sender_by_position'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_everyday_mistake_is_named_with_its_way_out(mistake: str) -> None:
    make, said = MISTAKES[mistake]
    with pytest.raises((TypeError, AttributeError), match=said) as caught:
        make()
    assert not re.search("Connectable|SignalIdentity|member_descriptor", str(caught.value))


def test_the_type_of_a_signal_is_as_it_was_for_all_else() -> None:
    alias = Signal[object, [int]]
    assert alias == copy.copy(alias) == pickle.loads(pickle.dumps(alias))
    assert alias().send(None, 1) == []
    assert untyped(alias).method == Signal.method
    assert get_origin(alias) is Signal


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_missing_sender_is_named_whoever_listens(count: int) -> None:
    """Three receivers share a function of their own for the names that are sent."""
    signal = untyped(Signal())
    for _ in range(count):
        signal.connect(echoes(), weak=False)
    for wrong in ({}, {"path": "x"}, {"sender": "me"}):
        with pytest.raises(TypeError, match="'sender_by_position'"):
            signal.send(**wrong)
    with capture(signal):
        with pytest.raises(TypeError, match="'sender_by_position'"):
            signal.send(sender="me")
        assert len(signal.send("me", sender="another")) == count


def test_a_payload_may_have_names_like_that_of_the_sender() -> None:
    def spec(app: object, /, *, sender: str, sender_by_position: str, **more: object) -> None: ...

    signal = untyped(Signal(spec))
    signal.connect(heard := echoes())
    payload = {"sender": "a", "sender_by_position": "b", "sender_by_position_": "c"}
    assert signal.send(None, **payload) == [(heard, ((), payload))]
    with pytest.raises(TypeError, match="'sender_by_position_'"):
        signal.send(sender="a", sender_by_position="b")
    with pytest.raises(TypeError) as caught:
        untyped(Signal(takes("app, *, sender"))).send(app="me", sender="a")
    assert "pass the sender" not in str(caught.value)


def test_what_has_a_call_and_the_names_of_a_signal_is_a_receiver() -> None:
    class Socket:
        def connect(self) -> None: ...
        def send(self) -> None: ...
        def __call__(self, sender: object, *, path: str) -> None: ...

    saved.connect(socket := Socket())
    assert saved.receivers == (socket,)
    saved.disconnect(socket)


def test_a_signal_of_instances_says_nothing_of_how_it_is_declared() -> None:
    with pytest.raises(TypeError) as caught:
        untyped(Job.done).send(x=1)
    assert "declare it by" not in str(caught.value)


def test_a_receiver_is_shown_to_be_required() -> None:
    shown = str(inspect.signature(Signal.connect))
    assert "= <required>, sender:" in shown


def test_the_type_of_a_bound_signal_says_nothing_of_making_one() -> None:
    alias: Any = BoundSignal[object, [int], None]
    assert alias.connect is BoundSignal.connect
