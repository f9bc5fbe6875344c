"""Answers questions about types by what mypy knows of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_POS, ARG_STAR, ARG_STAR2
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
from aldis._migrate._model import Parameter, TypeText
from aldis._migrate._names import NAMESPACE_CLASSES, SIGNAL_CLASSES
from aldis._migrate._type_text import Writer
from aldis._migrate._types import Signature, Taking, Types

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable
    from pathlib import Path

    from mypy.nodes import Decorator, FuncBase, TypeInfo
    from mypy.types import ProperType, Type

    from aldis._migrate._mypy_pass import Checked
    from aldis._migrate._source import Function


Kind = Literal["positional", "either"]


class MypyTypes(Types):
    """The answers of mypy.

    Args:
        checked: A program that it has checked.
        modules: The names of the program's own modules.
    """

    def __init__(self, checked: Checked, modules: Iterable[str]) -> None:
        self._checked = checked
        own = frozenset(each.partition(".")[0] for each in modules)
        self._writer = Writer(Importable(checked.result.files, own))

    def _type(self, path: Path, node: ast.expr) -> ProperType | None:
        kind = self._checked.type_of(path, node)
        return None if kind is None else get_proper_type(kind)

    def text(self, path: Path, node: ast.expr) -> TypeText:
        kind = self._checked.type_of(path, node)
        return self._writer.write(kind, self._checked.expression(path, node))

    def is_signal(self, path: Path, node: ast.expr) -> bool:
        return any(_has_base(each, SIGNAL_CLASSES) for each in _items(self._type(path, node)))

    def is_namespace(self, path: Path, node: ast.expr) -> bool:
        return any(_has_base(each, NAMESPACE_CLASSES) for each in _items(self._type(path, node)))

    def is_unknown(self, path: Path, node: ast.expr) -> bool:
        kind = self._type(path, node)
        return kind is None or isinstance(kind, AnyType)

    def full_name(self, path: Path, node: ast.expr) -> str | None:
        return self._checked.full_name(path, node)

    def classes(self, path: Path, node: ast.expr) -> list[tuple[Literal["class", "instance"], str]]:
        found: list[tuple[Literal["class", "instance"], str]] = []
        for item in _items(self._type(path, node)):
            classes = _classes(item)
            if classes and not _has_base(item, SIGNAL_CLASSES):
                kind: Literal["class", "instance"] = "class"
                if isinstance(item, Instance):
                    kind = "instance"
                found.append((kind, classes[0].fullname))
        return found

    def member(self, path: Path, node: ast.Attribute) -> str | None:
        owners = (
            info
            for item in _items(self._type(path, node.value))
            for info in _classes(item)
            if node.attr in info.names
        )
        return next((f"{info.fullname}.{node.attr}" for info in owners), None)

    def signature(self, path: Path, node: Function | ast.Lambda) -> Signature | None:
        known = self._checked.function(path, node)
        kind = None if known is None else known.type
        if not isinstance(kind, CallableType):
            return None
        types = {
            name: self._writer.write(each)
            for name, each in zip(kind.arg_names, kind.arg_types, strict=True)
            if name is not None
        }
        return Signature(types, self._writer.write(_awaited(kind.ret_type)))

    def taking(self, path: Path, node: ast.expr, name: str) -> Taking | None:
        kind = self._type(path, node)
        if isinstance(kind, Instance):
            method = kind.type.get_method("__call__")
            called = None if method is None else _bound(method, kind)
            if isinstance(called, CallableType) and called.arg_names:
                taking = self._taking(name, called)
                return taking._replace(parameters=(taking.parameters or ())[1:])
        if isinstance(kind, CallableType) and not kind.is_ellipsis_args:
            return self._taking(name, kind)
        return None

    def _taking(self, name: str, kind: CallableType) -> Taking:
        found: list[Parameter] = []
        for argument, how, its in zip(kind.arg_names, kind.arg_kinds, kind.arg_types, strict=True):
            told = self._writer.write(its)
            if how == ARG_STAR:
                found.append(Parameter(argument or "args", "star", None, told))
            elif how == ARG_STAR2:
                found.append(Parameter(argument or "kwargs", "stars", None, told))
            elif how in {ARG_NAMED, ARG_NAMED_OPT}:
                default = None if how == ARG_NAMED else "..."
                found.append(Parameter(argument or "", "keyword", default, told))
            else:
                default = None if how == ARG_POS else "..."
                name_of = argument or f"_{len(found)}"
                which: Kind = "either" if argument else "positional"
                found.append(Parameter(name_of, which, default, told))
        returns = _awaited(kind.ret_type)
        is_async = returns is not kind.ret_type
        return Taking(name, tuple(found), self._writer.write(returns), is_async)


def _bound(method: FuncBase | Decorator, owner: Instance) -> ProperType | None:
    """Return the type of a method with the type arguments of its class."""
    if method.type is None:
        return None
    base = map_instance_to_supertype(owner, method.info)
    return get_proper_type(expand_type_by_instance(method.type, base))


def _awaited(returns: Type) -> Type:
    kind = get_proper_type(returns)
    if isinstance(kind, Instance) and kind.type.fullname == "typing.Coroutine":
        return kind.args[2]
    return returns


def _items(kind: ProperType | None) -> list[ProperType]:
    """Return the members of a type without None."""
    if kind is None:
        return []
    if isinstance(kind, TypeVarType):
        return _items(get_proper_type(kind.upper_bound))
    if isinstance(kind, UnionType):
        items = [get_proper_type(each) for each in kind.items]
        return [each for each in items if not isinstance(each, NoneType)]
    return [kind]


def _has_base(kind: ProperType, names: Iterable[str]) -> bool:
    return isinstance(kind, Instance) and any(map(kind.type.has_base, names))


def _classes(kind: ProperType) -> list[TypeInfo]:
    """Return the MRO of a class or of an instance's class."""
    if isinstance(kind, TypeType):
        kind = get_proper_type(kind.item)
    if isinstance(kind, (CallableType, Overloaded)) and kind.is_type_obj():
        return kind.type_object().mro
    return kind.type.mro if isinstance(kind, Instance) else []
