"""Which types may cross: those that come back equal from JSON."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Flag
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import msgspec
from msgspec import inspect

from aldis._core._annotations import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KEYS: Final = (
    inspect.AnyType,  # which is refused by itself
    inspect.BytesType,
    inspect.DateTimeType,
    inspect.DateType,
    inspect.DecimalType,
    inspect.EnumType,
    inspect.FloatType,
    inspect.IntType,
    inspect.LiteralType,
    inspect.StrType,
    inspect.TimeType,
    inspect.UUIDType,
)
_Dict: TypeAlias = dict[object, object]
_Row: TypeAlias = "list[object] | tuple[object, ...]"
_WAY_OUT: Final = "send an id instead, or what is needed of it in a dataclass"


class UnwritableError(TypeError):
    """An object that is not of a type which may cross; its text has nothing of the value in it."""


def objection(annotation: object) -> str | None:
    """Return why values of a type cannot cross, and the way out; None if they can."""
    try:
        return _objection_to(inspect.type_info(annotation), set())
    except Exception as error:  # noqa: BLE001  # a class may raise anything when it is looked at
        return f"{text_of(annotation)} cannot be written in JSON: {error}"


def _objection_to(found: inspect.Type, seen: set[type]) -> str | None:
    own = _own_objection_to(found)
    if own is not None:
        return own
    kind: type | None = getattr(found, "cls", None)
    if kind is not None and kind in seen:
        return None  # a type that contains itself
    inner = seen if kind is None else {*seen, kind}
    objections = (_objection_to(part, inner) for part in _parts_of(found))
    return next((each for each in objections if each is not None), None)


def _own_objection_to(found: inspect.Type) -> str | None:
    """Return what speaks against a type, whatever is inside it."""
    if isinstance(found, (inspect.AnyType, inspect.RawType)):
        return "its type is not declared, and so nobody can read it back; say what it is"
    if isinstance(found, (inspect.CustomType, inspect.ExtType)):
        kind: object = getattr(found, "cls", found)
        if is_model(kind):
            return None
        return f"{text_of(kind)} cannot be written in JSON; {_WAY_OUT}"
    if isinstance(found, inspect.EnumType) and issubclass(found.cls, Flag):
        return f"{text_of(found.cls)} is a Flag, whose combinations have no name; send its value"
    if isinstance(found, inspect.DictType) and not isinstance(found.key_type, _KEYS):
        return "a dict in JSON has keys that are texts or numbers; send a list of pairs"
    return None


def _parts_of(found: inspect.Type) -> Iterator[inspect.Type]:
    """Return the types inside a type."""
    for name in ("key_type", "value_type", "item_type"):
        part: inspect.Type | None = getattr(found, name, None)
        if part is not None:
            yield part
    for name in ("types", "item_types"):
        yield from getattr(found, name, ())
    for field in getattr(found, "fields", ()):
        yield field.type


def is_model(kind: Any) -> bool:
    """Whether a class is a model of pydantic, or does as one."""
    return isinstance(kind, type) and all(
        callable(getattr(kind, name, None)) for name in ("model_dump", "model_validate_json")
    )


def written(value: Any) -> object:
    """Return what a value is in JSON whose class msgspec does not know: a model, or a subclass.

    Raises:
        UnwritableError: It is neither.
    """
    kind = cast("type[object]", type(value))
    if is_model(kind):
        return value.model_dump(mode="json", by_alias=True)
    for plain, of in _PLAIN:
        if isinstance(value, plain):
            return of(value)
    raise UnwritableError(f"an object of type {text_of(kind)} cannot be written in JSON")


def _plain_time(kind: Any) -> Callable[[Any], object]:
    # in a tuple, and not by a name of this module, which tests that freeze the time replace
    return lambda value: kind.fromisoformat(value.isoformat())


# of a subclass, such as numpy's of float, Django's of str or one of a test's of datetime, the value
_PLAIN: Final[tuple[tuple[type, Callable[[Any], object]], ...]] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (bytes, bytes),
    (Decimal, Decimal),
    *((kind, _plain_time(kind)) for kind in (datetime, date, time)),
)


def is_same(sent: object, read: object) -> bool:
    """Whether a value that was read is the one that was written.

    Classes are not compared, and a model or a dataclass that has no `__eq__` is by its fields. What
    is lost are fields of a subclass, and infinities where None may stand.
    """
    return sent == read or _is_alike(_in_builtins(sent), _in_builtins(read))


def _in_builtins(value: object) -> object:
    found: object = msgspec.to_builtins(value, enc_hook=written, builtin_types=(datetime, time))
    return found


def _is_alike(sent: object, read: object) -> bool:
    if isinstance(sent, dict) and isinstance(read, dict):
        return _are_alike(cast("_Dict", sent), cast("_Dict", read))
    if isinstance(sent, (list, tuple)) and isinstance(read, (list, tuple)):
        one, other = cast("_Row", sent), cast("_Row", read)
        if len(one) == len(other) and all(map(_is_alike, one, other)):
            return True
        return sorted(map(repr, one)) == sorted(map(repr, other))  # a set has no order
    if isinstance(sent, (datetime, time)) and isinstance(read, (datetime, time)):
        return sent.isoformat() == read.isoformat()  # an hour that comes twice equals nothing
    return sent == read


def _are_alike(sent: _Dict, read: _Dict) -> bool:
    names = sent.keys()
    return names == read.keys() and all(_is_alike(sent[name], read[name]) for name in names)


def read(kind: Any, value: object) -> object:
    """Return a model of this class, from what it is in JSON."""
    return kind.model_validate_json(msgspec.json.encode(value))
