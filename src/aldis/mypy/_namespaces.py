"""The declarations of a namespace in the source of its module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis.mypy._names import NAMING
from aldis.mypy._sends import scope_of
from aldis.mypy._source import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis.mypy._source import Function, Source


class Declarations:
    """The names of the signals of a namespace."""

    def __init__(self, source: Source, namespace: str) -> None:
        self._source = source
        self._namespace = namespace
        # the variables that hold the signals, if any, by the names of the signals
        self.variables: dict[str, str | None] = {}
        # whether it may declare other names, which are not known here
        self.is_open = not self._is_made_here()
        for node in ast.walk(source.tree):
            if isinstance(node, FUNCTIONS):
                self._decorated(node)
            elif isinstance(node, ast.Call) and node.args and self._is_declaring(node.func):
                self._called(node)

    def _is_made_here(self) -> bool:
        values = [*self._values_of(self._namespace)]
        return len(values) == 1 and isinstance(values[0], ast.Call)

    def _is_declaring(self, callee: ast.expr) -> bool:
        return (
            isinstance(callee, ast.Attribute)
            and callee.attr in NAMING
            and isinstance(callee.value, ast.Name)
            and callee.value.id == self._namespace
            and scope_of(self._source, callee.value) is self._source.tree
        )

    def _add(self, name: str, variable: str | None) -> None:
        if variable is not None or name not in self.variables:
            self.variables[name] = variable

    def _decorated(self, function: Function) -> None:
        """Add the declarations of `@namespace.signal` and `@namespace.signal(name="...")`."""
        variable = function.name if self._source.is_of_the_module(function) else None
        for decorator in function.decorator_list:
            if self._is_declaring(decorator):
                self._add(function.name, variable)
            elif isinstance(decorator, ast.Call) and self._is_declaring(decorator.func):
                self._given_a_name(decorator, variable)

    def _given_a_name(self, call: ast.Call, variable: str | None) -> bool:
        """Add the name in `namespace.signal(..., name="...")`; return whether there is one."""
        values = [each.value for each in call.keywords if each.arg == "name"]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                self._add(value.value, variable)
            elif not isinstance(value, ast.Constant):
                self.is_open = True
        return any(not isinstance(each, ast.Constant) or each.value is not None for each in values)

    def _called(self, call: ast.Call) -> None:
        """Add the declaration of `namespace.signal(function)`."""
        spec = call.args[0]
        if self._given_a_name(call, self._variable(call)):
            return
        if isinstance(spec, ast.Attribute):
            self._add(spec.attr, self._variable(call))
        elif (
            not isinstance(spec, ast.Name) or scope_of(self._source, spec) is not self._source.tree
        ):
            self.is_open |= not isinstance(spec, (ast.Constant, ast.Lambda))
        else:
            for value in self._values_of(spec.id):
                if isinstance(value, str):
                    self._add(value, self._variable(call))
                else:
                    self.is_open |= not isinstance(value, ast.Constant)

    def _variable(self, call: ast.Call) -> str | None:
        """Return the variable of the module that a signal is assigned to."""
        statement = self._source.parent(call)
        if isinstance(statement, ast.Assign):
            target: ast.expr = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign):
            target = statement.target
        else:
            return None
        is_global = self._source.is_of_the_module(statement)
        return target.id if isinstance(target, ast.Name) and is_global else None

    def _values_of(self, name: str) -> Iterator[ast.expr | str | None]:
        """Yield the bindings of a name of the module: names of functions, or values."""
        for node in ast.walk(self._source.tree):
            if isinstance(node, ast.ImportFrom):
                yield from (each.name for each in node.names if (each.asname or each.name) == name)
            elif _binds(node, name) and self._source.is_of_the_module(node):
                statement = self._source.parent(node)
                if isinstance(node, FUNCTIONS):
                    yield name
                elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
                    yield statement.value
                else:
                    yield None


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, ast.Store)
    return isinstance(node, FUNCTIONS) and node.name == name
