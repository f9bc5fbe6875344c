"""Turns mypy's types into texts whose names can be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mypy.nodes import RefExpr, Var
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    TupleType,
    TypedDictType,
    TypeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from aldis._migrate._model import UNKNOWN, TypeText
from aldis._migrate._unions import with_arguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy.nodes import Expression, TypeInfo
    from mypy.types import ProperType, Type

    from aldis._migrate._importable import Importable

ANY = "typing.Any"
_PROXIES = ("werkzeug.local.LocalProxy",)
_DEEP = 6


class Writer:
    """Writes types down.

    Args:
        importable: Which classes can be imported, and from where.
    """

    def __init__(self, importable: Importable) -> None:
        self._importable = importable

    def write(self, kind: Type | None, node: Expression | None = None) -> TypeText:
        """Return a type as text.

        Args:
            kind: The type.
            node: The expression of that type.
        """
        if kind is None:
            return UNKNOWN
        text = self._text(kind, _DEEP)
        known: Literal["fully", "partly", "not"] = "fully"
        if text == ANY:
            known = "not"
        elif ANY in text:
            known = "partly"
        stated = (
            isinstance(node, RefExpr) and isinstance(node.node, Var) and not node.node.is_inferred
        )
        proper = get_proper_type(kind)
        bases: tuple[str, ...] = ()
        if isinstance(proper, Instance):
            names = (self._importable.name_of(each) for each in proper.type.mro)
            bases = tuple(each for each in names if each is not None)
        return TypeText(text, known, "stated" if stated else "inferred", bases)

    def _text(self, kind: Type, deep: int) -> str:
        proper = get_proper_type(kind)
        if deep == 0:
            return ANY
        match proper:
            case NoneType():
                return "None"
            case Instance():
                return self._instance(proper, deep)
            case LiteralType() | TypedDictType():
                return self._instance(proper.fallback, deep)
            case _:
                return self._of_others(proper, deep)

    def _of_others(self, kind: ProperType, deep: int) -> str:
        """Return the text of a type that is made of other types."""
        match kind:
            case TupleType():
                return self._tuple(kind, deep)
            case UnionType():
                return self._union([self._text(each, deep) for each in kind.items])
            case TypeType():
                return f"builtins.type[{self._text(kind.item, deep - 1)}]"
            case TypeVarType():
                return self._variable(kind, deep)
            case CallableType():
                return self._callable(kind, deep)
            case _:
                return self._overloaded(kind, deep) if isinstance(kind, Overloaded) else ANY

    def _overloaded(self, kind: Overloaded, deep: int) -> str:
        if kind.is_type_obj():
            return self._callable(kind.items[0], deep)
        return f"collections.abc.Callable[..., {ANY}]"

    def _instance(self, kind: Instance, deep: int) -> str:
        if kind.type.fullname in _PROXIES:
            return self._text(kind.args[0], deep - 1) if kind.args else ANY
        if kind.type.fullname == "types.ModuleType":
            return "types.ModuleType"
        name = self._importable.name_of(kind.type)
        if name is None:
            return self._nearest(kind, deep)
        arguments = [self._text(each, deep - 1) for each in kind.args]
        if all(each == ANY for each in arguments) and not any(map(_is_any, kind.args)):
            return with_arguments(name)  # private ones, as that of the result of `open`
        if name == "builtins.tuple":
            arguments.append("...")
        return f"{name}[{', '.join(arguments)}]"

    def _nearest(self, kind: Instance, deep: int) -> str:
        """Return an instance of the first base that can be imported, with its arguments."""
        bases = (each for each in kind.type.mro[1:-1] if self._importable.name_of(each))
        base = next(bases, None)
        return ANY if base is None else self._instance(_as_base(kind, base), deep)

    def _arguments(self, kinds: Sequence[Type], deep: int) -> str:
        return ", ".join(self._text(each, deep - 1) for each in kinds)

    def _union(self, texts: list[str]) -> str:
        unique = list(dict.fromkeys(each for text in texts for each in _alternatives(text)))
        if ANY in unique:
            return ANY
        if "None" in unique:
            unique.remove("None")
            unique.append("None")
        return " | ".join(unique)

    def _tuple(self, kind: TupleType, deep: int) -> str:
        fallback = kind.partial_fallback
        if fallback.type.fullname != "builtins.tuple":
            return self._instance(fallback, deep)
        if not kind.items:
            return "builtins.tuple[()]"
        return f"builtins.tuple[{self._arguments(kind.items, deep)}]"

    def _variable(self, kind: TypeVarType, deep: int) -> str:
        if kind.values:
            return self._union([self._text(each, deep) for each in kind.values])
        return self._text(kind.upper_bound, deep)

    def _callable(self, kind: CallableType, deep: int) -> str:
        if kind.is_type_obj():
            return f"builtins.type[{self._text(kind.ret_type, deep - 1)}]"
        if any(not each.is_positional() or each.is_star() for each in kind.arg_kinds):
            return f"collections.abc.Callable[..., {self._text(kind.ret_type, deep - 1)}]"
        arguments = self._arguments(kind.arg_types, deep)
        return f"collections.abc.Callable[[{arguments}], {self._text(kind.ret_type, deep - 1)}]"


def _is_any(kind: Type) -> bool:
    return isinstance(get_proper_type(kind), AnyType)


def _as_base(kind: Instance, base: TypeInfo) -> Instance:
    from mypy.maptype import map_instance_to_supertype  # noqa: PLC0415 # as all of mypy, slow

    return map_instance_to_supertype(kind, base)


def _alternatives(text: str) -> list[str]:
    """Split a union at its own bars, and not at those in brackets."""
    found: list[str] = [""]
    depth = 0
    for each in text:
        depth += (each == "[") - (each == "]")
        if each == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += each
    return [each.strip() for each in found]
