"""Reads a module: its scopes, and what names are bound to in them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._source import (
    FUNCTIONS,
    Binding,
    Kind,
    Module,
    Scope,
    first_parameter,
    method_around,
)

if TYPE_CHECKING:
    from pathlib import Path


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
            case ast.ClassDef():
                scope.add(node.name, Binding("class", node))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                scope.add(node.name, Binding("function", node))
            case ast.Global():
                scope.elsewhere.update(dict.fromkeys(node.names, "global"))
            case ast.Nonlocal():
                scope.elsewhere.update(dict.fromkeys(node.names, "nonlocal"))
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case _:
                self._bind_values(node, scope)

    def _bind_values(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign():
                for target in node.targets:
                    self._assign(target, node.value, node, scope)
            case ast.AnnAssign():
                self._assign(node.target, node.value, node, scope, node.annotation)
            case ast.NamedExpr():
                self._assign(node.target, node.value, None, scope)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._bind_names(node.target, Binding("item", node.iter, loop=node), scope)
            case ast.AugAssign(target=target) | ast.withitem(optional_vars=ast.expr() as target):
                self._bind_names(target, Binding("other", node), scope)
            case ast.ExceptHandler(name=str(name)):
                scope.add(name, Binding("other", node))
            case _:
                pass

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.ImportFrom):
            self._import_from(node, scope)
            return
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            scope.add(name, Binding("import", node, alias.name if alias.asname else name))

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
            method = method_around(scope)
            owner = None if method is None else method.class_around
            if method and owner and target.value.id == first_parameter(method):
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
