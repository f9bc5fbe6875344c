"""Resolves attributes and full names through modules, classes and their bases."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from aldis._cycles import Cycles
from aldis._migrate._names import GLOBAL, is_library, role_of
from aldis._migrate._source import FUNCTIONS, Binding, Module, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Kind = Literal[
    "class", "function", "instance", "maker", "method", "module", "namespace", "outside", "signal"
]


_PLAIN = ("abc.", "collections.", "enum.", "typing.")  # whose classes are no descriptors


class Value(NamedTuple):
    """Something that a name may stand for, by its full name."""

    kind: _Kind
    symbol: str


Values = tuple[Value, ...]


class Members(ABC):
    """The classes and functions of a program, and what is found in them.

    Args:
        modules: The modules, by their names.
    """

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self.classes: dict[str, Scope] = {}
        self.functions: dict[str, Scope] = {}
        self._found: Cycles[Value] = Cycles()
        for module in modules.values():
            for scope in module.scopes.values():
                if isinstance(scope.node, ast.ClassDef):
                    self.classes.setdefault(scope.name, scope)
                elif isinstance(scope.node, FUNCTIONS):
                    self.functions.setdefault(scope.name, scope)

    @abstractmethod
    def evaluate(self, module: Module, node: ast.expr) -> Values:
        """Return what an expression may stand for."""

    @abstractmethod
    def bound(self, binding: Binding, scope: Scope, name: str) -> Values:
        """Return the values that one binding gives a name."""

    def bindings(self, scope: Scope, name: str) -> Values:
        """Return what a name of a scope may stand for."""
        values = self._found.find(
            (scope, name), lambda: self._bound(scope.bindings[name], scope, name)
        )
        known = tuple(each for each in values if _is_of_library(each))
        return known or values

    def _bound(self, bindings: Iterable[Binding], scope: Scope, name: str) -> Values:
        return unique(value for each in bindings for value in self.bound(each, scope, name))

    def attribute(self, base: Value, name: str) -> Values:
        """Return what an attribute of a value may stand for."""
        match base.kind:
            case "module":
                return self.dotted(f"{base.symbol}.{name}")
            case "outside":
                if role_of(base.symbol) == "global":
                    return (Value("maker", GLOBAL),) if name == "signal" else ()
                return (Value("outside", f"{base.symbol}.{name}"),)
            case "namespace":
                return (Value("maker", base.symbol),) if name == "signal" else ()
            case "class" | "instance":
                return self._member(base, name)
            case _:
                return ()

    def _member(self, base: Value, name: str) -> Values:
        for each in self.mro(base.symbol):
            scope = self.classes.get(each)
            if scope is None:
                continue
            if base.kind == "instance" and name in scope.attributes:
                return self._attribute_of_self(scope, name)
            if name in scope.bindings:
                found = self.bindings(scope, name)
                if base.kind == "class":
                    return found
                return tuple(
                    Value("method", each.symbol) if each.kind == "function" else each
                    for each in found
                    if not self._may_be_descriptor(each)
                )
        return ()

    def _may_be_descriptor(self, value: Value) -> bool:
        """Whether instances may have another value than their class, as of a field."""
        if value.kind != "instance":
            return False
        names = [each for each in self.mro(value.symbol) if not each.startswith(_PLAIN)]
        scopes = [self.classes.get(each) for each in names]
        return any(scope is None or "__get__" in scope.bindings for scope in scopes)

    def _attribute_of_self(self, scope: Scope, name: str) -> Values:
        def find() -> Values:
            given = scope.attributes[name]
            return unique(v for each, inner in given for v in self.bound(each, inner, name))

        return self._found.find((scope, "self", name), find)

    def mro(self, symbol: str) -> list[str]:
        """Return the full names of a class and its bases, as far as they are known."""
        found = self._found.find(("mro", symbol), lambda: self._order(symbol))
        return [each.symbol for each in found] or [symbol]

    def _order(self, symbol: str) -> Values:
        found: list[str] = []
        waiting = [symbol]
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            found.append(name)
            scope = self.classes.get(name)
            if scope is not None and isinstance(scope.node, ast.ClassDef):
                around = scope.module
                waiting += [
                    value.symbol
                    for each in scope.node.bases
                    for value in self.evaluate(
                        around, each.value if isinstance(each, ast.Subscript) else each
                    )
                    if value.kind in {"class", "outside"}
                ]
        return tuple(Value("class", each) for each in found)

    def dotted(self, full_name: str) -> Values:
        """Return what a full name stands for."""
        module_name = full_name
        while module_name and (module_name not in self.modules or is_library(module_name)):
            module_name = module_name.rpartition(".")[0]
        if not module_name:
            inside = full_name.removeprefix("src.")  # `src` is never part of a module's name
            return (Value("outside", full_name),) if inside == full_name else self.dotted(inside)
        rest = full_name[len(module_name) + 1 :]
        if not rest:
            return self._shadowed(module_name) or (Value("module", module_name),)
        scope = self.modules[module_name].scope
        if rest in scope.bindings:
            return self.bindings(scope, rest)
        return self.starred(scope.module, rest)

    def _shadowed(self, module_name: str) -> Values:
        """Return what a package binds to the name of one of its modules, if not the module."""
        package, _, name = module_name.rpartition(".")
        around = self.modules.get(package)
        if around is None or name not in around.scope.bindings:
            return ()
        return self.bindings(around.scope, name)

    def variable(self, module: Module, node: ast.expr) -> tuple[Scope, str] | None:
        """Return the variable of a module that a name or an attribute stands for."""
        if isinstance(node, ast.Attribute):
            modules = [v.symbol for v in self.evaluate(module, node.value) if v.kind == "module"]
            scopes = [self.modules[each].scope for each in modules]
            return next(((each, node.attr) for each in scopes if node.attr in each.bindings), None)
        if not isinstance(node, ast.Name) or node.id not in module.scope.bindings:
            return None
        binding = module.scope.bindings[node.id][0]
        if binding.kind != "import":
            return module.scope, node.id
        owner, _, name = binding.text.rpartition(".")
        around = self.modules.get(owner)
        if around is None or name not in around.scope.bindings:
            return None
        return around.scope, name

    def starred(self, module: Module, name: str) -> Values:
        """Return what a name stands for that `import *` may have bound."""
        for base in module.scope.stars:
            full_name = f"{base}.{name}"
            if base in self.modules and not is_library(base):
                found = self._found.find(full_name, partial(self.dotted, full_name))
                if found:
                    return found
            elif role_of(full_name) is not None:
                return (Value("outside", full_name),)
        return ()


def _is_of_library(value: Value) -> bool:
    return value.kind in {"namespace", "signal", "maker"} or role_of(value.symbol) is not None


def unique(values: Iterable[Value]) -> Values:
    """Return the values in order, without duplicates."""
    return tuple(dict.fromkeys(values))
