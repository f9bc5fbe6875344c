"""Finds out whether making an object may store a reference to it, as in a registry.

That is only known for a class whose bases are all in the current module: mypy does not recheck a
module when a function body in another one changes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import FuncDef, TypeInfo, Var
from mypy.types import Instance, NoneType, TupleType, get_proper_type

from aldis.mypy._resolving import resolved
from aldis.mypy._source import FUNCTIONS, source_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker

    from aldis.mypy._source import Function, Source

_ROOTS = frozenset({"builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC"})
_PLAIN_METACLASSES = frozenset({None, "builtins.type", "abc.ABCMeta"})
_PLAIN_DECORATORS = frozenset({"dataclasses.dataclass", "typing.final", "typing_extensions.final"})
# methods that run while an object is made or used, and are not inspected
_HOOKS = frozenset(
    {
        "__new__",
        "__init_subclass__",
        "__getattr__",
        "__getattribute__",
        "__setattr__",
        "__delattr__",
        "__del__",
    }
)
_MAKING = ("__init__", "__post_init__")
_LOOKING_AROUND = frozenset(
    {"locals", "vars", "eval", "exec", "_getframe", "currentframe", "stack"}
)
_RUN_LATER = (*FUNCTIONS, ast.Lambda, ast.GeneratorExp)


def may_keep_itself(info: TypeInfo, checker: TypeChecker) -> bool:
    """Whether making an object of a class may store a reference to it."""
    metaclass = info.metaclass_type
    source = source_of(checker.path)
    return (
        (None if metaclass is None else metaclass.type.fullname) not in _PLAIN_METACLASSES
        or info.fallback_to_any
        or source is None
        or any(
            _Making(info, base, source, checker).may_keep()
            for base in info.mro
            if base.fullname not in _ROOTS
        )
    )


class _Making:
    """The code that one class runs when an object of it or of a subclass is made."""

    def __init__(
        self, info: TypeInfo, base: TypeInfo, source: Source, checker: TypeChecker
    ) -> None:
        self._info = info
        self._base = base
        self._source = source
        self._checker = checker

    def may_keep(self) -> bool:
        base, module = self._base, self._checker.tree.fullname
        found = None
        if base.module_name == module:
            found = self._source.class_of(base.fullname[len(module) + 1 :])
        return (
            found is None
            or not _HOOKS.isdisjoint(base.names)
            or not all(self._is_plain_decorator(each) for each in found.decorator_list)
            or any(self._gives_away(found, name) for name in _MAKING if name in base.names)
        )

    def _is_plain_decorator(self, decorator: ast.expr) -> bool:
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        node = resolved(callee, self._source, self._checker)
        return node is not None and node.fullname in _PLAIN_DECORATORS

    def _gives_away(self, found: ast.ClassDef, name: str) -> bool:
        symbol = self._base.names[name]
        if symbol.plugin_generated:  # of a dataclass: it only sets attributes
            return False
        written = [each for each in found.body if isinstance(each, FUNCTIONS) and each.name == name]
        if not isinstance(symbol.node, FuncDef) or len(written) != 1:
            return True
        parameters = [*written[0].args.posonlyargs, *written[0].args.args]
        return not parameters or any(
            self._may_give_away(node, written[0], parameters[0].arg)
            for node in ast.walk(written[0])
        )

    def _may_give_away(self, node: ast.AST, making: Function, itself: str) -> bool:
        if isinstance(node, ast.ExceptHandler):
            return node.name is not None  # its traceback refers to the object
        if isinstance(node, ast.Attribute):
            return node.attr in _LOOKING_AROUND
        if not isinstance(node, ast.Name):
            return False
        parent = self._source.parent(node)
        if node.id == "super":
            called = self._source.parent(parent) if isinstance(parent, ast.Call) else None
            return not isinstance(called, ast.Attribute) or called.attr not in _MAKING
        if node.id == itself:
            around = self._source.enclosing(node)
            return (
                not isinstance(parent, ast.Attribute)
                or not self._is_plain(parent.attr)
                or any(isinstance(each, _RUN_LATER) for each in around[: around.index(making)])
            )
        return node.id in _LOOKING_AROUND

    def _is_plain(self, attribute: str) -> bool:
        """Whether reading or setting an attribute calls nothing."""
        found = [base.names[attribute] for base in self._info.mro if attribute in base.names]
        return bool(found) and all(_is_plain(symbol.node) for symbol in found)


def _is_plain(node: object) -> bool:
    if not isinstance(node, Var) or node.is_property:
        return False
    kind = get_proper_type(node.type)
    if not node.is_initialized_in_class or isinstance(kind, (NoneType, TupleType)):
        return True
    return isinstance(kind, Instance) and not any(
        kind.type.has_readable_member(name) for name in ("__get__", "__set__", "__delete__")
    )
