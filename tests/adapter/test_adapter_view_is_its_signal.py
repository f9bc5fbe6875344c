"""A typed view is the signal that it views, in all that `aldis.Signal` does not do itself."""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from adapter_libraries import ADAPTER, BLINKER, LIBRARIES, Ordered, derived

import aldis
from aldis import ANY, AsyncSignal, Event, Signal
from aldis.blinker import AsyncView, View, typed
from aldis.exceptions import DeclarationError, SignalCopyError
from helpers import calls_of, results, returns, takes, untyped

each_library = pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.__name__)
each_form = pytest.mark.parametrize("form", ["called", "decorator"])


def stored(sender: object, /, *, key: str, size: int = 0) -> object:
    """Sent after a value is stored."""
    raise NotImplementedError


def view_of(signal: Any, form: str = "called", declaration: Any = stored, **options: Any) -> Any:
    if form == "called":
        return untyped(typed)(signal, declaration, **options)
    return untyped(typed)(signal, **options)(declaration)


@typed(ADAPTER.signal("test-kept-here"))
def kept_here(sender: object, /, *, key: str) -> None:
    """Sent after a value is kept."""


# -- how it is made


@each_library
@each_form
def test_both_forms_make_the_same_view(library: Any, form: str) -> None:
    view = view_of(library.NamedSignal("user-created"), form)
    assert type(view) is View
    assert (view.__name__, view.__qualname__, view.__module__) == ("stored", "stored", __name__)
    assert view.__doc__ == "Sent after a value is stored."
    assert view.__wrapped__ is stored
    heard = returns(1)
    view.connect(heard)
    assert results(view.send("me", key="a")) == [1]


@each_library
@each_form
def test_with_a_wrapper_both_forms_make_a_view_with_async_receivers(
    library: Any, form: str
) -> None:
    assert type(view_of(library.Signal(), form, async_wrapper=returns(None))) is AsyncView
    assert type(view_of(library.Signal(), form, sync_wrapper=returns(None))) is AsyncView


@each_library
def test_each_instance_has_a_view_of_its_own(library: Any) -> None:
    class Owner:
        def __init__(self) -> None:
            self.changed = view_of(library.Signal())

    one, other, heard = Owner(), Owner(), returns(1)
    one.changed.connect(heard)
    assert results(one.changed.send(one, key="a")) == [1]
    assert other.changed.send(other, key="a") == []


@each_library
def test_a_view_of_a_view_is_one_of_the_signal_underneath(library: Any) -> None:
    signal = library.NamedSignal("stored")

    def other(sender: object, /, *, key: str, more: int) -> None: ...

    first = view_of(signal)
    second = view_of(first, declaration=other)
    heard = returns(1)
    signal.connect(heard)
    assert first.receivers == second.receivers == (heard,)
    with pytest.raises(TypeError, match="more"):
        second.send(None, key="a")


@pytest.mark.parametrize("wrong", [stored, 7, "stored", Signal(stored), Event()])
def test_what_is_no_signal_of_blinkers_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"expected a signal of blinker or of aldis\.blinker, got "):
        view_of(wrong)
    with pytest.raises(TypeError, match=r"write `@typed\(signal\)` above a declaration"):
        untyped(typed)(wrong)


@pytest.mark.parametrize("option", ["async_wrapper", "sync_wrapper"])
def test_a_wrapper_must_be_callable(option: str) -> None:
    with pytest.raises(TypeError, match=f"expected a function as '{option}', got .* 'int'"):
        untyped(typed)(ADAPTER.Signal(), stored, **{option: 1})


@each_library
@pytest.mark.parametrize("option", ["_async_wrapper", "_sync_wrapper"])
def test_no_payload_is_named_as_an_option_of_blinkers(library: Any, option: str) -> None:
    with pytest.raises(DeclarationError, match=f"pass it to `typed` as '{option[1:]}'"):
        typed(library.Signal(), takes(f"sender, *, {option}"))


# -- what it is


@each_library
@pytest.mark.parametrize("kind", ["Signal", "NamedSignal"])
def test_isinstance_says_of_a_view_what_it_says_of_the_signal(library: Any, kind: str) -> None:
    signal = library.NamedSignal("stored") if kind == "NamedSignal" else library.Signal()
    view = view_of(signal)
    for each in LIBRARIES:
        for name in ("Signal", "NamedSignal"):
            a_class = getattr(each, name)
            assert isinstance(view, a_class) is isinstance(signal, a_class)
    assert view.__class__ is signal.__class__
    assert isinstance(view, Signal)


@each_library
def test_isinstance_knows_subclasses_too(library: Any) -> None:
    mine = derived(library.NamedSignal, title="mine")
    view = view_of(mine("stored"))
    assert isinstance(view, mine)
    assert view.title == "mine"


@each_library
def test_every_public_attribute_of_the_signal_is_there(library: Any) -> None:
    """Oracle: the signal itself. What `aldis.Signal` has of that name goes on meaning that."""
    signal = library.NamedSignal("stored", "a text")
    view = view_of(signal)
    names = [name for name in dir(signal) if name[0] != "_"]
    assert {"name", "is_muted", "set_class", "send_async", "ANY"} <= {*names}
    for name in names:
        own = hasattr(Signal, name)
        assert hasattr(view, name), name
        if name == "send_async":
            assert view.send_async.__self__ is view  # it checks the payload
        elif not own:
            assert getattr(view, name) == getattr(signal, name), name
    assert {*names} <= {*dir(view)}
    assert "disconnect_all" in dir(view)


