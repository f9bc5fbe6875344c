"""Which calls a function of the program has, and what they give to its parameters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._source import FUNCTIONS
from aldis._migrate._values import last_name

if TYPE_CHECKING:
    from aldis._migrate._members import Members
    from aldis._migrate._source import Function, Module, Scope

    Place = tuple[Module, ast.expr]

_KEPT = frozenset({"staticmethod", "classmethod"})


class Calls:
    """The calls of a program.

    Args:
        values: Resolves expressions of the program.
    """

    def __init__(self, values: Members) -> None:
        self._values = values
        self._calls: dict[str, list[tuple[Module, ast.Call]]] = {}
        self._mentioned: set[str] = set()  # names that are read, and not only called
        self._is_read = False

    def called(self, module: Module, call: ast.Call) -> Scope | None:
        """Return the function that is called; None if it is unknown."""
        found = self._values.evaluate(module, call.func)
        if len(found) != 1 or found[0].kind not in {"function", "method"}:
            return None
        scope = self._values.functions.get(found[0].symbol)
        if scope is None or self._is_overridden(scope):
            return None
        return scope

    def given(self, scope: Scope, name: str) -> list[Place] | None:
        """Return what is given for a parameter, by all calls of its function.

        Args:
            scope: The function.
            name: The parameter.

        Returns:
            The values, the default among them if a call leaves it out. None if there may be other
            values: the function is passed on, decorated or overridden, or a call spreads.
        """
        self._read()
        node = scope.node
        if not isinstance(node, FUNCTIONS) or not is_plain(node) or self._is_overridden(scope):
            return None
        if node.name in self._mentioned or node.name.startswith("__"):
            return None
        found: list[Place] = []
        is_certain = False
        for module, call in self._calls.get(node.name, []):
            values = self._values.evaluate(module, call.func)
            if values and all(each.symbol != scope.name for each in values):
                continue  # it calls another function of that name
            place = _argument(module, call, scope, name)
            if place is None:
                return None
            found.append(place)
            is_certain = is_certain or bool(values)
        return found if is_certain else None

    def _is_overridden(self, scope: Scope) -> bool:
        """Whether a subclass or a base class has a method of that name."""
        owner = scope.class_around
        if owner is None:
            return False
        name = scope.name.rpartition(".")[2]
        others = (
            each.class_around
            for each in self._values.functions.values()
            if each is not scope and each.name.endswith(f".{name}")
        )
        mro = self._values.mro
        return any(
            other is not None and (owner.name in mro(other.name) or other.name in mro(owner.name))
            for other in others
        )

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        for module in self._values.modules.values():
            called: set[ast.expr] = set()
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call):
                    called.add(node.func)
                    self._calls.setdefault(last_name(node.func), []).append((module, node))
                elif isinstance(node, (ast.Name, ast.Attribute)) and node not in called:
                    self._mentioned.add(last_name(node))


def is_plain(function: Function) -> bool:
    """Whether nothing wraps a function."""
    return {ast.unparse(each) for each in function.decorator_list} <= _KEPT


def _argument(module: Module, call: ast.Call, scope: Scope, name: str) -> Place | None:
    """Return the argument for a parameter, or the default of that; None if it is unknown."""
    node = scope.node
    assert isinstance(node, FUNCTIONS)  # noqa: S101  # of a call
    if any(each.arg is None for each in call.keywords):
        return None
    if any(isinstance(each, ast.Starred) for each in call.args):
        return None
    for each in call.keywords:
        if each.arg == name:
            return module, each.value
    positional = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    if scope.class_around is not None and not _is_static(node):
        del positional[:1]
    if name in positional[: len(call.args)]:
        return module, call.args[positional.index(name)]
    default = _default(node, name)
    return None if default is None else (scope.module, default)


def _is_static(function: Function) -> bool:
    return any(ast.unparse(each) == "staticmethod" for each in function.decorator_list)


def _default(function: Function, name: str) -> ast.expr | None:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    with_default = positional[len(positional) - len(given.defaults) :]
    pairs = [
        *zip(with_default, given.defaults, strict=True),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    return next((default for each, default in pairs if each.arg == name), None)
