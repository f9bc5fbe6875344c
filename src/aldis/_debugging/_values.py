"""Compares what is sent with the declared types, as far as that is certain."""

from __future__ import annotations

from inspect import Parameter
from types import FunctionType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, ForwardRef, Union, cast, get_args, get_origin

from aldis._static import class_name, is_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from inspect import Signature

# PEP 484: an int goes for a float, and both for a complex
_PROMOTED: dict[object, tuple[type, ...]] = {float: (int,), complex: (int, float)}


def types_of(signature: Signature, spec: object) -> dict[str, object]:
    """Return the declared types of parameters; one that cannot be evaluated is left out.

    Args:
        signature: The signature of a declaration, with annotations as they are written.
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
    """Return what an annotation stands for; `Parameter.empty` if that cannot be found out."""
    try:
        found: object = eval(annotation, names)  # noqa: S307  # as `typing.get_type_hints` does
    except Exception:  # noqa: BLE001  # it names what is only there for type checkers
        return Parameter.empty
    return Parameter.empty if isinstance(found, str) else found


def wrong_values(
    types: Mapping[str, object], values: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """Give the name of each value that is not of its declared type, and what is wrong."""
    fault = _fault_by_typeguard() or _fault
    for name, value in values.items():
        said = fault(value, types[name]) if name in types else None
        if said is not None:
            yield name, said


def _fault_by_typeguard() -> Callable[[object, Any], str | None] | None:
    """Return what finds a fault by `typeguard`; None if that is not installed."""
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
        except Exception:  # noqa: BLE001  # it cannot tell
            return None
        return None

    return fault


def _fault(value: object, expected: object) -> str | None:
    classes = _classes_of(expected)
    if classes is None:
        return None
    try:
        is_right = isinstance(value, classes)
    except Exception:  # noqa: BLE001  # a class may say anything, or that it cannot tell
        return None
    names = " or ".join(class_name(each) for each in classes)
    return None if is_right else f"an object of type {class_name(type(value))!r} is no {names}"


def _classes_of(expected: object) -> tuple[type, ...] | None:
    """Return the classes of which a value must be one; None where that is not certain."""
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
    """Whether it is a protocol or a TypedDict, of which no object need be an instance."""
    return bool(getattr(kind, "_is_protocol", False)) or "__total__" in cast(
        "Mapping[str, object]", vars(kind)
    )
