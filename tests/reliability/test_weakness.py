"""A weak connection keeps nothing alive of what its receiver is made of."""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

import pytest

from aldis import Signal
from aldis._core._invariants import faults
from helpers import functions_of_modules_die, results


class Kind(NamedTuple):
    """A receiver, and what a program holds so that it lives."""

    receiver: Callable[..., object]
    held: list[object]


def in_a_module() -> types.ModuleType:
    """Return a module that was executed just now, as one that is loaded again."""
    module = types.ModuleType("reliability_passing")
    exec(compile(SOURCE, "<passing>", "exec"), module.__dict__)
    return module


SOURCE = """
from functools import partial

def function(sender):
    return "heard"

def closure():
    secret = function
    def hear(sender):
        return secret(sender)
    return hear

class Plain:
    def hear(self, sender):
        return __class__ and "heard"

    @classmethod
    def of_class(cls, sender):
        return "heard"

    def __private(self, sender):
        return "heard"

    def private(self):
        return self.__private

    def __call__(self, sender):
        return "heard"

class Inheriting(Plain):
    pass

class Meta(type):
    def hear(cls, sender):
        return "heard by the class"

class Made(metaclass=Meta):
    def hear(self, sender):
        return "heard"

class Bare(metaclass=Meta):
    pass

class List(list):
    def hear(self, sender):
        return "heard"

class Slotted:
    __slots__ = ("__weakref__",)

    def hear(self, sender):
        return "heard"

class Bound:
    def __get__(self, instance, owner):
        return described.__get__(instance, owner)

def described(self, sender):
    return "heard"

class Described:
    hear = Bound()

class Shadowed(Plain):
    def __init__(self):
        self.hear = None

    def found(self):
        return Plain.hear.__get__(self)

def defined_in_a_function():
    local = object()

    class Local:
        def hear(self, sender):
            assert local
            return super().__repr__() and "heard"

    return Local()

def method_of_no_class(owner):
    return (lambda self, sender: "heard").__get__(owner)
"""


def function(module: Any) -> Kind:
    return Kind(module.function, [])


def closure(module: Any) -> Kind:
    return Kind(module.closure(), [])


def method(module: Any) -> Kind:
    owner = module.Plain()
    return Kind(owner.hear, [owner])


def inherited_method(module: Any) -> Kind:
    owner = module.Inheriting()
    return Kind(owner.hear, [owner])


def method_of_a_class_defined_in_a_function(module: Any) -> Kind:
    owner = module.defined_in_a_function()
    return Kind(owner.hear, [owner])


def partial_of_a_method(module: Any) -> Kind:
    return Kind(partial(module.Plain().hear), [])


def callable_object(module: Any) -> Kind:
    return Kind(module.Plain(), [])


def method_of_a_builtin_subclass(module: Any) -> Kind:
    owner = module.List()
    return Kind(owner.hear, [owner])


def method_of_a_slotted_class(module: Any) -> Kind:
    owner = module.Slotted()
    return Kind(owner.hear, [owner])


def method_made_by_a_descriptor(module: Any) -> Kind:
    owner = module.Described()
    return Kind(owner.hear, [owner])


def method_hidden_by_an_attribute(module: Any) -> Kind:
    owner = module.Shadowed()
    return Kind(owner.found(), [owner])


def method_of_no_class(module: Any) -> Kind:
    owner = module.Plain()
    made = module.method_of_no_class(owner)
    return Kind(made, [owner, made.__func__])


def class_method(module: Any) -> Kind:
    return Kind(module.Plain.of_class, [module.Plain])


def private_method(module: Any) -> Kind:
    owner = module.Plain()
    return Kind(owner.private(), [owner])


def method_of_a_class_with_a_metaclass(module: Any) -> Kind:
    owner = module.Made()
    return Kind(owner.hear, [owner])


def method_of_a_metaclass(module: Any) -> Kind:
    return Kind(module.Bare.hear, [module.Bare])


KINDS = [
    function,
    closure,
    method,
    inherited_method,
    method_of_a_class_defined_in_a_function,
    partial_of_a_method,
    callable_object,
    method_of_a_builtin_subclass,
    method_of_a_slotted_class,
    method_made_by_a_descriptor,
    method_hidden_by_an_attribute,
    method_of_no_class,
    class_method,
    private_method,
    method_of_a_class_with_a_metaclass,
    method_of_a_metaclass,
]


