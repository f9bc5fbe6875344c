"""Writes down what a signal sends, and reads it, as its declaration says."""

from __future__ import annotations

import re
from inspect import Parameter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from aldis.exceptions import MessageError, NotPortableError
from aldis.relay._declared import declared_by
from aldis.relay._key import refuse_no_key
from aldis.relay._portable import UnwritableError, is_same, objection, read, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aldis.relay._declared import Declared, Field
    from aldis.relay._key import Key


# what msgspec says that has nothing of the value in it
_WRONG: Final = re.compile(r"Expected (`[^`]*`, got `[^`]*`)")
_LACKING: Final = re.compile(r"Object missing required field `(\w+)` - at `\$\.payload`$")
_PLACE: Final = re.compile(r" - at `\$\.(?:payload\.(\w+)|(sender)|)[^`]*`$")


class Codec:
    """The code of one signal.

    Args:
        declared: Its declaration.
        key: What stands for its sender, if that cannot cross itself.

    Raises:
        NotPortableError: A type cannot cross.
    """

    __slots__ = (
        "_by_keyword",
        "_by_position",
        "_decoder",
        "_encoder",
        "_fields",
        "_has_defaults",
        "_has_sender",
        "_key",
        "_keywords",
        "_make",
        "_may_lack",
        "_names",
        "signal",
    )

    def __init__(self, declared: Declared, key: Key[Any, Any] | None) -> None:
        self.signal = declared.name
        self._key = key
        self._by_position = declared.by_position
        self._by_keyword = declared.by_keyword
        self._keywords = [field.name for field in declared.by_keyword]
        fields = [*declared.by_position, *declared.by_keyword]
        # where all names are always sent, it is faster
        self._may_lack = any(field.may_lack for field in fields)
        self._has_defaults = any(field.default is not Parameter.empty for field in fields)
        for field in fields:
            refuse_type(declared.name, field.name, field.annotation)
        # no name of a parameter is one of the class's own
        names = {f"p{place}": field.name for place, field in enumerate(fields)}
        payload = msgspec.defstruct(
            "Payload",
            [_field(name, field) for name, field in zip(names, fields, strict=True)],
            rename=names,
            kw_only=True,  # a required one may follow one that has a default
        )
        self._fields = [*names]
        self._names = [*names.values()]
        inner: list[tuple[str, Any]] = [("payload", payload)]
        self._has_sender = declared.sender is not None
        if self._has_sender:
            inner.insert(0, ("sender", _sender_type(declared, key)))
        whole = msgspec.defstruct("Sent", inner)
        self._make = (whole, payload)
        self._encoder = msgspec.json.Encoder(enc_hook=written)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(whole, dec_hook=read)

    @property
    def type(self) -> Any:
        """The type of what is written."""
        return self._make[0]

    def encode(self, args: Sequence[object], kwargs: Mapping[str, object]) -> bytes:
        """Write down what a receiver was called with, and read it back to see that others can.

        Args:
            args: The sender, if receivers get one, and what is sent by position.
            kwargs: What is sent by keyword.

        Raises:
            TypeError: A value is not of the type that is declared, or would arrive as another one.
        """
        whole, payload = self._make
        first = len(args) - len(self._by_position)
        if self._may_lack:
            by_keyword = [kwargs.get(name, UNSET) for name in self._keywords]
        else:
            by_keyword = [*map(kwargs.__getitem__, self._keywords)]
        sent = payload(**dict(zip(self._fields, (*args[first:], *by_keyword), strict=True)))
        key = self._key
        senders = args[:first] if key is None else [key.dump(args[0])]
        sent = whole(*senders, sent)
        try:
            data = self._encoder.encode(sent)
            found = self._decoder.decode(data)
        except (TypeError, ValueError, RecursionError) as error:
            reason = self._unwritable(sent) or _told(error)
            raise TypeError(f"signal {self.signal} was not published: {reason}") from None
        if found != sent:
            self._refuse_loss(sent, found)
        return data

    def _named(self, whole: Any) -> Iterator[tuple[str, object]]:
        """Return what is sent, each with what it is called in an error."""
        if self._has_sender:
            yield "sender", whole.sender
        values = msgspec.structs.astuple(whole.payload)
        yield from zip((f"parameter {name!r}" for name in self._names), values, strict=True)

    def _unwritable(self, sent: object) -> str | None:
        """Return which value cannot be written, and why; None if it is none of them."""
        for name, value in self._named(sent):
            try:
                self._encoder.encode([value] if value is not UNSET else None)
            except UnwritableError as error:
                return f"{name}: {error}"
            except (TypeError, ValueError, RecursionError):
                return f"{name}: it cannot be written in JSON"
        return None

    def _refuse_loss(self, sent: object, found: object) -> None:
        """Refuse a value that would arrive as another one.

        Raises:
            TypeError: There is one.
        """
        pairs = zip(self._named(sent), self._named(found), strict=True)
        for (name, here), (_, there) in pairs:
            if not is_same(here, there):
                raise TypeError(
                    f"signal {self.signal} was not published: {name}: it would arrive as another "
                    "value: infinities, seconds of a time zone and fields of a subclass are lost"
                )

    def decode(self, data: bytes | msgspec.Raw) -> tuple[list[object], dict[str, object]]:
        """Read what receivers are to be called with.

        Returns:
            What is passed by position, the sender first if there is one, and by keyword.

        Raises:
            MessageError: It does not fit the declaration.
            Exception: Whatever `Key.load` raises.
        """
        try:
            found = self._decoder.decode(data)
        except (ValueError, RecursionError) as error:
            raise MessageError(f"signal {self.signal}: {_told(error)}") from None
        values = msgspec.structs.astuple(found.payload)
        count = len(self._by_position)
        args, rest = [*values[:count]], values[count:]
        kwargs = dict(zip(self._keywords, rest, strict=True))
        if self._has_defaults:
            args = [_given(*each) for each in zip(self._by_position, args, strict=True)]
            for field in self._by_keyword:
                kwargs[field.name] = _given(field, kwargs[field.name])
        if self._may_lack:
            kwargs = {name: value for name, value in kwargs.items() if value is not UNSET}
        if self._has_sender:
            args.insert(0, found.sender if self._key is None else self._key.load(found.sender))
        return args, kwargs


