"""Checks calls of `connect` and similar methods, and keeps the receiver's type.

The called objects have the types in `aldis._connect_types`; `_attributes` explains why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import (
    ARG_STAR,
    ARG_STAR2,
    CallExpr,
    Expression,
    FuncDef,
    NameExpr,
    RefExpr,
    TempNode,
)
from mypy.subtypes import is_subtype
from mypy.types import AnyType, CallableType, Instance, TypeOfAny, UnionType, get_proper_type

from aldis.mypy import _names
from aldis.mypy._blinker import is_untyped, untyped_faults
from aldis.mypy._codes import RECEIVER, WEAK
from aldis.mypy._event_faults import EventComplaint
from aldis.mypy._faults import Complaint, callable_of, is_coroutine
from aldis.mypy._places import (
    Described,
    checker_of,
    decorator_of,
    describe,
    receiver_name,
    signal_of,
)
from aldis.mypy._types import is_true, modified
from aldis.mypy._via import gives_via, is_made_with_via, taking_any_result, type_of_via
from aldis.mypy._weak import may_die, when_dead

if TYPE_CHECKING:
    from mypy.nodes import Context
    from mypy.plugin import MethodSigContext
    from mypy.types import FunctionLike, ProperType, Type

_STARRED = frozenset({ARG_STAR, ARG_STAR2})
_OF_EVENTS = frozenset({*_names.EVENT_TYPES.values(), _names.EVENT_DECORATE})
_GIVING_NOTHING_BACK = frozenset(
    {
        _names.CONNECTED_TO,
        _names.BOUND_CONNECTED_TO,
        _names.EVENT_CONNECTED_TO,
        _names.SUBSCRIBE,
        _names.BOUND_SUBSCRIBE,
        _names.EVENT_SUBSCRIBE,
    }
)
_DECLARED = _OF_EVENTS | {
    _names.CONNECT,
    _names.SUBSCRIBE,
    _names.BOUND_CONNECT,
    _names.BOUND_CONNECTED_TO,
    _names.BOUND_SUBSCRIBE,
}
_SYNC = (_names.SIGNAL, _names.BOUND_SIGNAL, _names.EVENT)
_WAY_OUT_OF_VIEW = 'pass "typed" an "async_wrapper"'


def connect_signature(context: MethodSigContext) -> FunctionLike:
    """Check a receiver, and return a signature that takes and returns it."""
    signature, callee, given = context.default_signature, context.type, context.args[0]
    assert isinstance(callee, Instance)
    name = callee.type.fullname
    changes: dict[str, object] = {}
    if name in _names.METHOD_NAMES:  # for mypy's own messages about the call
        changes = {"name": _names.METHOD_NAMES[name], "definition": None}
        at = signature.arg_names.index("via") if "via" in signature.arg_names else -1
        if at >= 0 and context.args[at]:
            types = [*signature.arg_types]
            via = type_of_via(checker_of(context.api).modules)
            types[at] = UnionType.make_union([via, types[at]])
            signature = modified(signature, arg_types=types)
        if gives_via(context):
            signature = taking_any_result(signature)
    if given and signature.arg_names[0] != "sender":
        want = get_proper_type(signature.arg_types[0])
        if isinstance(want, CallableType) and not _is_starred(given[0], context.context):
            connection = _Connection(context, name, given[0], want)
            if not isinstance(connection.kind, AnyType):
                changes["arg_types"] = [_judged(connection), *signature.arg_types[1:]]
                if name not in _GIVING_NOTHING_BACK:
                    changes["ret_type"] = connection.kind
    return modified(signature, **changes)


def _is_starred(argument: Expression, call: Context) -> bool:
    """Whether the receiver is in `*arguments` or `**arguments`."""
    if not isinstance(call, CallExpr):
        return False
    return call.arg_kinds[call.args.index(argument)] in _STARRED


class _Connection:
    """A receiver that is being connected."""

    def __init__(
        self, context: MethodSigContext, callee: str, receiver: Expression, want: CallableType
    ) -> None:
        self.api = context.api
        self.receiver = receiver
        self.want = want
        # known not to be a signal of blinker
        self.is_declared = callee in _DECLARED
        self.of_event = callee in _OF_EVENTS
        self.kind = get_proper_type(self._kind())
        self._context = context

    def _kind(self) -> Type:
        receiver = self.receiver
        if isinstance(receiver, TempNode):  # decorated
            return receiver.type
        if isinstance(receiver, NameExpr) and isinstance(receiver.node, FuncDef):
            kind = receiver.node.type
            if isinstance(kind, CallableType) and not kind.variables:
                return kind
        with self.api.msg.filter_errors():
            return self.api.get_expression_type(receiver, self.want)

    @property
    def callee(self) -> Expression | None:
        """The called expression, or the decorator."""
        call = self._context.context
        if isinstance(call, CallExpr):
            return call.callee
        return decorator_of(call, self._context.type, self.api)

    @property
    def place(self) -> Context:
        """Where to report: at the receiver, or at the decorator."""
        if isinstance(self.receiver, TempNode):
            return self.callee or self.receiver
        return self.receiver

    @property
    def call(self) -> Context:
        """The call, or the function and its decorators."""
        return self._context.context

    @property
    def who(self) -> str:
        """The name of the receiver for messages."""
        return receiver_name(self.receiver, self._context.context, self.kind)

    @property
    def owner(self) -> ProperType | None:
        """The type of the signal, if known."""
        checker, signal = checker_of(self.api), signal_of(self.callee)
        if signal is None or not checker.has_type(signal):
            return None
        return get_proper_type(checker.lookup_type(signal))

    @property
    def signal(self) -> Described:
        """The name of the signal for messages, and where it is declared."""
        return describe(signal_of(self.callee), self.api, "event" if self.of_event else "signal")

    @property
    def is_weak(self) -> bool:
        """Whether the signal holds the receiver weakly, as far as the call shows."""
        names = self._context.default_signature.arg_names
        if "weak" in names:
            given = self._context.args[names.index("weak")]
            return not given or is_true(given[0])
        callee = self.callee  # `connect_via(...)`, which is strong by default
        return isinstance(callee, CallExpr) and any(
            name == "weak" and is_true(value)
            for name, value in zip(callee.arg_names, callee.args, strict=True)
        )

    @property
    def may_have_via(self) -> bool:
        """Whether the connection or the signal may have a `via`."""
        callee = self.callee  # `connect_via(...)`
        return (
            gives_via(self._context)
            or (isinstance(callee, CallExpr) and "via" in callee.arg_names)
            or is_made_with_via(signal_of(callee), self.api)
        )


def _judged(connection: _Connection) -> Type:
    """Report what is wrong with a receiver, and return the type that the signal should take."""
    api, kind = connection.api, connection.kind
    faults: list[str] = []
    passes = is_subtype(kind, connection.want, options=api.options)
    if not passes:
        who, signal = connection.who, connection.signal.name
        complaint = EventComplaint if connection.of_event else Complaint
        made = complaint(kind, connection.want, who, signal, api.options)
        if _is_based_on(connection.owner, _names.VIEW):
            made.way_out = _WAY_OUT_OF_VIEW
        faults = made.messages()
    if not faults:
        faults = _unseen_faults(connection, kind)
    for fault in faults:
        api.fail(fault, connection.place, code=RECEIVER)
    if faults and connection.signal.place is not None:
        api.msg.note(connection.signal.place, connection.place, code=RECEIVER)
    elif not faults and may_die(connection.receiver, api) and connection.is_weak:
        dead = when_dead(connection.receiver, connection.call, api)
        if dead is not None:
            message = dead.format(connection.who, connection.signal.name)
            api.fail(message, connection.place, code=WEAK)
    if isinstance(connection.receiver, (TempNode, RefExpr)):
        return kind
    # it is checked once more: a lambda needs its context, and faults are already reported
    return connection.want if passes else AnyType(TypeOfAny.special_form)


def _unseen_faults(connection: _Connection, kind: ProperType) -> list[str]:
    """Return what is wrong with a receiver whose type fits."""
    called = kind if isinstance(kind, CallableType) else callable_of(kind)
    is_async = isinstance(called, CallableType) and is_coroutine(called.ret_type)
    if connection.is_declared and not is_async:
        return []
    owner = connection.owner
    if owner is None:
        return []
    if is_untyped(owner):
        who, call, callee = connection.who, connection.call, connection.callee
        return untyped_faults(kind, who, call, callee, connection.api)
    if (
        is_async
        and _is_based_on(owner, *_SYNC)
        and not _is_based_on(owner, _names.ASYNC_VIEW)
        and not connection.may_have_via
    ):
        complaint = EventComplaint if connection.of_event else Complaint
        is_view = _is_based_on(owner, _names.VIEW)
        return [f"{connection.who} is async; {_WAY_OUT_OF_VIEW if is_view else complaint.way_out}"]
    return []


def _is_based_on(kind: ProperType | None, *names: str) -> bool:
    """Whether it is an instance of one of these classes, or of a subclass."""
    return isinstance(kind, Instance) and any(map(kind.type.has_base, names))
