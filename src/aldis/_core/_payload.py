"""What a signal sends beside its sender: read once from the declaration."""

from __future__ import annotations

import inspect
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import TYPE_CHECKING, get_args

from aldis.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import CodeType

    from aldis._core._verify import VerdictKey

_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_STARS = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


class Payload:
    """The parameters with which receivers are called, after the sender.

    A positional-only parameter is passed by position. One that is positional or keyword is passed
    by keyword, so that no receiver takes it for another; except before `*args`, where it cannot be.
    """

    def __init__(
        self,
        signature: Signature,
        *,
        declared: bool = True,
        optional: Iterable[str] = (),
        unresolved: Callable[..., object] | None = None,
    ) -> None:
        sender, *parameters = signature.parameters.values()
        kinds = {parameter.kind: parameter.name for parameter in parameters}
        self.signature = signature
        self.declared = declared  # if not, it is gradual: whatever is sent goes on to the receivers
        self.unresolved = unresolved  # a declaration that names a TypedDict not found yet
        self.sender = sender.name
        self.parameters = tuple(parameters)
        self.star = kinds.get(Parameter.VAR_POSITIONAL)
        self.starstar = kinds.get(Parameter.VAR_KEYWORD)
        self.optional = frozenset(optional)  # the only names that `**payload` may have, if any
        by_position = _POSITIONAL[: 1 if self.star is None else 2]
        named = [parameter for parameter in parameters if parameter.kind not in _STARS]
        self.by_position = tuple(p.name for p in named if p.kind in by_position)
        self.by_keyword = tuple(p.name for p in named if p.kind not in by_position)
        self.names = frozenset(self.by_keyword)
        # the code of receivers that were found to fit, by all that the verdict depends on
        self.admitted: dict[VerdictKey, CodeType] = {}
        self.codes: dict[object, CodeType] = {}

    def settle(self, *, final: bool = True) -> Payload:
        if self.unresolved is None:
            return self
        again = declared_payload(self.unresolved)
        if final:
            again.unresolved = None
        return again

    @property
    def text(self) -> str:
        """The declared signature as one would write it."""
        signature = self.signature
        parameters = [_readable(parameter) for parameter in signature.parameters.values()]
        result = _unquoted(signature.return_annotation)
        return str(signature.replace(parameters=parameters, return_annotation=result))

    @property
    def words(self) -> list[str]:
        """Each parameter as one would write it, without the sender."""
        return [str(_readable(parameter)) for parameter in self.parameters]

    @property
    def defaults(self) -> tuple[object, ...]:
        """The defaults of positional parameters, as a function has them."""
        return tuple(
            p.default for p in self.parameters if p.kind in _POSITIONAL and p.default is not p.empty
        )

    @property
    def keyword_defaults(self) -> dict[str, object]:
        """The defaults of keyword-only parameters, as a function has them."""
        return {
            p.name: p.default
            for p in self.parameters
            if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
        }


def _readable(parameter: Parameter) -> Parameter:
    annotation, default = _unquoted(parameter.annotation), _plain(parameter.default)
    return parameter.replace(annotation=annotation, default=default)


class _Elided:
    """Stands for a default in a text: to show that itself would call its `__repr__`."""

    def __repr__(self) -> str:
        return "..."


def _plain(default: object) -> object:
    plain = (bool, bytes, float, int, str, type(None))
    return default if default is Parameter.empty or type(default) in plain else _Elided()


def untyped_payload() -> Payload:
    """Return the payload of `Signal()`: anything."""
    parameters = [
        Parameter("sender", Parameter.POSITIONAL_ONLY),
        Parameter("args", Parameter.VAR_POSITIONAL),
        Parameter("kwargs", Parameter.VAR_KEYWORD),
    ]
    return Payload(Signature(parameters), declared=False)


def positional_payload(types: Iterable[object]) -> Payload:
    """Return the payload of `Signal[App, [int, str]]()`."""
    parameters = [Parameter("sender", Parameter.POSITIONAL_ONLY)]
    parameters += [
        Parameter(f"arg{i}", Parameter.POSITIONAL_ONLY, annotation=annotation)
        for i, annotation in enumerate(types, start=1)
    ]
    return Payload(Signature(parameters))


