"""Checks whether a receiver accepts the payload of a signal, when it is connected.

Only the receiver's own code counts: `__wrapped__` and `__signature__` describe another function,
and annotations are never evaluated. Reading the code object takes about a microsecond,
`inspect.signature` ten.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final, Protocol

from aldis._core._faults import fault
from aldis._core._identity import is_function, is_method
from aldis._core._kinds import is_marked_async
from aldis._core._shapes import Shape, shape_in_c, shape_of, shape_of_code
from aldis._core._target import target_of

if TYPE_CHECKING:
    from types import CodeType, FunctionType

    from aldis._core._payload import Payload, VerdictKey
    from aldis._core._target import AnyReceiver, Target

_COMPILED: Final = "aldis._core._compile"  # the module of sending functions
_UNBOUND: Final = (
    "its 'self' takes {}, since it is not bound to an object; connect the bound method, "
    "for instance in `__init__`"
)


if TYPE_CHECKING:

    class Declared(Protocol):
        """The registry of a signal, which has its payload."""

        @property
        def payload(self) -> Payload:
            """The payload."""
            ...


def verdict_key(receiver: AnyReceiver) -> tuple[VerdictKey, CodeType] | None:
    """Return a key of all that a verdict on a plain function or method depends on, and its code.

    The key has the address of the code, since hashing the code takes longer than checking the
    receiver. So a verdict is valid only for that very code object.
    """
    bound = is_method(receiver)
    function = receiver.__func__ if is_method(receiver) else receiver
    if not is_function(function) or (function.__closure__ and _sent_by(function)):
        return None
    code, defaults, by_name = function.__code__, function.__defaults__, function.__kwdefaults__
    marked = is_marked_async(function)
    if defaults is None and by_name is None and not marked:  # most are so
        return (~id(code) if bound else id(code)), code
    count = len(defaults) if defaults else 0
    return (id(code), bound, marked, count, tuple(by_name) if by_name else ()), code


def objection(receiver: AnyReceiver, payload: Payload) -> str | None:
    """Return why a receiver does not accept the payload; None if it does, or if unknown."""
    target = target_of(receiver)
    function = target.function
    shape: Shape | None
    if is_function(function):
        sent = _sent_by(function)
        if sent is None and _fits_plainly(function, target, payload):
            return None
        shape = shape_of_code(function) if sent is None else shape_of(sent.with_sender)
    else:
        shape = shape_in_c(function)
    found = None if shape is None else fault(shape, target, payload)
    if found is None or not _is_unbound_method(receiver):
        return found
    return _UNBOUND.format("the sender" if payload.gives_sender else "the first argument")


def _is_unbound_method(receiver: AnyReceiver) -> bool:
    """Whether it is a method of a class that is not bound to an object."""
    if not is_function(receiver):
        return False
    *_, owner, _ = ["", *receiver.__qualname__.split(".")]
    return owner not in {"", "<locals>"} and receiver.__code__.co_varnames[:1] == ("self",)


def _fits_plainly(function: FunctionType, target: Target, payload: Payload) -> bool:
    """Whether a plain receiver of keyword arguments fits; five times as fast as a full check."""
    code = function.__code__
    after_sender = len(target.places) + payload.gives_sender
    if (
        not after_sender - 1 < code.co_argcount
        or code.co_posonlyargcount > after_sender
        or target.given
        or False in target.places
        or payload.by_position
        or payload.star
        or payload.starstar
    ):
        return False
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    taken = {*named[after_sender:]}
    if not payload.names.isdisjoint(named[:after_sender]):
        return False
    if not (payload.names <= taken or code.co_flags & inspect.CO_VARKEYWORDS):
        return False
    required = taken - payload.names
    if function.__defaults__:
        required.difference_update(named[: code.co_argcount][-len(function.__defaults__) :])
    if function.__kwdefaults__:
        required.difference_update(function.__kwdefaults__)
    return not required


def _sent_by(function: FunctionType) -> Payload | None:
    """Return the payload of a signal if this is one of its sending functions.

    Before the first send, the code of such a function takes any arguments.
    """
    cells = function.__closure__
    if cells is None or function.__globals__.get("__name__") != _COMPILED:
        return None
    names = [name.lstrip("_") for name in function.__code__.co_freevars]
    registry: Declared = cells[names.index("registry")].cell_contents
    return registry.payload.settle()
