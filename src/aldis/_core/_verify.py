"""Whether a receiver can take what a signal sends, found out when it is connected.

A receiver is judged by its own code and not by `__wrapped__` or `__signature__`, which tell what
another function takes. Reading the code object takes about a microsecond, `inspect.signature` ten.
"""

from __future__ import annotations

import inspect
import sys
from inspect import Parameter, Signature
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from aldis._core._identity import is_function, is_method, is_partial

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from types import CodeType

    from aldis._core._connection import AnyReceiver
    from aldis._core._payload import Payload
    from aldis._core._registry import Registry

_ASYNC = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE | inspect.CO_ASYNC_GENERATOR
_SENDER = "the sender"
_OUTLETS = "aldis._core._compile"  # where the functions are made that signals send with
MARK = "_is_coroutine_mark"  # left on a function by `inspect.markcoroutinefunction`
MARKED = sys.version_info >= (3, 12)  # since when `inspect` looks for it

# address of the code, bound?, marked?, how many defaults, which defaults by name
VerdictKey: TypeAlias = "int | tuple[int, bool, bool, int, tuple[str, ...]]"


_Wrapped: TypeAlias = "classmethod[Any, ..., Any] | staticmethod[..., Any]"


class _Core(NamedTuple):
    """What is called in the end, and what was bound to it on the way."""

    function: FunctionType | AnyReceiver
    bound: int  # arguments already given by position
    given: frozenset[str]  # and by name, by a partial


class _Shape(NamedTuple):
    """The parameters of a receiver."""

    by_position_only: tuple[str, ...]
    by_either: tuple[str, ...]
    by_keyword_only: tuple[str, ...]
    required: frozenset[str]
    star: bool
    starstar: bool


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
    marked = hasattr(function, MARK)
    if defaults is None and by_name is None and not bound and not marked:
        return id(code), code  # most are so
    count = len(defaults) if defaults else 0
    return (id(code), bound, marked, count, tuple(by_name) if by_name else ()), code


def is_async(receiver: AnyReceiver) -> bool:
    """Whether calling it gives something to await, as far as its own code tells."""
    function = _core(receiver).function
    return is_function(function) and (
        bool(function.__code__.co_flags & _ASYNC) or inspect.iscoroutinefunction(function)
    )


def objection(receiver: AnyReceiver, payload: Payload) -> str | None:
    """Return why a receiver cannot take the payload; None if it can, or if that cannot be told."""
    core = _core(receiver)
    sent = _sent_by(core.function) if is_function(core.function) else None
    if sent is not None:
        shape = _shape_of(sent.signature)
    elif is_function(core.function):
        if _fits_plainly(core.function, core, payload):
            return None
        shape = _read_code(core.function)
    else:
        signature = _read_signature(core.function)
        if signature is None:
            return None
        shape = signature
    return _judge(shape, core, payload)


