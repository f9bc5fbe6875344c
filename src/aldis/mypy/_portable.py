"""Which types cannot cross between processes, as `aldis.relay` refuses them at run time.

Only what is certain is told: a type that is not known here, such as one without stubs, is left to
the relay itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import TypeInfo, Var
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    TupleType,
    TypedDictType,
    TypeOfAny,
    TypeType,
    UnionType,
    get_proper_type,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.types import ProperType, Type

_TEXTS: Final = frozenset(
    {
        "builtins.bytearray",
        "builtins.bytes",
        "builtins.str",
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "decimal.Decimal",
        "_decimal.Decimal",
        "uuid.UUID",
    }
)
_PLAIN: Final = _TEXTS | {"builtins.bool", "builtins.float", "builtins.int", "builtins.memoryview"}
_DICTS: Final = frozenset(
    {
        "builtins.dict",
        "typing.Mapping",
        "typing.MutableMapping",
    }
)
_COLLECTIONS: Final = frozenset(
    {
        "builtins.frozenset",
        "builtins.list",
        "builtins.set",
        "builtins.tuple",
        "typing.AbstractSet",
        "typing.Collection",
        "typing.MutableSequence",
        "typing.MutableSet",
        "typing.Sequence",
        *_DICTS,
    }
)
_NO_KEYS: Final = ("builtins.bool", "datetime.timedelta")
_RECORDS: Final = ("dataclass", "attrs")  # what their plugins of mypy note down
_WAY_OUT: Final = "cannot be written in JSON; send an id instead, or what is needed in a dataclass"
_MODEL: Final = ("model_dump", "model_validate_json")
_UNSAID: Final = (
    TypeOfAny.explicit,
    TypeOfAny.from_omitted_generics,
    TypeOfAny.unannotated,
)


def objection(kind: Type, seen: frozenset[str] = frozenset()) -> str | None:
    """Return why values of a type cannot cross, and the way out; None if they can, perhaps."""
    proper = get_proper_type(kind)
    if isinstance(proper, AnyType):
        unsaid = "its type is not declared; say what it is"
        return unsaid if proper.type_of_any in _UNSAID else None
    if isinstance(proper, (CallableType, Overloaded, TypeType)):
        return f'"{_shown(proper)}" {_WAY_OUT}'
    if not isinstance(proper, Instance):
        return _first(_parts_of(proper), seen) or _objection_to_union(proper)
    name = proper.type.fullname
    if name in _PLAIN or name in seen:
        return None
    if name in _COLLECTIONS:
        return _objection_to_keys(proper) or _first(iter(proper.args), seen)
    return _objection_to_class(proper, seen | {name})


def _first(parts: Iterator[Type], seen: frozenset[str]) -> str | None:
    objections = (objection(part, seen) for part in parts)
    return next((each for each in objections if each is not None), None)


def _parts_of(kind: ProperType) -> Iterator[Type]:
    """Return the types inside one that is no class."""
    if isinstance(kind, (TupleType, UnionType)):
        yield from kind.items
    elif isinstance(kind, TypedDictType):
        yield from kind.items.values()


def _objection_to_union(kind: ProperType) -> str | None:
    """Return why nobody can tell which type of a union a value in JSON is of."""
    if not isinstance(kind, UnionType):
        return None
    sorts = [sort for sort in map(_sort_of, kind.items) if sort is not None]
    alike = next((sort for sort in sorts if sorts.count(sort) > 1), None)
    if alike is None:
        return None
    return f"a union of several types that are {alike} in JSON; send one, or a dataclass of them"


def _sort_of(kind: Type) -> str | None:
    """Return what values of a type are in JSON, if others are that, too."""
    proper = get_proper_type(kind)
    if isinstance(proper, TypedDictType):
        return "objects"
    if isinstance(proper, TupleType):
        return "lists"
    if not isinstance(proper, Instance):
        return None
    name = proper.type.fullname
    if name in _TEXTS:
        return "texts"
    if name in _DICTS or _is_record(proper.type):
        return "objects"
    return "lists" if name in _COLLECTIONS else None


def _is_record(info: TypeInfo) -> bool:
    """Whether a class is a dataclass or attrs's, and not a model, which writes itself."""
    return any(name in info.metadata for name in _RECORDS) and not _is_model(info)


def _is_model(info: TypeInfo) -> bool:
    return all(info.get(name) is not None for name in _MODEL)


def _objection_to_keys(collection: Instance) -> str | None:
    """Return why the keys of a dict cannot cross."""
    if collection.type.fullname not in _DICTS:
        return None
    key = get_proper_type(collection.args[0])
    is_other = isinstance(key, Instance) and key.type.fullname in _NO_KEYS
    if is_other or (isinstance(key, (NoneType, TupleType, UnionType)) and not _is_of_literals(key)):
        return "a dict in JSON has keys that are texts or numbers; send a list of pairs"
    return None


def _is_of_literals(key: ProperType) -> bool:
    return isinstance(key, UnionType) and all(
        isinstance(get_proper_type(item), LiteralType) for item in key.items
    )


def _objection_to_class(found: Instance, seen: frozenset[str]) -> str | None:
    info = found.type
    if info.is_newtype:
        return _first(iter(info.bases), seen)
    if info.is_enum:
        unnamed = f'"{info.name}" is a Flag, whose combinations have no name; send its value'
        return unnamed if info.has_base("enum.Flag") else None
    if info.has_base("msgspec.Struct") or _is_record(info):
        return _first(_fields_of(found), seen)
    if _is_model(info) or info.fallback_to_any:
        return None
    return f'"{info.name}" {_WAY_OUT}'


def _fields_of(found: Instance) -> Iterator[Type]:
    for base in found.type.mro[:-1]:
        arguments = map_instance_to_supertype(found, base)
        for symbol in base.names.values():
            node = symbol.node
            if isinstance(node, Var) and not node.is_classvar and not node.name.startswith("__"):
                kind = node.type or AnyType(TypeOfAny.unannotated)
                yield expand_type_by_instance(kind, arguments)


def _shown(kind: ProperType) -> str:
    return "type" if isinstance(kind, TypeType) else "Callable"
