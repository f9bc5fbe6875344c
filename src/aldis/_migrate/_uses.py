"""Finds other uses of signals than sending and connecting."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._model import Use
from aldis._migrate._names import CONNECTING, HARMLESS, SENDING
from aldis._migrate._receivers import is_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Module

_CLASSES = frozenset({"Signal", "NamedSignal"})
_ANY = frozenset({"ANY"})
_COPYING = frozenset({"copy.copy", "copy.deepcopy", "pickle.dump", "pickle.dumps"})
_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred)


def uses_of(module: Module, resolver: Resolver) -> Iterator[Use]:
    """Yield the uses of signals in a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            yield from _subclass(module, node, resolver)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _asked(module, node, resolver)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _given_any(module, node, node.func, resolver)
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            yield from _used(module, node, resolver)


def _subclass(module: Module, node: ast.ClassDef, resolver: Resolver) -> Iterator[Use]:
    for base in node.bases:
        if is_role(module, base, resolver, _CLASSES):
            sentence = f"the class {node.name} inherits from blinker's Signal"
            yield Use(None, module.span(base), "M10", sentence)


def _asked(module: Module, call: ast.Call, resolver: Resolver) -> Iterator[Use]:
    """Yield `isinstance(x, Signal)`."""
    match call:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[asked, told]):
            classes = told.elts if isinstance(told, ast.Tuple) else [told]
        case _:
            return
    for each in classes:
        if is_role(module, each, resolver, _CLASSES):
            found = resolver.signals(module, asked)
            for symbol in found or (None,):
                sentence = f"its class is compared: {ast.unparse(each)}"
                yield Use(symbol, module.span(call), "M10", sentence)


def _given_any(
    module: Module, call: ast.Call, callee: ast.Attribute, resolver: Resolver
) -> Iterator[Use]:
    """Yield `signal.connect(receiver, sender=ANY)`; to aldis, `ANY` is one more sender."""
    if callee.attr not in CONNECTING and callee.attr not in HARMLESS:
        return
    given = [*call.args, *(each.value for each in call.keywords)]
    if any(is_role(module, each, resolver, _ANY) for each in given):
        signal = callee.value
        found = resolver.certain(module, signal) or resolver.by_name_alone(module, signal)
        for symbol in found:
            sentence = (
                f"its {callee.attr} gets blinker's ANY; pass aldis's once the signal is declared"
            )
            yield Use(symbol, module.span(call), "M10", sentence)


def _used(module: Module, node: ast.Name | ast.Attribute, resolver: Resolver) -> Iterator[Use]:
    told = _told(module, node, module.parents[node], resolver)
    if told is not None:
        code, sentence, span_of = told
        for symbol in resolver.certain(module, node):
            yield Use(symbol, module.span(span_of), code, sentence)


def _told(
    module: Module, node: ast.expr, parent: ast.AST, resolver: Resolver
) -> tuple[str, str, ast.expr] | None:
    """Return the code and the sentence for a use of a signal, if it matters."""
    if isinstance(parent, ast.Attribute):
        return _attribute(module, parent)
    if isinstance(parent, ast.keyword):
        return "M12", "it is passed on as an argument", node
    if isinstance(parent, ast.Call) and node is not parent.func:
        return _argument(module, node, parent, resolver)
    if isinstance(parent, _CONTAINERS) and not _is_iterated(module, parent):
        return "M12", "it is put into a collection", node
    if isinstance(parent, (ast.Return, ast.Yield, ast.Lambda)):
        return "M12", "it is returned by a function", node
    return None


def _attribute(module: Module, node: ast.Attribute) -> tuple[str, str, ast.expr] | None:
    """Return the code and the sentence for an attribute of a signal."""
    parent = module.parent(node)
    if node.attr in SENDING:
        if isinstance(parent, ast.Call) and parent.func is node:
            return None
        return "M12", f"its {node.attr} is passed on", node
    if node.attr in CONNECTING or node.attr in HARMLESS:
        return None
    return "M10", f"its {node.attr} is used", node


def _argument(
    module: Module, node: ast.expr, call: ast.Call, resolver: Resolver
) -> tuple[str, str, ast.expr] | None:
    """Return the code and the sentence for a call that gets a signal."""
    called = ast.unparse(call.func)
    if called in {"isinstance", "issubclass", "bool", "id", "repr", "str", "print"}:
        return None
    names = {each.symbol for each in resolver.values.evaluate(module, call.func)}
    if names & _COPYING:
        return "M20", "it is copied or pickled", node
    return "M12", f"it is passed on to {called}", node


def _is_iterated(module: Module, node: ast.AST) -> bool:
    """Whether a collection is written for a loop only."""
    parent = module.parent(node)
    return isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node
