"""Reads annotations, which differ between Python versions and may not be evaluable.

Before CPython 3.14, an annotation is an object, which `def` evaluated, or a string. Since then, it
is evaluated on access (PEP 649), and may use names that are defined later or never.
"""

from __future__ import annotations

import inspect
import sys
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from inspect import Signature
    from types import FunctionType


class Values:
    """Annotations by parameter name; that of the result is `return`."""

    __slots__ = ("are_final", "by_name")

    def __init__(self, by_name: Mapping[str, object], *, are_final: bool) -> None:
        self.by_name = by_name
        self.are_final = are_final  # if not, some may become evaluable later


if sys.version_info >= (3, 14):  # pragma: no cover  # coverage is measured on older versions
    from annotationlib import Format, call_annotate_function, get_annotations

    class Source:
        """Evaluates the annotations of a function, without keeping it alive."""

        __slots__ = ("annotate", "annotations", "function")

        def __init__(self, function: FunctionType) -> None:
            self.function = weakref.ref(function)
            self.annotate: Callable[[Format], dict[str, object]] | None = function.__annotate__
            self.annotations: Mapping[str, object] = (
                function.__annotations__ if self.annotate is None else {}
            )

    def source_of(function: FunctionType) -> Source:
        """Return the source of the annotations of a function."""
        return Source(function)

    def values_of(source: Source) -> Values:
        """Evaluate annotations as far as possible now."""
        if source.annotate is None:
            return Values(source.annotations, are_final=True)
        function = source.function()
        try:
            # the function's own `__annotations__` may have been changed
            by_name = (
                source.annotate(Format.VALUE) if function is None else function.__annotations__
            )
            return Values(by_name, are_final=True)
        except Exception:  # noqa: BLE001  # an annotation may be any expression
            return Values(_called(source.annotate, Format.FORWARDREF) or {}, are_final=False)

    def texts_of(source: Source) -> Mapping[str, object]:
        """Return annotations as written; as objects if they were evaluated."""
        if source.annotate is None:
            return source.annotations
        return _called(source.annotate, Format.STRING) or values_of(source).by_name

    def _called(annotate: Callable[..., object], form: Format) -> dict[str, object] | None:
        try:
            return call_annotate_function(annotate, form)
        except Exception:  # noqa: BLE001  # as above
            return None

    def read_signature(
        spec: Callable[..., object], *, follow_wrapped: bool = True, as_text: bool = False
    ) -> Signature:
        """Read a signature with annotations as objects, as far as possible, or as strings."""
        form = Format.STRING if as_text else Format.FORWARDREF
        return inspect.signature(spec, follow_wrapped=follow_wrapped, annotation_format=form)

    def annotations_of_class(kind: type) -> Mapping[str, object]:
        """Return the annotations of a class; a name that is not defined is a `ForwardRef`."""
        return get_annotations(kind, format=Format.FORWARDREF)

else:
    Source = dict[str, object]

    def source_of(function: FunctionType) -> Source:
        """Return the source of the annotations of a function."""
        return function.__annotations__

    def values_of(source: Source) -> Values:
        """Return annotations; strings are not evaluated."""
        return Values(source, are_final=True)

    def texts_of(source: Source) -> Mapping[str, object]:
        """Return annotations as written; as objects if they were evaluated."""
        return source

    def read_signature(
        spec: Callable[..., object], *, follow_wrapped: bool = True, as_text: bool = False
    ) -> Signature:
        """Read a signature with its annotations unchanged."""
        return inspect.signature(spec, follow_wrapped=follow_wrapped)

    def annotations_of_class(kind: type) -> Mapping[str, object]:
        """Return the annotations of a class; a string becomes a `ForwardRef`."""
        found: Mapping[str, object] = getattr(kind, "__annotations__", {})
        return found
