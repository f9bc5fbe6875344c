"""`**payload: Unpack[SomeTypedDict]`: a payload that a TypedDict declares.

Its keys, and which of them are required, are known without evaluating the types of their values.
Only this module loads `typing_extensions` at run time, when it is needed: that takes as long as
importing the rest of the core.
"""

from __future__ import annotations

import sys
import typing
from types import FunctionType, ModuleType, SimpleNamespace
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    ForwardRef,
    NamedTuple,
    NotRequired,
    Required,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import typing_extensions
from typing_extensions import ReadOnly, is_typeddict

from aldis._core._annotations import text_of
from aldis._core._evaluation import Values, annotations_of_class
from aldis._core._target import target_of
from aldis._static import MISSING, is_class, look_up, namespace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aldis._core._annotations import Hints

# on 3.11 the two are not the same
_UNPACK: Final = (typing.Unpack, typing_extensions.Unpack)
# the qualifiers around the type of a value
_FORMS: Final[Mapping[str, object]] = {
    "Annotated": Annotated,
    "NotRequired": NotRequired,
    "ReadOnly": ReadOnly,
    "Required": Required,
}


class Scope(NamedTuple):
    """Where the names of an annotation are looked up."""

    names: Mapping[str, object]
    local_names: Mapping[str, object]


def unpacked(annotation: object, scope: Scope) -> type | None:
    """Return the TypedDict of `Unpack[SomeTypedDict]`; None if it is something else.

    Raises:
        AttributeError: The annotation uses an attribute that does not exist.
        NameError: It uses a name that is not defined.
    """
    try:
        hint = evaluated(annotation, scope)
    except (AttributeError, NameError):
        raise
    except Exception:  # noqa: BLE001  # an annotation may be any expression
        return None
    argument = get_args(hint)[0] if get_origin(hint) in _UNPACK else None
    typed_dict: object = get_origin(argument) or argument  # it may have type parameters
    return cast("type", typed_dict) if is_typeddict(typed_dict) else None


def scope_of(spec: Callable[..., object]) -> Scope:
    """Return where the names in the annotations of a declaration are looked up."""
    function = target_of(spec).function
    if not isinstance(function, FunctionType):
        return Scope({}, {})
    # `Unpack` is often imported only for type checkers
    names = {"Unpack": typing.Unpack, **function.__globals__}
    return Scope(names, {**_names_of_class(function), **_closure_of(function)})


def evaluated(annotation: object, scope: Scope) -> object:
    """Evaluate an annotation; what it raises then is raised."""
    annotated = SimpleNamespace(__annotations__={"it": annotation})
    names, local_names = dict(scope.names), dict(scope.local_names)
    return get_type_hints(annotated, names, local_names, include_extras=True)["it"]


def _closure_of(function: FunctionType) -> dict[str, object]:
    """Return the local names that a nested function's annotations may use."""
    parameters: tuple[Any, ...] = getattr(function, "__type_params__", ())
    found: dict[str, object] = {each.__name__: each for each in parameters}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # the variable is unassigned
            continue
    return found


def _names_of_class(function: FunctionType) -> Mapping[str, object]:
    """Return the names in the class that contains a function, if the class is defined by now."""
    first, *path = function.__qualname__.split(".")
    owner: object = function.__globals__.get(first, MISSING)
    for part in path[:-1]:
        owner = look_up(owner, part) if is_class(owner) else MISSING
    return namespace_of(owner) if path and is_class(owner) else {}


def requirements(typed_dict: Any) -> dict[str, bool]:
    """Return the keys of a TypedDict in their order, and whether each is required."""
    required: frozenset[str] = typed_dict.__required_keys__
    known: frozenset[str] = required | typed_dict.__optional_keys__
    annotations = _annotations_of(typed_dict)
    ordered = [*annotations, *sorted(known - annotations.keys())]
    return {
        key: _is_required(annotations.get(key), typed_dict, otherwise=key in required)
        for key in ordered
    }


def _annotations_of(typed_dict: type) -> Mapping[str, object]:
    try:
        return dict(annotations_of_class(typed_dict))
    except Exception:  # noqa: BLE001  # an annotation may be any expression
        return {}


def _is_required(annotation: object, typed_dict: type, *, otherwise: bool) -> bool:
    """Read `NotRequired` in a string annotation, which `__required_keys__` ignores."""
    if isinstance(annotation, ForwardRef):
        words, _ = _words_of(annotation, typed_dict)
        for word in words:
            if word in {"NotRequired", "Required"}:
                return word == "Required"
    return otherwise


def _words_of(annotation: ForwardRef, typed_dict: type) -> tuple[list[str], str]:
    """Return the qualifiers of a string annotation, and the text of the type inside."""
    names = _names_of_module(annotation, typed_dict)
    words: list[str] = []
    text = _unquoted(annotation.__forward_arg__)
    while True:
        name, bracket, inner = text.partition("[")
        word = _meaning(name.strip(), names)
        if not bracket or word not in _FORMS:
            return words, text
        words.append(word)
        text = _unquoted(inner.rstrip()[:-1])


def _unquoted(text: str) -> str:
    """Return a string annotation without redundant quotes."""
    text = text.strip()
    quote = text[:1]
    is_quoted = quote in {"'", '"'} and text.find(quote, 1) == len(text) - 1
    return text[1:-1].strip() if is_quoted else text


def _meaning(dotted: str, names: Mapping[str, object]) -> str:
    """Return the qualifier of a dotted name; if it cannot be found, the last part of the name."""
    first, *path = dotted.split(".")
    found = names.get(first)
    for part in path:
        found = found.__dict__.get(part) if isinstance(found, ModuleType) else None
    known = (word for word, form in _FORMS.items() if form is found)
    return next(known, dotted.rpartition(".")[2])


def _names_of_module(annotation: object, typed_dict: type) -> Mapping[str, object]:
    # a key that is inherited may come from another module
    module = getattr(annotation, "__forward_module__", None) or typed_dict.__module__
    return getattr(sys.modules.get(module) if isinstance(module, str) else module, "__dict__", {})


class TypedDictHints:
    """The annotations of a declaration with `**payload: Unpack[...]`."""

    def __init__(self, hints: Hints, typed_dict: type) -> None:
        self._hints = hints
        self._typed_dict = typed_dict

    def values(self) -> Values:
        """Return the annotations, evaluated as far as possible now."""
        declared = self._hints.values()
        are_final, found = declared.are_final, dict[str, object]()
        for key, annotation in _annotations_of(self._typed_dict).items():
            scope = Scope(_names_of_module(annotation, self._typed_dict), {})
            try:
                value = evaluated(annotation, scope)
            except Exception:  # noqa: BLE001  # it stays unevaluated
                value, are_final = annotation, False
            found[key] = _unqualified(value)
        return Values({**declared.by_name, **found}, are_final=are_final)

    def texts(self) -> Mapping[str, str]:
        """Return the annotations as written."""
        annotations = _annotations_of(self._typed_dict)
        found = {key: self._text(annotation) for key, annotation in annotations.items()}
        return {**self._hints.texts(), **found}

    def _text(self, annotation: object) -> str:
        if isinstance(annotation, ForwardRef):
            words, text = _words_of(annotation, self._typed_dict)
            return annotation.__forward_arg__ if "Annotated" in words else text
        return text_of(_unqualified(annotation))


def _unqualified(annotation: object) -> object:
    """Return the type of a value without the qualifiers of its key."""
    while get_origin(annotation) in {NotRequired, ReadOnly, Required}:
        (annotation,) = get_args(annotation)
    return annotation
