"""Reports receivers that are held weakly by the signal, and by nothing else.

They are reported only if nothing else can keep the receiver alive. Code that is not understood
might.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import (
    LDEF,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    FuncItem,
    LambdaExpr,
    MemberExpr,
    NameExpr,
    RefExpr,
    TempNode,
    TypeInfo,
    Var,
)
from mypy.types import Instance, get_proper_type

from aldis.mypy import _names
from aldis.mypy._calls import holds
from aldis.mypy._keeping import Known, is_discarded, is_forgotten, is_forgotten_function, signal_in
from aldis.mypy._making import may_keep_itself
from aldis.mypy._places import checker_of
from aldis.mypy._resolving import resolved
from aldis.mypy._source import source_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context, SymbolNode
    from mypy.plugin import CheckerPluginInterface

    from aldis.mypy._source import Source

_PARTIAL = "functools.partial"
# the classes that define `connect`; a subclass may override it
_CONNECTABLES = frozenset({_names.CONNECTABLE, _names.ONE_SENDER, *_names.UNTYPED_CONNECTABLES})

_MESSAGE = (
    "{{}} is garbage-collected {when}: nothing else references it, and {{}} holds it weakly; "
    "keep a reference to it, or connect it with weak=False"
)


def may_die(receiver: Expression, api: CheckerPluginInterface) -> bool:
    """Whether a receiver may be one that no module or class refers to."""
    return not isinstance(receiver, (NameExpr, TempNode)) or isinstance(
        checker_of(api).scope.stack[-1], FuncItem
    )


def when_dead(receiver: Expression, call: Context, api: CheckerPluginInterface) -> str | None:
    """Return the message about a weak receiver that is released before it can be called."""
    checker = checker_of(api)
    if isinstance(call, CallExpr) and _is_temporary(receiver, checker):
        return _MESSAGE.format(when="immediately") if holds(is_discarded, call, checker) else None
    if _dies_with_its_function(receiver, call, checker):
        return _MESSAGE.format(when="when the function ends")
    return None


# -- objects that are made in the call itself


def _is_temporary(receiver: Expression, checker: TypeChecker) -> bool:
    """Whether an expression makes a new object that nothing else refers to."""
    if isinstance(receiver, LambdaExpr):
        return True
    made = receiver.expr if isinstance(receiver, MemberExpr) else receiver
    if not isinstance(made, CallExpr) or not isinstance(made.callee, RefExpr):
        return False
    if made.callee.fullname == _PARTIAL:
        return made is receiver
    # other callables may be factories, which may keep their objects
    return isinstance(made.callee.node, TypeInfo) and _only_refers(
        receiver, made.callee.node, checker
    )


def _only_refers(receiver: Expression, info: TypeInfo, checker: TypeChecker) -> bool:
    """Whether a receiver is a new object of a class, or its method, without other references."""
    if isinstance(receiver, MemberExpr):
        found = info.get(receiver.name)
        method = None if found is None else found.node
        if not isinstance(method, FuncDef) or method.is_static or method.is_class:
            return False
    return not may_keep_itself(info, checker)


# -- objects that only a running function refers to


def _dies_with_its_function(receiver: Expression, call: Context, checker: TypeChecker) -> bool:
    if not isinstance(checker.scope.stack[-1], FuncItem):
        return False
    if isinstance(call, Decorator):
        source = source_of(checker.path)
        functions = {} if source is None else source.functions
        function = functions.get((call.func.line, call.func.name))
        if source is None or function is None:
            return False
        known = _known(source, checker, None, function.decorator_list)
        return is_forgotten_function(source, function, known)
    name = receiver.expr if isinstance(receiver, MemberExpr) else receiver
    if not isinstance(call, CallExpr) or not isinstance(name, NameExpr) or name.kind != LDEF:
        return False
    made, local = _made(receiver, name, checker), name.name
    return holds(
        lambda source, each: is_forgotten(
            source, each, local, _known(source, checker, made, [each.func])
        ),
        call,
        checker,
    )


def _made(receiver: Expression, name: NameExpr, checker: TypeChecker) -> TypeInfo | None:
    """Return the class of a local object without other references, if it is known."""
    kind = get_proper_type(checker.lookup_type(name)) if checker.has_type(name) else None
    if not isinstance(kind, Instance):
        return None
    is_alone = (
        name is receiver
        if kind.type.fullname == _PARTIAL
        else _only_refers(receiver, kind.type, checker)
    )
    return kind.type if is_alone else None


def _known(
    source: Source, checker: TypeChecker, made: TypeInfo | None, connecting: list[ast.expr]
) -> Known:
    # if all expressions are equal, it is the signal in question
    signals = {signal_in(each) for each in connecting}

    def is_signal(expression: ast.expr) -> bool:
        return signals == {ast.unparse(expression)} or _connects_weakly(
            resolved(expression, source, checker)
        )

    def is_new(call: ast.Call) -> bool:
        return made is not None and resolved(call.func, source, checker) is made

    return Known(is_signal, is_new)


def _connects_weakly(node: SymbolNode | None) -> bool:
    """Whether a variable is known to be a signal of aldis or blinker."""
    variable = node.var if isinstance(node, Decorator) else node
    kind = get_proper_type(variable.type) if isinstance(variable, Var) else None
    bases = kind.type.mro if isinstance(kind, Instance) else []
    connecting = next((base for base in bases if "connect" in base.names), None)
    return connecting is not None and connecting.fullname in _CONNECTABLES
