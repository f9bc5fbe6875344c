"""Reads declarations: each function once, whose payload is kept on it."""

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

# the attributes of a function under which its payload is kept
_KEPT: Final[Mapping[Kind, str]] = {
    "signal": "__aldis_payload__",
    "event of instances": "__aldis_payload_of_instances__",
    "event": "__aldis_payload_of_event__",
}


_NO_SENDER: Final = (
    "it takes no sender; give it a first parameter for that, or declare an Event, which has none"
)
_NO_INSTANCE: Final = "it takes no `self`; write it as a method, or declare it by `Event`"


class _Kept:
    """The payload of a function, and what the function was when it was read."""

    __slots__ = ("code", "defaults", "function", "keyword_defaults", "payload")

    def __init__(self, function: FunctionType, payload: Payload) -> None:
        # weak, so that the function dies without the collector
        self.function = weakref.ref(function)
        self.code = function.__code__
        self.defaults = function.__defaults__
        self.keyword_defaults = function.__kwdefaults__
        self.payload = payload

    def __reduce__(self) -> tuple[type[object], tuple[()]]:
        """Let the function be pickled by value, as some libraries do: it is read again there."""
        return (object, ())


def payload_of(spec: Callable[..., object], kind: Kind = "signal") -> Payload:
    """Return the payload of a signal that is declared by this: of a function, always the same.

    Raises:
        DeclarationError: As `declared_payload`.
    """
    if type(spec) is not FunctionType:
        return declared_payload(spec, kind)
    attributes, name = spec.__dict__, _KEPT[kind]
    kept = attributes.get(name)
    # `functools.wraps` copies what is in the dict of a function, and a reloader replaces its code
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
    found: _Kept = attributes[name]  # that of another thread, perhaps
    return found.payload


def _speaks_for_another(attributes: Mapping[str, object]) -> bool:
    """Whether the signature of a function is that of another one."""
    return "__wrapped__" in attributes or "__signature__" in attributes


def declared_payload(
    spec: Callable[..., object], kind: Kind = "signal", *, is_final: bool = False
) -> Payload:
    """Read the payload of a signal that is declared by this function's signature.

    Args:
        spec: The function.
        kind: What it declares.
        is_final: Whether a TypedDict that cannot be found now counts as open, for good.

    Raises:
        DeclarationError: It has no readable signature, takes no sender, or has a parameter whose
            name cannot be one.
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
        except (AttributeError, NameError) as error:  # of a TypedDict that is not there yet
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
    """Whether a function says by its annotation that what it returns cannot be awaited."""
    if type(spec) is not FunctionType or _speaks_for_another(spec.__dict__):
        return False
    result: object = FunctionHints(spec).values().by_name.get("return", Any)
    if type(result) is str:
        result = vars(builtins).get(result, Any)  # also "None"; what others mean is not known yet
    if result is None:
        return True
    if not is_class(result) or result is Any or result is object:
        return False
    return look_up(result, "__await__") is MISSING


def name_of(spec: object) -> str:
    """Return how messages call a declaration, whatever it does when it is asked for its name."""
    try:
        return str(getattr(spec, "__qualname__", None) or repr(spec))
    except Exception:  # noqa: BLE001  # it may be any object
        return f"an object of type {class_name(type(spec))!r}"


def _plain_function(spec: Callable[..., object]) -> FunctionType | None:
    """Return the function that has the signature, if it is one and says itself what that is."""
    if not is_function(spec):
        return None
    try:
        function: object = inspect.unwrap(spec, stop=_has_signature)
    except Exception:  # noqa: BLE001  # it is wrapped by itself, or by what raises anything
        return None
    return function if is_function(function) and not _has_signature(function) else None


def _has_signature(function: object) -> bool:
    return hasattr(function, "__signature__")


def _bare(function: FunctionType) -> FunctionType:
    """Return the same function without annotations: so nothing evaluates them."""
    code, closure = function.__code__, function.__closure__
    bare = FunctionType(code, function.__globals__, "declaration", function.__defaults__, closure)
    bare.__kwdefaults__ = function.__kwdefaults__
    return bare


def _read_parameters(spec: Callable[..., object], name: str, kind: Kind) -> list[Parameter]:
    """Return the parameters without annotations; the first is the sender.

    Raises:
        DeclarationError: They cannot be read, there is no sender, or one has no possible name.
    """
    try:
        signature = read_signature(spec)
    except TypeError:
        reason = "it is not callable; decorate a `def`, or give a name by `name=`"
        raise DeclarationError(name, reason) from None
    except Exception:  # noqa: BLE001  # it may have attributes that raise anything
        raise DeclarationError(name, "its signature cannot be read; write a def for it") from None
    _check_names(name, signature.parameters)
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    kinds = [parameter.kind for parameter in parameters]
    if any(kinds.count(star) > 1 for star in STARS):  # as a signature made by hand may have
        raise DeclarationError(name, "it takes '*' or '**' twice; take one of each")
    if kind == "event" or (parameters and parameters[0].kind is Parameter.VAR_POSITIONAL):
        sender = "sender"
        while sender in signature.parameters:
            sender += "_"
        return [Parameter(sender, Parameter.POSITIONAL_ONLY), *parameters]
    if not parameters or parameters[0].kind not in POSITIONAL:
        raise DeclarationError(name, _NO_SENDER if kind == "signal" else _NO_INSTANCE)
    return parameters


def _check_names(declaration: str, names: Iterable[str]) -> None:
    """Raise where a name cannot be that of a parameter.

    Raises:
        DeclarationError: That is so.
    """
    for name in names:
        if not is_parameter_name(name):
            reason = f"{name!r} cannot be the name of a parameter; rename it"
            raise DeclarationError(declaration, reason)


def _spelled_out_hints(
    spec: Callable[..., object], rest: str, hints: Hints
) -> tuple[Hints, Mapping[str, bool]]:
    """Return the keys of `**payload: Unpack[SomeTypedDict]`, and whether each is required.

    Raises:
        AttributeError: The annotation names an attribute that is not there.
        NameError: It names something that is not there.
    """
    annotation = hints.values().by_name.get(rest, Parameter.empty)
    if annotation is Parameter.empty:
        return hints, {}
    # it takes long to load
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
    """Replace `**payload` by the keys that are required; it stays for the others, if any.

    Raises:
        DeclarationError: A key is the name of another parameter.
    """
    *first, rest = parameters
    required = [key for key, is_required in keys.items() if is_required]
    spelled = [Parameter(key, Parameter.KEYWORD_ONLY) for key in required]
    every = [*first, *spelled, *([rest] if len(required) < len(keys) else [])]
    try:
        Signature(every)
    except ValueError as error:
        reason = f"{error}; a parameter and a key of its TypedDict have that name"
        raise DeclarationError(name, reason) from None
    return every
