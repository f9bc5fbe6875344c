"""Every public name of blinker is in the adapter, with the same signature, and no other is."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from operator import attrgetter
from types import ModuleType
from typing import Any

import pytest
from adapter_libraries import ADAPTER, BLINKER

MODULES = ["", ".base", "._utilities"]
CLASSES = ["base.Signal", "base.NamedSignal", "base.Namespace", "_utilities.Symbol"]

# Private by name, but used by tests and by long-running programs.
PRIVATE = {"_by_receiver", "_by_sender", "_cleanup_bookkeeping", "_clear_state"}

# Names that the adapter has and blinker does not, by module or class. An entry that no longer
# applies is an error.
EXTRA: dict[str, set[str]] = {
    "": {"AsyncView", "View", "install", "typed", "uninstall"},
}


class Kind(Enum):
    """The kind of a member of a class or module."""

    CLASS = "class"
    ASYNC = "coroutine function"
    FUNCTION = "function"
    MODULE = "module"
    PROPERTY = "computed once, and kept"
    VALUE = "value"


def kind_of(thing: object) -> Kind:
    if inspect.ismodule(thing):
        return Kind.MODULE
    if inspect.isclass(thing):
        return Kind.CLASS
    if isinstance(thing, cached_property):
        return Kind.PROPERTY
    if inspect.iscoroutinefunction(thing):
        return Kind.ASYNC
    return Kind.FUNCTION if inspect.isroutine(thing) else Kind.VALUE


def public(module: ModuleType, *places: str) -> dict[str, Any]:
    """Return what has a public name and comes from one of these places, not from an import.

    A number says of no place that it comes from there: it is taken for the module's own.
    """
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (type(value) is int or getattr(value, "__module__", None) in places)
    }


def everywhere(package: str) -> list[str]:
    return [f"{package}{module}" for module in MODULES]


def both(path: str) -> list[Any]:
    """Return what is found there in blinker, and in the adapter."""
    find = attrgetter(path)
    return [find(library) for library in (BLINKER, ADAPTER)]


def parameters(thing: Any) -> list[tuple[str, object, str]]:
    """Return names, kinds and defaults: a symbol of either library is told by what it shows."""
    return [
        (parameter.name, parameter.kind, repr(parameter.default))
        for parameter in inspect.signature(thing).parameters.values()
    ]


@pytest.mark.parametrize("module", MODULES)
def test_the_names_of_a_module_are_those_of_blinker(module: str) -> None:
    theirs = public(importlib.import_module(f"blinker{module}"), *everywhere("blinker"))
    ours = vars(importlib.import_module(f"aldis.blinker{module}"))
    assert len(theirs) >= (4 if module else 6), "too little is compared"
    assert set(theirs) - set(ours) == set()
    for name, value in theirs.items():
        assert kind_of(ours[name]) is kind_of(value), name


def test_all_names_what_blinker_names_and_what_installs_the_adapter() -> None:
    assert set(ADAPTER.__all__) == set(BLINKER.__all__) | EXTRA[""]
    assert list(ADAPTER.__all__) == sorted(ADAPTER.__all__)


def test_the_modules_that_blinker_has_are_attributes_of_the_package() -> None:
    for name in ("base", "_utilities"):
        assert inspect.ismodule(getattr(BLINKER, name))
        assert inspect.ismodule(getattr(ADAPTER, name))


def test_a_name_is_the_same_thing_wherever_it_can_be_imported_from() -> None:
    for library in (BLINKER, ADAPTER):
        for name in BLINKER.__all__:
            assert getattr(library, name) is getattr(library.base, name)
        for name in ("Symbol", "make_id", "make_ref"):
            assert getattr(library._utilities, name) is getattr(library.base, name)


@pytest.mark.parametrize("path", CLASSES)
def test_a_class_is_called_and_placed_as_in_blinker(path: str) -> None:
    theirs, ours = both(path)
    assert ours.__name__ == theirs.__name__
    assert ours.__qualname__ == theirs.__qualname__
    assert ours.__module__ == f"aldis.{theirs.__module__}"
    assert issubclass(ours, dict) is issubclass(theirs, dict)
    if not issubclass(ours, dict):  # whose signature nobody knows
        assert parameters(ours) == parameters(theirs)


def test_a_named_signal_is_a_signal() -> None:
    for library in (BLINKER, ADAPTER):
        assert issubclass(library.NamedSignal, library.Signal)


def members(kind: Any) -> Iterator[tuple[str, object]]:
    """Give the members that a class has beyond those of `object` and `dict`."""
    for name in dir(kind):
        found = inspect.getattr_static(kind, name)
        builtin = hasattr(kind.__base__, name) and kind.__base__ in (dict, object)
        if name in PRIVATE or (not name.startswith("_") and not builtin):
            yield name, found


MEMBERS = [(path, name) for path in CLASSES for name, _ in members(both(path)[0])]


@pytest.mark.parametrize(("path", "name"), MEMBERS, ids=[".".join(member) for member in MEMBERS])
def test_a_member_has_the_kind_and_the_signature_of_blinkers(path: str, name: str) -> None:
    theirs, ours = (inspect.getattr_static(kind, name) for kind in both(path))
    assert kind_of(ours) is kind_of(theirs)
    assert inspect.isgeneratorfunction(ours) is inspect.isgeneratorfunction(theirs)
    if kind_of(theirs) in {Kind.ASYNC, Kind.FUNCTION}:
        assert parameters(ours) == parameters(theirs)
    elif kind_of(theirs) is Kind.VALUE:
        if isinstance(theirs, dict):  # of symbols, which other tests may have made
            assert type(ours) is dict
        else:
            assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("path", CLASSES)
def test_a_class_has_no_public_member_that_blinkers_has_not(path: str) -> None:
    theirs, ours = both(path)
    instance = theirs(
        *(["name"] if "name" in inspect.signature(theirs.__init__).parameters else [])
    )
    # what blinker sets when it makes an instance may be computed here
    known: set[str] = {*dict(members(theirs)), *vars(instance)}
    assert set(dict(members(ours))) - known == set()


def test_an_instance_has_the_attributes_of_blinkers() -> None:
    theirs, ours = BLINKER.NamedSignal("name", "doc"), ADAPTER.NamedSignal("name", "doc")
    made: dict[str, object] = theirs.__dict__
    attributes = {*made, *PRIVATE} - {"_weak_senders"}
    assert attributes >= {"is_muted", "name", "receivers"}
    for name in attributes:
        assert hasattr(ours, name), name
        assert hasattr(theirs, name), name
    for name in ("is_muted", "name", "__doc__"):
        assert getattr(ours, name) == getattr(theirs, name)


@pytest.mark.parametrize(
    "path",
    ["base._PNamespaceSignal.__call__", "_utilities.make_id", "_utilities.make_ref", "signal"],
)
def test_a_function_has_the_signature_of_blinkers(path: str) -> None:
    theirs, ours = both(path)
    assert parameters(ours) == parameters(theirs)


@pytest.mark.parametrize("module", MODULES)
def test_the_adapter_adds_no_public_name_but_those_that_are_listed(module: str) -> None:
    theirs = public(importlib.import_module(f"blinker{module}"), *everywhere("blinker"))
    adapter = importlib.import_module(f"aldis.blinker{module}")
    ours = set(adapter.__all__) if not module else set(public(adapter, adapter.__name__))
    assert ours - set(theirs) == EXTRA.get(module, set())
