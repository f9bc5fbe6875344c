"""What an expression may stand for, as far as its syntax tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple

from aldis._migrate._names import GLOBAL, is_library, role_of
from aldis._migrate._source import FUNCTIONS, Binding, Module, Scope, first_parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Kind = Literal[
    "class", "function", "instance", "maker", "method", "module", "namespace", "outside", "signal"
]
_TRANSPARENT = frozenset({"cast", "typing.cast", "list", "tuple", "sorted", "set", "iter"})


class Value(NamedTuple):
    """Something that a name may stand for, by its full name."""

    kind: _Kind
    symbol: str


Values = tuple[Value, ...]


class Evaluator:
    """Finds out what expressions stand for, across the modules of a program.

    Args:
        modules: The modules, by their names.
        typed: What a checker knows of an expression whose syntax tells nothing.
    """

    def __init__(
        self,
        modules: Mapping[str, Module],
        typed: Callable[[Module, ast.expr], Values] = lambda module, node: (),
    ) -> None:
        self.modules = modules
        self.classes: dict[str, Scope] = {}
        self.functions: dict[str, Scope] = {}
        self.signals: dict[ast.Call, str] = {}  # the calls that make signals, and their symbols
        self.named: dict[tuple[str, str], str] = {}  # those of names in namespaces
        self._typed = typed
        self._known: dict[ast.AST, Values] = {}
        self._busy: set[object] = set()
        for module in modules.values():
            for scope in module.scopes.values():
                if isinstance(scope.node, ast.ClassDef):
                    self.classes.setdefault(scope.name, scope)
                elif isinstance(scope.node, FUNCTIONS):
                    self.functions.setdefault(scope.name, scope)

    def forget(self) -> None:
        """Forget what was found out before signals were known."""
        self._known.clear()

    def evaluate(self, module: Module, node: ast.expr) -> Values:
        """Return what an expression may stand for: nothing if that cannot be told."""
        if node in self._known:
            return self._known[node]
        if node in self._busy:
            return ()
        self._busy.add(node)
        try:
            found = self._evaluate(module, node) or self._typed(module, node)
        finally:
            self._busy.discard(node)
        if not self._busy:  # what was found out amid a cycle may not be all
            self._known[node] = found
        return found

    def _evaluate(self, module: Module, node: ast.expr) -> Values:
        match node:
            case ast.Name():
                return self._name(node.id, module.scope_of(node), node)
            case ast.Attribute():
                bases = self.evaluate(module, node.value)
                return _unique(each for base in bases for each in self.attribute(base, node.attr))
            case ast.Call():
                return self._call(module, node)
            case ast.IfExp():
                return self._all(module, [node.body, node.orelse])
            case ast.BoolOp():
                return self._all(module, node.values)
            case ast.NamedExpr() | ast.Await():
                return self.evaluate(module, node.value)
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                owners = self.evaluate(module, node.value)
                return self._looked_up(owners, name)
            case _:
                return ()

    def _all(self, module: Module, nodes: Iterable[ast.expr]) -> Values:
        return _unique(value for each in nodes for value in self.evaluate(module, each))

    def _name(self, name: str, scope: Scope, node: ast.AST) -> Values:
        at: Scope | None = scope
        while at is not None:
            is_skipped = isinstance(at.node, ast.ClassDef) and at is not scope
            if name in at.bindings and not is_skipped and name not in at.elsewhere:
                return self._bindings(at, name)
            at = at.around
        return self._starred(scope.module, name)

    def _bindings(self, scope: Scope, name: str) -> Values:
        key = (id(scope), name)
        if key in self._busy:
            return ()
        self._busy.add(key)
        try:
            values = _unique(
                value for each in scope.bindings[name] for value in self._bound(each, scope, name)
            )
        finally:
            self._busy.discard(key)
        known = [each for each in values if _is_of_library(each)]
        return tuple(known) or values

    def _bound(self, binding: Binding, scope: Scope, name: str) -> Values:
        module = scope.module
        match binding.kind:
            case "import":
                return self.dotted(binding.text)
            case "class":
                return (Value("class", module.scopes[binding.node].name),)
            case "function":
                return (Value("function", module.scopes[binding.node].name),)
            case "value" if isinstance(binding.node, ast.expr):
                return self.evaluate(module, binding.node)
            case "item" if isinstance(binding.node, ast.expr):
                return self._items(module, binding.node)
            case "parameter":
                return self._parameter(binding, scope, name)
            case _:
                return ()

    def _items(self, module: Module, node: ast.expr) -> Values:
        """Return what may be in something that is iterated over."""
        match node:
            case ast.Tuple() | ast.List() | ast.Set():
                return self._all(module, node.elts)
            case ast.Call(func=ast.Attribute(attr="values"), args=[]):
                return self._items(module, node.func.value)
            case ast.Call(func=ast.Name(id=called), args=[first]) if called in _TRANSPARENT:
                return self._items(module, first)
            case ast.Dict():
                return self._all(module, node.values)
            case ast.Name():
                scope = module.scope_of(node)
                at: Scope | None = scope
                while at is not None and node.id not in at.bindings:
                    at = at.around
                bound = [] if at is None else at.bindings[node.id]
                values = [each.node for each in bound if each.kind == "value"]
                if len(bound) == 1 and values and isinstance(values[0], ast.expr):
                    if not isinstance(values[0], ast.Name):
                        return self._items(module, values[0])
                return ()
            case _:
                return ()

    def _parameter(self, binding: Binding, scope: Scope, name: str) -> Values:
        owner = scope.class_around
        if owner is not None and name == first_parameter(scope):
            decorators = getattr(scope.node, "decorator_list", [])
            names = {ast.unparse(each) for each in decorators}
            if "staticmethod" in names:
                return ()
            if "classmethod" in names:
                return (Value("class", owner.name),)
            return (Value("instance", owner.name),)
        if binding.annotation is None:
            return ()
        annotation = binding.annotation
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return ()
        classes = self.evaluate(scope.module, annotation)
        return tuple(
            Value("instance", each.symbol) for each in classes if each.kind in {"class", "outside"}
        )

    def _call(self, module: Module, node: ast.Call) -> Values:
        if node in self.signals:
            return (Value("signal", self.signals[node]),)
        found: list[Value] = []
        for value in self.evaluate(module, node.func):
            role = role_of(value.symbol) if value.kind == "outside" else None
            if value.kind == "class":
                found.append(Value("instance", value.symbol))
            elif role == "Namespace" or self.is_namespace_class(value):
                found.append(Value("namespace", self._place(module, node)))
            elif value.kind == "maker" or role == "signal":
                owner = value.symbol if value.kind == "maker" else GLOBAL
                if node.args and isinstance(name := node.args[0], ast.Constant):
                    found += self._looked_up((Value("namespace", owner),), str(name.value))
            elif role is None and value.kind == "outside":
                if value.symbol in {"typing.cast", "typing_extensions.cast"} and node.args[1:]:
                    found += self.evaluate(module, node.args[1])
                elif value.symbol.rpartition(".")[2][:1].isupper():
                    found.append(Value("instance", value.symbol))
        return _unique(found)

    def is_namespace_class(self, value: Value) -> bool:
        """Whether a value is a class of namespaces, of the program itself."""
        return value.kind == "class" and any(
            role_of(each) == "Namespace" for each in self.mro(value.symbol)
        )

    def is_signal_class(self, value: Value) -> bool:
        """Whether a value is a class of signals, of the program itself."""
        return value.kind == "class" and any(
            role_of(each) in {"Signal", "NamedSignal"} for each in self.mro(value.symbol)
        )

    def _looked_up(self, owners: Values, name: str) -> Values:
        keys = [(each.symbol, name) for each in owners if each.kind == "namespace"]
        return tuple(Value("signal", self.named[key]) for key in keys if key in self.named)

    def _place(self, module: Module, node: ast.expr) -> str:
        """Return a name for what an expression makes: that of the variable it is put in."""
        parent = module.parent(node)
        scope = module.scope_of(node)
        target = parent.targets[0] if isinstance(parent, ast.Assign) else None
        if isinstance(parent, ast.AnnAssign):
            target = parent.target
        if isinstance(target, (ast.Name, ast.Attribute)):
            return f"{scope.name}.{ast.unparse(target)}"
        return f"{scope.name}:{node.lineno}:{node.col_offset}"

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
            if name in scope.attributes and base.kind == "instance":
                key = (id(scope), "self", name)
                if key in self._busy:
                    return ()
                self._busy.add(key)
                try:
                    return _unique(
                        value
                        for binding, inner in scope.attributes[name]
                        for value in self._bound(binding, inner, name)
                    )
                finally:
                    self._busy.discard(key)
            if name in scope.bindings:
                found = self._bindings(scope, name)
                if base.kind == "instance":
                    return tuple(
                        Value("method", v.symbol) if v.kind == "function" else v for v in found
                    )
                return found
        return ()

    def mro(self, symbol: str) -> list[str]:
        """Return the full names of a class and those it inherits from, as far as they are known."""
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
        return found

    def dotted(self, full_name: str) -> Values:
        """Return what a full name stands for."""
        module_name = full_name
        while module_name and (module_name not in self.modules or is_library(module_name)):
            module_name = module_name.rpartition(".")[0]
        if not module_name:
            return (Value("outside", full_name),)
        rest = full_name[len(module_name) + 1 :]
        if not rest:
            return self._shadowed(module_name) or (Value("module", module_name),)
        first, _, more = rest.partition(".")
        scope = self.modules[module_name].scope
        if first in scope.bindings:
            values = self._bindings(scope, first)
        else:
            values = self._starred(scope.module, first)
        for part in filter(None, more.split(".")):
            values = _unique(v for each in values for v in self.attribute(each, part))
        return values

    def _shadowed(self, module_name: str) -> Values:
        """Return what a package binds to the name of one of its modules, if that is another thing."""
        package, _, name = module_name.rpartition(".")
        around = self.modules.get(package)
        if around is None or name not in around.scope.bindings:
            return ()
        return self._bindings(around.scope, name)

    def _starred(self, module: Module, name: str) -> Values:
        """Return what a name stands for that may come of an import of all names."""
        for base in module.scope.stars:
            if base in self.modules and not is_library(base):
                key = (base, name)
                if key in self._busy:
                    continue
                self._busy.add(key)
                try:
                    found = self.dotted(f"{base}.{name}")
                finally:
                    self._busy.discard(key)
                if found:
                    return found
            elif role_of(f"{base}.{name}") is not None:
                return (Value("outside", f"{base}.{name}"),)
        return ()


def _is_of_library(value: Value) -> bool:
    return value.kind in {"namespace", "signal", "maker"} or role_of(value.symbol) is not None


def _unique(values: Iterable[Value]) -> Values:
    return tuple(dict.fromkeys(values))
