"""Receivers are judged by what they call in the end, and called by names in messages and logs."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import MethodType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aldis.blinker
from aldis import AsyncSignal, Signal
from aldis._callables import Name, Place, name_of, place_of
from aldis._core._describe import describe
from aldis._core._target import PLACEHOLDER, target_of
from aldis._core._verify import objection
from aldis._static import MISSING, look_up
from aldis.exceptions import IncompatibleReceiverError, ReceiverError, WeakReceiverError
from helpers import returns, takes, untyped

HAS_PLACEHOLDERS = sys.version_info >= (3, 14)
placeholders = pytest.mark.skipif(not HAS_PLACEHOLDERS, reason="functools has no Placeholder")


# no checker is to know what they take
saved: Signal[Any, ..., Any] = Signal(takes("sender, /, *, path"), name="saved")
moved: Signal[Any, ..., Any] = Signal(takes("sender, x, y, /"), name="moved")


def on_saved(sender: object, *, path: str) -> str:
    return path


def misfit(sender: object) -> None: ...


# -- static methods, caches, and classes


def test_a_static_method_object_is_judged_by_its_function() -> None:
    with pytest.raises(IncompatibleReceiverError, match="'path'"):
        saved.connect(staticmethod(misfit), weak=False)
    receiver = saved.connect(staticmethod(on_saved), weak=False)
    assert saved.send(None, path="a") == [(receiver, "a")]
    saved.disconnect(receiver)


def test_a_static_method_object_that_is_held_weakly_is_refused_with_a_way_out_that_is_there() -> (
    None
):
    with pytest.raises(WeakReceiverError) as caught:
        saved.connect(staticmethod(on_saved))
    assert caught.value.receiver.startswith("staticmethod of receiver 'on_saved' (")
    assert caught.value.reason == (
        "'staticmethod' objects cannot be weakly referenced; put @staticmethod above the "
        "decorator that connects it, or connect it with weak=False"
    )

    class Handlers:
        @staticmethod
        @saved.connect
        def on_saved(sender: object, *, path: str) -> str:
            return path

    assert saved.receivers == (Handlers.on_saved,)
    saved.disconnect(Handlers.on_saved)


def test_a_cache_is_judged_by_its_function() -> None:
    with pytest.raises(IncompatibleReceiverError, match="'path'"):
        saved.connect(functools.lru_cache(misfit))
    with saved.connected_to(functools.lru_cache(on_saved)):
        assert len(saved.send("me", path="a")) == 1


class New:
    def __new__(cls, sender: object, *, path: str) -> New:
        return object.__new__(cls)


class NewAssigned: ...


untyped(NewAssigned).__new__ = takes("cls, sender, *, path")


class Initialized(New):
    __init__ = untyped(takes("self, sender"))


class Called(functools.partial[Any]):
    def __call__(self, sender: object, /) -> None: ...


@pytest.mark.parametrize(
    ("receiver", "fits"),
    [
        (New, True),
        (NewAssigned, True),
        (Initialized, False),
        (Called(on_saved), False),
        (functools.partial(New), True),
        (MethodType(functools.partial(takes("o, s, *, path")), object()), True),
    ],
)
def test_a_class_or_object_is_judged_by_what_takes_the_arguments(
    receiver: Callable[..., object], fits: bool
) -> None:
    assert (objection(receiver, saved._registry.payload) is None) == fits


def test_a_function_of_a_class_body_is_told_to_be_connected_as_a_bound_method() -> None:
    reason = (
        "its 'self' takes the sender, since it is not bound to an object; connect the bound "
        "method, for instance in `__init__`"
    )
    with pytest.raises(IncompatibleReceiverError) as caught:

        class _:  # noqa: N801  # it never comes to be
            @saved.connect
            def on_saved(self, sender: object, *, path: str) -> None: ...

    assert caught.value.reason == reason

    def unbound(self: object, sender: object, *, path: str) -> None: ...

    with pytest.raises(IncompatibleReceiverError, match="requires 'sender'"):
        saved.connect(unbound)


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        (saved, "a signal is not callable; connect its `send`"),
        (aldis.blinker.Signal(), "a signal is not callable; connect its `send`"),
        (
            untyped(classmethod)(misfit),
            "a classmethod object is not callable; connect the attribute of its class",
        ),
    ],
)
def test_what_is_not_callable_is_refused_with_what_to_connect_instead(
    thing: object, reason: str
) -> None:
    with pytest.raises(ReceiverError) as caught:
        moved.connect(untyped(thing))
    assert caught.value.reason == reason


# -- what calls itself


def partial_of_itself() -> Callable[..., object]:
    partial = functools.partial(print)
    untyped(partial).__setstate__((partial, (), {}, {}))
    return partial


def static_of_itself() -> Callable[..., object]:
    static = staticmethod(misfit)
    untyped(static).__init__(static)
    return static


def cache_of_itself() -> Callable[..., object]:
    cached = functools.lru_cache(misfit)
    cached.__wrapped__ = cached
    return cached


@pytest.mark.parametrize("make", [partial_of_itself, static_of_itself, cache_of_itself])
@pytest.mark.parametrize("signal", [Signal(), saved, AsyncSignal()], ids=["open", "", "async"])
def test_what_calls_itself_without_end_is_refused(
    signal: Signal[Any, ..., Any], make: Callable[[], Callable[..., object]]
) -> None:
    receiver = make()
    for each in (receiver, functools.partial(receiver), MethodType(receiver, object())):
        with pytest.raises(ReceiverError, match="its `__call__` leads back to itself"):
            signal.connect(each, weak=False)
        assert name_of(each)
        assert place_of(each) is None or make is cache_of_itself


def test_what_calls_itself_is_described_all_the_same() -> None:
    assert describe(partial_of_itself()) == "partial of itself"
    assert describe(functools.partial(static_of_itself())) == "partial of staticmethod of itself"
    assert name_of(partial_of_itself()).qualname == "partial(partial object)"


# -- placeholders


def partial(function: Callable[..., Any], *arguments: object) -> Callable[..., Any]:
    """Make a partial in which None is a placeholder for an argument of the caller."""
    left = [PLACEHOLDER if argument is None else argument for argument in arguments]
    return functools.partial(function, *left)


@placeholders
def test_a_placeholder_is_filled_by_what_is_sent_by_position() -> None:
    fitting: list[Callable[..., Any]] = [
        partial(takes("s, bound, x, y"), None, 1),
        partial(takes("s, x, bound, y"), None, None, 1),
        partial(takes("s, bound, *rest"), None, 1),
        partial(takes("s, one, x, two, y, /"), None, 1, None, 2),
        MethodType(partial(takes("self, s, bound, x, y"), None, None, 1), object()),
    ]
    for receiver in fitting:
        with moved.connected_to(receiver):
            assert len(moved.send("me", 1, 2)) == 1


@pytest.mark.parametrize(
    ("receiver", "reason"),
    [
        (
            partial(takes("*a"), None, None, None, None, 1),
            (
                "it leaves 4 placeholders for positional arguments, but 3 are sent by position; "
                "bind the others"
            ),
        ),
        (
            partial(takes("s, x, y"), None, None, None, 1),
            "it takes fewer positional arguments than are bound to it; bind fewer",
        ),
        (
            partial(takes("s, bound, x"), None, 1),
            "it does not take 'y', sent by position; add a parameter for it",
        ),
    ],
)
def test_a_placeholder_that_leads_to_a_wrong_call_is_refused(
    receiver: Callable[..., object], reason: str
) -> None:
    """Before 3.14 another object is the placeholder, and is treated likewise."""
    with pytest.raises(IncompatibleReceiverError) as caught:
        moved.connect(receiver)
    assert caught.value.reason == reason


def test_one_thing_that_is_sent_by_position_is_not_called_several() -> None:
    fault = objection(partial(takes("*a"), None, None, 1), saved._registry.payload)
    assert fault is not None
    assert "but 1 is sent by position" in fault


arguments = st.lists(st.sampled_from([None, 1]), max_size=3)


@placeholders
@given(
    names=st.integers(0, 6),
    star=st.booleans(),
    inner=arguments,
    outer=arguments,
    is_method=st.booleans(),
)
def test_partials_with_placeholders_are_judged_as_calls_of_them_end(
    *, names: int, star: bool, inner: list[int | None], outer: list[int | None], is_method: bool
) -> None:
    parameters = [f"p{number}" for number in range(names)] + (["*rest"] if star else [])
    receiver: Any = takes(", ".join(parameters))
    try:
        receiver = partial(receiver, *inner)
        vars(receiver)["keeps"] = "it is not made one with the outer one"
        receiver = partial(receiver, *outer)
    except TypeError:  # there is nothing to bind behind a placeholder
        return
    if is_method:
        receiver = MethodType(receiver, "owner")
    try:
        receiver("me", 1, 2)
    except TypeError:
        fits = False
    else:
        fits = True
    assert (objection(receiver, moved._registry.payload) is None) == fits


# -- nothing of a receiver is called but `__call__`


class Hostile:
    """Fails when anything but a call is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")

    def __repr__(self) -> str:
        raise AssertionError("shown")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    def __hash__(self) -> int:
        raise AssertionError("hashed")

    def __bool__(self) -> bool:
        raise AssertionError("tested")

    def __call__(self, sender: object, **payload: object) -> object:
        raise LookupError("failed")


