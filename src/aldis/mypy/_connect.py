"""`connect`, `connect_via` and `connected_to`: which receivers may be connected, and as what.

The attribute `connect` is given one of the types in `aldis._callees`, an object that is called: of
such a call, mypy asks for the signature before it checks the arguments, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import (
    ARG_STAR,
    ARG_STAR2,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    RefExpr,
    TempNode,
    TypeInfo,
    Var,
)
from mypy.subtypes import is_subtype
from mypy.types import AnyType, CallableType, Instance, TypeOfAny, TypeVarType, get_proper_type

from aldis.mypy import _names
from aldis.mypy._blinker import is_untyped, untyped_faults
from aldis.mypy._codes import RECEIVER, WEAK
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
from aldis.mypy._weak import when_dead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy.nodes import Context
    from mypy.plugin import AttributeContext, ClassDefContext, MethodSigContext
    from mypy.types import FunctionLike, ProperType, Type

    Lookup = Callable[[str], TypeInfo | None]


_DECLARED = frozenset({_names.CONNECT, _names.BOUND_CONNECT, _names.BOUND_CONNECTED_TO})


def make_attributes(context: ClassDefContext) -> None:
    """Turn the methods that connect into attributes, which mypy has a hook for.

    A function that was decorated by nothing is one. It has the same type.
    """
    body = context.cls.defs.body
    for at, statement in enumerate(body):
        if isinstance(statement, FuncDef) and statement.name in _names.CONNECTING:
            variable = Var(statement.name)
            variable.info = context.cls.info
            variable.is_ready = True
            variable.set_line(statement)
            decorator = Decorator(statement, [], variable)
            decorator.set_line(statement)
            statement.is_decorated = True
            body[at] = decorator


class Connecting:
    """The hooks of connecting; they look up the types of the callees."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def attributes(self) -> Mapping[str, Callable[[AttributeContext], Type]]:
        """Return the hooks for the attributes."""
        callees = {
            _names.CONNECTABLE: (_names.CONNECT, _names.CONNECT_VIA, _names.CONNECTED_TO),
            _names.BOUND: (
                _names.BOUND_CONNECT,
                _names.BOUND_CONNECT_VIA,
                _names.BOUND_CONNECTED_TO,
            ),
            **dict.fromkeys(
                _names.UNTYPED_SIGNALS,
                (_names.BLINKER_CONNECT, _names.BLINKER_CONNECT_VIA, _names.CONNECTED_TO),
            ),
        }
        return {
            f"{owner}.{method}": self._hook(callee)
            for owner, given in callees.items()
            for method, callee in zip(_names.CONNECTING, given, strict=True)
        }

    def _hook(self, callee: str) -> Callable[[AttributeContext], Type]:
        def hook(context: AttributeContext) -> Type:
            method = get_proper_type(context.default_attr_type)
            info = self._lookup(callee)
            if not isinstance(method, CallableType) or info is None:
                return method
            decorator = get_proper_type(method.ret_type)
            # that of `connect_via`, which has no parameter for a receiver
            is_via = method.arg_names[:1] != ["receiver"]
            takes_it = decorator if is_via and isinstance(decorator, CallableType) else method
            receiver = _receiver_of(takes_it)
            heard = method.arg_types[0 if is_via else 1 :]
            arguments = [receiver, *heard][: len(info.type_vars)]
            return Instance(info, arguments, method.line, method.column)

        return hook


def _receiver_of(method: CallableType) -> Type:
    """Return what a method wants for a receiver; of blinker's own it wants anything."""
    want = get_proper_type(method.arg_types[0])
    if not isinstance(want, TypeVarType):
        return want
    anything = AnyType(TypeOfAny.special_form)
    return CallableType(
        [anything, anything],
        [ARG_STAR, ARG_STAR2],
        [None, None],
        anything,
        method.fallback,
        is_ellipsis_args=True,
    )


def connect_signature(context: MethodSigContext) -> FunctionLike:
    """Judge a receiver, and return a signature that takes it and gives it back."""
    signature = context.default_signature
    given = context.args[0]
    if given and signature.arg_names[0] != "sender":
        want = get_proper_type(signature.arg_types[0])
        if isinstance(want, CallableType) and not _is_starred(given[0], context.context):
            return _judged(_Connection(context, given[0], want), signature)
    return modified(signature, **_named(context.type))


def _named(callee: ProperType) -> dict[str, str | None]:
    """Return what to call a signature, for what mypy itself says of the call."""
    assert isinstance(callee, Instance)
    method = _names.CALLEES.get(callee.type.fullname)
    return {} if method is None else {"name": " of ".join(method), "definition": None}


