"""Turns types that pyright prints, without modules, into types with qualified names."""

from __future__ import annotations

import ast
import builtins
import re
import typing
from typing import TYPE_CHECKING

from aldis._migrate._model import UNKNOWN, TypeText
from aldis._migrate._unions import with_arguments

if TYPE_CHECKING:
    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Module

_ANY = "typing.Any"
_VARIABLE = re.compile(r"\w+@\w+|(?<=\w)\*")  # `T@function`, and marks of inferred types


def qualified(text: str, module: Module, resolver: Resolver) -> TypeText:
    """Return a type that pyright printed.

    Args:
        text: What it printed.
        module: The module in which it was asked.
        resolver: What is known of the program.
    """
    plain = _VARIABLE.sub(lambda found: "Any" if "@" in found[0] else "", text)
    try:
        node = ast.parse(plain, mode="eval").body
    except SyntaxError:  # a function, or a module
        return UNKNOWN
    whole = _Qualifier(module, resolver).text(node)
    if whole == _ANY:
        return UNKNOWN
    return TypeText(whole, "partly" if _ANY in whole else "fully", "pyright")


class _Qualifier:
    def __init__(self, module: Module, resolver: Resolver) -> None:
        self._module = module
        self._values = resolver.values

    def text(self, node: ast.expr) -> str:
        match node:
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union(self.text(left), self.text(right))
            case ast.Constant(value=None):
                return "None"
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                return self._literal(inner)
            case ast.Subscript(value=ast.Name(id=base), slice=inner):
                return self._generic(self._class(base), inner)
            case ast.Name(id=name):
                return with_arguments(self._class(name))  # it leaves out what it does not know
            case _:
                return _ANY

    def _union(self, left: str, right: str) -> str:
        if _ANY in {left, right}:
            return _ANY
        return left if right in left.split(" | ") else f"{left} | {right}"

    def _literal(self, inner: ast.expr) -> str:
        items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        return " | ".join(dict.fromkeys(map(self._of_literal, items)))

    def _of_literal(self, item: ast.expr) -> str:
        if isinstance(item, ast.Attribute):  # a member of an enumeration
            return self.text(item.value)
        value = item.value if isinstance(item, ast.Constant) else 0  # or a negative number
        return f"builtins.{type(value).__name__}"

    def _generic(self, base: str, inner: ast.expr) -> str:
        items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if base == _ANY:
            return _ANY
        told = ("..." if _is_ellipsis(each) else self.text(each) for each in items)
        return f"{base}[{', '.join(told)}]"

    def _class(self, name: str) -> str:
        """Return the full name of a class that the module knows, or that is the only one."""
        if name in {"Any", "Unknown"}:
            return _ANY
        for each in self._values.named_in(self._module, name):
            if each.kind in {"class", "outside"}:
                return each.symbol
        ours = [each for each in self._values.classes if each.rpartition(".")[2] == name]
        if ours:
            return ours[0] if len(ours) == 1 else _ANY
        if isinstance(getattr(builtins, name, None), type):
            return f"builtins.{name}"
        return f"typing.{name}" if hasattr(typing, name) else self._imported(name)

    def _imported(self, name: str) -> str:
        """Return what a name stands for, if that is the same in all modules that import it."""
        found = {
            value.symbol
            for module in self._values.modules.values()
            if name in module.scope.bindings
            for value in self._values.named_in(module, name)
            if value.kind in {"class", "outside"}
        }
        return found.pop() if len(found) == 1 else _ANY


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
