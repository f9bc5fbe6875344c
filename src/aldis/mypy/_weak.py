"""Receivers that are dead on arrival: held weakly by the signal, and by nothing else.

It is reported only where nothing else can keep the receiver. Whatever is not understood might.
"""

from __future__ import annotations

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
)
from mypy.types import Instance, get_proper_type

from aldis.mypy._calls import holds
from aldis.mypy._keeping import is_discarded, is_forgotten, is_forgotten_function, may_keep
from aldis.mypy._places import checker_of
from aldis.mypy._source import source_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context
    from mypy.plugin import CheckerPluginInterface

_PARTIAL = "functools.partial"
_ROOTS = frozenset({"builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC"})
_PLAIN_METACLASSES = frozenset({None, "builtins.type", "abc.ABCMeta"})


_MESSAGE = (
    "{{}} dies {when}: nothing else keeps it, and {{}} holds it weakly; "
    "keep a reference to it, or connect it with weak=False"
)


def may_die(receiver: Expression, api: CheckerPluginInterface) -> bool:
    """Whether a receiver is anything but something that a module, or a class, refers to."""
    return not isinstance(receiver, (NameExpr, TempNode)) or isinstance(
        checker_of(api).scope.stack[-1], FuncItem
    )


def when_dead(receiver: Expression, call: Context, api: CheckerPluginInterface) -> str | None:
    """Return what to say of a weak receiver and its signal, if it dies before it can be called."""
    checker = checker_of(api)
    if isinstance(call, CallExpr) and _is_temporary(receiver, checker):
        return _MESSAGE.format(when="at once") if holds(is_discarded, call, checker) else None
    if _dies_with_its_function(receiver, call, checker):
        return _MESSAGE.format(when="when the function ends")
    return None


# -- what is made in the call itself


def _is_temporary(receiver: Expression, checker: TypeChecker) -> bool:
    """Whether an expression makes an object that only its value refers to."""
    if isinstance(receiver, LambdaExpr):
        return True
    made = receiver.expr if isinstance(receiver, MemberExpr) else receiver
    if not isinstance(made, CallExpr) or not isinstance(made.callee, RefExpr):
        return False
    if made.callee.fullname == _PARTIAL:
        return made is receiver
    # anything else that is called may be a factory, which may keep what it makes
    return isinstance(made.callee.node, TypeInfo) and _only_refers(
        receiver, made.callee.node, checker
    )


def _only_refers(receiver: Expression, info: TypeInfo, checker: TypeChecker) -> bool:
    """Whether a receiver is an object of a class, or a method bound to it, that nobody else has."""
    if isinstance(receiver, MemberExpr):
        found = info.get(receiver.name)
        method = None if found is None else found.node
        if not isinstance(method, FuncDef) or method.is_static or method.is_class:
            return False
    return not _may_keep_itself(info, checker)


def _may_keep_itself(info: TypeInfo, checker: TypeChecker) -> bool:
    """Whether making an object may leave a reference to it somewhere, as in a registry."""
    metaclass = info.metaclass_type
    if (None if metaclass is None else metaclass.type.fullname) not in _PLAIN_METACLASSES:
        return True
    for base in info.mro:
        if base.fullname in _ROOTS:
            continue
        module = checker.modules.get(base.module_name)
        # what a stub leaves out is not known
        source = None if module is None or module.is_stub else source_of(module.path)
        body = source and source.class_body(base.fullname[len(base.module_name) + 1 :])
        if not body or may_keep(body):
            return True
    return info.fallback_to_any


# -- what only a running function knows


def _dies_with_its_function(receiver: Expression, call: Context, checker: TypeChecker) -> bool:
    if not isinstance(checker.scope.stack[-1], FuncItem):
        return False
    if isinstance(call, Decorator):
        source = source_of(checker.path)
        return source is not None and is_forgotten_function(source, call.func.line, call.func.name)
    name = receiver.expr if isinstance(receiver, MemberExpr) else receiver
    if not isinstance(call, CallExpr) or not isinstance(name, NameExpr) or name.kind != LDEF:
        return False
    local, makers = name.name, _makers(receiver, name, checker)
    return holds(lambda source, each: is_forgotten(source, each, local, makers), call, checker)


def _makers(receiver: Expression, name: NameExpr, checker: TypeChecker) -> frozenset[str]:
    """Return the names of what may have made a local object that nobody else has."""
    kind = get_proper_type(checker.lookup_type(name)) if checker.has_type(name) else None
    if not isinstance(kind, Instance):
        return frozenset()
    if kind.type.fullname == _PARTIAL:
        return frozenset({"partial"}) if name is receiver else frozenset()
    return (
        frozenset({kind.type.name}) if _only_refers(receiver, kind.type, checker) else frozenset()
    )
