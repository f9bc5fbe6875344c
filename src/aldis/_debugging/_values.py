"""Checks arguments against the declared types, as far as that is certain."""

from __future__ import annotations

from inspect import Parameter
from types import FunctionType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, ForwardRef, Union, cast, get_args, get_origin

from aldis._static import class_name, is_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from inspect import Signature

# PEP 484: a float may be an int, and a complex may be both
_PROMOTED: dict[object, tuple[type, ...]] = {float: (int,), complex: (int, float)}


def types_of(signature: Signature, spec: object) -> dict[str, object]:
    """Return the declared types of parameters, except those that cannot be evaluated.

    Args:
        signature: The signature of a declaration, with its annotations.
        spec: The declaration, if it is a function.
    """
    names = spec.__globals__ if isinstance(spec, FunctionType) else {}
    types: dict[str, object] = {}
    for name, parameter in signature.parameters.items():
        kind: object = parameter.annotation
        if isinstance(kind, str):
            kind = _evaluated(kind, names)
        if kind is not parameter.empty and not isinstance(kind, ForwardRef):
            types[name] = kind
    return types


def _evaluated(annotation: str, names: dict[str, object]) -> object:
    """Return the type of an annotation; `Parameter.empty` if it cannot be evaluated."""
    try:
        found: object = eval(annotation, names)  # noqa: S307  # as `typing.get_type_hints` does
    except Exception:  # noqa: BLE001  # it uses names that exist only for type checkers
        return Parameter.empty
    return Parameter.empty if isinstance(found, str) else found


def wrong_values(
    types: Mapping[str, object], values: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """Yield the name of each value of the wrong type, with an explanation."""
    fault = _fault_by_typeguard() or _fault
    for name, value in values.items():
        said = fault(value, types[name]) if name in types else None
        if said is not None:
            yield name, said


def _fault_by_typeguard() -> Callable[[object, Any], str | None] | None:
    """Return a check by `typeguard`; None if it is not installed."""
    try:
        import typeguard  # noqa: PLC0415  # only the development mode uses it
    except ImportError:
        return None

    def fault(value: object, expected: Any) -> str | None:
        try:
            typeguard.check_type(
                value, expected, forward_ref_policy=typeguard.ForwardRefPolicy.IGNORE
            )
        except typeguard.TypeCheckError as error:
            return str(error)
        except Exception:  # noqa: BLE001  # typeguard cannot check this type
            return None
        return None

    return fault


def _fault(value: object, expected: object) -> str | None:
    classes = _classes_of(expected)
    if classes is None:
        return None
    try:
        is_right = isinstance(value, classes)
    except Exception:  # noqa: BLE001  # `__instancecheck__` may raise anything
        return None
    names = " or ".join(class_name(each) for each in classes)
    kind = class_name(type(value))
    return None if is_right else f"expected {names}, got an object of type {kind!r}"


def _classes_of(expected: object) -> tuple[type, ...] | None:
    """Return the classes of which a value must be an instance; None if that is not certain."""
    origin = get_origin(expected)
    if origin is Annotated:
        return _classes_of(get_args(expected)[0])
    if origin is Union or origin is UnionType:
        classes: tuple[type, ...] = ()
        for each in get_args(expected):
            some = _classes_of(each)
            if some is None:
                return None
            classes += some
        return classes
    if expected is None:
        return (NoneType,)
    kind = expected if origin is None else origin
    if not is_class(kind) or kind is Any or _is_no_plain_class(kind):
        return None
    return (kind, *_PROMOTED.get(kind, ()))


def _is_no_plain_class(kind: type) -> bool:
    """Whether it is a protocol or a TypedDict, for which `isinstance` proves nothing."""
    return bool(getattr(kind, "_is_protocol", False)) or "__total__" in cast(
        "Mapping[str, object]", vars(kind)
    )