def everything() -> Signal[Any, ..., Any]:
    return Signal()


def declared() -> Signal[Any, ..., Any]:
    @Signal
    def heard(sender: object, /) -> object:
        raise NotImplementedError

    return heard


MANY = 200_000  # a process has more objects; a signal leads to some thousands


def reachable(start: object, own: types.ModuleType) -> dict[int, object]:
    """Return all that an object leads to, without other modules and what runs now."""
    found: dict[int, object] = {}
    ahead = [start]
    while ahead:
        thing = ahead.pop()
        if id(thing) not in found and not is_of_others(thing, own):
            found[id(thing)] = thing
            ahead += gc.get_referents(thing)
        assert len(found) < MANY, "it leads to the whole process"
    return found


def is_of_others(thing: object, own: types.ModuleType) -> bool:
    """Tell whether it is what every object of a program leads to, sooner or later."""
    if thing is own or thing is vars(own):
        return False
    kind = type(thing)
    is_globals = kind is dict and "__loader__" in cast("dict[object, object]", thing)
    return is_globals or thing is sys.modules or issubclass(kind, _OF_THE_PROGRAM)


_OF_THE_PROGRAM = (types.ModuleType, types.FrameType, types.TracebackType)


def made_of(kind: Kind, module: types.ModuleType) -> list[object]:
    """Return what a receiver is made of, and what that leads to in its own module."""
    parts: list[object] = [module, vars(module), *kind.held]
    if not isinstance(kind.receiver, types.MethodType):  # which is made by each access
        parts.append(kind.receiver)
    own = [thing for thing in gc.get_objects() if type(thing) is types.FunctionType]
    for found in own:
        if found.__globals__ is vars(module):
            cells = found.__closure__ or ()
            parts += [found, found.__code__, *cells]
    return parts


@pytest.mark.parametrize("sent", [False, True], ids=["never sent", "sent"])
@pytest.mark.parametrize("sender", ["everyone", "one"])
@pytest.mark.parametrize("make", [everything, declared])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_weak_receiver_can_be_reached_from_its_signal(
    kind: Callable[[Any], Kind],
    make: Callable[[], Signal[Any, ..., Any]],
    sender: str,
    sent: bool,
) -> None:
    module, signal = in_a_module(), make()
    found = kind(module)
    of = [] if sender == "everyone" else ["me"]
    signal.connect(found.receiver, *of)
    if sent:
        for _ in range(3):
            assert len(results(signal.send("me"))) == 1
        assert signal.receivers_for("me")
        assert signal.receivers
    assert not led_to(signal, made_of(found, module), module)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_signal_keeps_is_found(kind: Callable[[Any], Kind]) -> None:
    module, signal = in_a_module(), everything()
    found = kind(module)
    signal.connect(found.receiver, weak=False)
    assert led_to(signal, made_of(found, module), module)


def led_to(start: object, parts: list[object], own: types.ModuleType) -> list[str]:
    """Return the types of the parts that can be reached: a `repr` may be that of everything.

    All that was reached is dropped with this frame, which no failure's traceback keeps alive.
    """
    reached = reachable(start, own)
    return [type(part).__name__ for part in parts if id(part) in reached]


@functions_of_modules_die
@pytest.mark.parametrize("make", [everything, declared])
@pytest.mark.parametrize("kind", KINDS)
def test_a_weak_receiver_and_its_module_die_while_the_signal_lives(
    kind: Callable[[Any], Kind], make: Callable[[], Signal[Any, ..., Any]]
) -> None:
    module, signal = in_a_module(), make()
    found = kind(module)
    signal.connect(found.receiver)
    signal.connect(found.receiver, "me")
    signal.send("me")
    parts = [part for part in made_of(found, module) if is_code(part) or is_function(part)]
    references = [weakref.ref(part) for part in [module, *parts]]
    del module, found, parts
    gc.collect()
    assert not [reference for reference in references if reference() is not None]
    assert signal.send("me") == []
    assert not signal.receivers
    assert len(signal._registry) == 0
    assert not faults(signal._registry)


def is_code(thing: object) -> bool:
    return isinstance(thing, types.CodeType)


def is_function(thing: object) -> bool:
    return isinstance(thing, types.FunctionType)
