"""The hook of `Relay.publish` and `Relay.deliver`: what a signal sends must be able to cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_STAR, ARG_STAR2
from mypy.types import Instance, Parameters, get_proper_type

from aldis.mypy import _names
from aldis.mypy._codes import PORTABLE
from aldis.mypy._open import is_open
from aldis.mypy._places import describe, kind_of
from aldis.mypy._portable import objection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.plugin import MethodContext
    from mypy.types import Type

_WITH_SENDER: Final = (_names.SIGNAL, _names.ASYNC_SIGNAL)  # their arguments: sender, payload
_EVENTS: Final = (_names.EVENT, _names.ASYNC_EVENT)
_KEY: Final = "give `sender=Key(str, dump, load)`"


def relayed(context: MethodContext) -> Type:
    """Report a signal whose sender or payload cannot cross."""
    given = context.args[0] if context.args else []
    kind = get_proper_type(context.arg_types[0][0]) if given else None
    if isinstance(kind, Instance):
        what = describe(given[0], context.api, kind_of(kind)).name
        for fault in _faults(kind, has_key=_is_given(context, "sender")):
            context.api.fail(f"{what} cannot be relayed: {fault}", given[0], code=PORTABLE)
    return context.default_return_type


def _is_given(context: MethodContext, name: str) -> bool:
    named = zip(context.callee_arg_names, context.args, strict=True)
    return any(each == name and args for each, args in named)


def _faults(signal: Instance, *, has_key: bool) -> Iterator[str]:
    root = next(
        (base for base in signal.type.mro if base.fullname in (*_WITH_SENDER, *_EVENTS)), None
    )
    if root is None:
        return
    arguments = map_instance_to_supertype(signal, root).args
    if root.fullname in _WITH_SENDER and not has_key:
        reason = objection(arguments[0])
        if reason is not None:
            yield f"its sender: {reason.partition(';')[0]}; {_KEY}"
    payload = get_proper_type(arguments[1 if root.fullname in _WITH_SENDER else 0])
    if isinstance(payload, Parameters) and not is_open(signal):
        yield from _faults_of(payload)


def _faults_of(payload: Parameters) -> Iterator[str]:
    parameters = zip(payload.arg_names, payload.arg_kinds, payload.arg_types, strict=True)
    for place, (name, kind, sent) in enumerate(parameters, start=1):
        where = f'parameter "{name}"' if name else f"parameter {place}"
        if kind == ARG_STAR:
            yield "it takes `*args`, which have no names; declare a parameter that is a list"
        elif kind == ARG_STAR2:
            yield "it takes `**kwargs`; spell them out, or write `Unpack[SomeTypedDict]`"
        else:
            reason = objection(sent)
            if reason is not None:
                yield f"{where}: {reason}"
