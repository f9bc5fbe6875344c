"""The calls and decorators that connect receivers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from aldis._migrate._foreign import is_of_django
from aldis._migrate._members import Value
from aldis._migrate._model import Receiver
from aldis._migrate._names import CONNECTING, role_of
from aldis._migrate._parameters import of_function
from aldis._migrate._sends import argument_of
from aldis._migrate._source import FUNCTIONS
from aldis._migrate._types import Taking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Function, Module

_PARTIALS = frozenset({"functools.partial"})


def receivers_of(module: Module, resolver: Resolver) -> Iterator[Receiver]:
    """Yield the connections that a module makes."""
    for node in ast.walk(module.tree):
        if isinstance(node, FUNCTIONS):
            for decorator in node.decorator_list:
                yield from _decorated(module, node, decorator, resolver)
        elif isinstance(node, ast.Call) and not _is_decorator(module, node):
            yield from _called(module, node, resolver)


def _is_decorator(module: Module, node: ast.Call) -> bool:
    parent = module.parent(node)
    return isinstance(parent, FUNCTIONS) and node in parent.decorator_list


def _symbols(module: Module, signal: ast.expr, resolver: Resolver) -> tuple[str | None, ...]:
    found = resolver.signals(module, signal)
    if found:
        return tuple(each for each in found if not is_of_django(each))
    if resolver.is_signal(module, signal):
        return (None,)
    return resolver.by_name_alone(module, signal)


def _decorated(
    module: Module, function: Function, decorator: ast.expr, resolver: Resolver
) -> Iterator[Receiver]:
    """Yield what `@signal.connect` or `@signal.connect_via(sender)` connects."""
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(callee, ast.Attribute):
        return
    is_via = isinstance(decorator, ast.Call)
    if callee.attr != ("connect_via" if is_via else "connect"):
        return
    sender = _argument(decorator, 0, "sender") if isinstance(decorator, ast.Call) else None
    taking = of_function(module, function, resolver)
    for symbol in _symbols(module, callee.value, resolver):
        yield Receiver(
            symbol=symbol,
            span=module.span(decorator),
            how="connect_via" if is_via else "decorator",
            name=function.name,
            parameters=taking.parameters,
            returns=taking.returns,
            is_async=taking.is_async,
            is_generator=taking.is_generator,
            sender=None if sender is None else argument_of(module, "sender", sender, resolver),
            function=module.span(function),
        )


def _called(module: Module, call: ast.Call, resolver: Resolver) -> Iterator[Receiver]:
    """Yield what `signal.connect(receiver)` and its kin connect."""
    via = call.func if isinstance(call.func, ast.Call) else None
    callee = call.func if via is None else via.func
    if not isinstance(callee, ast.Attribute) or callee.attr not in CONNECTING:
        return
    if (callee.attr == "connect_via") != (via is not None):
        return
    receiver = _argument(call, 0, "receiver")
    if receiver is None:
        return
    how: Literal["connect", "connect_via", "connected_to"] = "connected_to"
    if callee.attr in {"connect", "connect_via"}:
        how = "connect" if via is None else "connect_via"
    sender = _argument(call, 1, "sender") if via is None else _argument(via, 0, "sender")
    for symbol in _symbols(module, callee.value, resolver):
        taking = taking_of(module, receiver, resolver)
        yield Receiver(
            symbol=symbol,
            span=module.span(call),
            how=how,
            name=taking.name,
            parameters=taking.parameters,
            returns=taking.returns,
            is_async=taking.is_async,
            is_generator=taking.is_generator,
            sender=None if sender is None else argument_of(module, "sender", sender, resolver),
        )


def _argument(call: ast.Call, at: int, name: str) -> ast.expr | None:
    by_name = (each.value for each in call.keywords if each.arg == name)
    return call.args[at] if at < len(call.args) else next(by_name, None)


def taking_of(module: Module, node: ast.expr, resolver: Resolver) -> Taking:
    """Return the parameters of an expression that is called."""
    if isinstance(node, ast.Lambda):
        return of_function(module, node, resolver)
    if isinstance(node, ast.Call) and node.args and _is_partial(module, node, resolver):
        return _partial(module, node, resolver)
    for value in resolver.values.evaluate(module, node):
        scope = resolver.values.functions.get(value.symbol)
        if value.kind in {"class", "instance"}:
            return _through(module, node, value, resolver)
        if scope is None or not isinstance(scope.node, FUNCTIONS):
            continue
        if not _keeps_signature(scope.node):
            break
        names = {ast.unparse(each) for each in scope.node.decorator_list}
        is_bound = value.kind == "method" or "classmethod" in names
        skips = is_bound and "staticmethod" not in names
        return of_function(scope.module, scope.node, resolver, skips_first=skips)
    return _by_type(module, node, resolver)


def _keeps_signature(function: Function) -> bool:
    """Whether no decorator may have replaced the function."""
    known = {"staticmethod", "classmethod"}
    return all(
        ast.unparse(each) in known
        or ast.unparse(each).endswith(".connect")
        or ".connect_via(" in ast.unparse(each)
        for each in function.decorator_list
    )


def _through(module: Module, node: ast.expr, value: Value, resolver: Resolver) -> Taking:
    """Return the parameters of a class's `__init__` or an object's `__call__`."""
    values = resolver.values
    name = value.symbol.rpartition(".")[2]
    method = "__call__" if value.kind == "instance" else "__init__"
    for each in values.attribute(Value("instance", value.symbol), method):
        scope = values.functions.get(each.symbol)
        if scope is not None and isinstance(scope.node, FUNCTIONS):
            taking = of_function(scope.module, scope.node, resolver, skips_first=True)
            return taking._replace(name=name)
    return _by_type(module, node, resolver)._replace(name=name)


def _is_partial(module: Module, node: ast.Call, resolver: Resolver) -> bool:
    return any(each.symbol in _PARTIALS for each in resolver.values.evaluate(module, node.func))


def _partial(module: Module, node: ast.Call, resolver: Resolver) -> Taking:
    """Return the parameters that `partial(function, ...)` leaves open."""
    whole = taking_of(module, node.args[0], resolver)
    if whole.parameters is None or any(isinstance(each, ast.Starred) for each in node.args):
        return whole._replace(parameters=None)
    given = {each.arg for each in node.keywords}
    left = whole.parameters[len(node.args) - 1 :]
    return whole._replace(parameters=tuple(each for each in left if each.name not in given))


def _by_type(module: Module, node: ast.expr, resolver: Resolver) -> Taking:
    name = ast.unparse(node).rpartition(".")[2]
    return resolver.types.taking(module.path, node, name) or Taking(name, None)


def is_role(module: Module, node: ast.expr, resolver: Resolver, roles: frozenset[str]) -> bool:
    """Whether an expression is one of the classes or functions of blinker."""
    values = resolver.values.evaluate(module, node)
    return any(each.kind == "outside" and role_of(each.symbol) in roles for each in values)
