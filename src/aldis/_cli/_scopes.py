"""The bindings of names in a function or module: all of them, in no order."""

from __future__ import annotations

import ast
from types import NoneType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from aldis._callables import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._cli._source import Class, Source

# methods that are class methods without a decorator
_OF_CLASSES: Final = frozenset({"__class_getitem__", "__init_subclass__", "__new__"})

AnyFunction: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda"


class Binding(NamedTuple):
    """One way in which a name gets its value."""

    expression: ast.expr
    is_annotation: bool = False
    is_each: bool = False  # each item of the expression


class Scope:
    """The names of a function, of a module, or of a class while its body runs.

    Attributes:
        name: The full name of the function, module or class, as Python calls it.
        owner: The class in whose body it is.
    """

    def __init__(
        self,
        name: str,
        source: Source,
        body: list[ast.stmt] | ast.expr,
        *,
        outer: Scope | None = None,
        owner: Class | None = None,
        function: AnyFunction | None = None,
    ) -> None:
        self.name = name
        self.source = source
        self.outer = outer
        self.owner = owner
        self.function = function
        self._body = body
        self.first: str | None = None  # `self`, in a method
        self.is_of_class = _has_decorator(function, "classmethod") or (
            getattr(function, "name", None) in _OF_CLASSES
        )
        self.bindings: dict[str, list[Binding]] = {}
        self._inner: dict[AnyFunction, Scope] = {}
        if function is not None:
            self._take_parameters(function.args)
        for name_, binding in _bound_in(body):
            self.bindings.setdefault(name_, []).append(binding)

    def _take_parameters(self, arguments: ast.arguments) -> None:
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        if (
            self.owner is not None
            and parameters
            and not _has_decorator(self.function, "staticmethod")
        ):
            self.first = parameters[0].arg
        for parameter in parameters:
            known = self.bindings.setdefault(parameter.arg, [])
            if parameter.annotation is not None:
                known.append(Binding(parameter.annotation, is_annotation=True))

    def name_of(self, full: str) -> Name:
        """Split a full name into this module and the rest."""
        return Name(self.source.name, full[len(self.source.name) + 1 :] or "(module)")

    def inner_name(self, name: str) -> str:
        """Return the full name of a function or class that is defined here."""
        return (
            f"{self.name}.<locals>.{name}" if self.function is not None else f"{self.name}.{name}"
        )

    def bound_to_attribute(self, name: str) -> Iterator[Binding]:
        """Yield the bindings of an attribute of `self` in a method."""
        for node in nodes_in(self._body):
            match node:
                case ast.AnnAssign(
                    target=ast.Attribute(value=ast.Name(id=first), attr=attribute),
                    annotation=annotation,
                ) if (first, attribute) == (self.first, name):
                    yield Binding(annotation, is_annotation=True)
                case ast.Assign(
                    targets=[ast.Attribute(value=ast.Name(id=first), attr=attribute)],
                    value=assigned,
                ) if (first, attribute) == (self.first, name):
                    yield Binding(assigned)
                case _:
                    pass

    def within(self, function: AnyFunction) -> Scope:
        """Return the scope of a function that is defined here."""
        if function not in self._inner:
            name = "<lambda>" if isinstance(function, ast.Lambda) else function.name
            self._inner[function] = Scope(
                self.inner_name(name),
                self.source,
                function.body,
                outer=self,
                owner=self.owner if self.function is None else None,
                function=function,
            )
        return self._inner[function]


def _has_decorator(function: AnyFunction | None, name: str) -> bool:
    decorators = [] if isinstance(function, (ast.Lambda, NoneType)) else function.decorator_list
    return any(isinstance(each, ast.Name) and each.id == name for each in decorators)


def _bound_in(body: list[ast.stmt] | ast.expr) -> Iterator[tuple[str, Binding]]:
    for node in nodes_in(body):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _unpack(target, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, Binding(node.annotation, is_annotation=True)
        elif isinstance(node, ast.NamedExpr):
            yield node.target.id, Binding(node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(
            node.target, ast.Name
        ):
            yield node.target.id, Binding(node.iter, is_each=True)
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            yield node.optional_vars.id, Binding(node.context_expr)


def _unpack(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, Binding]]:
    if isinstance(target, ast.Name):
        yield target.id, Binding(value)
    elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        for each, its_value in zip(target.elts, value.elts, strict=False):
            yield from _unpack(each, its_value)


def nodes_in(body: list[ast.stmt] | ast.expr) -> Iterator[ast.AST]:
    """Yield the nodes in a body, except those inside functions and classes."""
    waiting: list[ast.AST] = [*body] if isinstance(body, list) else [body]
    for node in waiting:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))
