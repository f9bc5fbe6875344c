"""Resolves expressions to signals, functions and objects, from the source and the signals.

It follows names, attributes, annotations and calls that make objects. Other origins of objects are
not found.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from aldis._callables import Name, Place
from aldis._cli._annotations import named_in
from aldis._cli._finding import Finds
from aldis._cli._found import Found, found_in
from aldis._cli._names import SENDING
from aldis._cli._scopes import Binding, Scope, nodes_in
from aldis._cli._source import Class
from aldis._cli._values import (
    Code,
    Instance,
    Items,
    Module,
    SendMethod,
    Sends,
    Space,
    Value,
    classes_in,
    items_of,
)
from aldis._cycles import Cycles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._cli._values import Values


class Program:
    """The source of a package, and its signals."""

    def __init__(self, finds: Finds) -> None:
        self.sources = finds.sources
        self.signals = {path: found for found in finds.signals for path in found.paths}
        self.namespaces = finds.namespaces
        self.foreign: dict[int, Found] = {}
        self.modules: dict[str, Scope] = {}
        self.classes: dict[str, tuple[Class, Scope]] = {}
        self.functions: dict[str, Code] = {}
        self._answers: Cycles[Value] = Cycles()
        for source in finds.sources.values():
            scope = self.modules[source.name] = Scope(source.name, source, source.tree.body)
            self._define(scope, source.tree.body)

    def _define(self, scope: Scope, body: list[ast.stmt]) -> None:
        for node in nodes_in(body):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                name = scope.inner_name(node.name)
                place = Place(scope.source.path, node.lineno)
                self.functions[name] = Code(scope.name_of(name), place, node.returns, scope)
                self._define(scope.within(node), node.body)
            elif isinstance(node, ast.ClassDef):
                name = scope.inner_name(node.name)
                kind = Class(name, node, scope.source)
                inner = Scope(name, scope.source, node.body, outer=scope, owner=kind)
                self.classes[name] = (kind, inner)
                self._define(inner, node.body)

    # -- expressions

    def values(self, expression: ast.expr, scope: Scope) -> Values:
        """Return the possible values of an expression; none if unknown."""
        # a name is one question, wherever it stands
        asked = expression.id if isinstance(expression, ast.Name) else expression
        return self._answers.find(
            (asked, scope), lambda: tuple(dict.fromkeys(self._values(expression, scope)))
        )

    def _values(self, expression: ast.expr, scope: Scope) -> Iterator[Value]:
        match expression:
            case ast.Name(id=name):
                yield from self._named(name, scope)
            case ast.Attribute(value=owner, attr=name):
                for value in self.values(owner, scope):
                    yield from self._attribute(value, name, ast.unparse(owner))
            case ast.Call():
                yield from self._called(expression, scope)
            case ast.Subscript(value=owner, slice=key):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from self._looked_up(owner, key.value, scope)
                # a generic class has the attributes of the class, whatever its arguments
                yield from classes_in(self.values(owner, scope))
            case ast.Lambda():
                name = scope.inner_name("<lambda>")
                yield Code(scope.name_of(name), Place(scope.source.path, expression.lineno))
            case _:
                yield from self._composed(expression, scope)

    def _composed(self, expression: ast.expr, scope: Scope) -> Iterator[Value]:
        match expression:
            case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
                yield from self.values(inner, scope)
            case ast.IfExp(body=first, orelse=second):
                yield from (*self.values(first, scope), *self.values(second, scope))
            case ast.BoolOp(values=each):
                for inner in each:
                    yield from self.values(inner, scope)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                yield items_of(v for item in items for v in self.values(item, scope))
            case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
                yield items_of(self.values(item, scope))
            case _:
                pass

    def _named(self, name: str, scope: Scope) -> Iterator[Value]:
        asked: Scope | None = scope
        while asked is not None:
            if name == asked.first and asked.owner is not None:
                yield asked.owner if asked.is_of_class else Instance(asked.owner)
                return
            # methods do not see the names of their class
            if asked.function is not None or asked.outer is None or asked is scope:
                full = asked.inner_name(name)
                if name in asked.bindings and full not in self.signals:
                    for binding in asked.bindings[name]:
                        yield from self._bound(binding, asked)
                    return
                found = self._defined(full)
                if found:
                    yield from found
                    return
            asked = asked.outer
        for imported in scope.source.imported_as(name):
            yield from self.named(imported)

    def _bound(self, binding: Binding, scope: Scope) -> Iterator[Value]:
        if binding.is_annotation:
            yield from self._annotated(binding.expression, scope)
        elif binding.is_each:
            values = self.values(binding.expression, scope)
            for items in (value for value in values if isinstance(value, Items)):
                yield from items.values
        else:
            yield from self.values(binding.expression, scope)

    def _called(self, call: ast.Call, scope: Scope) -> Iterator[Value]:
        if "partial" in (getattr(call.func, "id", None), getattr(call.func, "attr", None)):
            values = self.values(call.args[0], scope) if call.args else ()
            for code in (value for value in values if isinstance(value, Code)):
                module, qualname = code.name
                yield Code(Name(module, f"partial({qualname})"), code.place)
            return
        if isinstance(call.func, ast.Name) and call.func.id == "type" and len(call.args) == 1:
            values = self.values(call.args[0], scope)
            yield from (value.kind for value in values if isinstance(value, Instance))
        for value in self.values(call.func, scope):
            if isinstance(value, Class):
                yield Instance(value)
            elif isinstance(value, Code) and value.returns and value.scope:
                yield from self._annotated(value.returns, value.scope)
        match call.args:
            case [ast.Constant(value=str(key))]:
                yield from self._looked_up(call.func, key, scope)
                if isinstance(call.func, ast.Attribute):
                    yield from self._looked_up(call.func.value, key, scope)
            case _:
                pass

    def _looked_up(self, namespace: ast.expr, key: str, scope: Scope) -> Iterator[Value]:
        values = self.values(namespace, scope)
        spaces = [value.name for value in values if isinstance(value, Space)]
        found = (self.signals.get(f"{space}[{key!r}]") for space in spaces)
        yield from (Sends(signal) for signal in found if signal is not None)

    # -- attributes

    def _attribute(self, value: Value, name: str, text: str) -> Iterator[Value]:
        match value:
            case Module():
                yield from self.named(f"{value.name}.{name}")
            case Sends() if name in SENDING:
                yield SendMethod(value.signal)
            case Sends() if name == "signal":
                yield Sends(value.signal)
            case Class():
                yield from self._member(value, name, None)
            case Instance(kind=kind) if name == "__class__":
                yield kind
            case Instance(kind=kind):
                yield from self._member(kind, name, text)
                for base in self._bases(kind):
                    yield from self._kept(base, name)
            case _:
                pass

    def _member(self, kind: Class, name: str, of: str | None) -> Iterator[Value]:
        for base in self._bases(kind):
            full = f"{base.name}.{name}"
            if full in self.signals:
                found = self.signals[full]
                yield Sends(found, of if found.is_method else None)
                return
            if full in self.functions or full in self.classes:
                yield from self._defined(full)
                return

    def _kept(self, kind: Class, name: str) -> Iterator[Value]:
        """Yield the values that instances of a class store in an attribute."""
        _, inside = self.classes[kind.name]
        for binding in inside.bindings.get(name, ()):
            yield from self._bound(binding, inside)
        for method in kind.node.body:
            if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            scope = inside.within(method)
            if method.name == name and method.returns is not None:  # a property
                yield from self._annotated(method.returns, inside)
            for binding in scope.bound_to_attribute(name):
                yield from self._bound(binding, scope)

    def _bases(self, kind: Class) -> list[Class]:
        """Return a class and all its base classes."""
        found = [kind]
        for each in found:  # `found` grows meanwhile
            _, inside = self.classes[each.name]
            for base in each.node.bases:
                plain = base.value if isinstance(base, ast.Subscript) else base
                values = self.values(plain, inside.outer or inside)
                found += [v for v in values if isinstance(v, Class) and v not in found]
        return found

    def called(self, instance: Instance) -> Code:
        """Return the code that runs when an object is called, named after the object."""
        kind = instance.kind
        name = self.classes[kind.name][1].name_of(f"{kind.name} object")
        call = next((v for v in self._member(kind, "__call__", None) if isinstance(v, Code)), None)
        return Code(name, call.place if call else Place(kind.source.path, kind.node.lineno))

    # -- names

    def named(self, full: str) -> Values:
        """Return the possible values of a full dotted name."""
        found = self._defined(full)
        if found:
            return found
        owner, _, name = full.rpartition(".")
        scope = self.modules.get(owner)
        if scope is not None:
            expression = ast.Name(id=name)
            return self.values(expression, scope)
        if owner:
            found = tuple(
                inner
                for value in self.named(owner)
                if not isinstance(value, Module)  # not a module itself
                for inner in self._attribute(value, name, owner)
            )
        if not found and full in sys.modules:
            return (Module(full),)
        return found or self._loaded(full)

    def _defined(self, full: str) -> Values:
        if full in self.signals:
            return (Sends(self.signals[full]),)
        if full in self.namespaces:
            return (Space(full),)
        if full in self.classes:
            return (self.classes[full][0],)
        if full in self.functions:
            return (self.functions[full],)
        return (Module(full),) if full in self.modules else ()

    def _loaded(self, full: str) -> Values:
        """Return a signal of another package that this one imports."""
        loaded = found_in(full)
        if loaded is None:
            return ()
        known = self.foreign.get(id(loaded.signal))
        if known is None:
            same = (each for each in self.signals.values() if each.signal is loaded.signal)
            known = self.foreign[id(loaded.signal)] = next(same, loaded)
        return (Sends(known),)

    def _annotated(self, annotation: ast.expr, scope: Scope) -> Iterator[Value]:
        """Yield the possible values of a name with this annotation."""
        for expression, what in named_in(annotation):
            for kind in self._classes(expression, scope):
                if what == "the class":
                    yield kind
                else:
                    yield Items((Instance(kind),)) if what == "many" else Instance(kind)

    def _classes(self, expression: ast.expr, scope: Scope) -> list[Class]:
        if isinstance(expression, ast.Name) and expression.id == "Self" and scope.owner is not None:
            return [scope.owner]
        return classes_in(self.values(expression, scope))
