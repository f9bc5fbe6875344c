"""The reasons in a declaration's own statement why it must stay as it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._foreign import DJANGO_SENTENCE, FOREIGN
from aldis._migrate._source import FUNCTIONS

if TYPE_CHECKING:
    from aldis._migrate._made import Made, Target
    from aldis._migrate._source import Module

Obstacle = tuple[str, str]

_MAKING = frozenset({"__init__", "__post_init__", "__attrs_post_init__"})


def obstacle_of(module: Module, made: Made, target: Target) -> Obstacle | None:
    """Return a code and a sentence, if a signal must stay as it is."""
    if made.library == "django":
        return FOREIGN, DJANGO_SENTENCE
    if made.is_subclass:
        return "M10", "its class is a subclass of blinker's Signal"
    if made.name is not None and not isinstance(made.name, ast.Constant):
        return "M16", "its name is computed"
    if made.is_field:
        return "M15", "it is made by a field of a dataclass"
    return _placed(module, made, target)


def _placed(module: Module, made: Made, target: Target) -> Obstacle | None:
    """Return the obstacle of the target that a signal is assigned to."""
    if target.form == "lookup":
        return None
    if not target.name:
        return "M16", "it is part of an expression and has no name of its own"
    return _several(module, made, target) or _conditional(module, made, target)


def _several(module: Module, made: Made, target: Target) -> Obstacle | None:
    """Return the obstacle of a name that is assigned more than once."""
    parent = module.parent(made.call)
    if isinstance(parent, ast.Assign) and len(parent.targets) > 1:
        return "M15", "it is assigned to several names at once"
    if target.form == "instance":
        owner = target.owner
        found = [] if owner is None else [b for b, _ in owner.attributes.get(target.name, [])]
    else:
        found = target.scope.bindings.get(target.name, [])
    given = [each for each in found if each.kind != "other" or each.annotation is None]
    lines = sorted({getattr(each.node, "lineno", 0) for each in given} - {made.call.lineno})
    if len(given) > 1:
        where = ", ".join(map(str, lines))
        return "M15", f"{target.name} is also assigned in line {where}"
    return None


def _conditional(module: Module, made: Made, target: Target) -> Obstacle | None:
    """Return the obstacle of a declaration that may not run, or may run more than once."""
    statement = module.statement(made.call)
    around = module.parent(statement)
    if target.form == "instance":
        method = target.scope.node
        name = getattr(method, "name", "")
        if name not in _MAKING:
            return "M15", f"it is made in the method {name}, which may be called again"
    if isinstance(around, (ast.Module, ast.ClassDef, *FUNCTIONS)):
        if target.form == "module" and isinstance(around, FUNCTIONS):
            return "M15", f"it is made when the function {around.name} is called"
        return None
    return "M15", "it is made under a condition"
