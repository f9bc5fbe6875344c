"""The sends of a signal in the source of a module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from aldis.mypy._source import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis.mypy._source import Function, Source

_SENDING = frozenset({"send", "send_async"})
_WRAPPERS = frozenset({"_async_wrapper", "_sync_wrapper"})


class Send(NamedTuple):
    """A send: its line, the names in its keywords, and how it treats coroutines."""

    call: ast.Call
    line: int
    names: tuple[str, ...]
    is_plain: bool  # `send` without a wrapper


def sends_of(source: Source, signal: ast.expr) -> Iterator[Send]:
    """Yield the sends of a signal in the module where it is connected."""
    written = ast.unparse(signal)
    scope = scope_of(source, signal)
    for call in source.calls():
        callee = call.func
        if (
            isinstance(callee, ast.Attribute)
            and callee.attr in _SENDING
            and ast.unparse(callee.value) == written
            and scope_of(source, callee.value) is scope
        ):
            names = [keyword.arg for keyword in call.keywords]
            plain = callee.attr == "send" and None not in names and not _WRAPPERS & {*names}
            sent = tuple(n for n in names if n is not None and n not in _WRAPPERS)
            yield Send(call, call.lineno, sent, plain)


def scope_of(source: Source, expression: ast.expr) -> ast.AST:
    """Return the scope of the first name of an expression: a function, class or module."""
    root = root_of(expression)
    if root is not None:
        around = source.enclosing(root)
        for at, each in enumerate(around):
            if isinstance(each, FUNCTIONS) and root.id in _bound(each):
                owner = around[at + 1]
                # `self` means the same in all methods of a class
                is_self = isinstance(owner, ast.ClassDef) and root.id == _first(each)
                return owner if is_self else each
    return source.tree


def root_of(expression: ast.expr) -> ast.Name | None:
    """Return the first name of an expression, if it begins with one."""
    root: ast.expr = expression
    while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
        root = root.func if isinstance(root, ast.Call) else root.value
    return root if isinstance(root, ast.Name) else None


def block_of(source: Source, node: ast.AST) -> ast.AST:
    """Return the function, class or module that contains a node."""
    within = (*FUNCTIONS, ast.ClassDef, ast.Module)
    return next(each for each in source.enclosing(node) if isinstance(each, within))


def bindings(source: Source, scope: ast.AST, name: str) -> int:
    """Return how often a scope binds or deletes a name."""
    found = 0
    for node in ast.walk(scope):
        if node is not scope and name in _binds(node):
            block = block_of(source, node)
            found += block is scope or name in _outside(block)
    return found


def _first(function: Function) -> str | None:
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0].arg if parameters else None


def _outside(block: ast.AST) -> set[str]:
    """Return the names that a function binds outside, by `global` or `nonlocal`."""
    declared = (n for n in ast.walk(block) if isinstance(n, (ast.Global, ast.Nonlocal)))
    return {name for node in declared for name in node.names}


def _bound(function: Function) -> set[str]:
    """Return the names that a function binds."""
    nodes = (node for node in ast.walk(function) if node is not function)
    return {name for node in nodes for name in _binds(node)} - _outside(function)


def _binds(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node itself binds."""
    if isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
