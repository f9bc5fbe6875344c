"""Which signal an expression stands for: by its syntax, and by the types that mypy knows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    NoneType,
    Overloaded,
    TypeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from aldis._migrate._importable import Importable
from aldis._migrate._model import UNKNOWN, TypeText
from aldis._migrate._names import DJANGO, NAMESPACE_CLASSES, SIGNAL_CLASSES
from aldis._migrate._type_text import Writer
from aldis._migrate._values import Evaluator, Value, Values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.nodes import TypeInfo
    from mypy.types import ProperType, Type

    from aldis._migrate._mypy_pass import Checked
    from aldis._migrate._source import Module


class Resolver:
    """Tells which signals expressions stand for.

    Args:
        modules: The modules of the program, by their names.
        checked: What mypy knows of it.
    """

    def __init__(self, modules: Mapping[str, Module], checked: Checked) -> None:
        self.modules = modules
        self.checked = checked
        self.values = Evaluator(modules, self._typed)
        own = frozenset(each.partition(".")[0] for each in modules)
        files = {} if checked.result is None else checked.result.files
        self._writer = Writer(Importable(files, own))
        self.attributes: dict[str, list[str]] = {}  # signals of classes, by their last names

    def type_of(self, module: Module, node: ast.expr) -> ProperType | None:
        """Return the type of an expression."""
        kind = self.checked.type_of(module.path, node)
        return None if kind is None else get_proper_type(kind)

    def text_of(self, module: Module, node: ast.expr) -> TypeText:
        """Return the type of an expression as text."""
        kind = self.checked.type_of(module.path, node)
        if kind is None and self.checked.result is None:
            return self._text_of_syntax(module, node)
        return self._writer.write(kind, self.checked.expression(module.path, node))

    def write(self, kind: Type | None) -> TypeText:
        """Return a type as text."""
        return self._writer.write(kind)

    def _text_of_syntax(self, module: Module, node: ast.expr) -> TypeText:
        if isinstance(node, ast.Constant) and node.value is not ...:
            name = "None" if node.value is None else f"builtins.{type(node.value).__name__}"
            return TypeText(name, "fully", "inferred")
        classes = [each for each in self.values.evaluate(module, node) if each.kind == "instance"]
        if len(classes) == 1:
            return TypeText(classes[0].symbol, "fully", "inferred")
        return UNKNOWN

    def _typed(self, module: Module, node: ast.expr) -> Values:
        """Return what mypy knows of an expression whose syntax tells nothing."""
        kind = self.type_of(module, node)
        return tuple(dict.fromkeys(_values_of(kind)))

    def is_signal(self, module: Module, node: ast.expr) -> bool:
        """Whether the type of an expression is that of signals."""
        return any(_is_signal(each) for each in _items(self.type_of(module, node)))

    def is_untold(self, module: Module, node: ast.expr) -> bool:
        """Whether mypy says nothing of an expression."""
        kind = self.type_of(module, node)
        return kind is None or isinstance(kind, AnyType)

    def signals(self, module: Module, node: ast.expr) -> tuple[str, ...]:
        """Return the symbols of the signals that an expression may stand for."""
        values = self.values.evaluate(module, node)
        found = [each.symbol for each in values if each.kind == "signal"]
        if found:
            return tuple(found)
        if self.is_signal(module, node):
            return self._by_type(module, node, values)
        outside = [each.symbol for each in values if each.kind == "outside"]
        if self.is_untold(module, node):
            return tuple(each for each in outside if "signal" in each.lower())
        return ()

    def _by_type(self, module: Module, node: ast.expr, values: Values) -> tuple[str, ...]:
        name = self.checked.full_name(module.path, node)
        if name is not None and not _is_local(name, module):
            return (name,)
        if isinstance(node, ast.Attribute):
            owners = [
                f"{info.fullname}.{node.attr}"
                for item in _items(self.type_of(module, node.value))
                for info in _classes(item)
                if node.attr in info.names
            ]
            if owners:
                return (owners[0],)
        return tuple(each.symbol for each in values if each.kind == "outside")

    def by_name_alone(self, module: Module, node: ast.expr) -> tuple[str, ...]:
        """Return the only signal of a class that has the name of an attribute of something."""
        if isinstance(node, ast.Attribute) and self.is_untold(module, node):
            found = self.attributes.get(node.attr, [])
            if len(found) == 1 and self.is_untold(module, node.value):
                return (found[0],)
        return ()

    def is_django(self, module: Module, node: ast.expr) -> bool:
        """Whether the type of an expression is that of Django's signals."""
        kind = self.type_of(module, node)
        return isinstance(kind, Instance) and any(kind.type.has_base(each) for each in DJANGO)

    def is_namespace(self, module: Module, node: ast.expr) -> bool:
        """Whether the type of an expression is that of namespaces."""
        kind = self.type_of(module, node)
        return isinstance(kind, Instance) and any(
            kind.type.has_base(each) for each in NAMESPACE_CLASSES if each != "dict"
        )


def _is_local(name: str, module: Module) -> bool:
    return "." not in name


def _items(kind: ProperType | None) -> list[ProperType]:
    if kind is None:
        return []
    if isinstance(kind, TypeVarType):
        return _items(get_proper_type(kind.upper_bound))
    if isinstance(kind, UnionType):
        items = [get_proper_type(each) for each in kind.items]
        return [each for each in items if not isinstance(each, NoneType)]
    return [kind]


def _is_signal(kind: ProperType) -> bool:
    return isinstance(kind, Instance) and any(kind.type.has_base(each) for each in SIGNAL_CLASSES)


def _classes(kind: ProperType) -> list[TypeInfo]:
    if isinstance(kind, TypeType):
        kind = kind.item
    if isinstance(kind, (CallableType, Overloaded)) and kind.is_type_obj():
        return kind.type_object().mro
    return kind.type.mro if isinstance(kind, Instance) else []


def _values_of(kind: ProperType | None) -> list[Value]:
    found: list[Value] = []
    for item in _items(kind):
        classes = _classes(item)
        if classes and not _is_signal(item):
            kind_of_value = "instance" if isinstance(item, Instance) else "class"
            found.append(Value(kind_of_value, classes[0].fullname))
    return found
