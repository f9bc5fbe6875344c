"""Reads declarations: each function once, since its payload is stored on it."""

from __future__ import annotations

import builtins
import inspect
import weakref
from functools import partial
from inspect import Parameter, Signature
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from aldis._core._annotations import FunctionHints, SignatureHints
from aldis._core._evaluation import read_signature
from aldis._core._identity import is_function
from aldis._core._kinds import is_async
from aldis._core._payload import POSITIONAL, STARS, Payload, is_parameter_name
from aldis._static import MISSING, class_name, is_class, look_up
from aldis.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from aldis._core._annotations import Hints
    from aldis._core._payload import Kind

# the attributes that store the payload on a function
_KEPT: Final[Mapping[Kind, str]] = {
    "signal": "__aldis_payload__",
    "event of instances": "__aldis_payload_of_instances__",
    "event": "__aldis_payload_of_event__",
}


_NO_SENDER: Final = (
    "it takes no sender; add a first parameter for it, or declare an Event, which has no sender"
)
_NO_INSTANCE: Final = "it takes no `self`; write it as a method, or declare it with `Event`"


class _Kept:
    """The payload of a function, with the code and defaults that it was read from."""

    __slots__ = ("code", "defaults", "function", "keyword_defaults", "payload")

    def __init__(self, function: FunctionType, payload: Payload) -> None:
        # weak, so that there is no cycle
        self.function = weakref.ref(function)
        self.code = function.__code__
        self.defaults = function.__defaults__
        self.keyword_defaults = function.__kwdefaults__
        self.payload = payload

    def __reduce__(self) -> tuple[type[object], tuple[()]]:
        """Support libraries that pickle functions by value: the declaration is read again there."""
        return (object, ())


def payload_of(spec: Callable[..., object], kind: Kind = "signal") -> Payload:
    """Return the payload of a declaration; for one function, it is always the same object.

    Raises:
        DeclarationError: As for `declared_payload`.
    """
    if type(spec) is not FunctionType:
        return declared_payload(spec, kind)
    attributes, name = spec.__dict__, _KEPT[kind]
    kept = attributes.get(name)
    # `functools.wraps` copies the dict of a function, and reloaders replace its code
    if (
        type(kept) is _Kept
        and kept.function() is spec
        and kept.code is spec.__code__
        and kept.defaults is spec.__defaults__
        and kept.keyword_defaults is spec.__kwdefaults__
        and (len(attributes) == 1 or not _speaks_for_another(attributes))
    ):
        return kept.payload
    payload = declared_payload(spec, kind)
    if _speaks_for_another(attributes):
        return payload
    made = _Kept(spec, payload)
    if attributes.setdefault(name, made) is kept:
        attributes[name] = made
    found: _Kept = attributes[name]  # perhaps from another thread
    return found.payload


def _speaks_for_another(attributes: Mapping[str, object]) -> bool:
    """Whether a function shows the signature of another one."""
    return "__wrapped__" in attributes or "__signature__" in attributes


def declared_payload(
    spec: Callable[..., object], kind: Kind = "signal", *, is_final: bool = False
) -> Payload:
    """Read the payload of a signal from the signature of its declaration.

    Args:
        spec: The declaration.
        kind: The kind of signal that it declares.
        is_final: Whether a TypedDict that is not defined now is treated as open permanently.

    Raises:
        DeclarationError: It has no readable signature, takes no sender, or has an invalid parameter
            name.
    """
    name = name_of(spec)
    function = _plain_function(spec)
    parameters = _read_parameters(spec if function is None else _bare(function), name, kind)
    hints: Hints = SignatureHints(spec) if function is None else FunctionHints(function)
    keys: Mapping[str, bool] = {}
    find: Callable[[], Payload] | None = None
    missing: str | None = None
    if parameters[-1].kind is Parameter.VAR_KEYWORD:
        try:
            hints, keys = _spelled_out_hints(function or spec, parameters[-1].name, hints)
        except (AttributeError, NameError) as error:  # the TypedDict is not defined yet
            missing = error.name
            find = None if is_final else partial(declared_payload, spec, kind, is_final=True)
    _check_names(name, keys)
    if keys:
        parameters = _spelled_out(parameters, keys, name)
    return Payload(
        parameters,
        hints,
        is_async=is_async(spec),
        optional=[key for key, is_required in keys.items() if not is_required],
        kind=kind,
        find=find,
        missing=missing,
    )