class HostileMeta(type):
    def __getattribute__(cls, name: str) -> Any:
        raise AssertionError(f"asked for {name}")


class HostileClass(metaclass=HostileMeta):
    def __init__(self, sender: object, **payload: object) -> None:
        raise LookupError("failed")


class HostilePartial(functools.partial[Any]):
    vars()["func"] = property(takes("self, missing"))


def fails(self: object, sender: object, **payload: object) -> object:
    raise LookupError("failed")


HOSTILE: dict[str, tuple[Callable[..., object], str]] = {
    "object": (Hostile(), "an object of type 'Hostile'"),
    "method": (MethodType(fails, Hostile()), "receiver 'fails' ("),
    "partial": (functools.partial(Hostile()), "partial of an object of type 'Hostile'"),
    "partial that lies": (HostilePartial(Hostile()), "partial of an object of type 'Hostile'"),
    "class": (HostileClass, "class 'HostileClass'"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_failed_is_logged_by_its_name_and_not_asked(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    receiver, name = HOSTILE[case]
    signal = Signal(name="saved")
    signal.connect(receiver, weak=False)
    with caplog.at_level(logging.ERROR, logger="aldis"):
        ((heard, result),) = signal.send_robust(Hostile(), x=Hostile())
    assert type(heard) is type(receiver)
    assert type(result) is LookupError
    (record,) = caplog.records
    assert record.getMessage().startswith(name)
    assert record.getMessage().endswith(" of signal saved failed")
    assert describe(receiver).startswith(name)
    assert "Hostile" in name_of(receiver).qualname or case == "method"
    place = place_of(receiver)
    assert (place is None) == (case == "class")


def test_an_observer_that_fails_is_logged_by_its_name(caplog: pytest.LogCaptureFixture) -> None:
    class Listener:
        def __getattribute__(self, name: str) -> Any:
            raise LookupError(name)

        def __repr__(self) -> str:
            raise AssertionError("shown")

    signal = Signal(name="saved")
    with aldis.observe(untyped(Listener()), signal), caplog.at_level(logging.ERROR, "aldis"):
        signal.send(None)
    assert {
        record.getMessage().partition(" failed")[0].rpartition(".")[2] for record in caplog.records
    } == {"Listener'"}


def test_a_hostile_priority_is_refused_by_its_type() -> None:
    class Priority(Hostile): ...

    with pytest.raises(ReceiverError) as caught:
        Signal().connect(print, priority=untyped(Priority()))
    assert "its priority is an object of type " in caught.value.reason
    assert caught.value.reason.endswith("Priority'; pass an int, higher goes first")


def test_a_refusal_asks_a_hostile_receiver_nothing() -> None:
    with pytest.raises(ReceiverError, match="Hostile"):
        moved.connect(untyped(functools.partial(untyped(Hostile()), 1, 2, 3, x=1)))
    assert target_of(Hostile()).places == (True,)


# -- names and places


def test_names_of_callables() -> None:
    def local(sender: object) -> None: ...

    nowhere = takes("sender")
    nowhere.__module__ = untyped(42)
    assert name_of(local) == Name(__name__, local.__qualname__)
    assert str(name_of(print)) == "builtins.print"
    assert str(name_of(list[int]().append)) == "list.append"
    assert str(name_of(nowhere)) == "<lambda>"
    assert name_of(functools.partial(functools.partial(print), 1)).qualname == "partial(print)"
    assert name_of(staticmethod(local)) == name_of(local)
    assert str(name_of(Hostile)) == f"{__name__}.Hostile"
    assert str(name_of(Signal())) == "aldis._sync_signal.Signal object"
    homeless: Any = type("Homeless", (), {"__module__": 42})
    assert str(name_of(homeless)) == "Homeless"


def test_places_of_callables() -> None:
    place = place_of(returns(1))
    assert place is not None
    assert str(place).endswith(f"helpers.py:{place.line}")
    assert place_of(functools.partial(returns(1))) == place
    assert place_of(staticmethod(returns(1))) == place
    assert place_of(print) is None
    assert place_of(str) is None
    assert place_of(takes("sender")) is None
    here = place_of(lambda: None)
    assert here is not None
    assert here.path == __file__

    def as_it_is(function: Callable[..., object]) -> Callable[..., object]:
        return function

    @as_it_is
    def decorated(sender: object) -> None: ...

    assert place_of(decorated) == Place(__file__, decorated.__code__.co_firstlineno + 1)
    gone: dict[str, Any] = {}
    exec(compile("def receiver(sender): ...", "gone.py", "exec"), gone)
    assert place_of(gone["receiver"]) == Place("gone.py", 1)
    new = place_of(New)
    assert new is not None
    assert new.path == __file__
    assert place_of(Hostile()) is not None
    assert place_of(42) is None


def test_a_path_outside_of_the_current_folder_is_shown_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert str(Place(str(tmp_path / "here" / "a.py"), 1)) == "a.py:1"
    assert str(Place(str(tmp_path / "b.py"), 2)) == f"{tmp_path / 'b.py'}:2"


def test_what_no_class_has_is_missing() -> None:
    assert look_up(int, "nothing", "__add__") is int.__add__
    assert look_up(int, "nothing") is MISSING
