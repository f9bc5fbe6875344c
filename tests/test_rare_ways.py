"""Ways through the core that a program seldom takes, or threads by chance: forced here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import pytest

import aldis
from aldis import AsyncSignal, Signal
from aldis._core import _compile, _home
from aldis._core._connections import Connections
from aldis._core._generate import Recipe
from aldis.observing import Listener
from helpers import code_dies, echoes, results, returns, takes, untyped


@code_dies
def test_code_that_has_died_just_now_is_compiled_anew() -> None:
    """Its callback has not been called yet."""
    signal: Signal[Any, ..., Any] = Signal(takes("sender, *, seldom_sent"))
    recipe = Recipe.of("send", signal._registry.payload)
    dead = _compile._CodeReference(compile("0", "nowhere", "eval"))
    dead.recipe, dead.file = recipe, "nowhere"
    assert dead() is None
    _compile._codes[recipe] = dead
    code = _compile.code_for(recipe)
    assert _compile._codes[recipe]() is code


class Changing(dict[Any, Any]):
    """A table that another thread changes while it is looked through, once."""

    is_changed = False

    def values(self) -> Any:
        if not self.is_changed:
            self.is_changed = True
            raise RuntimeError("dictionary changed size during iteration")
        return super().values()


def test_a_guard_looks_again_where_another_thread_changes_the_receivers() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    registry = signal._registry
    registry.by_receiver = Changing(registry.by_receiver)
    assert signal.receivers
    assert untyped(registry.by_receiver).is_changed


def test_a_signal_that_has_died_just_now_is_passed_over_by_who_begins_to_observe() -> None:
    """Its callback has not been called yet."""
    home = _home.Home(Connections())
    assert home() is None
    _home.homes[-1] = home
    try:
        aldis.observe(Listener()).close()
    finally:
        del _home.homes[-1]


FLAVOURS: dict[str, tuple[type[Any], Callable[[Any], Any]]] = {
    "send": (Signal, lambda sent: sent),
    "send_robust": (Signal, lambda sent: sent),
    "async send": (AsyncSignal, asyncio.run),
    "async send_robust": (AsyncSignal, asyncio.run),
    "async gather": (AsyncSignal, asyncio.run),
    "async gather_robust": (AsyncSignal, asyncio.run),
}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_function_that_is_asked_for_before_its_typed_dict_is_there_waits_for_it(
    flavour: str,
) -> None:
    """It stays the same function, since others may have it."""

    def spec(sender: object, /, **payload: object) -> object: ...

    spec.__annotations__["payload"] = "Unpack[DefinedAfterwards]"
    kind, wait = FLAVOURS[flavour]
    signal = kind(spec)
    name = flavour.rpartition(" ")[2]
    early = getattr(signal, name)
    signal.connect(echoes(), weak=False)
    assert getattr(signal, name) is early
    assert [*results(wait(early(None, anything=1)))] == [((), {"anything": 1})]


def test_a_signal_that_is_used_before_its_types_are_known_takes_them_over() -> None:
    class Early(Signal[Any, ..., Any]):
        def __init__(self) -> None:
            super().__init__()
            self.connect(echoes(), weak=False)

    signal = untyped(Signal)[object, [int]]()
    early: Any = Early()
    untyped(early).__orig_class__ = untyped(Signal)[object, [int]]
    for each in (signal, early):
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            each.send(None)
    assert results(early.send(None, 3)) == [((3,), {})]


def test_receivers_behave_as_the_tuple_that_they_are_when_first_looked_into() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    found, again = signal.receivers, signal.receivers
    assert found == again == (receiver,)
    assert hash(found) == hash((receiver,))
    assert repr(found) == repr((receiver,))
    assert (found[0], found[:1], len(found)) == (receiver, (receiver,), 1)
    assert untyped(found) != [receiver]
    signal.disconnect(receiver)
    assert found
    assert not signal.receivers


def test_an_argument_that_has_no_hash_makes_an_alias_all_the_same() -> None:
    alias = untyped(Signal)[Annotated[int, []], [int]]
    assert isinstance(alias(), Signal)
