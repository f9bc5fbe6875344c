"""The types of values that untyped code passes on: to parameters, and from functions to callers.

mypy says nothing of what an unannotated function takes and returns. Its calls in the program and
its `return` statements do, if they are of known types: what is found is a guess.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from aldis._migrate._calls import Calls, is_plain
from aldis._migrate._model import TypeText
from aldis._migrate._reaching import reaching_bindings
from aldis._migrate._source import FUNCTIONS
from aldis._migrate._unions import NONE, is_plain_type, members, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from aldis._migrate._members import Members
    from aldis._migrate._source import Function, Module, Scope

    Place = tuple[Module, ast.expr]

_NOTHING = TypeText(NONE, "fully", "inferred")


class HandedOn:
    """Follows values through functions.

    Args:
        values: Resolves expressions of the program.
        ask: Returns the type of an expression of a module.
    """

    def __init__(self, values: Members, ask: Callable[[Module, ast.expr], TypeText]) -> None:
        self._values = values
        self._ask = ask
        self._calls = Calls(values)
        self._known: dict[ast.expr, TypeText | None] = {}

    def type_of(self, module: Module, node: ast.expr) -> TypeText | None:
        """Return the type of an expression; None if it is unknown."""
        if node not in self._known:
            self._known[node] = None  # of a question that depends on itself
            self._known[node] = self._type_of(module, node)
        return self._known[node]

    def _type_of(self, module: Module, node: ast.expr) -> TypeText | None:
        found: TypeText | None = None
        match node:
            case ast.Name():
                found = self._name(module, node)
            case ast.Call():
                found = self._returned(module, node, is_awaited=False)
            case ast.Await(value=ast.Call() as call):
                found = self._returned(module, call, is_awaited=True)
            case ast.IfExp():
                found = self._joined([(module, node.body), (module, node.orelse)])
            case ast.BoolOp(op=ast.Or()):
                found = self._either(module, node.values)
            case _:
                pass
        return found

    def _either(self, module: Module, nodes: list[ast.expr]) -> TypeText | None:
        """Return the type of `a or b`, in which only the last may be None."""
        found = self._joined([(module, each) for each in nodes])
        if found is None or NONE in members(self._ask(module, nodes[-1]).text):
            return found
        kept = [each for each in members(found.text) if each != NONE]
        return TypeText(" | ".join(kept), found.known, "inferred") if kept else found

    def _name(self, module: Module, node: ast.Name) -> TypeText | None:
        scope = module.binding_scope(node)
        if scope is None or not isinstance(scope.node, FUNCTIONS):
            return None
        places: list[Place] = []
        given: list[TypeText | None] = []
        for binding in reaching_bindings(scope, node.id, node):
            if binding.kind == "value" and isinstance(binding.node, ast.expr):
                places.append((module, binding.node))
            elif binding.kind == "parameter" and binding.annotation is None:
                given.append(self._given(scope, node.id))
            else:
                return None
        return _union([*given, *(self._told(each) for each in places)])

    def _given(self, scope: Scope, name: str) -> TypeText | None:
        """Return the type of a parameter, by the arguments of all calls of its function."""
        places = self._calls.given(scope, name)
        return None if places is None else _believed([self._told(each) for each in places])

    def _returned(self, module: Module, call: ast.Call, *, is_awaited: bool) -> TypeText | None:
        """Return the type of a call, by the `return` statements of its function."""
        scope = self._calls.called(module, call)
        if scope is None:
            return None
        node = scope.node
        assert isinstance(node, FUNCTIONS)  # noqa: S101  # what `called` returns
        if not is_plain(node) or isinstance(node, ast.AsyncFunctionDef) != is_awaited:
            return None
        inside = list(_inside(node))
        if node.returns is not None or any(
            isinstance(n, (ast.Yield, ast.YieldFrom)) for n in inside
        ):
            return None
        returns = [each.value for each in inside if isinstance(each, ast.Return)]
        told = [self._told((scope.module, each)) for each in returns if each is not None]
        if None in returns or not _ends(node.body):
            told.append(_NOTHING)
        return _union(told)

    def _joined(self, places: Iterable[Place]) -> TypeText | None:
        return _union([self._told(each) for each in places])

    def _told(self, place: Place) -> TypeText | None:
        found = self._ask(*place)
        return None if found.known == "not" else found


def _believed(told: list[TypeText | None]) -> TypeText | None:
    """Join the types of arguments; a class in one call is believed for those that are unknown."""
    known = [each for each in told if each is not None]
    found = _union([*known])
    if found is None or len(known) == len(told):
        return found
    if all(map(is_plain_type, members(found.text))):
        return None  # a literal in one call says little about the others
    return replace(found, known="partly")


def _union(told: list[TypeText | None]) -> TypeText | None:
    """Join types; None if one of them is unknown, or if there are none."""
    known = [each for each in told if each is not None]
    if not known or len(known) < len(told):
        return None
    bases = {each.text: each.bases for each in known if each.bases}
    text = union((each.text for each in known), bases)
    is_fully = all(each.known == "fully" for each in known)
    how: Literal["fully", "partly"] = "fully" if is_fully else "partly"
    return TypeText(text, how, "inferred", bases.get(text, ()))


def _inside(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of nested functions."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)


def _ends(body: list[ast.stmt]) -> bool:
    """Whether a block always ends with `return` or `raise`."""
    match body[-1]:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=first, orelse=[_, *_] as second):
            return _ends(first) and _ends(second)
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return _ends(inner)
        case ast.Try(body=tried, handlers=handlers, orelse=other):
            return _ends(other or tried) and all(_ends(each.body) for each in handlers)
        case _:
            return False