def returns_at_once(spec: object) -> bool:
    """Whether the return annotation of a function says that the result cannot be awaited."""
    if type(spec) is not FunctionType or _speaks_for_another(spec.__dict__):
        return False
    result: object = FunctionHints(spec).values().by_name.get("return", Any)
    if type(result) is str:
        result = vars(builtins).get(result, Any)  # also "None"; other names are not known yet
    if result is None:
        return True
    if not is_class(result) or result is Any or result is object:
        return False
    return look_up(result, "__await__") is MISSING


def name_of(spec: object) -> str:
    """Return the name of a declaration for messages, even if its attributes raise errors."""
    try:
        return str(getattr(spec, "__qualname__", None) or repr(spec))
    except Exception:  # noqa: BLE001  # it may be any object
        return f"an object of type {class_name(type(spec))!r}"


def _plain_function(spec: Callable[..., object]) -> FunctionType | None:
    """Return the function whose own parameters are the signature, if there is one."""
    if not is_function(spec):
        return None
    try:
        function: object = inspect.unwrap(spec, stop=_has_signature)
    except Exception:  # noqa: BLE001  # it wraps itself, or its attributes raise errors
        return None
    return function if is_function(function) and not _has_signature(function) else None


def _has_signature(function: object) -> bool:
    return hasattr(function, "__signature__")


def _bare(function: FunctionType) -> FunctionType:
    """Return the same function without annotations, so that they are not evaluated."""
    code, closure = function.__code__, function.__closure__
    bare = FunctionType(code, function.__globals__, "declaration", function.__defaults__, closure)
    bare.__kwdefaults__ = function.__kwdefaults__
    return bare


def _read_parameters(spec: Callable[..., object], name: str, kind: Kind) -> list[Parameter]:
    """Return the parameters without annotations; the first is the sender.

    Raises:
        DeclarationError: They cannot be read, there is no sender, or a name is invalid.
    """
    try:
        signature = read_signature(spec)
    except TypeError:
        reason = "it is not callable; decorate a `def`, or pass a name as `name=`"
        raise DeclarationError(name, reason) from None
    except Exception:  # noqa: BLE001  # its attributes may raise any error
        raise DeclarationError(name, "its signature cannot be read; write a `def` for it") from None
    _check_names(name, signature.parameters)
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    kinds = [parameter.kind for parameter in parameters]
    if any(kinds.count(star) > 1 for star in STARS):  # possible in a `__signature__` made by hand
        raise DeclarationError(name, "it has '*' or '**' twice; keep one of each")
    if kind == "event" or (parameters and parameters[0].kind is Parameter.VAR_POSITIONAL):
        sender = "sender"
        while sender in signature.parameters:
            sender += "_"
        return [Parameter(sender, Parameter.POSITIONAL_ONLY), *parameters]
    if not parameters or parameters[0].kind not in POSITIONAL:
        raise DeclarationError(name, _NO_SENDER if kind == "signal" else _NO_INSTANCE)
    return parameters


def _check_names(declaration: str, names: Iterable[str]) -> None:
    """Check that names are valid parameter names.

    Raises:
        DeclarationError: One is not.
    """
    for name in names:
        if not is_parameter_name(name):
            reason = f"{name!r} is not a valid parameter name; rename it"
            raise DeclarationError(declaration, reason)


def _spelled_out_hints(
    spec: Callable[..., object], rest: str, hints: Hints
) -> tuple[Hints, Mapping[str, bool]]:
    """Return the keys of `**payload: Unpack[SomeTypedDict]`, and whether each is required.

    Raises:
        AttributeError: The annotation uses an attribute that does not exist.
        NameError: It uses a name that is not defined.
    """
    annotation = hints.values().by_name.get(rest, Parameter.empty)
    if annotation is Parameter.empty:
        return hints, {}
    # slow to import
    from aldis._core._typed_dict import (  # noqa: PLC0415
        TypedDictHints,
        requirements,
        scope_of,
        unpacked,
    )

    typed_dict = unpacked(annotation, scope_of(spec))
    if typed_dict is None:
        return hints, {}
    return TypedDictHints(hints, typed_dict), requirements(typed_dict)


def _spelled_out(
    parameters: Sequence[Parameter], keys: Mapping[str, bool], name: str
) -> list[Parameter]:
    """Replace `**payload` by its required keys; it stays for the other keys, if any.

    Raises:
        DeclarationError: A key has the name of another parameter.
    """
    *first, rest = parameters
    required = [key for key, is_required in keys.items() if is_required]
    spelled = [Parameter(key, Parameter.KEYWORD_ONLY) for key in required]
    every = [*first, *spelled, *([rest] if len(required) < len(keys) else [])]
    try:
        Signature(every)
    except ValueError as error:
        reason = f"{error}; rename that parameter, or that key of the TypedDict"
        raise DeclarationError(name, reason) from None
    return every
