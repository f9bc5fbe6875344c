"""`signal.send` is an object that can be replaced, connected and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from aldis import AsyncSignal, Namespace, Signal
from aldis.exceptions import IncompatibleReceiverError
from helpers import results, returns, takes, untyped


def test_a_declaration_leaves_a_spy_in_the_place_of_a_send_alone() -> None:
    ns = Namespace()
    early = ns.signal("saved")
    with mock.patch.object(early, "send", wraps=early.send) as spied:

        @ns.signal
        def saved(sender: object, /, *, path: str) -> None: ...

        early.send(None, path="a")
    assert spied.call_count == 1


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
