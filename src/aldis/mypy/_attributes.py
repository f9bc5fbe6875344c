"""`connect`, `connect_via` and `connected_to` as attributes of signals.

Each is given one of the types in `aldis._callees`, an object that is called: of such a call, mypy
asks for the signature before it checks the arguments, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_STAR, ARG_STAR2, Decorator, FuncDef, TypeInfo, Var
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    TypeOfAny,
    TypeType,
    TypeVarLikeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

from aldis.mypy import _names
from aldis.mypy._types import modified

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.plugin import AttributeContext, ClassDefContext
    from mypy.types import Type

    Lookup = Callable[[str], TypeInfo | None]

_CALLEES = {
    _names.CONNECTABLE: (_names.CONNECT, _names.CONNECT_VIA, _names.CONNECTED_TO),
    _names.BOUND: (_names.BOUND_CONNECT, _names.BOUND_CONNECT_VIA, _names.BOUND_CONNECTED_TO),
    **dict.fromkeys(
        _names.UNTYPED_SIGNALS,
        (_names.BLINKER_CONNECT, _names.BLINKER_CONNECT_VIA, _names.CONNECTED_TO),
    ),
}


def attributes(lookup: Lookup) -> list[Attribute]:
    """Return all attributes that connect."""
    return [
        Attribute(owner, name, callee, lookup)
        for owner, callees in _CALLEES.items()
        for name, callee in zip(_names.CONNECTING, callees, strict=True)
    ]


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


class Attribute:
    """A method that connects: its hooks, where it is read from a signal and from a class.

    mypy makes the type of an attribute from that of the method, with all that a signal is made of,
    twice: for a hundred connects that took as long as to check the other half of their module. So
    from the first time on the method has a shorter type. It is a union, since mypy compares a method
    that overrides this one with each part of such a type; the other part is nothing.
    """

    def __init__(self, owner: str, name: str, callee: str, lookup: Lookup) -> None:
        self.owner = owner
        self.name = name
        self._callee = callee
        self._lookup = lookup

    def of_signal(self, context: AttributeContext) -> Type:
        """Return the type of `signal.connect`."""
        given = get_proper_type(context.default_attr_type)
        if isinstance(given, UnionType):
            if context.is_lvalue:  # which it says itself of methods
                context.api.msg.cant_assign_to_method(context.context)
            return given.items[0]
        callee = self._lookup(self._callee)
        if not isinstance(given, CallableType) or callee is None:
            return given
        self._shorten(callee)
        return self._called(callee, given.arg_types, given)

    def of_class(self, context: AttributeContext) -> Type:
        """Return the type of `Signal.connect`, which wants a signal: that of the method."""
        given, of = get_proper_type(context.default_attr_type), get_proper_type(context.type)
        if isinstance(of, TypeType):
            of = of.item
        elif isinstance(of, FunctionLike) and of.is_type_obj():
            of = get_proper_type(fill_typevars(of.type_object()))
        owner, method = self._lookup(self.owner), self._method()
        whole = None if method is None else method.func.type
        if (
            not isinstance(given, UnionType)
            or not isinstance(of, Instance)
            or owner is None
            or not isinstance(whole, CallableType)
        ):
            return given
        bound = expand_type_by_instance(whole, map_instance_to_supertype(of, owner))
        variables = [each for each in of.args if isinstance(each, TypeVarLikeType)]
        return modified(bound, variables=[*variables, *whole.variables])

    def _method(self) -> Decorator | None:
        owner = self._lookup(self.owner)
        method = None if owner is None else owner.names[self.name].node
        return method if isinstance(method, Decorator) else None

    def _shorten(self, callee: TypeInfo) -> None:
        method, nobody = self._method(), self._lookup(_names.NOBODY)
        whole = None if method is None else method.func.type
        if method is not None and nobody is not None and isinstance(whole, CallableType):
            short = self._called(callee, whole.arg_types[1:], whole)
            method.var.type = UnionType([short, Instance(nobody, [])])
            method.var.is_initialized_in_class = False  # it is no function any more to be bound

    def _called(self, callee: TypeInfo, arguments: list[Type], method: CallableType) -> Instance:
        """Return the type of an object that is called as a method is."""
        if self.name == "connect_via":  # what it returns has the parameter for the receiver
            decorator = get_proper_type(method.ret_type)
            wanted = decorator.arg_types[0] if isinstance(decorator, CallableType) else decorator
            arguments = [wanted, *arguments]
        arguments = [_receiver_of(arguments[0], method), *arguments[1:]]
        return Instance(callee, arguments[: len(callee.type_vars)], method.line, method.column)


def _receiver_of(wanted: Type, method: CallableType) -> Type:
    """Return what a method wants for a receiver; of blinker's own it wants anything."""
    if not isinstance(get_proper_type(wanted), TypeVarType):
        return wanted
    anything = AnyType(TypeOfAny.special_form)
    return CallableType(
        [anything, anything],
        [ARG_STAR, ARG_STAR2],
        [None, None],
        anything,
        method.fallback,
        is_ellipsis_args=True,
    )
