"""Checks for blinker and the adapter, from the sends in a module, since types say nothing."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from mypy.nodes import (
    ARG_NAMED,
    ARG_STAR2,
    CallExpr,
    Decorator,
    Expression,
)
from mypy.types import (
    CallableType,
    Instance,
    get_proper_type,
)

from aldis.mypy import _names
from aldis.mypy._calls import calls_like
from aldis.mypy._codes import SEND
from aldis.mypy._faults import callable_of, is_coroutine
from aldis.mypy._open import is_open
from aldis.mypy._places import checker_of
from aldis.mypy._reaching import listener_of_call, listener_of_decorator, sends_to
from aldis.mypy._source import source_of

if TYPE_CHECKING:
    from mypy.nodes import Context
    from mypy.options import Options
    from mypy.plugin import CheckerPluginInterface, MethodContext
    from mypy.types import ProperType, Type

    from aldis.mypy._reaching import Listener
    from aldis.mypy._source import Source


def is_untyped(kind: Type) -> bool:
    """Whether this is a signal of blinker or of the adapter without a declared payload."""
    signal = get_proper_type(kind)
    return (
        isinstance(signal, Instance)
        and any(signal.type.has_base(name) for name in _names.UNTYPED_SIGNALS)
        and is_open(signal)
    )


def sent(context: MethodContext) -> Type:
    """Report a sender that is passed by keyword, which makes it a part of the payload."""
    call = context.context
    if (
        isinstance(call, CallExpr)
        and is_untyped(context.type)
        and "sender" in call.arg_names
        and all(kind in {ARG_NAMED, ARG_STAR2} for kind in call.arg_kinds)
    ):
        context.api.fail(
            '"sender" is sent as a part of the payload, and the sender is None; '
            "pass the sender by position",
            call,
            code=SEND,
        )
    return context.default_return_type


def untyped_faults(
    kind: ProperType,
    who: str,
    call: Context,
    callee: Expression | None,
    api: CheckerPluginInterface,
) -> list[str]:
    """Return what is wrong with a receiver of an untyped signal, as far as the module shows."""
    called = callable_of(kind)
    if not isinstance(called, CallableType):
        return []
    if called.argument_by_position(0) is None:
        return [f"{who} takes no sender, which blinker sends first, by position"]
    source = source_of(checker_of(api).path)
    listener = None if source is None else _listener_in(source, call, callee, api.options)
    if source is None or listener is None:
        return []
    faults: dict[str, None] = {}  # one for each name, for the first line that sends it
    missing: set[str] = set()
    waits = is_coroutine(called.ret_type)
    for send in sorted(sends_to(source, listener), key=attrgetter("line")):
        for name in send.names:
            if name not in missing and called.argument_by_name(name) is None:
                missing.add(name)
                faults[f'{who} cannot take "{name}", which line {send.line} sends'] = None
        if waits and send.is_plain:
            waits = False
            faults[
                f'{who} is async, but line {send.line} sends without "_async_wrapper"; '
                'pass one, or use "send_async"'
            ] = None
    return list(faults)


def _listener_in(
    source: Source, call: Context, callee: Expression | None, options: Options
) -> Listener | None:
    """Return the receiver that is connected, from the source."""
    if isinstance(call, CallExpr):
        calls = calls_like(source, call, options)
        return listener_of_call(source, calls[0]) if len(calls) == 1 else None
    function = (
        source.functions.get((call.func.line, call.func.name))
        if isinstance(call, Decorator) and callee is not None
        else None
    )
    if function is None or callee is None:
        return None
    decorators = (each for each in function.decorator_list if each.lineno == callee.line)
    decorator = next(decorators, None)
    return None if decorator is None else listener_of_decorator(source, decorator, function)
