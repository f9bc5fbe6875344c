"""`connect`, `connect_via`, `connected_to` and `subscribe` as attributes of signals and events.

Each has one of the types in `aldis._connect_types`, a callable object. For calls of such objects,
mypy asks the plugin for the signature before it checks the arguments, also in decorators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_NAMED,
    ARG_STAR,
    ARG_STAR2,
    Decorator,
    FuncDef,
    IfStmt,
    OverloadedFuncDef,
    TypeInfo,
    Var,
)
from mypy.plugin import AttributeContext
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    Overloaded,
    TypeOfAny,
    TypeType,
    TypeVarLikeType,
    TypeVarType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

from aldis.mypy import _names
from aldis.mypy._places import checker_of, is_event
from aldis.mypy._types import modified
from aldis.mypy._via import taking_any_result, type_of_via

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy.nodes import Block, MypyFile
    from mypy.options import Options
    from mypy.plugin import ClassDefContext
    from mypy.types import Type

    Lookup = Callable[[str], TypeInfo | None]
    Hook = Callable[[AttributeContext], Type]

# in the order of `_names.CONNECTING`
_TYPES: dict[str, tuple[str, ...]] = {
    _names.CONNECTABLE: (
        _names.CONNECT,
        _names.CONNECT_VIA,
        _names.CONNECTED_TO,
        _names.SUBSCRIBE,
    ),
    _names.ONE_SENDER: (
        _names.BOUND_CONNECT,
        _names.BOUND_CONNECT_VIA,
        _names.BOUND_CONNECTED_TO,
        _names.BOUND_SUBSCRIBE,
    ),
    **dict.fromkeys(
        _names.UNTYPED_CONNECTABLES,
        (_names.BLINKER_CONNECT, _names.BLINKER_CONNECT_VIA, _names.CONNECTED_TO),
    ),
}


def make_attributes(context: ClassDefContext) -> None:
    """Turn the methods that connect into attributes, for which mypy has a hook.

    A `Decorator` without decorators is such an attribute, and has the same type. Only the first
    overload is kept: the others are for a `via`, which the plugin handles itself.
    """
    body = context.cls.defs.body
    for at, statement in enumerate(body):
        if (
            not isinstance(statement, (FuncDef, OverloadedFuncDef))
            or statement.name not in _names.CONNECTING
        ):
            continue
        function = statement if isinstance(statement, FuncDef) else _without_overloads(statement)
        variable = Var(function.name)
        variable.info = context.cls.info
        variable.is_ready = True
        variable.set_line(function)
        decorator = Decorator(function, [], variable)
        decorator.set_line(function)
        function.is_decorated = True
        body[at] = decorator


def _without_overloads(method: OverloadedFuncDef) -> FuncDef:
    first = method.items[0]
    function = first.func if isinstance(first, Decorator) else first
    function.is_mypy_only = True  # its body is `...`
    return function


def inherit_methods(context: ClassDefContext) -> None:
    """Remove the methods that connect from a class of async signals, which then inherits them.

    Their own overloads keep an async receiver's type. With the plugin, every receiver keeps its
    type, and one signature gives better messages than several.
    """
    _take_methods_out(context.cls.defs)


def _take_methods_out(block: Block) -> None:
    block.body = [
        statement
        for statement in block.body
        if not isinstance(statement, (FuncDef, OverloadedFuncDef))
        or statement.name not in _names.CONNECTING
    ]
    for statement in block.body:
        if isinstance(statement, IfStmt):
            for each in statement.body:  # `if TYPE_CHECKING:`
                _take_methods_out(each)


class Attributes:
    """The methods that connect, as attributes.

    mypy computes the type of an attribute from that of the method, several times and with all type
    arguments. In an application with many connections, that took two thirds of the plugin's time.
    So after the first access, the method gets a shorter type, that of the attribute.

    The method keeps its type if mypy needs the method itself: a class that overrides it is compared
    with it. In a daemon, such a class may come from a cache without notice, and each parallel
    worker knows only its own modules.
    """

    def __init__(self, lookup: Lookup, options: Options) -> None:
        parallel: int = getattr(options, "num_workers", 0)
        self.may_be_short = (
            not options.fine_grained_incremental
            and not parallel
            # mypy 1.13 does not report assignments, which methods do not allow
            and "is_lvalue" in AttributeContext._fields
        )
        self._all = [
            _Attribute(owner, name, callee, lookup, self)
            for owner, types in _TYPES.items()
            for name, callee in zip(_names.CONNECTING, types, strict=False)
        ]

    def of_signals(self) -> dict[str, Hook]:
        """Return the hooks for `signal.connect` by full name."""
        return {f"{each.owner}.{each.name}": each.of_signal for each in self._all}

    def of_classes(self, name: str) -> dict[tuple[str, ...], Hook]:
        """Return the hooks for `Signal.connect` by the class that has the method."""
        return {(each.owner,): each.of_class for each in self._all if each.name == name}

    def subclassed(self, context: ClassDefContext) -> None:
        """Check whether a class of signals overrides these methods."""
        if any(
            name in base.names
            for base in context.cls.info.mro
            if base.fullname not in _TYPES
            for name in _names.CONNECTING
        ):
            self.may_be_short = False
            for each in self._all:
                each.restore()


def _open(receiver: Type) -> Type:
    """Return the type of a receiver; for an open event, one that accepts any lambda.

    mypy forgets that it stands for `Callable[..., R]` when it fills in the payload, and then cannot
    infer the type of a lambda.
    """
    of = get_proper_type(receiver)
    if not isinstance(of, CallableType) or of.arg_kinds != [ARG_STAR, ARG_STAR2]:
        return receiver
    are_open = all(isinstance(get_proper_type(each), AnyType) for each in of.arg_types)
    return modified(of, is_ellipsis_args=True) if are_open else receiver


class _Attribute:
    """One of the methods."""

    def __init__(
        self, owner: str, name: str, callee: str, lookup: Lookup, every: Attributes
    ) -> None:
        self.owner = owner
        self.name = name
        self._callee = callee
        self._lookup = lookup
        self._every = every

    def of_signal(self, context: AttributeContext) -> Type:
        """Return the type of `signal.connect`, or of `event.connect`."""
        found = get_proper_type(self._of_any(context))
        if isinstance(found, Instance):
            args = [_open(each) for each in found.args]
            found = Instance(found.type, args, found.line, found.column)
        name = _names.EVENT_TYPES.get(self._callee)
        if name is None or not isinstance(found, Instance) or not is_event(context.type):
            return found
        callee = self._lookup(name)
        return found if callee is None else Instance(callee, found.args, found.line, found.column)

    def _of_any(self, context: AttributeContext) -> Type:
        """Return the type of `signal.connect`, for a signal or an event."""
        given = get_proper_type(context.default_attr_type)
        if isinstance(given, Instance):  # the short type
            if context.is_lvalue:  # the error that mypy reports for methods
                context.api.msg.cant_assign_to_method(context.context)
            return given
        callee = self._lookup(self._callee)
        if not isinstance(given, CallableType) or callee is None:
            return given
        method = self._method()
        whole = None if method is None else method.func.type
        if self._every.may_be_short and method is not None and isinstance(whole, CallableType):
            method.var.type = self._called(callee, whole.arg_types[1:], whole)
            _set(method, short=True)
        return self._called(callee, given.arg_types, given)

    def of_class(self, context: AttributeContext) -> Type:
        """Return the type of `Signal.connect`, which takes a signal: that of the method.

        mypy would derive it from the short type. Up to 1.13, it omits the type variables of the
        class if a method is in a `Decorator`.
        """
        of = get_proper_type(context.type)
        of = of.item if isinstance(of, TypeType) else of
        of = get_proper_type(of.upper_bound) if isinstance(of, TypeVarType) else of
        of = fill_typevars(of.type_object()) if isinstance(of, FunctionLike) else of
        owner, method = self._lookup(self.owner), self._method()
        whole = None if method is None else method.func.type
        if not isinstance(whole, CallableType) or not isinstance(of, Instance) or owner is None:
            return context.default_attr_type  # pragma: no cover  # aldis's methods have types
        unbound = _unbound(whole, map_instance_to_supertype(of, owner), of)
        modules = checker_of(context.api).modules
        return self._with_via(unbound, modules) if "via" in unbound.arg_names else unbound

    def _with_via(self, method: CallableType, modules: Mapping[str, MypyFile]) -> FunctionLike:
        """Return a method that is read from a class, with its overloads for a `via`.

        The plugin does not see such calls, and cannot look for a `via` itself.
        """
        kinds, types = [*method.arg_kinds], [*method.arg_types]
        at = method.arg_names.index("via")
        kinds[at], types[at] = ARG_NAMED, type_of_via(modules)
        with_via = modified(method, arg_kinds=kinds, arg_types=types)
        return Overloaded([method, taking_any_result(with_via)])

    def _method(self) -> Decorator | None:
        owner = self._lookup(self.owner)
        method = None if owner is None else owner.names[self.name].node
        return method if isinstance(method, Decorator) else None

    def restore(self) -> None:
        """Give the method its own type back."""
        method = self._method()
        if method is not None and isinstance(method.var.type, Instance):
            method.var.type = method.func.type
            _set(method, short=False)

    def _called(self, callee: TypeInfo, arguments: list[Type], method: CallableType) -> Instance:
        """Return the type of the callable object for a method."""
        if self.name == "connect_via":  # the decorator that it returns takes the receiver
            decorator = get_proper_type(method.ret_type)
            wanted = decorator.arg_types[0] if isinstance(decorator, CallableType) else decorator
            arguments = [wanted, *arguments]
        arguments = [_receiver_of(arguments[0], method), *arguments[1:]]
        return Instance(callee, arguments[: len(callee.type_vars)], method.line, method.column)


def _unbound(whole: CallableType, owner: Instance, of: Instance) -> CallableType:
    """Return the type of a method that is read from a class."""
    method = expand_type_by_instance(whole, owner)
    variables = [each for each in of.args if isinstance(each, TypeVarLikeType)]
    return modified(method, variables=[*variables, *method.variables])


def _set(method: Decorator, *, short: bool) -> None:
    # neither a function to bind, nor a type that may contain `Self`
    method.var.is_initialized_in_class = not short
    method.var.is_property = method.var.is_settable_property = short


def _receiver_of(wanted: Type, method: CallableType) -> Type:
    """Return the type that a method wants for a receiver; blinker's own methods take any."""
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
