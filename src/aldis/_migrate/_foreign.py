"""Signals of Django and of PyDispatcher, which are reported and stay."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from aldis._migrate._model import Declaration, Use
from aldis._migrate._names import PYDISPATCHER
from aldis._migrate._values import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Module

FOREIGN = "M18"
DJANGO_SENTENCE = "it is a signal of Django: read docs/howto/from-django.md"
_DISPATCHED = "it is a signal of PyDispatcher: read docs/howto/from-your-own-signal.md"
_DISPATCHING = frozenset(
    {
        "connect",
        "disconnect",
        "send",
        "sendExact",
        "send_catch_log",
        "send_catch_log_async",
        "send_catch_log_deferred",
    }
)


def dispatched(
    module: Module, resolver: Resolver
) -> Iterator[tuple[ast.Call, ast.expr, Declaration | None]]:
    """Yield the calls that pass a signal to PyDispatcher, the signal, and where it is made."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and last_name(node.func) in _DISPATCHING:
            signal = _signal(module, node, resolver)
            if signal is not None:
                yield node, signal, _declaration(module, signal, resolver)


def _signal(module: Module, call: ast.Call, resolver: Resolver) -> ast.expr | None:
    by_name = next((each.value for each in call.keywords if each.arg == "signal"), None)
    callees = resolver.values.evaluate(module, call.func)
    if any(each.symbol.startswith(PYDISPATCHER) for each in callees):
        is_sending = last_name(call.func).startswith("send")
        return by_name or next(iter(call.args[0 if is_sending else 1 :][:1]), None)
    # scrapy's `crawler.signals.connect(receiver, signal=signals.x)`
    callee = call.func
    is_manager = isinstance(callee, ast.Attribute) and last_name(callee.value) == "signals"
    return by_name if is_manager else None


def _declaration(module: Module, signal: ast.expr, resolver: Resolver) -> Declaration | None:
    """Return the module variable that holds a signal."""
    found = resolver.values.variable(module, signal)
    if found is None:
        return None
    scope, name = found
    binding = scope.bindings[name][0]
    if binding.kind != "value" or binding.statement is None:
        return None
    return Declaration(
        symbol=f"{scope.name}.{name}",
        form="module",
        statement=scope.module.span(binding.statement),
        made=scope.module.span(cast("ast.expr", binding.node)),
        target=name,
        library="pydispatcher",
        obstacle=(FOREIGN, _DISPATCHED),
    )


def foreign_uses(module: Module, resolver: Resolver) -> Iterator[Use]:
    """Yield the uses of PyDispatcher's signals and of Django's own."""
    for call, signal, declaration in dispatched(module, resolver):
        symbol = None if declaration is None else declaration.symbol
        if symbol is None:
            values = resolver.values.evaluate(module, signal)
            symbol = next((each.symbol for each in values), None)
        yield Use(symbol, module.span(call), FOREIGN, _DISPATCHED)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"send", "send_robust", "connect"}:
            for value in resolver.values.evaluate(module, node.value):
                if value.kind == "outside" and is_of_django(value.symbol):
                    yield Use(value.symbol, module.span(node), FOREIGN, DJANGO_SENTENCE)


def is_of_django(symbol: str) -> bool:
    """Whether a signal is one of Django's own."""
    return symbol.startswith("django.") and ".signals." in symbol
