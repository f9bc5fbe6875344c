"""A method is held as `weakref.WeakMethod` holds it, and bound again by each send."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any
from unittest import mock

import pytest

from aldis import ANY, Signal
from aldis._core._binding import bind_afresh
from aldis._core._connection import MethodConnection
from aldis._core._invariants import faults
from helpers import results, untyped


def new_class() -> Any:
    class Owner:
        def hear(self, sender: object) -> str:
            return "heard"

        def __private(self, sender: object) -> str:
            return "private"

        def private(self) -> Callable[..., object]:
            return self.__private

        @classmethod
        def of_class(cls, sender: object) -> str:
            return "of the class"

    return Owner


def hidden(sender: object) -> str:
    return "hidden"


def stand_in(self: object, sender: object) -> str:
    return "stand-in"


each_sender = pytest.mark.parametrize("sender", [ANY, "me"])
each_weak = pytest.mark.parametrize("weak", [True, False])


@each_sender
@each_weak
def test_a_method_that_is_patched_in_its_class_is_what_is_called(sender: Any, weak: bool) -> None:
    signal, owner = Signal(), new_class()()
    signal.connect(owner.hear, sender, weak=weak)
    assert results(signal.send("me")) == ["heard"]
    with mock.patch.object(type(owner), "hear", stand_in):
        assert results(signal.send("me")) == ["stand-in"]
    assert results(signal.send("me")) == ["heard"]
    assert not faults(signal._registry)


def test_a_mock_in_the_place_of_a_method_is_called_as_the_class_would_call_it() -> None:
    signal, owner = Signal(), new_class()()
    signal.connect(owner.hear)
    with mock.patch.object(type(owner), "hear") as plain:
        signal.send("me")
    with mock.patch.object(type(owner), "hear", autospec=True) as bound:
        signal.send("me")
    assert plain.mock_calls == [mock.call("me")]
    assert bound.mock_calls == [mock.call(owner, "me")]


def test_an_attribute_that_comes_to_hide_a_method_is_what_is_called() -> None:
    signal, owner = Signal(), new_class()()
    signal.connect(owner.hear)
    owner.hear = hidden
    assert results(signal.send(None)) == ["hidden"]
    del owner.hear
    assert results(signal.send(None)) == ["heard"]


def test_a_method_whose_function_dies_is_not_connected_any_more() -> None:
    """Its class has another one of that name now, and nothing else holds the old one."""
    signal, owner, told = Signal(), new_class()(), list[object]()

    @signal.receiver_disconnected.connect
    def tell(about: object, *, sender: object, **_: object) -> None:
        told.append(sender)

    signal.connect(owner.hear)
    signal.connect(owner.hear, "me")
    signal.send("me")
    type(owner).hear = stand_in
    gc.collect()
    assert signal.send("me") == []
    assert len(signal._registry) == 0
    assert told == [ANY, "me"]
    signal.connect(owner.hear)
    assert results(signal.send("me")) == ["stand-in"]
    assert not faults(signal._registry)


def test_a_strong_connection_keeps_the_function_of_a_method() -> None:
    signal, owner = Signal(), new_class()()
    function: weakref.ref[Any] = weakref.ref(owner.__class__.hear)
    signal.connect(owner.hear, weak=False)
    del type(owner).hear
    gc.collect()
    assert function() is not None
    type(owner).hear = stand_in
    assert results(signal.send(None)) in (["heard"], ["stand-in"])
    assert len(signal._registry) == 1


def named(name: str) -> Callable[..., object]:
    """Return a function that says that it is called so."""

    def hear(self: object, sender: object) -> str:
        return "another"

    hear.__name__ = name
    return hear


def test_a_method_that_its_class_does_not_have_is_bound_from_its_function() -> None:
    owner_class = new_class()
    for name in ("hear", "nowhere", "of_class", "__class__", "a.b", "", "__private", "__init__"):
        signal, owner = Signal(), owner_class()
        functions = [named(name)]
        signal.connect(MethodType(functions[0], owner))
        assert results(signal.send(None)) == ["another"], name
        assert [each.__self__ for each in untyped(signal.receivers)] == [owner]
        functions.clear()
        assert signal.send(None) == []
        assert len(signal._registry) == 0


def private(owner: Any) -> Any:
    return owner.private()


def of_class(owner: Any) -> Any:
    return owner.of_class


def of_super(owner: Any) -> Any:
    return owner.__class__.__bases__[0].hear.__get__(owner)


@pytest.mark.parametrize("find", [private, of_class, of_super])
def test_methods_that_are_found_in_other_ways_are_called(find: Callable[[Any], Any]) -> None:
    child: Any = type("Child", (new_class(),), {"hear": stand_in})
    owner, signal = child(), Signal()
    expected = find(owner)("me")
    signal.connect(find(owner))
    for _ in range(2):
        [(receiver, result)] = signal.send("me")
        assert result == expected
        assert receiver == find(owner)
    assert signal.disconnect(find(owner))


class Unusual:
    """Finds its attributes in a way of its own."""

    def __getattribute__(self, name: str) -> Any:
        if name == "hear":
            return stand_in.__get__(self)
        return object.__getattribute__(self, name)

    def hear(self, sender: object) -> str:
        return "heard"


class Meta(type):
    def hear(cls, sender: object) -> str:
        return "of the metaclass"


class WithMeta(metaclass=Meta):
    def hear(self, sender: object) -> str:
        return "heard"


class WithSlots:
    __slots__ = ("__weakref__", "other")

    def hear(self, sender: object) -> str:
        return "heard"


class WithGetattr:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")

    def hear(self, sender: object) -> str:
        return "heard"


AFRESH: list[Callable[[], Any]] = [
    lambda: new_class()().hear,
    lambda: new_class()().private(),
    lambda: WithMeta().hear,
    lambda: WithSlots().hear,
    lambda: WithGetattr().hear,
]
FROM_FUNCTION: list[Callable[[], Any]] = [
    lambda: new_class().of_class,
    lambda: Unusual.hear.__get__(Unusual()),
    lambda: stand_in.__get__(new_class()()),
    lambda: MethodType(len, [1]),
    lambda: Meta.hear.__get__(WithMeta),
]


@pytest.mark.parametrize("make", AFRESH)
def test_a_method_of_the_usual_kind_is_looked_up_in_its_class(make: Callable[[], Any]) -> None:
    """So the frequent path holds a name, and no function."""
    method = make()
    bind = bind_afresh(method)
    assert bind is not None
    assert bind(method.__self__) == method
    signal = Signal()
    connection = signal._registry.connect(method, ANY)
    assert isinstance(connection, MethodConnection)
    assert connection.bind is not None
    assert results(signal.send(None)) == [method(None)]


@pytest.mark.parametrize("make", FROM_FUNCTION)
def test_another_method_is_not(make: Callable[[], Any]) -> None:
    assert bind_afresh(make()) is None


def test_of_a_class_with_an_unusual_way_to_find_attributes_the_very_function_is_called() -> None:
    signal, owner = Signal(), Unusual()
    method = MethodType(vars(Unusual)["hear"], owner)
    signal.connect(method)
    assert results(signal.send(None)) == ["heard"]
