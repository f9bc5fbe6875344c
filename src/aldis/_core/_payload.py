"""The payload of a signal: the parameters after the sender."""

from __future__ import annotations

from functools import lru_cache
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from aldis._core._annotations import GivenHints
from aldis._core._results import may_be_generator

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import CodeType

    from aldis._core._annotations import Hints

POSITIONAL: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
STARS: Final = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)

# the number of lists of types to cache: a program may use any number
_LISTS_KEPT: Final = 128


# address of the code, bound?, marked?, how many defaults, which defaults by name
VerdictKey: TypeAlias = "int | tuple[int, bool, bool, int, tuple[str, ...]]"


# What is declared. Receivers of a signal get the sender. Receivers of an event do not: the sender
# of an event of instances is an instance, and a plain event has no sender.
Kind: TypeAlias = Literal["signal", "event of instances", "event"]


class Payload:
    """The parameters with which receivers are called, after the sender if they get it.

    A positional-only parameter is passed by position. A positional-or-keyword parameter is passed
    by keyword, so that receivers cannot mix up parameters; before `*args`, that is impossible. The
    receivers of an event get it by position, since no sender comes before it.

    There is one payload for each declaration. It stores everything that is made once from the
    declaration, such as code.

    Args:
        parameters: The sender and the payload, without annotations. The sender of a plain event is
            a placeholder.
        hints: Their annotations.
        declared: Whether there is a declaration. If not, all arguments are passed on to the
            receivers.
        is_async: Whether it is declared by an `async def`.
        optional: The only names that `**payload` may have, if any.
        kind: The kind of the declared signal.
        find: Reads the declaration again, if it uses a TypedDict that is not defined yet.
        missing: The undefined name that it uses.
    """

    def __init__(
        self,
        parameters: Sequence[Parameter],
        hints: Hints,
        *,
        declared: bool = True,
        is_async: bool = False,
        optional: Iterable[str] = (),
        kind: Kind = "signal",
        find: Callable[[], Payload] | None = None,
        missing: str | None = None,
    ) -> None:
        sender, *rest = parameters
        kinds = {parameter.kind: parameter.name for parameter in rest}
        self.declared = declared
        self.is_async = is_async
        self.missing = missing
        self.kind: Kind = kind
        self.sender = sender.name
        self.parameters = tuple(rest)
        self.star = kinds.get(Parameter.VAR_POSITIONAL)
        self.starstar = kinds.get(Parameter.VAR_KEYWORD)
        self.optional = frozenset(optional)
        by_position = POSITIONAL[: 1 if self.star is None and kind == "signal" else 2]
        named = [parameter for parameter in rest if parameter.kind not in STARS]
        self.by_position = tuple(p.name for p in named if p.kind in by_position)
        self.by_keyword = tuple(p.name for p in named if p.kind not in by_position)
        self.names = frozenset(self.by_keyword)
        # the code of functions that were admitted as receivers, by all that the verdict depends on:
        # for all signals with this payload, and only for async ones
        self.admitted: dict[VerdictKey, weakref.ref[CodeType]] = {}
        self.admitted_async: dict[VerdictKey, weakref.ref[CodeType]] = {}
        # made once for each declaration
        self.codes: dict[object, CodeType] = {}
        self._sender = sender
        self._hints = hints
        self._find = find
        self._text: str | None = None

    def settle(self, *, at_last: bool = True) -> Payload:
        """Return the payload to use: a TypedDict that is still undefined is treated as open.

        Args:
            at_last: If false, the payload stays unsettled while the TypedDict is undefined.

        Returns:
            This payload if it is settled, else always the same other payload.
        """
        if self._find is None:
            return self
        if "_found" not in self.__dict__:
            found = self._find()
            if found.missing is not None and not at_last:
                return self
            # atomic: the first thread decides for all
            found = self.__dict__.setdefault("_found", found)
            self._find = found.settle  # releases the declaration
        kept: Payload = self.__dict__["_found"]
        return kept

    @property
    def is_settled(self) -> bool:
        """Whether it is the payload to use; if not, it waits for a TypedDict."""
        return self._find is None

    @property
    def _shown(self) -> Payload:
        """The payload that replaced this one, if any."""
        found: Payload = self.__dict__.get("_found", self)
        return found

    @property
    def is_iterated(self) -> bool:
        """Whether the declared result can be a generator, so that senders may iterate over it."""
        return may_be_generator(self._shown._hints.texts().get("return", ""))

    @property
    def gives_sender(self) -> bool:
        """Whether receivers get the sender."""
        return self.kind == "signal"

    @property
    def takes_sender(self) -> bool:
        """Whether the sending functions take the sender."""
        return self.kind != "event"

    @property
    def with_sender(self) -> tuple[Parameter, ...]:
        """The parameters of the sending functions, without annotations."""
        return (self._sender, *self.parameters) if self.takes_sender else self.parameters

    @property
    def given(self) -> tuple[Parameter, ...]:
        """The parameters that receivers get, without annotations."""
        return (self._sender, *self.parameters) if self.gives_sender else self.parameters

    @property
    def signature(self) -> Signature:
        """The signature of receivers, with annotations evaluated as far as possible now."""
        if self._shown is not self:
            return self._shown.signature
        known: Signature | None = self.__dict__.get("_signature")
        if known is not None:
            return known
        signature, is_final = self._signature_of(self.given)
        if not is_final:
            return signature
        kept: Signature = self.__dict__.setdefault("_signature", signature)
        return kept

    @property
    def signature_with_sender(self) -> Signature:
        """The signature of the declaration of an event of instances, which has a `self`."""
        return self._shown._signature_of(self._shown.with_sender)[0]

    def _signature_of(self, parameters: Sequence[Parameter]) -> tuple[Signature, bool]:
        """Return a signature, and whether its annotations stay as they are."""
        evaluated = self._hints.values()
        values = evaluated.by_name
        shown = [
            p.replace(annotation=values[p.name]) if p.name in values else p for p in parameters
        ]
        result = values.get("return", Signature.empty)
        return Signature(shown, return_annotation=result), evaluated.are_final

    @property
    def annotations(self) -> dict[str, object]:
        """Those of all parameters and keys, and of `return`, evaluated as far as they can be."""
        return dict(self._shown._hints.values().by_name)

    @property
    def text(self) -> str:
        """The signature of receivers, as you would write it."""
        if self._shown is not self:
            return self._shown.text
        if self._text is None:
            self._text = self._text_of(self.given)
        return self._text

    @property
    def text_with_sender(self) -> str:
        """The signature of the declaration of an event of instances, which has a `self`."""
        return self._shown._text_of(self._shown.with_sender)

    def _text_of(self, parameters: Sequence[Parameter]) -> str:
        texts = self._hints.texts()
        shown = [_readable(parameter, texts) for parameter in parameters]
        result = _Text(texts["return"]) if "return" in texts else Signature.empty
        return str(Signature(shown, return_annotation=result))

    @property
    def words(self) -> list[str]:
        """Each parameter as you would write it, without the sender."""
        texts = self._shown._hints.texts()
        return [str(_readable(parameter, texts)) for parameter in self._shown.parameters]

    @property
    def defaults(self) -> tuple[object, ...]:
        """The defaults of positional parameters, as a function has them."""
        return tuple(
            p.default for p in self.parameters if p.kind in POSITIONAL and p.default is not p.empty
        )

    @property
    def keyword_defaults(self) -> dict[str, object]:
        """The defaults of keyword-only parameters, as a function has them."""
        return {
            p.name: p.default
            for p in self.parameters
            if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
        }


