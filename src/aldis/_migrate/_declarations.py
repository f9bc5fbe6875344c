"""Where signals are made, and by which symbols they are known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._documentation import documentation_of
from aldis._migrate._made import Made, Target
from aldis._migrate._model import Declaration, Form
from aldis._migrate._names import DJANGO, GLOBAL, role_of
from aldis._migrate._obstacles import obstacle_of
from aldis._migrate._source import FUNCTIONS, method_around
from aldis._migrate._values import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Module, Scope


_FACTORIES = frozenset({"default_factory", "factory"})
_FIELDS = frozenset({"attrib", "field", "ib"})


def calls_that_make(module: Module, resolver: Resolver) -> Iterator[Made]:
    """Yield the calls of a module that make signals."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (made := _made(module, node, resolver)) is not None:
            yield made


def _made(module: Module, call: ast.Call, resolver: Resolver) -> Made | None:
    for value in resolver.values.evaluate(module, call.func):
        if resolver.values.is_signal_class(value):
            return Made(call, "blinker", None, None, None, is_subclass=True)
        if value.kind == "maker":
            return _named(call, value.symbol)
        if value.kind == "outside":
            if value.symbol in DJANGO:
                return Made(call, "django", None, None, None)
            made = _made_by(call, value.symbol)
            if made is not None:
                return made
    return _made_by_field(module, call, resolver) or _made_by_type(module, call, resolver)


def _made_by_field(module: Module, call: ast.Call, resolver: Resolver) -> Made | None:
    """Return what `x: Signal = field(default_factory=Signal)` makes."""
    factory = next((each.value for each in call.keywords if each.arg in _FACTORIES), None)
    if factory is None or last_name(call.func) not in _FIELDS:
        return None
    values = resolver.values.evaluate(module, factory)
    is_signal = any(v.kind == "outside" and role_of(v.symbol) == "Signal" for v in values)
    return Made(call, "blinker", None, None, None, is_field=True) if is_signal else None


def _made_by(call: ast.Call, full_name: str) -> Made | None:
    match role_of(full_name):
        case "Signal":
            return Made(call, "blinker", None, None, _argument(call, 0, "doc"))
        case "NamedSignal":
            name, doc = _argument(call, 0, "name"), _argument(call, 1, "doc")
            return Made(call, "blinker", None, name, doc)
        case "signal":
            return _named(call, GLOBAL)
        case _:
            return None


def _named(call: ast.Call, namespace: str) -> Made:
    name, doc = _argument(call, 0, "name"), _argument(call, 1, "doc")
    return Made(call, "blinker", namespace, name, doc)


def _made_by_type(module: Module, call: ast.Call, resolver: Resolver) -> Made | None:
    """Return what a call makes where only mypy knows the function."""
    callee = call.func
    if isinstance(callee, ast.Attribute) and callee.attr == "signal":
        if resolver.types.is_namespace(module.path, callee.value):
            full_name = resolver.types.full_name(module.path, callee.value)
            return _named(call, full_name or ast.unparse(callee.value))
        return None
    full_name = resolver.types.full_name(module.path, callee)
    return None if full_name is None else _made_by(call, full_name)


def _argument(call: ast.Call, at: int, name: str) -> ast.expr | None:
    by_name = (each.value for each in call.keywords if each.arg == name)
    return call.args[at] if at < len(call.args) else next(by_name, None)


def text_of_name(made: Made) -> str | None:
    """Return the name of a signal, if it is a literal."""
    if isinstance(made.name, ast.Constant) and isinstance(made.name.value, str):
        return made.name.value
    return None


def target_of(module: Module, call: ast.Call) -> Target | None:
    """Return the name that the result of a call is assigned to, if it is one name."""
    parent = module.parent(call)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if isinstance(parent, ast.AnnAssign):
        target = parent.target
    scope = module.scope_of(call)
    if isinstance(target, ast.Attribute):
        return _attribute_target(target, scope)
    return _name_target(target.id, scope) if isinstance(target, ast.Name) else None


def _name_target(name: str, scope: Scope) -> Target:
    if isinstance(scope.node, ast.ClassDef):
        return Target("class", f"{scope.name}.{name}", name, scope, scope)
    if isinstance(scope.node, ast.Module) or scope.elsewhere.get(name) == "global":
        module = scope.module
        return Target("module", f"{module.name}.{name}", name, None, module.scope)
    return Target("function", f"{scope.name}.<locals>.{name}", name, None, scope)


def _attribute_target(target: ast.Attribute, scope: Scope) -> Target | None:
    """Return `self.x` of a method."""
    method = method_around(scope)
    owner = None if method is None else method.class_around
    if owner is None or method is None:
        return None
    found = [each.statement for each, _ in owner.attributes.get(target.attr, [])]
    if not any(target in ast.walk(each) for each in found if each is not None):
        return None
    return Target("instance", f"{owner.name}.{target.attr}", target.attr, owner, method)


def declaration_of(
    module: Module, made: Made, target: Target | None, resolver: Resolver
) -> Declaration:
    """Return the declaration that a call is, regardless of other calls."""
    statement = module.statement(made.call)
    annotation = statement.annotation if isinstance(statement, ast.AnnAssign) else None
    scope = module.scope_of(made.call)
    where = f"{scope.name}:{made.call.lineno}:{made.call.col_offset}"
    name = text_of_name(made)
    if target is None:
        form: Form = "lookup" if name is not None and made.namespace is not None else _form(scope)
        symbol = f"{made.namespace}[{name!r}]" if form == "lookup" else where
        target = Target(form, symbol, "", None, scope)
    return Declaration(
        symbol=target.symbol,
        form=target.form,
        statement=module.span(statement),
        made=module.span(made.call),
        target=target.name,
        library=made.library,
        name=name,
        namespace=made.namespace,
        owner=None if target.owner is None else target.owner.name,
        annotation=None if annotation is None else module.span(annotation),
        documentation=tuple(documentation_of(module, statement, made.doc)),
        obstacle=obstacle_of(module, made, target),
        is_replaced=made.namespace in resolver.values.replaced,
    )


def _form(scope: Scope) -> Form:
    if isinstance(scope.node, (*FUNCTIONS, ast.Lambda)):
        return "function"
    return "class" if isinstance(scope.node, ast.ClassDef) else "module"
