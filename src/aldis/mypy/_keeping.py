"""Finds out whether the source around a connection keeps the receiver alive.

Code that is not known to be harmless counts as keeping it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from aldis.mypy._source import FUNCTIONS, statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis.mypy._source import Function, Source

_RUNNING = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)
_LOOKING_AROUND = frozenset({"locals", "vars", "eval", "exec"})
_BRANCHES = (ast.If, ast.Try, ast.ExceptHandler)


def is_discarded(source: Source, call: ast.Call) -> bool:
    """Whether the result of a call is not used."""
    return isinstance(source.parent(call), ast.Expr)


class Known(NamedTuple):
    """Answers to questions that the source alone does not answer."""

    is_signal: Callable[[ast.expr], bool]  # does its `connect` hold weakly and run nothing else?
    is_new: Callable[[ast.Call], bool]  # does it make an object that nothing else keeps?


def is_forgotten_function(source: Source, function: Function, known: Known) -> bool:
    """Whether a decorated function is released when the function around it ends."""
    return all(
        _is_weak_decorator(each, known) for each in function.decorator_list
    ) and _nothing_keeps(source, function, function.name, function, known)


def signal_in(connecting: ast.expr) -> str | None:
    """Return the text of the signal in `signal.connect` or `signal.connect_via(...)`."""
    callee = connecting.func if isinstance(connecting, ast.Call) else connecting
    return ast.unparse(callee.value) if isinstance(callee, ast.Attribute) else None


def is_forgotten(source: Source, call: ast.Call, name: str, known: Known) -> bool:
    """Whether a local name is only defined and connected in a function.

    Args:
        source: The module.
        call: The call that connects it.
        name: The name of the receiver, or of the object whose method it is.
        known: Tells which signals hold weakly, and which calls make a new object.
    """
    connecting = source.parent(call)
    if not isinstance(connecting, ast.Expr):
        return False
    function = source.function_around(connecting)
    definition = None if function is None else _definition(function, name)
    return (
        definition is not None
        and _makes(definition, known)
        and _nothing_keeps(source, connecting, name, definition, known)
    )


def _definition(function: Function, name: str) -> ast.stmt | None:
    """Return the only statement of a function that binds a name."""
    found: ast.stmt | None = None
    given = 0
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            given += 1
        elif isinstance(node, ast.arg) and node.arg == name:
            return None
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name == name:
            given += 1
    for statement in statements(function.body):
        if _defines(statement, name):
            found = statement
    return found if given == 1 else None


def _defines(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.Assign):
        return [getattr(each, "id", None) for each in statement.targets] == [name]
    return isinstance(statement, FUNCTIONS) and statement.name == name


def _makes(definition: ast.stmt, known: Known) -> bool:
    if isinstance(definition, FUNCTIONS):
        return not definition.decorator_list
    value = definition.value if isinstance(definition, ast.Assign) else None
    if isinstance(value, ast.Call):
        return known.is_new(value)
    return isinstance(value, ast.Lambda)


def _nothing_keeps(
    source: Source, connecting: ast.stmt, name: str, definition: ast.stmt, known: Known
) -> bool:
    """Whether only connections refer to a name, and nothing runs after this one."""
    around = source.enclosing(connecting)
    functions = [each for each in around if isinstance(each, FUNCTIONS)]
    if not functions or functions[0] not in source.enclosing(definition):
        return False
    within = around[: around.index(functions[0])]
    if not all(isinstance(each, _BRANCHES) for each in within):
        return False  # a loop returns to it, and the end of a `with` block runs code
    for node in ast.walk(functions[-1]):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in _LOOKING_AROUND:
                return False
            if node.id == name and not _is_only_connected(source, node, known):
                return False
        elif isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return False
    return all(
        _runs_nothing(each, known)
        for each in statements(functions[0].body)
        if each is not connecting and each.lineno >= connecting.lineno
    )


def _is_only_connected(source: Source, name: ast.Name, known: Known) -> bool:
    """Whether a name is only used as a weak receiver, or as its object."""
    receiver: ast.AST = name
    parent = source.parent(name)
    if isinstance(parent, ast.Attribute):
        receiver, parent = parent, source.parent(parent)
    return (
        isinstance(parent, ast.Call)
        and parent.func is not receiver
        and isinstance(source.parent(parent), ast.Expr)
        and _is_weak_connect(parent, known)
    )


def _is_weak_connect(call: ast.Call, known: Known) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "connect"
        and known.is_signal(call.func.value)
        and all(k.arg != "weak" or _is_true(k.value) for k in call.keywords)
        and not any(isinstance(node, _RUNNING) for node in ast.walk(call) if node is not call)
    )


def _is_weak_decorator(decorator: ast.expr, known: Known) -> bool:
    if isinstance(decorator, ast.Call):
        return (
            isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == "connect_via"
            and known.is_signal(decorator.func.value)
            and any(k.arg == "weak" and _is_true(k.value) for k in decorator.keywords)
        )
    return (
        isinstance(decorator, ast.Attribute)
        and decorator.attr == "connect"
        and known.is_signal(decorator.value)
    )


def _runs_nothing(statement: ast.stmt, known: Known) -> bool:
    """Whether a statement cannot send anything; its branches are checked separately."""
    if isinstance(statement, FUNCTIONS):
        return all(_is_weak_decorator(each, known) for each in statement.decorator_list)
    if isinstance(statement, ast.Expr):
        value = statement.value
        return _is_simple(value) or (isinstance(value, ast.Call) and _is_weak_connect(value, known))
    if isinstance(statement, ast.Assign):
        targets = statement.targets
        return all(isinstance(t, ast.Name) for t in targets) and _is_simple(statement.value)
    if isinstance(statement, ast.Return):
        return statement.value is None or _is_simple(statement.value)
    if isinstance(statement, ast.If):
        return _is_simple(statement.test)
    return isinstance(statement, (ast.Pass, ast.Try))


def _is_simple(value: ast.expr) -> bool:
    return isinstance(value, (ast.Constant, ast.Lambda, ast.Name))


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True
