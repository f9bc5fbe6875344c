"""Values that are of the declared type, but are not what JSON would bring back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Generic, TypedDict, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import pydantic
import pytest
from programs import TOPIC, Scripted

from aldis import Event, Signal
from aldis.relay import Key, Message, Relay
from aldis.relay._codec import Codec
from aldis.relay._declared import Declared, Field
from helpers import untyped

T = TypeVar("T")


@dataclass
class Base:
    number: int = 0


@dataclass
class Derived(Base):
    more: int = 1


@dataclass(eq=False)
class Unequal:
    number: int
    names: set[str]
    at: datetime


@dataclass
class Boxed(Generic[T]):
    inside: T


class Struct(msgspec.Struct):
    share: float | None = None


class Model(pydantic.BaseModel):
    number: int = 0


class DerivedModel(Model):
    more: int = 1


class Row(TypedDict):
    number: int


class Text(str):
    __slots__ = ()


class Number(int):
    pass


class Share(float):
    pass


class Blob(bytes):
    pass


class Money(Decimal):
    pass


class Moment(datetime):
    """As a test that freezes the time has it."""


class Day(date):
    pass


class Hour(time):
    pass


def codec_of(kind: object) -> Codec:
    sender = Field("sender", str)
    return Codec(Declared("sent", sender, [], [Field("value", kind)]), None)


def crossed(kind: object, value: object) -> object:
    """Return what arrives."""
    codec = codec_of(kind)
    return codec.decode(codec.encode(("shop",), {"value": value}))[1]["value"]


BERLIN = ZoneInfo("Europe/Berlin")
SECONDS = timezone(timedelta(seconds=3208))  # as the local time of a town, before there were zones
LOST: list[tuple[Any, Any]] = [
    (float | None, math.inf),
    (float | None, math.nan),
    (list[float | None], [1.0, -math.inf]),
    (Boxed[float | None], Boxed(math.inf)),
    (Struct, Struct(math.nan)),
    (Base, Derived()),
    (list[Base], [Base(), Derived()]),
    (Model, DerivedModel()),
    (Row, {"number": 1, "more": 2}),
    (datetime, datetime(1850, 1, 1, tzinfo=SECONDS)),
    (time, time(1, tzinfo=SECONDS)),
    (float, 2**60 + 1),
    (dict[str, int], {1: 2}),
]


@pytest.mark.parametrize(("kind", "value"), LOST, ids=lambda each: type(each).__name__)
def test_a_value_that_would_arrive_as_another_one_is_an_error_of_the_sender(
    kind: Any, value: Any
) -> None:
    told = r"sent was not published: parameter 'value': it would arrive as another value: infini"
    with pytest.raises(TypeError, match=told):
        crossed(kind, value)


def test_a_sender_that_would_arrive_as_another_one_is_an_error_too() -> None:
    @Signal
    def measured(share: float | None, /) -> None: ...

    Relay(Scripted(), name="web").publish(measured, topic=TOPIC)
    with pytest.raises(TypeError, match="measured was not published: sender: it would arrive as"):
        measured.send(math.inf)


def first_of(row: list[Unequal | None]) -> object:
    """Return the fields of the first."""
    return vars(row[0])


ALIKE: list[tuple[Any, Any, Callable[[Any], object]]] = [
    (Sequence[int], (1, 2), list),  # a list is as good
    (Decimal, Decimal("NaN"), str),
    (datetime, datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), datetime.isoformat),
    (Unequal, Unequal(1, {*"abcdefgh"}, datetime.now(UTC)), vars),
    (list[Unequal | None], [Unequal(1, set(), datetime.now(UTC)), None], first_of),
]


@pytest.mark.parametrize(("kind", "value", "seen"), ALIKE, ids=lambda each: type(each).__name__)
def test_a_value_that_does_not_equal_what_arrives_crosses_if_it_is_the_same(
    kind: Any, value: Any, seen: Callable[[Any], object]
) -> None:
    arrived = crossed(kind, value)
    assert arrived != value
    assert seen(arrived) == seen(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (str, Text("a")),
        (int, Number(1)),
        (float, Share(1.5)),
        (bytes, Blob(b"a")),
        (Decimal, Money("1.10")),
        (datetime, Moment(2026, 11, 30, 1, 2, 3, 4, tzinfo=UTC)),
        (date, Day(2026, 11, 30)),
        (time, Hour(1, 2, 3, 4)),
        (dict[str, int], {Text("a"): Number(1)}),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_object_of_a_subclass_crosses_as_the_value_it_is(kind: Any, value: Any) -> None:
    arrived = crossed(kind, value)
    assert arrived == value
    assert isinstance(arrived, kind if isinstance(kind, type) else dict)
    assert type(arrived) is not type(value) or isinstance(value, dict)


def test_a_time_that_a_test_has_frozen_is_no_hindrance(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("_message", "_portable"):
        monkeypatch.setattr(f"aldis.relay.{module}.datetime", Moment)
    engine = Scripted()
    signal = Event[[datetime]]()
    Relay(engine, name="web").publish(signal, topic=TOPIC)
    signal.send(Moment(2026, 1, 1, tzinfo=UTC))
    [message] = engine.published
    assert Message.unpack(message.pack()).time == message.time
    assert bytes(message.data) == b'{"payload":{"arg1":"2026-01-01T00:00:00Z"}}'


class Handle:
    pass


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (Sequence[int], range(3), "an object of type range cannot be written in JSON"),
        (list[str], [Handle()], "an object of type Handle cannot be written in JSON"),
        (str, "\ud800", "it cannot be written in JSON"),
    ],
)
def test_a_value_that_cannot_be_written_is_told_by_its_parameter(
    kind: Any, value: Any, told: str
) -> None:
    with pytest.raises(TypeError, match=f"sent was not published: parameter 'value': {told}"):
        crossed(kind, value)


def test_a_key_that_cannot_be_written_is_told_as_the_sender() -> None:
    @Signal
    def started(handle: Handle, /) -> None: ...

    def itself(handle: Handle) -> Any:
        return handle

    key = Key(str, itself, lambda name: Handle())
    Relay(Scripted(), name="web").publish(started, topic=TOPIC, sender=key)
    with pytest.raises(TypeError, match="not published: sender: an object of type Handle cannot"):
        started.send(Handle())


def test_a_key_that_was_not_sent_is_not_taken_for_what_cannot_be_written() -> None:
    declared = Declared("sent", None, [Field("first", int)], [Field("note", str, may_lack=True)])
    with pytest.raises(TypeError, match="parameter 'first': expected `int`, got `str`"):
        Codec(declared, None).encode((untyped("one"),), {})
