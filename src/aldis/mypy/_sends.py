"""What a module sends through a signal, as its source has it."""

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
    """A send: its line, its names as far as they are written, and how it treats coroutines."""

    line: int
    names: tuple[str, ...]
    is_plain: bool  # `send` without a wrapper


def sends_of(source: Source, signal: ast.expr) -> Iterator[Send]:
    """Yield the sends of a signal in the module where it is connected."""
    written = ast.unparse(signal)
    scope = _scope(source, signal)
    for call in source.calls():
        callee = call.func
        if (
            isinstance(callee, ast.Attribute)
            and callee.attr in _SENDING
            and ast.unparse(callee.value) == written
            and _scope(source, callee.value) is scope
        ):
            names = [keyword.arg for keyword in call.keywords]
            plain = callee.attr == "send" and None not in names and not _WRAPPERS & {*names}
            sent = tuple(n for n in names if n is not None and n not in _WRAPPERS)
            yield Send(call.lineno, sent, plain)


def _scope(source: Source, expression: ast.expr) -> ast.AST:
    """Return what gives the first name of an expression its meaning: a function, class, module."""
    root: ast.AST = expression
    while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
        root = root.func if isinstance(root, ast.Call) else root.value
    if isinstance(root, ast.Name):
        around = source.enclosing(root)
        for at, each in enumerate(around):
            if isinstance(each, FUNCTIONS) and root.id in _bound(each):
                owner = around[at + 1]
                # `self` means the same in all methods of a class
                is_self = isinstance(owner, ast.ClassDef) and root.id == _first(each)
                return owner if is_self else each
    return source.tree


def _first(function: Function) -> str | None:
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0].arg if parameters else None


def _bound(function: Function) -> set[str]:
    """Return the names that a function binds."""
    names: set[str] = set()
    outside: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            outside.update(node.names)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node is not function:
            names.add(node.name)
    return names - outside