def declared_payload(spec: Callable[..., object]) -> Payload:
    """Return the payload of a signal that is declared by this function's signature.

    Raises:
        DeclarationError: It has no readable signature, takes no sender, or has a parameter whose
            name cannot be one.
    """
    name = name_of(spec)
    signature = _read_signature(spec, name)
    parameters = list(signature.parameters.values())
    items: dict[str, tuple[object, bool]] = {}
    unresolved: Callable[..., object] | None = None
    if parameters[-1].kind is Parameter.VAR_KEYWORD:
        try:
            items = _typed_dict_items(spec, parameters[-1].annotation)
        except NameError:  # a TypedDict that is not defined yet
            unresolved = spec
    for key in (*signature.parameters, *items):
        if not is_parameter_name(key):
            raise DeclarationError(name, f"{key!r} cannot be the name of a parameter; rename it")
    if items:
        try:
            signature = signature.replace(parameters=_spelled_out(parameters, items))
        except ValueError as error:  # a key of the TypedDict is another parameter's name
            reason = f"{error}; a parameter and a key of its TypedDict have that name"
            raise DeclarationError(name, reason) from None
    optional = [key for key, (_, required) in items.items() if not required]
    return Payload(signature, optional=optional, unresolved=unresolved)


def name_of(spec: object) -> str:
    """Return how messages call a declaration, whatever it does when it is asked for its name."""
    try:
        return str(getattr(spec, "__qualname__", None) or repr(spec))
    except Exception:  # noqa: BLE001  # it may be any object
        return f"an object of type {type(spec).__qualname__!r}"


def _read_signature(spec: Callable[..., object], name: str) -> Signature:
    """Return a signature whose first parameter is the sender.

    Raises:
        DeclarationError: It cannot be read, or has no sender.
    """
    try:
        signature = inspect.signature(spec)
    except TypeError:
        reason = "it is not callable; decorate a `def`, or give a name by `name=`"
        raise DeclarationError(name, reason) from None
    except Exception:  # noqa: BLE001  # it may have attributes that raise anything
        raise DeclarationError(name, "its signature cannot be read; write a def for it") from None
    parameters = list(signature.parameters.values())
    kinds = [parameter.kind for parameter in parameters]
    if any(kinds.count(star) > 1 for star in _STARS):  # as a signature made by hand may have
        raise DeclarationError(name, "it takes '*' or '**' twice; take one of each")
    if parameters and parameters[0].kind is Parameter.VAR_POSITIONAL:
        sender = "sender"
        while sender in signature.parameters:
            sender += "_"
        parameters.insert(0, Parameter(sender, Parameter.POSITIONAL_ONLY))
        return signature.replace(parameters=parameters)
    if not parameters or parameters[0].kind not in _POSITIONAL:
        reason = "it takes no sender; its first positional parameter is the sender"
        raise DeclarationError(name, reason)
    return signature


def settled(spec: Callable[..., object]) -> Payload:
    """Return the payload as it is to be used: what cannot be found by now counts as open."""
    again = declared_payload(spec)
    again.unresolved = None
    return again


def is_parameter_name(name: str) -> bool:
    """Whether a name can be written as a parameter; nothing else ever becomes generated code."""
    return (
        type(name) is str
        and name.isidentifier()
        and not iskeyword(name)
        and name != "__debug__"
        and (name.isascii() or _is_normal(name))
    )


def _is_normal(name: str) -> bool:
    """Whether the parser would leave a name as it is; else it would be another name."""
    from unicodedata import normalize  # noqa: PLC0415  # few names want it

    return normalize("NFKC", name) == name


def _typed_dict_items(spec: object, annotation: object) -> dict[str, tuple[object, bool]]:
    """Return type and requiredness of each key, if it is `**payload: Unpack[SomeTypedDict]`."""
    if annotation is Parameter.empty:
        return {}
    from aldis._core._typed_dict import typed_dict_items  # noqa: PLC0415  # it takes long to load

    return typed_dict_items(spec, annotation)


def _spelled_out(
    parameters: list[Parameter], items: Mapping[str, tuple[object, bool]]
) -> list[Parameter]:
    """Replace `**payload` by the keys that are required; it stays for the others, if any."""
    *first, rest = parameters
    required = [
        Parameter(key, Parameter.KEYWORD_ONLY, annotation=hint)
        for key, (hint, is_required) in items.items()
        if is_required
    ]
    return first + required + ([rest] if len(required) < len(items) else [])


class _Text:
    """An annotation in the words of the source."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _unquoted(annotation: object) -> object:
    if isinstance(annotation, str):
        return _Text(annotation)
    if (
        isinstance(annotation, type)
        and annotation is not Parameter.empty
        and not get_args(annotation)
    ):
        return _Text(annotation.__qualname__)  # without its module, which the reader knows
    try:
        repr(annotation)
    except Exception:  # noqa: BLE001  # it may be any object
        return _Elided()
    return annotation


payload_of = declared_payload
