"""A module's syntax: scopes, what names are bound to in them, and where things stand."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from aldis._migrate._model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Scoped = (*FUNCTIONS, ast.ClassDef, ast.Lambda, ast.Module)

Kind = Literal["import", "class", "function", "value", "item", "parameter", "other"]


class Binding(NamedTuple):
    """One of the places that give a name its value."""

    kind: Kind
    node: ast.AST  # a definition, a value, what is iterated over, a parameter
    text: str = ""  # the full name of what is imported
    statement: ast.stmt | None = None
    annotation: ast.expr | None = None


@dataclass(eq=False)
class Scope:
    """A module, a class or a function."""

    node: ast.AST
    name: str  # qualified
    module: Module
    around: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    attributes: dict[str, list[tuple[Binding, Scope]]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    elsewhere: dict[str, Literal["global", "nonlocal"]] = field(default_factory=dict)

    def add(self, name: str, binding: Binding) -> None:
        """Remember what a name is bound to."""
        scope = self
        if self.elsewhere.get(name) == "global":
            scope = self.module.scope
        scope.bindings.setdefault(name, []).append(binding)

    @property
    def class_around(self) -> Scope | None:
        """The class whose method this is."""
        around = self.around
        if isinstance(self.node, FUNCTIONS) and around and isinstance(around.node, ast.ClassDef):
            return around
        return None


class Module:
    """A module of the program."""

    def __init__(self, path: Path, name: str, text: str, tree: ast.Module) -> None:
        self.path = path
        self.name = name
        self.text = text
        self.tree = tree
        self.is_package = path.stem == "__init__"
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.scope = Scope(tree, name, self, None)
        self.scopes[tree] = self.scope
        self.lines = re.split(r"\r\n|\r|\n", text)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around another one."""
        return self.parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around another one, inner ones first."""
        above = self.parents.get(node)
        while above is not None:
            yield above
            above = self.parents.get(above)

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the statement that an expression is in."""
        if isinstance(node, ast.stmt):
            return node
        return next(each for each in self.around(node) if isinstance(each, ast.stmt))

    def scope_of(self, node: ast.AST) -> Scope:
        """Return the scope in which an expression is evaluated."""
        inner: ast.AST = node
        for each in self.around(node):
            if each in self.scopes and _is_evaluated_in(inner, each):
                return self.scopes[each]
            inner = each
        return self.scope

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> Span:
        """Return where a node stands."""
        return Span(
            self.path,
            node.lineno,
            node.col_offset,
            node.end_lineno or node.lineno,
            node.end_col_offset or node.col_offset,
        )

    def source(self, node: ast.expr) -> str:
        """Return the text of an expression."""
        return ast.get_source_segment(self.text, node) or ast.unparse(node)


def _is_evaluated_in(inner: ast.AST, scope: ast.AST) -> bool:
    """Whether a child of a scope is evaluated in it, and not around it, as decorators are."""
    if isinstance(scope, ast.Module):
        return True
    if isinstance(scope, ast.Lambda):
        return inner is scope.body
    if isinstance(scope, (*FUNCTIONS, ast.ClassDef)):
        return inner in scope.body
    return False


def read(path: Path, name: str, text: str) -> Module:
    """Parse a module.

    Raises:
        SyntaxError: It cannot be parsed.
    """
    module = Module(path, name, text, ast.parse(text))
    _Reader(module).read(module.tree, module.scope)
    return module


class _Reader:
    """Fills in the scopes of a module."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def read(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            self._module.parents[child] = node
            inner = self._open(child, scope)
            self._bind(child, scope)
            self.read(child, inner)

    def _open(self, node: ast.AST, scope: Scope) -> Scope:
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            return scope
        name = getattr(node, "name", "<lambda>")
        middle = "." if isinstance(scope.node, (ast.Module, ast.ClassDef)) else ".<locals>."
        inner = Scope(node, f"{scope.name}{middle}{name}", self._module, scope)
        self._module.scopes[node] = inner
        if not isinstance(node, ast.ClassDef):
            for each in ast.walk(node.args):
                if isinstance(each, ast.arg):
                    inner.add(each.arg, Binding("parameter", each, annotation=each.annotation))
        return inner

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import():
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    scope.add(name, Binding("import", node, alias.name if alias.asname else name))
            case ast.ImportFrom():
                self._import_from(node, scope)
            case ast.ClassDef():
                scope.add(node.name, Binding("class", node))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                scope.add(node.name, Binding("function", node))
            case ast.Global():
                scope.elsewhere.update(dict.fromkeys(node.names, "global"))
            case ast.Nonlocal():
                scope.elsewhere.update(dict.fromkeys(node.names, "nonlocal"))
            case ast.Assign():
                for target in node.targets:
                    self._assign(target, node.value, node, scope)
            case ast.AnnAssign():
                self._assign(node.target, node.value, node, scope, node.annotation)
            case ast.NamedExpr():
                self._assign(node.target, node.value, None, scope)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._bind_names(node.target, Binding("item", node.iter), scope)
            case ast.withitem(optional_vars=ast.expr() as target):
                self._bind_names(target, Binding("other", node), scope)
            case ast.AugAssign():
                self._bind_names(node.target, Binding("other", node), scope)
            case ast.ExceptHandler(name=str(name)):
                scope.add(name, Binding("other", node))
            case _:
                pass

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = node.module or ""
        if node.level:
            package = self._module.name.split(".")
            drop = node.level - (1 if self._module.is_package else 0)
            kept = package[: len(package) - drop]
            base = ".".join([*kept, base] if base else kept)
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(base)
            else:
                binding = Binding("import", node, f"{base}.{alias.name}")
                scope.add(alias.asname or alias.name, binding)

    def _assign(
        self,
        target: ast.expr,
        value: ast.expr | None,
        statement: ast.stmt | None,
        scope: Scope,
        annotation: ast.expr | None = None,
    ) -> None:
        kind: Kind = "other" if value is None else "value"
        node: ast.AST = target if value is None else value
        binding = Binding(kind, node, statement=statement, annotation=annotation)
        if isinstance(target, ast.Name):
            scope.add(target.id, binding)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            method = _method_around(scope)
            owner = None if method is None else method.class_around
            if owner is not None and target.value.id == _first_parameter(method):
                owner.attributes.setdefault(target.attr, []).append((binding, scope))
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            if len(values) == len(target.elts):
                for each, its in zip(target.elts, values, strict=True):
                    self._assign(each, its, statement, scope)
            else:
                self._bind_names(target, Binding("other", target), scope)

    def _bind_names(self, target: ast.expr, binding: Binding, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.add(target.id, binding)
        else:
            for each in ast.walk(target):
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                    scope.add(each.id, Binding("other", binding.node))


def _method_around(scope: Scope | None) -> Scope | None:
    """Return the method that a scope is in, or is."""
    while scope is not None and scope.class_around is None:
        scope = scope.around
    return scope


def _first_parameter(method: Scope | None) -> str | None:
    node = None if method is None else method.node
    if not isinstance(node, FUNCTIONS):
        return None
    parameters = [*node.args.posonlyargs, *node.args.args]
    return parameters[0].arg if parameters else None


def first_parameter(scope: Scope) -> str | None:
    """Return the name of the first parameter of a function."""
    return _first_parameter(scope)
