"""The annotations of a declaration, evaluated or as text when they are needed."""

from __future__ import annotations

from inspect import Signature
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    ForwardRef,
    Literal,
    ParamSpec,
    Protocol,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

from aldis._core._evaluation import Values, read_signature, source_of, texts_of, values_of
from aldis._static import class_name, is_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FunctionType


if TYPE_CHECKING:

    class Hints(Protocol):
        """A source of annotations, by parameter name; that of the result is `return`."""

        def values(self) -> Values:
            """Return the annotations, evaluated as far as possible now."""
            ...

        def texts(self) -> Mapping[str, str]:
            """Return the annotations as written, as far as known."""
            ...


class FunctionHints:
    """The annotations of a function, which is not kept alive."""

    def __init__(self, function: FunctionType) -> None:
        self._source = source_of(function)

    def values(self) -> Values:
        """Return the annotations, evaluated as far as possible now."""
        return values_of(self._source)

    def texts(self) -> Mapping[str, str]:
        """Return the annotations as written."""
        return {name: text_of(annotation) for name, annotation in texts_of(self._source).items()}


class SignatureHints:
    """The annotations of any other callable, read from its signature."""

    def __init__(self, spec: Callable[..., object]) -> None:
        self._spec = spec

    def values(self) -> Values:
        """Return the annotations, evaluated as far as possible now."""
        return Values(self._read(as_text=False), are_final=False)

    def texts(self) -> Mapping[str, str]:
        """Return the annotations as written."""
        return {name: text_of(found) for name, found in self._read(as_text=True).items()}

    def _read(self, *, as_text: bool) -> dict[str, object]:
        try:
            signature = read_signature(self._spec, as_text=as_text)
        except Exception:  # noqa: BLE001  # it may be any object, and may change
            return {}
        found = {p.name: p.annotation for p in signature.parameters.values()}
        found["return"] = signature.return_annotation
        return {name: each for name, each in found.items() if each is not Signature.empty}


class GivenHints:
    """Annotations that are given as objects."""

    def __init__(self, by_name: Mapping[str, object]) -> None:
        self._by_name = by_name

    def values(self) -> Values:
        """Return the annotations."""
        return Values(self._by_name, are_final=True)

    def texts(self) -> Mapping[str, str]:
        """Return the annotations as you would write them."""
        return {name: text_of(each) for name, each in self._by_name.items()}


def text_of(annotation: object) -> str:
    """Return an annotation as you would write it, without module names."""
    try:
        return annotation if isinstance(annotation, str) else _text_of(annotation)
    except Exception:  # noqa: BLE001  # it may be any object
        return "..."


def _text_of(annotation: object) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, list):  # the parameters of a Callable
        return f"[{_joined(cast('list[object]', annotation))}]"
    if origin is None or not arguments:
        return _name_of(annotation)
    if origin in {Union, UnionType}:
        return _joined(arguments, " | ")
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if origin is Annotated:
        return f"Annotated[{_joined(arguments[:1])}, ...]"
    name = class_name(origin) if is_class(origin) else str(origin).rpartition(".")[2]
    return f"{name}[{_joined(arguments)}]"


def _name_of(annotation: object) -> str:
    if annotation is NoneType:
        return "None"
    if annotation is ...:
        return "..."
    if is_class(annotation):
        return class_name(annotation)
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, (ParamSpec, TypeVar)):
        return annotation.__name__
    return repr(annotation).removeprefix("typing.")


def _joined(annotations: Iterable[object], by: str = ", ") -> str:
    return by.join(map(text_of, annotations))
