"""Which assignments of a local variable may reach a place that reads it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aldis._migrate._source import Binding, Module, Scope


def reaching_bindings(scope: Scope, name: str, node: ast.AST) -> list[Binding]:
    """Return the bindings that may have given a variable its value at a place.

    Args:
        scope: The function whose variable it is.
        name: The variable.
        node: Where it is read.
    """
    bindings = scope.bindings[name]
    around = [node, *scope.module.around(node)]
    for each in around:
        looped = [binding for binding in bindings if _is_loop_of(binding, each)]
        if looped:
            return looped
    before = [each for each in bindings if _line(each) <= getattr(node, "lineno", 0)]
    certain = [at for at, each in enumerate(before) if _is_passed(scope.module, each, around)]
    return before[certain[-1] :] if certain else bindings


def _is_loop_of(binding: Binding, around: ast.AST) -> bool:
    """Whether a node is the loop that binds a name, or an expression with that loop."""
    if binding.loop is None:
        return False
    generators: list[ast.comprehension] = getattr(around, "generators", [])
    return binding.loop is around or binding.loop in generators


def _line(binding: Binding) -> int:
    return getattr(binding.statement or binding.node, "lineno", 0)


def _is_passed(module: Module, binding: Binding, around: list[ast.AST]) -> bool:
    """Whether the statement of a binding is in a block around the place and comes before it."""
    if binding.statement is None:
        return binding.kind == "parameter"
    return binding.statement not in around and module.parent(binding.statement) in around
