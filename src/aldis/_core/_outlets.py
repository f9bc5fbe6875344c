"""The functions that a signal sends with: each in a slot, its code written at the first send.

A slot of a base class lets a subclass override `send`, and `super().send` work, at no more cost
than a plain function. The function stays the same object when its code is replaced, so `b.send` can
be connected to another signal before it was ever used.
"""

from __future__ import annotations

import weakref
from types import CellType, CodeType, FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

from aldis._core import _observing
from aldis._core._compile import code_for, namespace, send_title
from aldis._core._exclusive import attempt, release
from aldis._core._generate import Recipe
from aldis._core._observing import is_observed, on_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from aldis._core._books import SignalBooks
    from aldis._core._generate import Flavour
    from aldis._core._registry import Registry


class Outlets:
    """How a signal sends."""

    __slots__ = ()


class SyncOutlets(Outlets):
    """How a `Signal` sends."""

    __slots__ = {
        "send": "Call every live receiver, and return `[(receiver, result), ...]`.",
        "send_robust": "As `send`, but an exception takes the place of a receiver's result.",
    }


class AsyncOutlets(Outlets):
    """How an `AsyncSignal` sends."""

    __slots__ = {
        "gather": "Await every live receiver at once, and return `[(receiver, result), ...]`.",
        "send": "Await every live receiver in turn, and return `[(receiver, result), ...]`.",
        "send_robust": "As `send`, but an exception takes the place of a receiver's result.",
    }


def open_outlets(signal: Outlets, registry: Registry) -> None:
    """Fill the slots of a new signal with functions that send from the registry."""
    for flavour, slot in _slots_of(signal).items():
        function = _function(_STUBS[flavour], registry)
        # a coroutine that nobody awaited is called so, from the first on
        function.__qualname__ = f"signal {registry.name}: {flavour.rpartition(' ')[2]}"
        slot.__set__(signal, function)


def reset_outlets(signal: Outlets, registry: Registry) -> None:
    """Let the functions be written anew, since the payload is another."""
    for flavour, slot in _slots_of(signal).items():
        function: object = slot.__get__(signal)
        if _sends_from(function, registry):
            function.__code__ = _STUBS[flavour]


def _function(code: CodeType, registry: Registry) -> FunctionType:
    return FunctionType(code, namespace, closure=(CellType(registry),))


def _first_send(registry: Registry, flavour: Flavour) -> Callable[..., Any]:
    """Write the code of a sending function that is called for the first time, and return it."""
    payload = registry.settle()
    observers = _observing.observers
    observed = is_observed(registry)
    code = code_for(Recipe.of(flavour, payload, observed=observed))
    function = _function(code, registry)
    function.__defaults__ = payload.defaults
    function.__kwdefaults__ = payload.keyword_defaults
    function.__qualname__ = send_title(registry, flavour.rpartition(" ")[2])
    if observed:
        return function  # for this send only
    signal = registry.owner()
    # `Signal().send(...)` let go of the signal before the call
    found: object = None if signal is None else _slots_of(signal)[flavour].__get__(signal)
    # somebody may have put a function of his own in the slot, which calls this one
    if _sends_from(found, registry):
        defaults, by_name = function.__defaults__, function.__kwdefaults__
        title = function.__qualname__
        _before = (found.__defaults__, found.__kwdefaults__)  # dropped after the lock
        _written[id(registry), flavour] = found  # first: who comes to observe has to find it
        for is_taken in attempt:  # pragma: no branch
            try:
                # else the next send tries again; and it was not declared meanwhile, and nobody
                # came to observe
                if is_taken and registry.payload is payload and _observing.observers is observers:
                    found.__defaults__ = defaults
                    found.__kwdefaults__ = by_name
                    found.__qualname__ = title
                    found.__code__ = code  # last: another thread may be calling it now
            finally:
                if is_taken:
                    release()
            break
    return function


def _unwrite(registry: SignalBooks | None) -> None:
    """Put back the stubs of one signal, or of all: who observes it has changed."""
    if not is_observed(registry):
        return  # nothing was written meanwhile
    places: Iterable[tuple[int, Flavour]] = _written
    if registry is not None:
        places = [(id(registry), flavour) for flavour in _STUBS]
    for place in [*places]:
        function = _written.pop(place, None)
        if function is not None:
            function.__code__ = _STUBS[place[1]]


def _sends_from(function: object, registry: Registry) -> TypeGuard[FunctionType]:
    """Whether it is the function that was put in the slot of this registry's signal."""
    if type(function) is not FunctionType or function.__globals__ is not namespace:
        return False
    return function.__closure__ is not None and function.__closure__[0].cell_contents is registry


def _stubs(registry: Registry) -> Mapping[Flavour, Any]:
    """Return functions whose code stands in until the first send.

    It has the registry as its one free variable, as the code has that replaces it.
    """

    def send(*args: object, **kwargs: object) -> object:
        return _first_send(registry, "send")(*args, **kwargs)

    def send_robust(*args: object, **kwargs: object) -> object:
        return _first_send(registry, "send_robust")(*args, **kwargs)

    async def async_send(*args: object, **kwargs: object) -> object:
        return await _first_send(registry, "async send")(*args, **kwargs)

    async def async_send_robust(*args: object, **kwargs: object) -> object:
        return await _first_send(registry, "async send_robust")(*args, **kwargs)

    async def gather(*args: object, **kwargs: object) -> object:
        return await _first_send(registry, "async gather")(*args, **kwargs)

    return {
        "send": send,
        "send_robust": send_robust,
        "async send": async_send,
        "async send_robust": async_send_robust,
        "async gather": gather,
    }


def _slots_of(signal: Outlets) -> Mapping[Flavour, MemberDescriptorType]:
    return _SYNC if isinstance(signal, SyncOutlets) else _ASYNC


def _slot(owner: type, name: str) -> MemberDescriptorType:
    slot: MemberDescriptorType = owner.__dict__[name]
    return slot


_SYNC: Final[Mapping[Flavour, MemberDescriptorType]] = {
    "send": _slot(SyncOutlets, "send"),
    "send_robust": _slot(SyncOutlets, "send_robust"),
}
_ASYNC: Final[Mapping[Flavour, MemberDescriptorType]] = {
    "async send": _slot(AsyncOutlets, "send"),
    "async send_robust": _slot(AsyncOutlets, "send_robust"),
    "async gather": _slot(AsyncOutlets, "gather"),
}
_STUBS: Final[Mapping[Flavour, CodeType]] = {
    flavour: stub.__code__ for flavour, stub in _stubs(cast("Registry", None)).items()
}
namespace["_first_send"] = _first_send  # where the stubs' code finds it
# by the address of the registry, which each of these functions keeps alive
_written: Final = weakref.WeakValueDictionary["tuple[int, Flavour]", FunctionType]()
on_change.append(_unwrite)
