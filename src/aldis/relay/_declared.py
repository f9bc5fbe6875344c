"""What a declaration says of the sender and the payload, with its annotations evaluated."""

from __future__ import annotations

import typing
from inspect import Parameter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from aldis._core._annotations import text_of
from aldis._core._typed_dict import Scope, evaluated, scope_of
from aldis._event_identity import EventMethodIdentity, OfInstance
from aldis._identity import SignalIdentity
from aldis.exceptions import NotPortableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._core import Payload

UNDECLARED: Final = "it is not annotated; say what it is"
_NOTHING: Final = (Parameter.empty, None, type(None), "None")


class Field(NamedTuple):
    """The sender, or one parameter of the payload."""

    name: str
    annotation: object
    default: object = Parameter.empty
    may_lack: bool = False  # a key of a TypedDict that is NotRequired


class Declared(NamedTuple):
    """What crosses of one signal."""

    name: str
    sender: Field | None
    by_position: Sequence[Field]
    by_keyword: Sequence[Field]


def declared_by(signal: object, *, with_sender: bool = True) -> Declared:
    """Read the declaration of a signal that is about to be relayed.

    Args:
        signal: The signal.
        with_sender: Whether the sender's annotation matters; else it is not evaluated.

    Raises:
        TypeError: It is not a signal, or not one of its own.
        NotPortableError: Its declaration says too little, or it has results.
    """
    if isinstance(signal, EventMethodIdentity):
        reason = "the receivers of an event of instances are not told the instance"
        raise NotPortableError(signal.__qualname__, None, f"{reason}; declare a Signal.method")
    if not isinstance(signal, SignalIdentity) or isinstance(signal, OfInstance):
        kind = type(signal)
        raise TypeError(
            f"expected a signal or an event, got {kind.__module__}.{kind.__qualname__}: "
            "for a bound signal, give the signal of its class"
        )
    payload, name = signal._registry.settle(), signal.__qualname__
    _refuse_what_is_open(payload, name)
    annotations = {**_sender_by_types(signal, payload), **payload.annotations}
    if annotations.get("return") not in _NOTHING:
        result = text_of(annotations["return"])
        reason = f"it has results ({result}), which do not cross; declare it with `-> None`"
        raise NotPortableError(name, None, reason)
    spec: Any = vars(signal).get("__wrapped__", signal)
    scope = scope_of(spec)
    read = _Reader(name, annotations, scope)
    defaults = {p.name: p.default for p in payload.parameters}
    sender = None
    if payload.takes_sender:
        sender = read.field(payload.sender) if with_sender else Field(payload.sender, Any)
    return Declared(
        name,
        sender,
        [read.field(each, defaults[each]) for each in payload.by_position],
        [read.field(each, defaults[each]) for each in payload.by_keyword]
        + [read.field(each, may_lack=True) for each in sorted(payload.optional)],
    )


def _refuse_what_is_open(payload: Payload, name: str) -> None:
    """Refuse a payload whose names are not known.

    Raises:
        NotPortableError: It has no declaration, or one that takes `*args` or `**kwargs`.
    """
    if not payload.declared:
        raise NotPortableError(name, None, "it has no declaration; decorate a `def` by it")
    if payload.star is not None:
        reason = "what it takes has no names; declare a parameter that is a list"
        raise NotPortableError(name, f"*{payload.star}", reason)
    if payload.starstar is not None and not payload.optional:
        reason = "what it takes is not declared; spell it out, or write Unpack[SomeTypedDict]"
        raise NotPortableError(name, f"**{payload.starstar}", reason)


def _sender_by_types(signal: SignalIdentity, payload: Payload) -> dict[str, object]:
    """Return the type of the sender that `Signal[App, [int]]()` says, if it is made so."""
    if not payload.takes_sender or "__wrapped__" in vars(signal):
        return {}
    aliases = [vars(signal).get("__orig_class__")]
    for base in type(signal).__mro__:
        aliases += vars(base).get("__orig_bases__", ())
    arguments = [get_args(alias) for alias in aliases]
    told = [each[0] for each in arguments if len(each) > 1 and isinstance(each[1], (list, tuple))]
    return {payload.sender: told[0]} if told else {}


class _Reader:
    """Evaluates the annotations of one declaration."""

    def __init__(self, signal: str, annotations: dict[str, object], scope: Scope) -> None:
        self._signal = signal
        self._annotations = annotations
        self._scope = scope

    def field(
        self, name: str, default: object = Parameter.empty, *, may_lack: bool = False
    ) -> Field:
        """Return a parameter with its type.

        Raises:
            NotPortableError: It has none, or one that cannot be evaluated.
        """
        annotation = self._annotations.get(name, Parameter.empty)
        if annotation is Parameter.empty:
            raise NotPortableError(self._signal, name, UNDECLARED)
        try:
            annotation = evaluated(annotation, self._scope)
        except Exception as error:  # noqa: BLE001  # an annotation may be any expression
            reason = (
                f"{text_of(annotation)} cannot be evaluated ({error}); declare or import it in the "
                "module of the signal, not in a function or under `if TYPE_CHECKING:`"
            )
            raise NotPortableError(self._signal, name, reason) from None
        if default is None and annotation is not Any:
            annotation = typing.Optional[annotation]  # noqa: UP045  # it is an object here
        return Field(name, annotation, default, may_lack)