def codec_of(signal: object, key: Key[Any, Any] | None) -> Codec:
    """Return the code of a signal that is about to be relayed.

    Args:
        signal: The signal.
        key: What was given for its sender, if anything.

    Raises:
        NotPortableError: Its declaration says too little, or a type cannot cross.
        TypeError: It is not a signal of its own, or the key is not one, or for nothing.
    """
    declared = declared_by(signal, with_sender=key is None)
    if key is not None:
        refuse_no_key(key)
        if declared.sender is None:
            raise TypeError(f"event {declared.name} has no sender: leave out sender=")
    return Codec(declared, key)


def _field(name: str, field: Field) -> tuple[str, Any] | tuple[str, Any, Any]:
    """Return a field of a payload, which may lack what has a default or is not required."""
    annotation: Any = field.annotation
    if field.default is Parameter.empty and not field.may_lack:
        return (name, annotation)
    return (name, annotation | UnsetType, UNSET)


def _given(field: Field, value: object) -> object:
    """Return what was sent, or the default that is declared here."""
    return field.default if value is UNSET and not field.may_lack else value


def _sender_type(declared: Declared, key: Key[Any, Any] | None) -> object:
    sender = declared.sender
    assert sender is not None  # noqa: S101  # it narrows
    if key is not None:
        refuse_type(declared.name, sender.name, key.type)
        return key.type
    reason = objection(sender.annotation)
    if reason is not None:
        way_out = f"{reason.partition(';')[0]}; give `sender=Key(str, dump, load)`"
        raise NotPortableError(declared.name, sender.name, way_out)
    return sender.annotation


def refuse_type(signal: str, parameter: str, annotation: object) -> None:
    """Refuse a type that cannot cross.

    Raises:
        NotPortableError: It cannot.
    """
    reason = objection(annotation)
    if reason is not None:
        raise NotPortableError(signal, parameter, reason)


def _told(error: Exception) -> str:
    """Return what is wrong and where, with nothing of the values in it."""
    text = str(error)
    lacking = _LACKING.match(text)
    if lacking is not None:
        return f"parameter {lacking[1]!r} is missing"
    wrong, place = _WRONG.match(text), _PLACE.search(text)
    said = f"expected {wrong[1]}" if wrong is not None else "it does not fit its type"
    if place is None:
        return said
    return f"parameter {place[1]!r}: {said}" if place[1] else f"{place[2] or 'the whole'}: {said}"