def _fits_plainly(function: FunctionType, core: _Core, payload: Payload) -> bool:
    """Whether it is an ordinary receiver of names: seen in a fifth of the time of a judgement."""
    code = function.__code__
    after_sender = core.bound + 1
    if (
        not after_sender - 1 < code.co_argcount
        or code.co_posonlyargcount > after_sender
        or core.given
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


def _core(receiver: AnyReceiver) -> _Core:
    bound = 0
    given: frozenset[str] = frozenset()
    while True:
        if is_method(receiver):
            bound += 1
            receiver = receiver.__func__
        elif is_partial(receiver):
            bound += len(receiver.args)
            given |= receiver.keywords.keys()
            receiver = receiver.func
        elif not is_function(receiver) and (call := _call_of(type(receiver))) is not None:
            bound += not isinstance(call, staticmethod)
            receiver = call if is_function(call) else call.__func__
        else:
            break
    return _Core(receiver, bound, given)


def _call_of(kind: type) -> FunctionType | _Wrapped | None:
    """Return the `__call__` of a class, without asking any instance for it."""
    calls = (base.__dict__["__call__"] for base in kind.__mro__ if "__call__" in base.__dict__)
    call: object = next(calls, None)
    if isinstance(call, (classmethod, staticmethod)):
        return cast("_Wrapped", call)
    return call if is_function(call) else None


def _sent_by(function: FunctionType) -> Payload | None:
    """Return the payload of a signal, if this is a function that it sends with.

    Before the first send, its code takes anything.
    """
    cells = function.__closure__
    if cells is None or function.__globals__.get("__name__") != _OUTLETS:
        return None
    registry: Registry = cells[0].cell_contents
    return registry.payload.settle()


def _read_code(function: FunctionType) -> _Shape:
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    by_keyword_only = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
    optional = set(positional[len(positional) - len(function.__defaults__ or ()) :])
    optional |= (function.__kwdefaults__ or {}).keys()
    return _Shape(
        positional[: code.co_posonlyargcount],
        positional[code.co_posonlyargcount :],
        by_keyword_only,
        frozenset((*positional, *by_keyword_only)) - optional,
        bool(code.co_flags & inspect.CO_VARARGS),
        bool(code.co_flags & inspect.CO_VARKEYWORDS),
    )


def _read_signature(function: AnyReceiver) -> _Shape | None:
    """Read a class or a builtin function; None where there is nothing to read."""
    if not issubclass(type(function), (type, BuiltinFunctionType)):
        return None
    try:
        return _shape_of(inspect.signature(function, follow_wrapped=False))
    except Exception:  # noqa: BLE001  # a metaclass may do anything: it cannot be told then
        return None


def _shape_of(signature: Signature) -> _Shape:
    parameters = signature.parameters.values()

    def names(kind: object) -> tuple[str, ...]:
        return tuple(p.name for p in parameters if p.kind is kind)

    stars = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    required = (p.name for p in parameters if p.default is p.empty and p.kind not in stars)
    return _Shape(
        names(Parameter.POSITIONAL_ONLY),
        names(Parameter.POSITIONAL_OR_KEYWORD),
        names(Parameter.KEYWORD_ONLY),
        frozenset(required),
        bool(names(Parameter.VAR_POSITIONAL)),
        bool(names(Parameter.VAR_KEYWORD)),
    )


def _judge(shape: _Shape, core: _Core, payload: Payload) -> str | None:
    """Return what would go wrong in a call, in the order in which a reader would look for it."""
    positional = shape.by_position_only + shape.by_either
    sent = (_SENDER, *(repr(name) for name in payload.by_position))
    # by position each place takes what is sent for it; the others can only be filled by name
    filled = dict.fromkeys(positional[: core.bound], "what is bound to it")
    places = positional[core.bound :]
    filled |= dict(zip(places, sent, strict=False))
    left = places[len(sent) :]
    if payload.star is not None:  # it may send as much as there is room for
        named = {*payload.by_keyword, *payload.optional, *core.given}
        clashing = named.intersection(left).intersection(shape.by_either)
        filled |= dict.fromkeys(clashing, f"'*{payload.star}'")
        left = tuple(name for name in left if name not in filled)
    by_name = {*left, *shape.by_keyword_only} - {*shape.by_position_only}
    return (
        _positional_fault(shape, payload, sent[len(places) :])
        or _binding_fault(shape, core, filled, by_name)
        or _keyword_fault(shape, payload, filled, by_name)
        or _requirement_fault(shape, core, payload, filled)
    )


def _positional_fault(shape: _Shape, payload: Payload, left: tuple[str, ...]) -> str | None:
    if shape.star:
        return None
    if left:
        return f"it does not take {left[0]}, sent by position; give it a parameter for that"
    if payload.star is not None:
        more = f"'*{payload.star}'"
        return f"it takes so many arguments by position, but {more} may send more; take {more}"
    return None


def _binding_fault(
    shape: _Shape, core: _Core, filled: Mapping[str, str], by_name: Container[str]
) -> str | None:
    for name in sorted(core.given):
        if name in filled and name in shape.by_either:
            what = f"its {name!r} takes {filled[name]}, but {name!r} is bound to it by name, too"
            return f"{what}; bind another parameter"
        if name not in by_name and not shape.starstar:
            return f"it does not take {name!r}, which is bound to it by name; do not bind that"
    return None


def _keyword_fault(
    shape: _Shape, payload: Payload, filled: Mapping[str, str], by_name: Container[str]
) -> str | None:
    for name in (*payload.by_keyword, *sorted(payload.optional)):
        if name in by_name:
            continue
        if name in filled and name in shape.by_either:
            what = f"its {name!r} takes {filled[name]}, but {name!r} is sent by keyword, too"
            if filled[name] == _SENDER:
                return f"{what}; put a parameter for the sender before it"
            return f"{what}; give that parameter another name"
        if not shape.starstar:
            if name in shape.by_position_only:
                what = f"it takes {name!r} by position only, but it is sent by keyword"
                return f"{what}; put it after the '/'"
            what = f"it does not take {name!r}, which is sent by keyword"
            return f"{what}; take it, or '**_' for the rest"
    if payload.starstar is not None and not payload.optional and not shape.starstar:
        rest = f"'**{payload.starstar}'"
        return f"it takes only certain names, but {rest} sends any; take {rest}"
    return None


def _requirement_fault(
    shape: _Shape, core: _Core, payload: Payload, filled: Mapping[str, str]
) -> str | None:
    for name in (*shape.by_position_only, *shape.by_either, *shape.by_keyword_only):
        if name not in shape.required or name in filled:
            continue
        given = name in core.given or name in payload.by_keyword
        if not given or name in shape.by_position_only:
            if name in payload.optional:
                return f"it requires {name!r}, which is not always sent; give it a default"
            what = f"it requires {name!r}, which is not sent"
            return f"{what}; give it a default, or declare it in the signal"
    return None
