"""Whether a receiver can take what a signal sends, found out when it is connected.

A receiver is judged by its own code and not by `__wrapped__` or `__signature__`, which tell what
another function takes; nor by its annotations, which are never evaluated. Reading the code object
takes about a microsecond, `inspect.signature` ten.
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

_COMPILED: Final = "aldis._core._compile"  # where the functions are made that signals send with
_UNBOUND: Final = (
    "its 'self' takes {}, since it is not bound to an object; connect the bound method, "
    "for instance in `__init__`"
)


if TYPE_CHECKING:

    class Declared(Protocol):
        """What has a payload: the registry of a signal."""

        @property
        def payload(self) -> Payload:
            """What is sent beside the sender."""
            ...


def verdict_key(receiver: AnyReceiver) -> tuple[VerdictKey, CodeType] | None:
    """Return all that a verdict on a plain function or method depends on, with its code.

    The code's address is in the key, since its hash takes longer than to verify it: so a verdict
    holds for as long as the code is that very one.
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
    """Return why a receiver cannot take the payload; None if it can, or if that cannot be told."""
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
    """Whether it is a function of a class body, to which nothing gives its `self`."""
    if not is_function(receiver):
        return False
    *_, owner, _ = ["", *receiver.__qualname__.split(".")]
    return owner not in {"", "<locals>"} and receiver.__code__.co_varnames[:1] == ("self",)


def _fits_plainly(function: FunctionType, target: Target, payload: Payload) -> bool:
    """Whether it is an ordinary receiver of names: seen in a fifth of the time of a judgement."""
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
    """Return the payload of a signal, if this is a function that it sends with.

    Before the first send, its code takes anything.
    """
    cells = function.__closure__
    if cells is None or function.__globals__.get("__name__") != _COMPILED:
        return None
    names = [name.lstrip("_") for name in function.__code__.co_freevars]
    registry: Declared = cells[names.index("registry")].cell_contents
    return registry.payload.settle()
