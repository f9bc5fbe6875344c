"""Resolves expressions by their syntax."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._cycles import Cycles
from aldis._migrate._members import Members, Value, Values, unique
from aldis._migrate._names import GLOBAL, role_of
from aldis._migrate._queries import model_of, model_of_items
from aldis._migrate._reaching import reaching_bindings
from aldis._migrate._source import FUNCTIONS, Binding, Function, Module, Scope, first_parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_TRANSPARENT = frozenset({"iter", "list", "reversed", "set", "sorted", "tuple"})


class Evaluator(Members):
    """Resolves expressions across the modules of a program.

    Args:
        modules: The modules, by their names.
        typed: Asks a checker about expressions whose syntax says nothing.
    """

    def __init__(
        self,
        modules: Mapping[str, Module],
        typed: Callable[[Module, ast.expr], Values] = lambda module, node: (),
    ) -> None:
        super().__init__(modules)
        self.signals: dict[ast.Call, str] = {}  # the calls that make signals, and their symbols
        self.named: dict[tuple[str, str], str] = {}  # symbols by namespace and name
        self._typed = typed
        self.replaced: set[str] = (
            set()
        )  # namespaces that another class replaces if blinker is missing
        self.targets: set[str] = set()  # the last names of signals
        self._calls = _calls(modules)
        self._is_following = False
        self._apart: Cycles[Value] = Cycles()  # answers without the callers of functions

    def forget(self) -> None:
        """Forget the answers from before the signals were known."""
        self._found.forget()
        self._apart.forget()

    def evaluate(self, module: Module, node: ast.expr) -> Values:
        """Return what an expression may stand for; nothing if that is unknown."""
        return self._found.find(
            node, lambda: self._evaluate(module, node) or self._typed(module, node)
        )

    def _evaluate(self, module: Module, node: ast.expr) -> Values:
        found: Values = ()
        match node:
            case ast.Name():
                found = self._name(node.id, module.scope_of(node), node)
            case ast.Attribute():
                bases = self.evaluate(module, node.value)
                found = unique(v for base in bases for v in self.attribute(base, node.attr))
            case ast.Call():
                found = self._call(module, node) or self._queried(module, node)
            case ast.IfExp():
                found = self._all(module, [node.body, node.orelse])
            case ast.BoolOp():
                found = self._all(module, node.values)
            case ast.NamedExpr() | ast.Await():
                found = self.evaluate(module, node.value)
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                found = self._looked_up(self.evaluate(module, node.value), name)
            case _:
                pass
        return found

    def _all(self, module: Module, nodes: Iterable[ast.expr]) -> Values:
        return unique(value for each in nodes for value in self.evaluate(module, each))

    def named_in(self, module: Module, name: str) -> Values:
        """Return what a name of a module may stand for."""
        return self._name(name, module.scope)

    def _flowing(self, scope: Scope, name: str, node: ast.AST | None) -> Values:
        """Return what a name may stand for at a place, if it has several bindings."""
        if node is None or isinstance(scope.node, ast.Module) or len(scope.bindings[name]) == 1:
            return self.bindings(scope, name)
        reaching = reaching_bindings(scope, name, node)
        return unique(v for each in reaching for v in self.bound(each, scope, name))

    def _name(self, name: str, scope: Scope, node: ast.AST | None = None) -> Values:
        at: Scope | None = scope
        while at is not None:
            is_skipped = isinstance(at.node, ast.ClassDef) and at is not scope
            if name in at.bindings and not is_skipped and name not in at.elsewhere:
                return self._flowing(at, name, node)
            at = at.around
        return self.starred(scope.module, name)

    def bound(self, binding: Binding, scope: Scope, name: str) -> Values:
        """Return the values that one binding gives a name."""
        module = scope.module
        found: Values = ()
        match binding.kind:
            case "import":
                found = self.dotted(binding.text)
            case "class":
                found = (Value("class", module.scopes[binding.node].name),)
            case "function":
                found = (Value("function", module.scopes[binding.node].name),)
            case "value" if isinstance(binding.node, ast.expr):
                found = self.evaluate(module, binding.node)
            case "item" if isinstance(binding.node, ast.expr):
                found = self._items(module, binding.node)
            case "parameter":
                found = self._parameter(binding, scope, name)
            case _:
                pass
        return found

    def _items(self, module: Module, node: ast.expr) -> Values:
        """Return what the items of an iterable may stand for."""
        match node:
            case ast.Tuple() | ast.List() | ast.Set():
                return self._all(module, node.elts)
            case ast.Dict():
                return self._all(module, node.values)
            case ast.Call(func=ast.Attribute(value=inner, attr="values"), args=[]):
                return self._items(module, inner)
            case ast.Call(func=ast.Name(id=called), args=[first]) if called in _TRANSPARENT:
                return self._items(module, first)
            case ast.Name():
                value = module.only_value(node)
                return () if value is None else self._items(module, value)
            case _:
                return self._of_model(module, model_of_items(node))

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
        annotation = binding.annotation
        if annotation is None or isinstance(annotation, ast.Constant):
            return self._given(scope, name)
        classes = self.evaluate(scope.module, annotation)
        found = tuple(
            Value("instance", each.symbol) for each in classes if each.kind in {"class", "outside"}
        )
        if any(role_of(each.symbol) is not None for each in found):
            return self._given(scope, name)
        return found

    def _given(self, scope: Scope, name: str) -> Values:
        """Return the signals that calls pass for a parameter of a function."""
        node = scope.node
        if not isinstance(node, FUNCTIONS) or not self.targets:
            return ()
        if self._is_following:
            return ()
        # one level of callers only: answers differ further up
        self._is_following = True
        self._found, self._apart = self._apart, self._found
        try:
            return self._given_to(scope, node, name)
        finally:
            self._found, self._apart = self._apart, self._found
            self._is_following = False

    def _given_to(self, scope: Scope, node: Function, name: str) -> Values:
        positional = [each.arg for each in [*node.args.posonlyargs, *node.args.args]]
        found: list[Value] = []
        for module, call in self._calls.get(node.name, []):
            at = positional.index(name) if name in positional else len(call.args)
            at -= 1 if scope.class_around is not None else 0
            by_name = [each.value for each in call.keywords if each.arg == name]
            given = by_name or call.args[at : at + 1]
            if not given or last_name(given[0]) not in self.targets:
                continue
            if any(each.symbol == scope.name for each in self.evaluate(module, call.func)):
                found += self.evaluate(module, given[0])
        return tuple(each for each in found if each.kind == "signal")

    def _call(self, module: Module, node: ast.Call) -> Values:
        if node in self.signals:
            return (Value("signal", self.signals[node]),)
        found: list[Value] = []
        for value in self.evaluate(module, node.func):
            role = role_of(value.symbol) if value.kind == "outside" else None
            if role == "Namespace" or self.is_namespace_class(value):
                found.append(self._namespace(module, node))
            elif value.kind == "class":
                found.append(Value("instance", value.symbol))
            elif value.kind == "maker" or role == "signal":
                owner = value.symbol if value.kind == "maker" else GLOBAL
                if node.args and isinstance(name := node.args[0], ast.Constant):
                    found += self._looked_up((Value("namespace", owner),), str(name.value))
            elif role is None and value.kind == "outside":
                if value.symbol in {"typing.cast", "typing_extensions.cast"} and node.args[1:]:
                    found += self.evaluate(module, node.args[1])
                elif value.symbol.rpartition(".")[2][:1].isupper():
                    found.append(Value("instance", value.symbol))
        return unique(found)

    def _queried(self, module: Module, node: ast.Call) -> Values:
        """Return the object that a query of a model finds."""
        return self._of_model(module, model_of(node))

    def _of_model(self, module: Module, model: ast.expr | None) -> Values:
        classes = () if model is None else self.evaluate(module, model)
        return tuple(Value("instance", each.symbol) for each in classes if each.kind == "class")

    def _namespace(self, module: Module, node: ast.Call) -> Value:
        """Return the namespace that a call makes; if blinker is missing, it may be another one."""
        place = self._place(module, node)
        named = module.scope.bindings.get(last_name(node.func), ())
        kinds = {each.kind for each in named}
        if "import" in kinds and kinds & {"class", "value"}:
            self.replaced.add(place)
        return Value("namespace", place)

    def is_namespace_class(self, value: Value) -> bool:
        """Whether a value is one of the program's own namespace classes."""
        return value.kind == "class" and any(
            role_of(each) == "Namespace" for each in self.mro(value.symbol)
        )

    def is_signal_class(self, value: Value) -> bool:
        """Whether a value is one of the program's own signal classes."""
        return value.kind == "class" and any(
            role_of(each) in {"Signal", "NamedSignal"} for each in self.mro(value.symbol)
        )

    def _looked_up(self, owners: Values, name: str) -> Values:
        keys = [(each.symbol, name) for each in owners if each.kind == "namespace"]
        return tuple(Value("signal", self.named[key]) for key in keys if key in self.named)

    def _place(self, module: Module, node: ast.expr) -> str:
        """Return the name of the variable that an expression is assigned to."""
        parent = module.parent(node)
        scope = module.scope_of(node)
        target = parent.targets[0] if isinstance(parent, ast.Assign) else None
        if isinstance(parent, ast.AnnAssign):
            target = parent.target
        if isinstance(target, (ast.Name, ast.Attribute)):
            return f"{scope.name}.{ast.unparse(target)}"
        return f"{scope.name}:{node.lineno}:{node.col_offset}"


def _calls(modules: Mapping[str, Module]) -> dict[str, list[tuple[Module, ast.Call]]]:
    """Return all calls with arguments, by the last names of what is called."""
    found: dict[str, list[tuple[Module, ast.Call]]] = {}
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (node.args or node.keywords):
                found.setdefault(last_name(node.func), []).append((module, node))
    return found


def last_name(node: ast.expr) -> str:
    """Return the last name of an expression, if it has one."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
