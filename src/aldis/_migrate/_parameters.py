"""Reads the parameters and the result of a function."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from aldis._migrate._model import UNKNOWN, Parameter, TypeText
from aldis._migrate._types import Taking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Function, Module


def of_function(
    module: Module,
    node: Function | ast.Lambda,
    resolver: Resolver,
    *,
    skips_first: bool = False,
) -> Taking:
    """Return the parameters of a function.

    Args:
        module: Where it is.
        node: The function.
        resolver: What is known of the program.
        skips_first: Whether its first parameter is bound, as that of a method is.
    """
    signature = resolver.types.signature(module.path, node)
    types = {} if signature is None else signature.parameters
    parameters = tuple(_parameters(module, node.args, types))
    is_generator = False
    if isinstance(node, ast.Lambda):
        name, returns = "<lambda>", resolver.text_of(module, node.body)
    else:
        name = node.name
        returns = UNKNOWN if signature is None else signature.returns
        if returns.known == "not":
            returns = _returned(node)
        is_generator = any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in _inside(node))
    is_async = isinstance(node, ast.AsyncFunctionDef)
    taken = parameters[1:] if skips_first else parameters
    return Taking(name, taken, returns, is_async, is_generator)


def _returned(node: Function) -> TypeText:
    """Return `None` for a function that neither returns nor yields a value."""
    for each in _inside(node):
        if isinstance(each, (ast.Yield, ast.YieldFrom)):
            return UNKNOWN
        if isinstance(each, ast.Return) and not _is_nothing(each.value):
            return UNKNOWN
    return TypeText("None", "fully", "inferred")


def _inside(node: Function) -> Iterator[ast.AST]:
    """Yield the nodes in the body of a function, without nested functions and classes."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        each = waiting.pop()
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        yield each
        waiting.extend(ast.iter_child_nodes(each))


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _parameters(
    module: Module, arguments: ast.arguments, types: dict[str, TypeText]
) -> list[Parameter]:
    def made(
        each: ast.arg,
        kind: Literal["positional", "either", "keyword", "star", "stars"],
        default: ast.expr | None = None,
    ) -> Parameter:
        told = types.get(each.arg, UNKNOWN)
        if each.annotation is not None and told.known != "not":
            told = TypeText(told.text, told.known, "stated", told.bases)
        return Parameter(each.arg, kind, None if default is None else module.source(default), told)

    both = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(both) - len(arguments.defaults))
    defaults += arguments.defaults
    found = [
        made(each, "positional" if each in arguments.posonlyargs else "either", default)
        for each, default in zip(both, defaults, strict=True)
    ]
    if arguments.vararg is not None:
        found.append(made(arguments.vararg, "star"))
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    found += [made(each, "keyword", default) for each, default in keywords]
    if arguments.kwarg is not None:
        found.append(made(arguments.kwarg, "stars"))
    return found
