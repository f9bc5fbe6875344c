"""Code for blinker, and for the adapter: of what is sent, no type tells, but the module does."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_NAMED,
    ARG_STAR,
    ARG_STAR2,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    MemberExpr,
    TempNode,
)
from mypy.subtypes import is_subtype
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    TypeOfAny,
    get_proper_type,
)

from aldis.mypy import _names
from aldis.mypy._codes import RECEIVER, SEND, WEAK
from aldis.mypy._faults import callable_of, is_coroutine
from aldis.mypy._open import is_open
from aldis.mypy._places import checker_of, describe, receiver_name
from aldis.mypy._sends import sends_of
from aldis.mypy._source import source_of
from aldis.mypy._types import is_true
from aldis.mypy._weak import when_dead

if TYPE_CHECKING:
    from mypy.nodes import Context, TypeInfo
    from mypy.plugin import CheckerPluginInterface, MethodContext
    from mypy.types import ProperType, Type

    from aldis.mypy._source import Source


def is_untyped(kind: Type) -> bool:
    """Whether this is a signal of blinker, or of the adapter, whose payload is not declared."""
    signal = get_proper_type(kind)
    return (
        isinstance(signal, Instance)
        and any(signal.type.has_base(name) for name in _names.UNTYPED_SIGNALS)
        and is_open(signal)
    )


def sent(context: MethodContext) -> Type:
    """Report a sender that is given by name, which makes it a part of the payload."""
    call = context.context
    if (
        isinstance(call, CallExpr)
        and is_untyped(context.type)
        and "sender" in call.arg_names
        and all(kind in {ARG_NAMED, ARG_STAR2} for kind in call.arg_kinds)
    ):
        context.api.fail(
            '"sender" is sent as a part of the payload, and the sender is None; '
            "give the sender by position",
            call,
            code=SEND,
        )
    return context.default_return_type


def connected(context: MethodContext) -> Type:
    """Judge a receiver, by what the module sends."""
    kinds, receivers = context.arg_types[0], context.args[0]
    if not kinds or not is_untyped(context.type) or not _passes(kinds[0], context):
        return context.default_return_type
    receiver, call, api = receivers[0], context.context, context.api
    kind = get_proper_type(kinds[0])
    callee = call.callee if isinstance(call, CallExpr) else _decorator(call, receiver)
    place = callee if isinstance(receiver, TempNode) and callee is not None else receiver
    signal = callee.expr if isinstance(callee, MemberExpr) else None
    who = receiver_name(receiver, call, kind)
    faults = untyped_faults(kind, who, call, callee, api)
    for fault in faults:
        api.fail(fault, place, code=RECEIVER)
    if not faults and _is_weak(context):
        dead = when_dead(receiver, call, api)
        if dead is not None:
            api.fail(dead.format(who, describe(signal, api).name), place, code=WEAK)
    return context.default_return_type


def connected_via(context: MethodContext, decorate: TypeInfo | None) -> Type:
    """Make the decorator that `connect_via` returns one whose call is looked at."""
    returned = get_proper_type(context.default_return_type)
    if (
        decorate is None  # where nothing imports aldis
        or not isinstance(returned, CallableType)
        or not is_untyped(context.type)
    ):
        return returned
    anything = AnyType(TypeOfAny.special_form)
    want = CallableType(
        [anything, anything],
        [ARG_STAR, ARG_STAR2],
        [None, None],
        anything,
        returned.fallback,
        is_ellipsis_args=True,
    )
    return Instance(decorate, [want], returned.line, returned.column)


def untyped_faults(
    kind: ProperType,
    who: str,
    call: Context,
    callee: Expression | None,
    api: CheckerPluginInterface,
) -> list[str]:
    """Return what is wrong with a receiver of an untyped signal, for all that can be seen."""
    called = callable_of(kind)
    if not isinstance(called, CallableType):
        return []
    if called.argument_by_position(0) is None:
        return [f"{who} takes no sender, which blinker sends first, by position"]
    source = source_of(checker_of(api).path)
    signal = None if source is None else _signal_in(source, call, callee)
    if source is None or signal is None:
        return []
    faults: dict[str, None] = {}  # one for each name, and the first line that sends it
    missing: set[str] = set()
    waits = is_coroutine(called.ret_type)
    for send in sorted(sends_of(source, signal)):
        for name in send.names:
            if name not in missing and called.argument_by_name(name) is None:
                missing.add(name)
                faults[f'{who} cannot take "{name}", which line {send.line} sends'] = None
        if waits and send.is_plain:
            waits = False
            faults[
                f'{who} is async, but line {send.line} sends without "_async_wrapper"; '
                'give one, or use "send_async"'
            ] = None
    return list(faults)


def _signal_in(source: Source, call: Context, callee: Expression | None) -> ast.expr | None:
    """Return the signal that is connected to, in the source."""
    func: ast.expr | None = None
    if isinstance(call, CallExpr):
        found = source.call((call.line, call.column, call.end_line, call.end_column))
        func = None if found is None else found.func
    elif isinstance(call, Decorator) and callee is not None:
        function = source.functions.get((call.func.line, call.func.name))
        for each in [] if function is None else function.decorator_list:
            if (each.lineno, each.col_offset) == (callee.line, callee.column):
                func = each
    if isinstance(func, ast.Call):  # `connect_via(...)`
        func = func.func
    return func.value if isinstance(func, ast.Attribute) else None


def _passes(kind: Type, context: MethodContext) -> bool:
    """Whether mypy itself has nothing to say against a receiver."""
    signal = context.type
    assert isinstance(signal, Instance)
    method = signal.type.get_method("connect")
    if not isinstance(method, FuncDef) or not isinstance(method.type, CallableType):
        return True
    owner = map_instance_to_supertype(signal, method.info)
    want = get_proper_type(expand_type_by_instance(method.type.arg_types[1], owner))
    return not isinstance(want, CallableType) or is_subtype(kind, want, options=context.api.options)


def _decorator(decorated: Context, argument: Expression) -> Expression | None:
    """Return the decorator that is being applied, if it can be told."""
    if not isinstance(decorated, Decorator):
        return None
    found = [
        each
        for each in decorated.original_decorators
        if isinstance(each, MemberExpr) and each.name == "connect"
    ]
    if len(found) > 1:
        found = [each for each in found if each.line == argument.line]
    return found[0] if found else None


def _is_weak(context: MethodContext) -> bool:
    if "weak" not in context.callee_arg_names:
        return False
    given = context.args[context.callee_arg_names.index("weak")]
    return not given or is_true(given[0])
