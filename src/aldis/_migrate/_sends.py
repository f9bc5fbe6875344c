"""The calls that send signals."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from aldis._migrate._foreign import is_of_django
from aldis._migrate._model import UNKNOWN, Argument, Send
from aldis._migrate._names import OPTIONS, SENDING
from aldis._migrate._used import is_used_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Module


def sends_of(module: Module, resolver: Resolver) -> Iterator[Send]:
    """Yield the sends of a module: one for each signal that may be sent."""
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in SENDING
        ):
            for symbol in _symbols(module, node, node.func.value, resolver):
                yield _send(module, node, node.func.attr, symbol, resolver)


def _symbols(
    module: Module, call: ast.Call, signal: ast.expr, resolver: Resolver
) -> tuple[str | None, ...]:
    found = resolver.certain(module, signal)
    if found:
        return tuple(each for each in found if not is_of_django(each))
    if sounding := resolver.signals(module, signal):
        return () if any(map(is_of_django, sounding)) else (None,)
    if resolver.is_signal(module, signal):
        return (None,)
    if len(call.args) <= 1 and not any(isinstance(each, ast.Starred) for each in call.args):
        by_name = resolver.by_name_alone(module, signal)
        if by_name:
            return by_name
    if resolver.is_unknown(module, signal) and "signal" in ast.unparse(signal).lower():
        return (None,)
    return ()


def _send(
    module: Module, call: ast.Call, method: str, symbol: str | None, resolver: Resolver
) -> Send:
    named = [each for each in call.keywords if each.arg is not None]
    sender = call.args[0] if call.args and not isinstance(call.args[0], ast.Starred) else None
    return Send(
        symbol=symbol,
        span=module.span(call),
        function=module.scope_of(call).name,
        method=method,
        sender=None if sender is None else argument_of(module, "sender", sender, resolver),
        payload=tuple(
            argument_of(module, each.arg or "", each.value, resolver)
            for each in named
            if each.arg not in OPTIONS
        ),
        options=tuple(
            argument_of(module, each.arg or "", each.value, resolver)
            for each in named
            if each.arg in OPTIONS
        ),
        spreads=len(named) < len(call.keywords),
        more_positional=len(call.args) > 1
        or any(isinstance(each, ast.Starred) for each in call.args),
        result=_result(module, call),
    )


def argument_of(module: Module, name: str, node: ast.expr, resolver: Resolver) -> Argument:
    """Return the argument of that name."""
    kind = resolver.text_of(module, node) if name else UNKNOWN
    return Argument(
        name, module.span(node), kind, module.source(node), is_used_before(module, node)
    )


def _result(module: Module, call: ast.Call) -> Literal["dropped", "read"]:
    parent = module.parent(call)
    if isinstance(parent, ast.Await):
        parent = module.parent(parent)
    return "dropped" if isinstance(parent, ast.Expr) else "read"
