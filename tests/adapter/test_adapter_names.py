"""Named signals, namespaces, symbols and identifiers: one body for blinker and the adapter."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import Any

import pytest
from adapter_libraries import Listener, Sender, Unreferenced, on_both_libraries

from helpers import results, returns

pytestmark = on_both_libraries


# -- signals and their documentation


def test_a_signal_has_the_documentation_it_is_given(library: Any) -> None:
    assert library.Signal("Sent at dawn.").__doc__ == "Sent at dawn."
    assert library.Signal(doc="Sent at dawn.").__doc__ == "Sent at dawn."
    assert library.NamedSignal("dawn", "Sent at dawn.").__doc__ == "Sent at dawn."
    assert library.NamedSignal(name="dawn", doc="Sent at dawn.").__doc__ == "Sent at dawn."


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_documentation_a_signal_has_that_of_its_class(
    library: Any, nothing: str | None
) -> None:
    for signal in (library.Signal(nothing), library.Signal(), library.NamedSignal("x", nothing)):
        assert signal.__doc__ == type(signal).__doc__
        assert "__doc__" not in vars(signal)


def test_signals_are_equal_to_themselves_only_and_can_be_weakly_referenced(library: Any) -> None:
    one, other = library.NamedSignal("same"), library.NamedSignal("same")
    assert one != other
    assert len({one, other, one}) == 2
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_a_signal_takes_attributes_like_any_object(library: Any) -> None:
    signal = library.Signal()
    signal.colour = "red"
    assert vars(signal)["colour"] == "red"


def test_any_is_one_symbol_everywhere(library: Any) -> None:
    assert library.ANY is library.Signal.ANY is library.Signal().ANY is library.base.ANY
    assert library.ANY is library.base.Symbol("ANY")
    assert repr(library.ANY) == "ANY"
    assert library.ANY.name == "ANY"
    assert library.base.ANY_ID == 0


def test_the_set_class_is_set_unless_one_assigns_another(library: Any) -> None:
    assert library.Signal.set_class is set
    assert library.Signal().set_class is set


def test_a_named_signal_has_a_name_and_shows_it(library: Any) -> None:
    signal = library.NamedSignal("it's")
    assert signal.name == "it's"
    assert isinstance(signal, library.Signal)
    plain = object.__repr__(signal)
    assert repr(signal) == str(signal) == f'{plain[:-1]}; "it\'s">'
    signal.name = "another"
    assert repr(signal) == f"{plain[:-1]}; 'another'>"
    assert repr(library.Signal()).startswith(f"<{library.__name__}.base.Signal object at 0x")


def test_a_named_signal_needs_a_name(library: Any) -> None:
    with pytest.raises(TypeError, match="'name'"):
        library.NamedSignal()


# -- namespaces


def test_a_namespace_is_a_dict_of_signals_by_name(library: Any) -> None:
    names = library.Namespace()
    assert issubclass(library.Namespace, dict)
    assert type(names).__mro__[1] is dict
    assert names == {}
    one = names.signal("one")
    assert type(one) is library.NamedSignal
    assert one.name == "one"
    assert names == {"one": one}
    assert names["one"] is one
    assert "two" not in names
    with pytest.raises(KeyError, match="two"):
        names["two"]
    assert list(names) == ["one"]
    assert names.pop("one") is one
    assert names.signal("one") is not one


def test_a_namespace_gives_the_same_signal_for_the_same_name(library: Any) -> None:
    names = library.Namespace()
    one = names.signal("one", "The first documentation stays.")
    assert names.signal(name="one", doc="another") is one
    assert one.__doc__ == "The first documentation stays."
    assert library.Namespace().signal("one") is not one


def test_a_namespace_gives_what_was_put_into_it(library: Any) -> None:
    mine = library.NamedSignal("mine")
    names = library.Namespace(mine=mine)
    assert names.signal("mine") is mine
    names["other"] = mine
    assert names.signal("other") is mine
    assert library.Namespace({"mine": mine}) == library.Namespace(mine=mine)


def test_the_default_namespace_is_where_signal_looks(library: Any) -> None:
    name = f"{__name__}.{library.__name__}"
    assert type(library.default_namespace) is library.Namespace
    made = library.signal(name, doc="Sent by a test.")
    try:
        assert library.signal(name) is made
        assert library.signal(name=name) is made
        assert library.default_namespace[name] is made
        assert library.signal.__self__ is library.default_namespace
        assert made.__doc__ == "Sent by a test."
    finally:
        del library.default_namespace[name]


def test_named_signals_send_like_others(library: Any) -> None:
    signal = library.Namespace().signal("sent")
    receiver = returns(1)
    signal.connect(receiver)
    assert results(signal.send("sender", name="payload", doc="payload")) == [1]


# -- symbols


def test_there_is_one_symbol_of_each_name(library: Any) -> None:
    symbol = library._utilities.Symbol
    one = symbol("a name of its own")
    assert symbol("a name of its own") is one
    assert symbol(name="a name of its own") is one
    assert symbol("another name") is not one
    assert symbol.symbols["a name of its own"] is one
    assert (repr(one), str(one), one.name) == ("a name of its own",) * 3
    assert symbol is library.base.Symbol


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_symbol_pickles_to_itself(library: Any, protocol: int) -> None:
    for symbol in (library.ANY, library._utilities.Symbol("pickled")):
        assert pickle.loads(pickle.dumps(symbol, protocol)) is symbol


def test_a_symbol_copies_to_itself(library: Any) -> None:
    assert copy.copy(library.ANY) is library.ANY
    assert copy.deepcopy([library.ANY]) == [library.ANY]


# -- identifiers and references


def test_make_id_gives_strings_and_integers_themselves_and_addresses_else(library: Any) -> None:
    make_id = library._utilities.make_id
    assert make_id is library.base.make_id
    for value in ("", "sender", 0, 7, True):
        assert make_id(value) is value
    heard: list[object] = []
    things: list[Any] = [None, 1.5, (), Sender(), Sender, returns, heard.append, library.ANY]
    for thing in things:
        assert make_id(thing) == id(thing)
    assert make_id(obj=library) == id(library)


def test_make_id_of_a_bound_method_names_function_and_object(library: Any) -> None:
    listener = Listener()
    assert library._utilities.make_id(listener.on) == (id(Listener.on), id(listener))


def test_make_ref_refers_to_an_object(library: Any) -> None:
    make_ref = library._utilities.make_ref
    assert make_ref is library.base.make_ref
    dead: list[object] = []
    sender = Sender()
    plain, told = make_ref(sender), make_ref(obj=sender, callback=dead.append)
    assert type(plain) is weakref.ref
    assert plain() is told() is sender
    del sender
    assert plain() is told() is None
    assert dead == [told]


def test_make_ref_of_a_method_lives_as_long_as_its_object(library: Any) -> None:
    make_ref = library._utilities.make_ref
    dead: list[object] = []
    listener = Listener()
    told = make_ref(listener.on, dead.append)
    assert type(told) is weakref.WeakMethod
    assert told() == listener.on
    del listener
    assert told() is None
    assert dead == [told]


def test_make_ref_of_what_has_no_weak_reference_is_a_type_error(library: Any) -> None:
    things: list[Any] = [1, "name", (), Unreferenced(), Unreferenced().on]
    for thing in things:
        with pytest.raises(TypeError, match="cannot create weak reference"):
            library._utilities.make_ref(thing)