def _is_starred(argument: Expression, call: Context) -> bool:
    """Whether the receiver is somewhere in `*arguments`, or in `**arguments`."""
    return isinstance(call, CallExpr) and any(
        kind in {ARG_STAR, ARG_STAR2}
        for each, kind in zip(call.args, call.arg_kinds, strict=True)
        if each is argument
    )


class _Connection:
    """A receiver that is being connected."""

    def __init__(self, context: MethodSigContext, receiver: Expression, want: CallableType) -> None:
        self.api = context.api
        self.receiver = receiver
        self.want = want
        self.kind: Type
        if isinstance(receiver, TempNode):  # what a decorator is put over
            self.kind = receiver.type
        else:
            with self.api.msg.filter_errors():
                self.kind = self.api.get_expression_type(receiver, want)
        self._context = context

    @property
    def is_declared(self) -> bool:
        """Whether it is known to be no signal of blinker."""
        callee = self.kind_of_callee
        return isinstance(callee, Instance) and callee.type.fullname in _DECLARED

    @property
    def kind_of_callee(self) -> ProperType:
        """The type of what is called."""
        return self._context.type

    @property
    def callee(self) -> Expression | None:
        """What is called, or the decorator."""
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
        """What to call the receiver."""
        return receiver_name(self.receiver, self._context.context, self.kind)

    @property
    def signal(self) -> Described:
        """What to call the signal, and where it is declared."""
        return describe(signal_of(self.callee), self.api)

    @property
    def is_weak(self) -> bool:
        """Whether the signal is told, for all that can be seen, to hold the receiver weakly."""
        names = self._context.default_signature.arg_names
        if "weak" in names:
            given = self._context.args[names.index("weak")]
            return not given or is_true(given[0])
        callee = self.callee  # that of `connect_via`, which is strong unless told
        return isinstance(callee, CallExpr) and any(
            name == "weak" and is_true(value)
            for name, value in zip(callee.arg_names, callee.args, strict=True)
        )


def _judged(connection: _Connection, signature: CallableType) -> CallableType:
    api = connection.api
    kind = get_proper_type(connection.kind)
    if isinstance(kind, AnyType):
        return modified(signature, **_named(connection.kind_of_callee))
    faults: list[str] = []
    passes = is_subtype(kind, connection.want, options=api.options)
    if not passes:
        who, signal = connection.who, connection.signal.name
        faults = Complaint(kind, connection.want, who, signal, api.options).messages()
    if not faults:
        faults = _unseen_faults(connection, kind)
    for fault in faults:
        api.fail(fault, connection.place, code=RECEIVER)
    if faults and connection.signal.place is not None:
        api.msg.note(connection.signal.place, connection.place, code=RECEIVER)
    elif not faults and connection.is_weak:
        dead = when_dead(connection.receiver, connection.call, api)
        if dead is not None:
            message = dead.format(connection.who, connection.signal.name)
            api.fail(message, connection.place, code=WEAK)
    taken: Type = kind
    if not isinstance(connection.receiver, (TempNode, RefExpr)):
        # it is looked at once more: a lambda wants its context, and what is wrong is told already
        taken = connection.want if passes else AnyType(TypeOfAny.special_form)
    gives_back = get_proper_type(signature.ret_type) == connection.want
    return modified(
        signature,
        **_named(connection.kind_of_callee),
        arg_types=[taken, *signature.arg_types[1:]],
        ret_type=kind if gives_back else signature.ret_type,
    )


def _unseen_faults(connection: _Connection, kind: ProperType) -> list[str]:
    """Return what is wrong with a receiver whose type fits."""
    called = callable_of(kind)
    is_async = isinstance(called, CallableType) and is_coroutine(called.ret_type)
    if connection.is_declared and not is_async:
        return []
    checker = checker_of(connection.api)
    signal = signal_of(connection.callee)
    if signal is None or not checker.has_type(signal):
        return []
    owner = get_proper_type(checker.lookup_type(signal))
    if is_untyped(owner):
        who, call, callee = connection.who, connection.call, connection.callee
        return untyped_faults(kind, who, call, callee, connection.api)
    if (
        is_async
        and isinstance(owner, Instance)
        and any(owner.type.has_base(name) for name in (_names.SIGNAL, _names.BOUND_SIGNAL))
    ):
        return [f"{connection.who} is async; connect it to an AsyncSignal"]
    return []
