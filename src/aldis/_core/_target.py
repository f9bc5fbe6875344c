"""Finds the function that a receiver finally calls, without running any code."""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import partial
from types import FunctionType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aldis._core._identity import is_function, is_method
from aldis._static import (
    MISSING,
    args_of_partial,
    func_of_classmethod,
    func_of_partial,
    func_of_static,
    is_class,
    keywords_of_partial,
    look_up,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

AnyReceiver: TypeAlias = Callable[..., object]

# in a `partial`, the place of an argument that the caller passes; since CPython 3.14
PLACEHOLDER: Final[object] = getattr(functools, "Placeholder", object())
_LruCache: Final[type] = functools._lru_cache_wrapper


class Target:
    """The function that is called, finally or as the next step, and the arguments bound to it."""

    __slots__ = ("function", "given", "initializes", "is_endless", "objects", "places")

    def __init__(
        self,
        function: FunctionType | AnyReceiver,
        places: tuple[bool, ...] = (),
        given: frozenset[str] = frozenset(),
        objects: tuple[object, ...] = (),
        *,
        initializes: bool = False,
    ) -> None:
        self.function = function
        # for the first positional arguments, whether each is bound; if not, the caller passes it
        self.places = places
        self.given = given  # the arguments bound by name
        # the objects on the way that are neither function nor method, and may be marked async
        self.objects = objects
        self.initializes = initializes  # is it the `__init__` of a class that is called?
        self.is_endless = False  # is there a cycle?


def target_of(receiver: AnyReceiver) -> Target:
    """Follow methods, partials, and objects with a `__call__` to the function behind them."""
    target = Target(receiver)
    met: set[int] = set()
    while not is_function(target.function):
        if id(target.function) in met:
            target.is_endless = True
            return target
        met.add(id(target.function))
        step = _step(target.function)
        if step is None:
            target.objects += (target.function, *_odd_call(target.function))
            return target
        target = Target(
            step.function,
            _composed(step.places, target.places),
            target.given | step.given,
            target.objects + step.objects,
            initializes=target.initializes or step.initializes,
        )
    return target


def _step(receiver: AnyReceiver) -> Target | None:
    """Return the next target of a call; None if it is unknown or C code."""
    if is_method(receiver):
        return Target(receiver.__func__, (True,))
    kind = type(receiver)
    call = look_up(kind, "__call__")
    if is_function(call):
        return Target(call, (True,), objects=(receiver,))
    if issubclass(type(call), classmethod):
        return Target(func_of_classmethod(call), (True,), objects=(receiver,))
    if issubclass(type(call), staticmethod):
        return Target(func_of_static(call), objects=(receiver,))
    return _step_in_c(receiver, kind) if type(call) is WrapperDescriptorType else None


def _step_in_c(receiver: Any, kind: type) -> Target | None:
    """Return the next target of an object whose `__call__` is that of a builtin type."""
    if issubclass(kind, partial):
        arguments, names = args_of_partial(receiver), keywords_of_partial(receiver)
        places = tuple(argument is not PLACEHOLDER for argument in arguments)
        return Target(func_of_partial(receiver), places, frozenset(names))
    if issubclass(kind, staticmethod):
        return Target(func_of_static(receiver))
    if kind is _LruCache:
        wrapped = getattr(receiver, "__wrapped__", None)
        return None if wrapped is None else Target(wrapped, objects=(receiver,))
    if is_class(receiver):
        return _constructor_of(receiver)
    return None


def _constructor_of(kind: type) -> Target | None:
    """Return the `__new__` or `__init__` that takes the arguments, if it is written in Python.

    If there are both, it is the one that comes first in the method resolution order.
    """
    made_by = look_up(kind, "__new__", "__init__")
    is_new = issubclass(type(made_by), staticmethod)
    if is_new:
        made_by = func_of_static(made_by)
    if not is_function(made_by):
        return None
    return Target(made_by, (True,), objects=(kind,), initializes=not is_new)


def _odd_call(receiver: object) -> tuple[object, ...]:
    """Return the `__call__` of a class if it is neither C code nor a function."""
    call = look_up(type(receiver), "__call__")
    return () if call is MISSING or type(call) is WrapperDescriptorType else (call,)


def _composed(added: Sequence[bool], places: Sequence[bool]) -> tuple[bool, ...]:
    """Return `places` of a function with the `places` of its caller, after `added` was bound."""
    rest = iter(places)
    filled = [is_bound or next(rest, False) for is_bound in added]
    return (*filled, *rest)
