"""A module's syntax: scopes, what names are bound to in them, and where things stand."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from aldis._migrate._model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Kind = Literal["import", "class", "function", "value", "item", "parameter", "other"]

_Elsewhere = Literal["global", "nonlocal"]


class Binding(NamedTuple):
    """A place that gives a name a value."""

    kind: Kind
    node: ast.AST  # a definition, a value, what is iterated over, a parameter
    text: str = ""  # the full name of what is imported
    statement: ast.stmt | None = None
    annotation: ast.expr | None = None
    loop: ast.AST | None = None  # in which it is bound


@dataclass(eq=False)
class Scope:
    """A module, a class or a function."""

    node: ast.AST
    name: str  # qualified
    module: Module
    around: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])
    attributes: dict[str, list[tuple[Binding, Scope]]] = field(
        default_factory=dict[str, "list[tuple[Binding, Scope]]"]
    )
    stars: list[str] = field(default_factory=list[str])
    elsewhere: dict[str, _Elsewhere] = field(default_factory=dict[str, _Elsewhere])

    def add(self, name: str, binding: Binding) -> None:
        """Add a binding of a name."""
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

    def statement(self, node: ast.expr) -> ast.stmt:
        """Return the statement that an expression is in."""
        return next(each for each in self.around(node) if isinstance(each, ast.stmt))

    def scope_of(self, node: ast.AST) -> Scope:
        """Return the scope in which an expression is evaluated."""
        inner: ast.AST = node
        around = self.around(node)
        while not _is_evaluated_in(inner, outer := next(around)):
            inner = outer
        return self.scopes[outer]

    def binding_scope(self, node: ast.Name) -> Scope | None:
        """Return the innermost scope that binds a name; None if none does, as of a builtin."""
        at: Scope | None = self.scope_of(node)
        while at is not None and node.id not in at.bindings:
            at = at.around
        return at

    def only_value(self, node: ast.Name) -> ast.expr | None:
        """Return the value of a name that is assigned once, unless that is another name."""
        at = self.binding_scope(node)
        bound = [] if at is None else at.bindings[node.id]
        if len(bound) == 1 and bound[0].kind == "value" and isinstance(bound[0].node, ast.expr):
            return None if isinstance(bound[0].node, ast.Name) else bound[0].node
        return None

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> Span:
        """Return the place of a node."""
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


def _is_evaluated_in(inner: ast.AST, outer: ast.AST) -> bool:
    """Whether a child is evaluated in the scope of a node; decorators are not."""
    if isinstance(outer, ast.Lambda):
        return inner is outer.body
    if isinstance(outer, (*FUNCTIONS, ast.ClassDef)):
        return inner in outer.body
    return isinstance(outer, ast.Module)


def first_parameter(method: Scope) -> str | None:
    """Return the name of the first parameter of a method."""
    node = cast("Function", method.node)
    parameters = [*node.args.posonlyargs, *node.args.args]
    return parameters[0].arg if parameters else None


def method_around(scope: Scope | None) -> Scope | None:
    """Return the method that a scope is in, or is."""
    while scope is not None and scope.class_around is None:
        scope = scope.around
    return scope
