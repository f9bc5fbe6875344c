"""What a receiver can take, and what it returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_POS, ARG_STAR, ARG_STAR2
from mypy.types import AnyType, CallableType, Instance, get_proper_type

from aldis._migrate._model import UNKNOWN, Parameter, TypeText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.types import Type

    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Function, Module


class Taking(NamedTuple):
    """What something that is called takes and returns."""

    name: str
    parameters: tuple[Parameter, ...] | None
    returns: TypeText | None = None
    is_async: bool = False


def of_function(
    module: Module,
    node: Function | ast.Lambda,
    resolver: Resolver,
    *,
    skips_first: bool = False,
) -> Taking:
    """Return what a function takes.

    Args:
        module: Where it is.
        node: The function.
        resolver: What is known of the program.
        skips_first: Whether its first parameter is bound, as that of a method is.
    """
    known = resolver.checked.function(module.path, node)
    kind = None if known is None else known.type
    types: dict[str, Type] = {}
    returns: Type | None = None
    if isinstance(kind, CallableType):
        types = {name: t for name, t in zip(kind.arg_names, kind.arg_types, strict=True) if name}
        returns = kind.ret_type
    parameters = tuple(_of_arguments(module, node.args, types, resolver))
    is_async = isinstance(node, ast.AsyncFunctionDef)
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    if isinstance(node, ast.Lambda):
        told = resolver.text_of(module, node.body)
    elif returns is None or isinstance(get_proper_type(returns), AnyType):
        told = _returned(node)
    else:
        told = resolver.write(_awaited(returns) if is_async else returns)
    return Taking(name, parameters[1:] if skips_first else parameters, told, is_async)


def _awaited(returns: Type) -> Type:
    kind = get_proper_type(returns)
    is_coroutine = isinstance(kind, Instance) and kind.type.fullname == "typing.Coroutine"
    return kind.args[2] if is_coroutine and isinstance(kind, Instance) else returns


def _returned(node: Function) -> TypeText:
    """Return `None` for a function that returns nothing, and yields nothing."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        each = waiting.pop()
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(each, (ast.Yield, ast.YieldFrom)):
            return UNKNOWN
        if isinstance(each, ast.Return) and not _is_nothing(each.value):
            return UNKNOWN
        waiting.extend(ast.iter_child_nodes(each))
    return TypeText("None", "fully", "inferred")


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _of_arguments(
    module: Module, arguments: ast.arguments, types: Mapping[str, Type], resolver: Resolver
) -> list[Parameter]:
    def written(default: ast.expr | None) -> str | None:
        return None if default is None else module.source(default)

    def told(each: ast.arg) -> TypeText:
        kind = resolver.write(types.get(each.arg))
        if each.annotation is not None and kind.known != "not":
            return TypeText(kind.text, kind.known, "stated", kind.bases)
        return kind

    both = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(both) - len(arguments.defaults))
    defaults += arguments.defaults
    found: list[Parameter] = []
    for each, default in zip(both, defaults, strict=True):
        kind = "positional" if each in arguments.posonlyargs else "either"
        found.append(Parameter(each.arg, kind, written(default), told(each)))
    if arguments.vararg is not None:
        found.append(Parameter(arguments.vararg.arg, "star", None, told(arguments.vararg)))
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(each.arg, "keyword", written(default), told(each)))
    if arguments.kwarg is not None:
        found.append(Parameter(arguments.kwarg.arg, "stars", None, told(arguments.kwarg)))
    return found


def of_type(name: str, kind: CallableType, resolver: Resolver) -> Taking:
    """Return what something of a type takes."""
    found: list[Parameter] = []
    for argument, how, its in zip(kind.arg_names, kind.arg_kinds, kind.arg_types, strict=True):
        told = resolver.write(its)
        if how == ARG_STAR:
            found.append(Parameter(argument or "args", "star", None, told))
        elif how == ARG_STAR2:
            found.append(Parameter(argument or "kwargs", "stars", None, told))
        elif how in {ARG_NAMED, ARG_NAMED_OPT}:
            default = None if how == ARG_NAMED else "..."
            found.append(Parameter(argument or "", "keyword", default, told))
        else:
            default = None if how == ARG_POS else "..."
            which = "either" if argument else "positional"
            found.append(Parameter(argument or f"_{len(found)}", which, default, told))
    returns = _awaited(kind.ret_type)
    is_async = returns is not kind.ret_type
    return Taking(name, tuple(found), resolver.write(returns), is_async)
