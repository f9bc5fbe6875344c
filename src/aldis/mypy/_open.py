"""Signals without a declared payload, and the option that disallows them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_STAR, ARG_STAR2, CallExpr, Decorator
from mypy.types import AnyType, Instance, Parameters, ProperType, get_proper_type

from aldis.mypy import _names
from aldis.mypy._calls import holds
from aldis.mypy._codes import UNTYPED
from aldis.mypy._declarations import allow_empty_body
from aldis.mypy._places import checker_of

if TYPE_CHECKING:
    from mypy.nodes import Context
    from mypy.plugin import CheckerPluginInterface, FunctionContext, MethodContext
    from mypy.types import Type

    from aldis.mypy._config import Config
    from aldis.mypy._source import Source

_EVENTS = (_names.EVENT, _names.ASYNC_EVENT)  # their arguments: payload, result
_ROOTS = (_names.SIGNAL, _names.ASYNC_SIGNAL, *_EVENTS, *_names.UNTYPED_SIGNALS)
_PAYLOAD = 1  # of the arguments of a signal: sender, payload, result


def is_open(kind: Type) -> bool:
    """Whether the payload of a signal is open."""
    signal = get_proper_type(kind)
    if not isinstance(signal, Instance):
        return False
    root = next((base for base in signal.type.mro if base.fullname in _ROOTS), None)
    if root is None:
        return False
    arguments = map_instance_to_supertype(signal, root).args
    at = 0 if root.fullname in _EVENTS else _PAYLOAD
    return len(arguments) <= at or _is_anything(get_proper_type(arguments[at]))


def _is_anything(payload: ProperType) -> bool:
    if isinstance(payload, Parameters):
        return payload.is_ellipsis_args or (
            payload.arg_kinds == [ARG_STAR, ARG_STAR2]
            and all(isinstance(get_proper_type(kind), AnyType) for kind in payload.arg_types)
        )
    return isinstance(payload, AnyType)


class Open:
    """The hooks for making signals."""

    def __init__(self, config: Config) -> None:
        self._disallowed = config.disallow_untyped_signals

    def made(self, context: FunctionContext) -> Type:
        """Check a new signal: `@Signal` above a declaration, or `Signal()`."""
        if isinstance(context.context, Decorator):
            allow_empty_body(context.context, context.api)
        elif self._disallowed and is_open(context.default_return_type):
            kind = get_proper_type(context.default_return_type)
            is_event = isinstance(kind, Instance) and kind.type.has_base(_names.EVENT_IDENTITY)
            self._report(context.context, context.api, "event" if is_event else "signal")
        return context.default_return_type

    def made_by_name(self, context: MethodContext) -> Type:
        """Check a signal of blinker, which `signal("...")` makes or finds."""
        if self._disallowed and is_open(context.default_return_type):
            self._report(context.context, context.api)
        return context.default_return_type

    def _report(self, made: Context, api: CheckerPluginInterface, what: str = "signal") -> None:
        checker = checker_of(api)
        if not isinstance(made, CallExpr) or not holds(_is_given_a_declaration, made, checker):
            api.fail(
                f"this {what} has no declared payload; declare it with a function, "
                "or give the types of its payload",
                made,
                code=UNTYPED,
            )


def _is_given_a_declaration(source: Source, call: ast.Call) -> bool:
    """Whether a signal is the first argument of `typed`, which declares it."""
    around = source.parent(call)
    if not isinstance(around, ast.Call) or around.args[:1] != [call]:
        return False
    callee = around.func
    return getattr(callee, "attr", getattr(callee, "id", None)) == "typed"