def is_parameter_name(name: str) -> bool:
    """Whether a name is a valid parameter name; only such names become generated code."""
    return (
        type(name) is str
        and name.isidentifier()
        and not iskeyword(name)
        and name != "__debug__"
        and (name.isascii() or _is_normal(name))
    )


def _is_normal(name: str) -> bool:
    """Whether the parser leaves a name unchanged."""
    from unicodedata import normalize  # noqa: PLC0415  # needed for few names

    return normalize("NFKC", name) == name


class _Text:
    """A part of a signature that is shown as text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


_PLAIN: Final = (bool, bytes, float, int, str, type(None))
_ELIDED: Final = _Text("...")  # avoids calling the `__repr__` of a default


def _readable(parameter: Parameter, texts: Mapping[str, str]) -> Parameter:
    default = parameter.default
    if default is not Parameter.empty and type(default) not in _PLAIN:
        default = _ELIDED
    if parameter.name not in texts:
        return parameter.replace(default=default)
    return parameter.replace(default=default, annotation=_Text(texts[parameter.name]))


def untyped_payload(kind: Kind = "signal") -> Payload:
    """Return the shared payload of `Signal()` or `Event()`, which is open."""
    return _UNTYPED[kind]


def positional_payload(types: Iterable[object], kind: Kind = "signal") -> Payload:
    """Return the payload of `Signal[App, [int, str]]()`; equal lists of types share one."""
    types = tuple(types)
    try:
        return _known_list(types, kind)
    except Exception:  # noqa: BLE001  # a type cannot be hashed
        return _of_types(types, kind)


def _of_types(types: tuple[object, ...], kind: Kind) -> Payload:
    by_name = {f"arg{place}": each for place, each in enumerate(types, start=1)}
    parameters = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in ("sender", *by_name)]
    return Payload(parameters, GivenHints(by_name), kind=kind)


_known_list: Final = lru_cache(_LISTS_KEPT)(_of_types)

_UNTYPED: Final[Mapping[Kind, Payload]] = {
    kind: Payload(
        [
            Parameter("sender", Parameter.POSITIONAL_ONLY),
            Parameter("args", Parameter.VAR_POSITIONAL),
            Parameter("kwargs", Parameter.VAR_KEYWORD),
        ],
        GivenHints({}),
        declared=False,
        kind=kind,
    )
    for kind in get_args(Kind)
}


def by_name(
    payload: Payload, args: Sequence[object], kwargs: Mapping[str, object]
) -> dict[str, object]:
    """Return the arguments of a receiver by name, as observers get them."""
    given = args[1:] if payload.gives_sender else args
    named = dict(zip(payload.by_position, given, strict=False))
    more = tuple(given[len(payload.by_position) :])
    if more:
        named[f"*{payload.star}"] = more
    return {**named, **kwargs}