@each_library
def test_what_blinker_documents_for_tests_is_there(library: Any) -> None:
    view = view_of(library.Signal())
    view.connect(returns(1), weak=False)
    assert len(view._by_receiver) == 1
    view._cleanup_bookkeeping()
    view._clear_state()
    assert not view.receivers


@each_library
def test_what_is_set_on_either_is_there_on_both(library: Any) -> None:
    signal = library.NamedSignal("stored")
    view = view_of(signal)
    signal.mine = 1
    view.theirs = 2
    assert (view.mine, signal.theirs) == (1, 2)
    view.name = "renamed"
    assert signal.name == "renamed"
    view.is_muted = True
    assert signal.is_muted is view.is_muted is True
    assert view.send(None, key="a") == []
    view.is_muted = False
    view.set_class = Ordered
    assert signal.set_class is Ordered
    del view.mine
    assert not hasattr(signal, "mine")
    assert not hasattr(view, "mine")


@each_library
def test_what_neither_has_is_missing(library: Any) -> None:
    view = view_of(library.Signal())
    for name in ("title", "name", "__len__"):
        assert not hasattr(view, name)
    with pytest.raises(AttributeError, match="'View' object has no attribute 'title'"):
        _ = view.title
    with pytest.raises(AttributeError, match="title"):
        del view.title


@each_library
def test_what_a_signal_of_aldis_has_stays_its_own(library: Any) -> None:
    signal = library.NamedSignal("stored")
    view = view_of(signal)
    with pytest.raises(AttributeError):
        view.receivers = {}
    with mock.patch.object(view, "send", return_value="patched"):
        assert view.send(None) == "patched"
        assert signal.send(None, key="a") == []
    assert view.send(None, key="a") == []
    with mock.patch.object(view, "name", "patched"):
        assert signal.name == "patched"
    assert signal.name == "stored"


def test_a_view_as_a_sender_is_no_proxy() -> None:
    view, other = view_of(ADAPTER.Signal()), object()
    told = aldis.Signal()
    told.connect(print, other)
    assert told.send(view) == []  # a warning would be an error here


# -- copies


def pickled(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


COPIES: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, pickled]


@pytest.mark.parametrize("copied", COPIES)
def test_a_view_is_copied_by_its_name_or_not_at_all(copied: Callable[[Any], Any]) -> None:
    assert copied(kept_here) is kept_here
    for signal in (ADAPTER.Signal(), BLINKER.Signal()):
        for view in (view_of(signal), view_of(signal, declaration=Signal[str]())):
            with pytest.raises(SignalCopyError):
                copied(view)


# -- an open payload


@each_library
@each_form
def test_a_declaration_by_types_leaves_the_payload_open(library: Any, form: str) -> None:
    signal = library.NamedSignal("menu.items", "Sent when a menu is made.")
    view = view_of(signal, form, Signal[str]())
    assert (view.__name__, view.__doc__) == ("menu.items", "Sent when a menu is made.")
    assert repr(view) == "<View menu.items, 0 receivers>"
    some, anything = takes("sender, *, category"), returns(2)
    view.connect(some)
    view.connect(anything, "top")
    assert sorted(results(view.send("top", category=1)), key=str) == [2, None]
    assert results(view.send("side", category=1)) == [None]
    view.disconnect(some)
    assert results(view.send("top", other=2)) == [2]
    for wrong in ((), ("top", 1)):
        with pytest.raises(TypeError, match=r"signal menu\.items\(.*: send\(\)"):
            view.send(*wrong)


@each_library
def test_a_declared_signal_lends_its_declaration(library: Any) -> None:
    view = view_of(library.NamedSignal("other"), declaration=Signal(stored))
    assert (view.__name__, view.__module__) == ("stored", __name__)
    assert view.__doc__ == "Sent after a value is stored."
    with pytest.raises(TypeError, match=r"signal stored\(sender: object"):
        view.send(None)
    assert view_of(library.Signal(), declaration=Signal()).__name__ == "<unnamed>"


@each_library
@pytest.mark.parametrize("wrong", [Signal[str, [int]](), AsyncSignal(), Event()])
def test_other_signals_cannot_declare_a_view(library: Any, wrong: object) -> None:
    with pytest.raises(DeclarationError):
        view_of(library.Signal(), declaration=wrong)


# -- costs


@each_library
def test_a_send_calls_what_checks_it_and_the_untyped_send_and_nothing_else(library: Any) -> None:
    signal, heard = library.Signal(), returns(1)
    view = view_of(signal)
    view.connect(heard, ANY)
    for _ in range(3):
        view.send("me", key="a")
    plain = Counter(_functions_called(lambda: signal.send("me", key="a", size=0)))
    through = Counter(_functions_called(lambda: view.send("me", key="a")))
    # the view, the code that checks with its one receiver, and what that returns
    assert through - plain == {"send": 2, "__call__": 1, "_sent": 1}
    assert not plain - through


def _functions_called(action: Callable[[], object]) -> list[str]:
    return [name for file, name in calls_of(action) if file != "C"]
