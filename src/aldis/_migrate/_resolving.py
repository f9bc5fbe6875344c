"""Which signal an expression stands for: by its syntax, and by its type."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aldis._migrate._expression_types import better
from aldis._migrate._handed_on import HandedOn
from aldis._migrate._members import Value, Values
from aldis._migrate._values import Evaluator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._migrate._model import TypeText
    from aldis._migrate._source import Module
    from aldis._migrate._types import Types

_LIKE_A_SIGNAL = re.compile(r"_signal|\.(after|before|post|pre)_\w+$|\w_\w+ed$")
"""What has happened, as in `identity_changed`."""


class Resolver:
    """Finds the signals that expressions stand for.

    Args:
        modules: The modules of the program, by their names.
        types: What a type checker knows about them.
    """

    def __init__(self, modules: Mapping[str, Module], types: Types) -> None:
        self.modules = modules
        self.types = types
        self.values = Evaluator(modules, self._typed)
        self._handed_on = HandedOn(self.values, self.text_of)
        self.attributes: dict[str, list[str]] = {}  # signals of classes, by their last names

    def text_of(self, module: Module, node: ast.expr) -> TypeText:
        """Return the type of an expression as text."""
        told = self.types.text(module.path, node)
        found = better(module, node, told, self.values, lambda part: self.text_of(module, part))
        if found.known == "not":
            found = self._handed_on.type_of(module, node) or found
        is_guess = told.known == "not" and found.known != "not"
        return replace(found, origin="guessed") if is_guess else found

    def _typed(self, module: Module, node: ast.expr) -> Values:
        """Return what the type of an expression says where its syntax says nothing."""
        found = self.types.classes(module.path, node)
        return tuple(dict.fromkeys(Value(kind, name) for kind, name in found))

    def is_signal(self, module: Module, node: ast.expr) -> bool:
        """Whether the type of an expression is that of signals."""
        return self.types.is_signal(module.path, node)

    def is_unknown(self, module: Module, node: ast.expr) -> bool:
        """Whether the type of an expression is unknown."""
        return self.types.is_unknown(module.path, node)

    def signals(self, module: Module, node: ast.expr) -> tuple[str, ...]:
        """Return the symbols of the signals that an expression stands for, or seems to.

        Names that are imported from elsewhere without a type are judged by how they are called.
        """
        found = self.certain(module, node)
        if not found and self.is_unknown(module, node):
            return tuple(each for each in self._outside(module, node) if _sounds_right(each))
        return found

    def certain(self, module: Module, node: ast.expr) -> tuple[str, ...]:
        """Return the symbols of the signals that an expression may stand for."""
        values = self.values.evaluate(module, node)
        found = [each.symbol for each in values if each.kind == "signal"]
        if not found and self.is_signal(module, node):
            return self._by_type(module, node) or tuple(self._outside(module, node))
        return tuple(found)

    def _outside(self, module: Module, node: ast.expr) -> list[str]:
        values = self.values.evaluate(module, node)
        return [each.symbol for each in values if each.kind == "outside"]

    def _by_type(self, module: Module, node: ast.expr) -> tuple[str, ...]:
        name = self.types.full_name(module.path, node)
        if name is None and isinstance(node, ast.Attribute):
            name = self.types.member(module.path, node)
        return () if name is None else (name,)

    def by_name_alone(self, module: Module, node: ast.expr) -> tuple[str, ...]:
        """Return the only signal of a class that has the name of an attribute of something."""
        if isinstance(node, ast.Attribute) and self.is_unknown(module, node):
            found = self.attributes.get(node.attr, [])
            if len(found) == 1 and self.is_unknown(module, node.value):
                return (found[0],)
        return ()


def _sounds_right(full_name: str) -> bool:
    return ".signals." in full_name or _LIKE_A_SIGNAL.search(full_name) is not None
