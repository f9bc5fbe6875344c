"""Finds out whether a connection has a `via`, whose receivers may return anything."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import ARG_STAR2, CallExpr, MemberExpr, NameExpr, TypeInfo, Var
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    NoneType,
    TypedDictType,
    TypeOfAny,
    UnionType,
    get_proper_type,
)

from aldis.mypy import _names
from aldis.mypy._places import checker_of
from aldis.mypy._source import FUNCTIONS, source_of
from aldis.mypy._types import modified

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.nodes import Expression, MypyFile
    from mypy.plugin import CheckerPluginInterface, MethodSigContext
    from mypy.types import ProperType, Type

    from aldis.mypy._source import Source


def gives_via(context: MethodSigContext) -> bool:
    """Whether a connection certainly has a `via`, so that its receiver may return anything."""
    names = context.default_signature.arg_names
    given = context.args[names.index("via")] if "via" in names else []
    if not given:
        return False
    with context.api.msg.filter_errors():
        kind = get_proper_type(context.api.get_expression_type(given[0]))
    call = context.context
    if isinstance(call, CallExpr) and call.arg_kinds[call.args.index(given[0])] == ARG_STAR2:
        return _is_via(_value_in(kind))
    return _is_via(kind)


def _value_in(options: ProperType) -> ProperType:
    """Return the type of a `via` in `**options`."""
    if isinstance(options, TypedDictType):
        return get_proper_type(options.items.get("via", NoneType()))
    if isinstance(options, Instance) and options.args:
        # unless it is callable, it is another option
        value = get_proper_type(options.args[-1])
        return value if isinstance(value, (AnyType, CallableType)) else NoneType()
    return NoneType()


def _is_via(kind: ProperType) -> bool:
    if isinstance(kind, UnionType):
        return all(_is_via(get_proper_type(item)) for item in kind.items)
    return not isinstance(kind, NoneType)


def type_of_via(modules: Mapping[str, MypyFile]) -> Type:
    """Return the type of a `via` that is not None."""
    symbol = modules[_names.TYPES_MODULE].names[_names.GIVEN_VIA.rpartition(".")[2]]
    assert isinstance(symbol.node, TypeInfo)
    via = symbol.node.names["via"].node
    assert isinstance(via, Var)
    assert via.type is not None
    return via.type


def taking_any_result(signature: CallableType) -> CallableType:
    """Return the signature of a connection whose receiver may return anything."""
    types = [*signature.arg_types]
    for at, name in enumerate(signature.arg_names):
        if name == "receiver":
            types[at] = _of_any_result(types[at])
    return modified(signature, arg_types=types, ret_type=_of_any_result(signature.ret_type))


def _of_any_result(kind: Type) -> Type:
    """Return the type of a receiver or decorator, for receivers with any result."""
    proper = get_proper_type(kind)
    if isinstance(proper, CallableType):
        return modified(proper, ret_type=AnyType(TypeOfAny.special_form))
    if isinstance(proper, Instance) and proper.args:
        results = [_of_any_result(each) for each in proper.args]
        return Instance(proper.type, results, proper.line, proper.column)
    return kind


def is_made_with_via(signal: Expression | None, api: CheckerPluginInterface) -> bool:
    """Whether this module makes a signal of that name with a `via` for all its receivers."""
    source = source_of(checker_of(api).path)
    if source is None or not isinstance(signal, (NameExpr, MemberExpr)):
        return False
    return any(
        any(keyword.arg == "via" for keyword in call.keywords)
        and signal.name in _names_for(source, call)
        for call in source.calls()
    )


def _names_for(source: Source, call: ast.Call) -> set[str]:
    """Return the names that the result of a call, or the decorated function, is bound to."""
    statement = source.parent(call)
    if isinstance(statement, FUNCTIONS):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    names = (getattr(each, "id", getattr(each, "attr", None)) for each in targets)
    return {name for name in names if name is not None}
