"""Signals of other classes, and signals in which something is replaced: one body for both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from adapter_libraries import (
    SENDS,
    await_each,
    derived,
    every_way,
    finished,
    on_both_libraries,
)

from helpers import results, returns

pytestmark = on_both_libraries


def nobody(_: object, sender: object) -> Iterator[Any]:
    """Be a `receivers_for` that finds nobody."""
    yield from ()


def test_an_overridden_send_may_call_the_original(library: Any) -> None:
    def send(self: Any, sender: object = None, /, **payload: object) -> Any:
        return library.Signal.send(self, sender, stamp=len(payload), **payload)

    def receiver(sender: object, **payload: object) -> object:
        return payload

    signal = derived(library.Signal, send=send)()
    signal.connect(receiver)
    for _ in range(SENDS):
        assert results(signal.send("sender", x=1)) == [{"stamp": 1, "x": 1}]


def test_an_overridden_send_async_may_call_the_original(library: Any) -> None:
    async def send_async(self: Any, sender: object = None, /, **payload: object) -> Any:
        original = library.Signal.send_async
        return [*await original(self, sender, _sync_wrapper=await_each, **payload), "stamp"]

    signal = derived(library.Signal, send_async=send_async)()
    receiver = returns(1)
    signal.connect(receiver)
    assert finished(signal.send_async("sender", x=1)) == [(receiver, 1), "stamp"]


def test_an_overridden_receivers_for_decides_whom_a_send_calls(library: Any) -> None:
    def receivers_for(self: Any, sender: object) -> Iterator[Any]:
        found = {one(sender): one for one in library.Signal.receivers_for(self, sender)}
        yield from (found[number] for number in sorted(found, reverse=True))

    signal = derived(library.Signal, receivers_for=receivers_for)()
    receivers = [returns(number) for number in range(4)]
    for receiver in receivers:
        signal.connect(receiver)
    for sent in every_way(signal, "sender", x=1):
        assert results(sent) == [3, 2, 1, 0]


def test_an_overridden_receivers_for_is_asked_if_nobody_is_connected_too(library: Any) -> None:
    receiver = returns(1)

    def receivers_for(self: Any, sender: object) -> Iterator[Any]:
        yield receiver

    signal = derived(library.Signal, receivers_for=receivers_for)()
    for sent in every_way(signal, "sender", x=1):
        assert sent == [(receiver, 1)]
    signal.is_muted = True
    for sent in every_way(signal, "sender", x=1):
        assert sent == []


def test_receivers_for_may_be_overridden_by_a_class_beside(library: Any) -> None:
    beside = derived(object, receivers_for=nobody)
    silent = derived(beside, library.NamedSignal)
    for kind in (silent, derived(silent)):
        signal = kind("silent")
        signal.connect(returns(1), weak=False)
        for sent in every_way(signal, "sender"):
            assert sent == []


def test_receivers_for_replaced_in_one_signal_is_what_it_sends_by(library: Any) -> None:
    signal, other = library.Signal(), library.Signal()
    receiver, replaced = returns(1), returns(2)
    for each in (signal, other):
        each.connect(receiver)

    def receivers_for(sender: object) -> Iterator[Any]:
        yield replaced

    with patch.object(signal, "receivers_for", receivers_for):
        for sent in every_way(signal, "sender"):
            assert sent == [(replaced, 2)]
        for sent in every_way(other, "sender"):
            assert sent == [(receiver, 1)]
    for sent in every_way(signal, "sender"):
        assert sent == [(receiver, 1)]


@pytest.mark.parametrize("which", ["its own class", "Signal"])
def test_receivers_for_replaced_in_a_class_is_what_its_signals_send_by(
    library: Any, which: str
) -> None:
    mine = derived(library.Signal)
    signal = mine()
    receiver = returns(1)
    signal.connect(receiver)
    with patch.object(library.Signal if which == "Signal" else mine, "receivers_for", nobody):
        for sent in every_way(signal, "sender"):
            assert sent == []
    for sent in every_way(signal, "sender"):
        assert sent == [(receiver, 1)]


@pytest.mark.parametrize("name", ["send", "connect", "disconnect", "has_receivers_for"])
def test_a_method_can_be_replaced_in_one_signal(library: Any, name: str) -> None:
    signal = library.Signal()
    with patch.object(signal, name) as replaced:
        getattr(signal, name)("sender")
        replaced.assert_called_once_with("sender")
    assert name not in vars(signal)
    assert getattr(signal, name).__self__ is signal


def counting(library: Any, seen: list[object]) -> Any:
    """Make a signal that notes how its `connect` and `disconnect` are called."""

    def connect(self: Any, receiver: Any, sender: Any = library.ANY, weak: bool = True) -> Any:
        seen.append(("connect", sender, weak))
        return library.Signal.connect(self, receiver, sender, weak)

    def disconnect(self: Any, receiver: Any, sender: Any = library.ANY) -> None:
        seen.append(("disconnect", sender))
        library.Signal.disconnect(self, receiver, sender)

    return derived(library.Signal, connect=connect, disconnect=disconnect)()


def test_connect_via_connects_by_the_overridden_method(library: Any) -> None:
    seen: list[object] = []
    signal = counting(library, seen)
    receiver = returns(1)
    signal.connect_via("via")(receiver)
    assert seen == [("connect", "via", False)]


def test_connected_to_connects_and_disconnects_by_the_overridden_methods(library: Any) -> None:
    seen: list[object] = []
    signal = counting(library, seen)
    receiver = returns(1)
    with signal.connected_to(receiver, "block"):
        assert seen == [("connect", "block", False)]
        assert signal.send("block") == [(receiver, 1)]
    assert seen == [("connect", "block", False), ("disconnect", library.ANY)]
    assert not signal.receivers


def test_a_refused_connection_is_ended_by_the_overridden_disconnect(library: Any) -> None:
    def refuse(about: object, **arguments: object) -> None:
        raise TypeError("refused")

    seen: list[object] = []
    signal = counting(library, seen)
    signal.receiver_connected.connect(refuse)
    with pytest.raises(TypeError, match="refused"):
        signal.connect(returns(1), "sender")
    assert seen == [("connect", "sender", True), ("disconnect", "sender")]


def test_an_overridden_connect_may_refuse(library: Any) -> None:
    def connect(self: Any, receiver: Any, *args: Any, **kwargs: Any) -> Any:
        raise PermissionError("closed")

    signal = derived(library.Signal, connect=connect)()
    receiver = returns(1)
    with pytest.raises(PermissionError, match="closed"):
        signal.connect_via("sender")(receiver)
    with pytest.raises(PermissionError, match="closed"), signal.connected_to(receiver):
        pytest.fail("the block began")
    assert not signal.receivers


def test_an_overridden_has_receivers_for_stops_no_send(library: Any) -> None:
    def has_receivers_for(self: Any, sender: object) -> bool:
        return False

    signal = derived(library.Signal, has_receivers_for=has_receivers_for)()
    receiver = returns(1)
    signal.connect(receiver, "sender")
    for sent in every_way(signal, "sender"):
        assert sent == [(receiver, 1)]


def test_a_subclass_may_set_attributes_before_it_is_made_a_signal(library: Any) -> None:
    def __init__(self: Any) -> None:  # noqa: N807  # it becomes one
        self.colour = "red"
        library.NamedSignal.__init__(self, "name", "documentation")

    signal = derived(library.NamedSignal, __init__=__init__)()
    assert (signal.colour, signal.name, signal.__doc__) == ("red", "name", "documentation")
    assert "Derived object" in repr(signal)
    assert repr(signal).endswith("; 'name'>")


def test_a_subclass_tells_of_its_changes_by_a_plain_signal(library: Any) -> None:
    signal = derived(library.NamedSignal)("mine")
    assert type(signal.receiver_connected) is library.Signal
    assert type(signal.receiver_disconnected) is library.Signal


def test_a_namespace_may_be_subclassed(library: Any) -> None:
    def signal(self: Any, name: str, doc: str | None = None) -> Any:
        return library.Namespace.signal(self, name.upper(), doc)

    names = derived(library.Namespace, signal=signal)()
    assert names.signal("loud") is names["LOUD"]
    assert names["LOUD"].name == "LOUD"


def test_a_signal_that_is_an_attribute_of_a_class_is_shared_by_its_instances(library: Any) -> None:
    owner = derived(object, changed=library.Signal("Sent after a change."))
    one, other = owner(), owner()
    receiver = returns(1)
    owner.changed.connect(receiver, one)
    assert one.changed is other.changed
    assert one.changed.send(one) == [(receiver, 1)]
    assert other.changed.send(other) == []
