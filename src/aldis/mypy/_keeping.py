"""Whether the source around a connection keeps the receiver alive.

What is not known to be harmless keeps it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis.mypy._source import FUNCTIONS, statements

if TYPE_CHECKING:
    from aldis.mypy._source import Function, Source

_BRANCHES = (ast.If, ast.Try, ast.ExceptHandler)


def is_discarded(source: Source, call: ast.Call) -> bool:
    """Whether nothing is done with what a call returns."""
    return isinstance(source.parent(call), ast.Expr)


def may_keep(body: list[ast.stmt]) -> bool:
    """Whether making an object of a class may give the object away."""
    methods = {each.name for each in body if isinstance(each, FUNCTIONS)}
    for each in body:
        if isinstance(each, FUNCTIONS) and each.name in {"__init__", "__post_init__"}:
            if _gives_itself_away(each, methods):
                return True
        elif isinstance(each, FUNCTIONS) and each.name == "__new__":
            return True
    return False


def _gives_itself_away(making: Function, methods: set[str]) -> bool:
    parameters = [*making.args.posonlyargs, *making.args.args]
    if not parameters:
        return True
    uses = harmless = 0
    for node in ast.walk(making):
        if isinstance(node, ast.Name):
            uses += node.id == parameters[0].arg
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            # an attribute that is no method of it may be set and read
            harmless += node.value.id == parameters[0].arg and node.attr not in methods
    return uses != harmless


# -- functions


def is_forgotten_function(source: Source, line: int, name: str) -> bool:
    """Whether a function that is connected by its decorators dies with the one around it."""
    function = source.functions.get((line, name))
    return (
        function is not None
        and all(_is_weak_decorator(each) for each in function.decorator_list)
        and _nothing_keeps(source, function, name, function)
    )


def is_forgotten(source: Source, call: ast.Call, name: str, makers: frozenset[str]) -> bool:
    """Whether a local name is defined and connected in a function, and that is all.

    Args:
        source: The module.
        call: The call that connects it.
        name: The name of the receiver, or of the object whose method it is.
        makers: What may have made it, beside a `def` and a `lambda`.
    """
    connecting = source.parent(call)
    if not isinstance(connecting, ast.Expr):
        return False
    function = source.function_around(connecting)
    definition = None if function is None else _definition(function, name)
    return (
        definition is not None
        and _makes(definition, makers)
        and _nothing_keeps(source, connecting, name, definition)
    )


def _definition(function: Function, name: str) -> ast.stmt | None:
    """Return the one statement of a function that gives a name its value."""
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
        return _is_name(statement.targets[0], name)
    return isinstance(statement, FUNCTIONS) and statement.name == name


def _makes(definition: ast.stmt, makers: frozenset[str]) -> bool:
    if isinstance(definition, FUNCTIONS):
        return not definition.decorator_list
    value = definition.value if isinstance(definition, ast.Assign) else None
    if isinstance(value, ast.Call):
        callee = value.func
        made_by = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", None)
        return made_by in makers
    return isinstance(value, ast.Lambda)


def _nothing_keeps(source: Source, connecting: ast.stmt, name: str, definition: ast.stmt) -> bool:
    """Whether nothing refers to a name but its connections, and nothing runs after this one."""
    around = source.enclosing(connecting)
    functions = [each for each in around if isinstance(each, FUNCTIONS)]
    if not functions or functions[0] not in source.enclosing(definition):
        return False
    within = around[: around.index(functions[0])]
    if not all(isinstance(each, _BRANCHES) for each in within):
        return False  # a loop comes back to it, and the end of a `with` block runs code
    for node in ast.walk(functions[-1]):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            if not _is_only_connected(source, node):
                return False
        elif isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return False
    return all(
        _runs_nothing(each)
        for each in statements(functions[0].body)
        if each is not connecting and each.lineno >= connecting.lineno
    )


def _is_only_connected(source: Source, name: ast.Name) -> bool:
    """Whether a name is used as a weak receiver, or as its object, and for nothing else."""
    receiver: ast.AST = name
    parent = source.parent(name)
    if isinstance(parent, ast.Attribute):
        receiver, parent = parent, source.parent(parent)
    return (
        isinstance(parent, ast.Call)
        and parent.func is not receiver
        and isinstance(source.parent(parent), ast.Expr)
        and _is_weak_connect(parent)
    )


def _is_weak_connect(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "connect"
        and all(k.arg != "weak" or _is_true(k.value) for k in call.keywords)
        and not any(isinstance(node, ast.Call) for node in ast.walk(call) if node is not call)
    )


def _is_weak_decorator(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        return (
            isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == "connect_via"
            and any(k.arg == "weak" and _is_true(k.value) for k in decorator.keywords)
        )
    return isinstance(decorator, ast.Attribute) and decorator.attr == "connect"


def _runs_nothing(statement: ast.stmt) -> bool:
    """Whether a statement leaves no time to send anything; what is in its branches counts apart."""
    if isinstance(statement, FUNCTIONS):
        return all(_is_weak_decorator(each) for each in statement.decorator_list)
    if isinstance(statement, ast.Expr):
        value = statement.value
        return _is_simple(value) or (isinstance(value, ast.Call) and _is_weak_connect(value))
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


def _is_name(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name
