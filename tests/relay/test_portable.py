"""Values of the types that may cross come back equal; every other type is refused by name."""

from __future__ import annotations

import enum
import typing
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import Scripted
from typing_extensions import Unpack

from aldis import AsyncEvent, AsyncSignal, Event, Signal
from aldis.exceptions import MessageError, NotPortableError
from aldis.relay import Key, Memory, Message, Relay
from aldis.relay._codec import Codec
from aldis.relay._declared import Declared, Field

# what comes back


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Point(NamedTuple):
    x: int
    y: float


@dataclass
class Line:
    product: str
    count: int = 1
    notes: list[str] = field(default_factory=list[str])


class Address(TypedDict):
    street: str
    number: NotRequired[int]


class Box(msgspec.Struct):
    inside: Box | None = None
    label: str = ""


class Customer(pydantic.BaseModel):
    name: str
    since: datetime


texts = st.text(st.characters(codec="utf-8"))
offsets = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
datetimes = st.datetimes(timezones=st.none() | st.just(UTC) | offsets)
floats = st.floats(allow_nan=False, allow_infinity=False)

LEAVES: list[tuple[object, st.SearchStrategy[Any]]] = [
    (bool, st.booleans()),
    (int, st.integers()),
    (float, floats | st.integers(-(2**53), 2**53)),
    (str, texts),
    (bytes, st.binary()),
    (bytearray, st.binary().map(bytearray)),
    (None, st.none()),
    (datetime, datetimes),
    (date, st.dates()),
    (time, st.times()),
    (timedelta, st.timedeltas()),
    (uuid.UUID, st.uuids()),
    (Decimal, st.decimals(allow_nan=False)),
    (Colour, st.sampled_from(Colour)),
    (Level, st.sampled_from(Level)),
    (Literal["a", "b", 3], st.sampled_from(["a", "b", 3])),
    (typing.NewType("Number", int), st.integers()),
    (Point, st.builds(Point, st.integers(), floats)),
    (Line, st.builds(Line, texts, st.integers(), st.lists(texts))),
    (
        Address,
        st.fixed_dictionaries({"street": texts}, optional={"number": st.integers()}),
    ),
    (
        Box,
        st.recursive(st.builds(Box, label=texts), lambda b: st.builds(Box, b, texts), max_leaves=5),
    ),
    (Customer, st.builds(Customer, name=texts, since=datetimes)),
    (int | None, st.integers() | st.none()),
    (int | str | None, st.integers() | texts | st.none()),
    (Customer | None, st.builds(Customer, name=texts, since=datetimes) | st.none()),
]
Typed = tuple[Any, st.SearchStrategy[Any]]
MAY_BE_KEYS: list[Any] = [int, str, date, uuid.UUID, Colour, Level, Decimal]
KEYS: list[Typed] = [pair for pair in LEAVES if pair[0] in MAY_BE_KEYS]


def of(origin: Any, *inner: Typed, values: st.SearchStrategy[Any]) -> Typed:
    arguments: list[Any] = [each[0] for each in inner]
    return (origin[tuple(arguments) if len(arguments) > 1 else arguments[0]], values)


def inside(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    """Return types that have others inside, each with its values."""
    keys = st.sampled_from(KEYS)

    def list_of(each: Typed) -> Typed:
        return of(list, each, values=st.lists(each[1], max_size=3))

    def pair_of(one: Typed, two: Typed) -> Typed:
        return of(tuple, one, two, values=st.tuples(one[1], two[1]))

    def dict_of(key: Typed, value: Typed) -> Typed:
        return of(dict, key, value, values=st.dictionaries(key[1], value[1], max_size=3))

    def row_of(each: Typed) -> Typed:
        values = st.lists(each[1], max_size=3).map(tuple)
        return of(tuple, each, (..., values), values=values)

    def set_of(each: Typed) -> Typed:
        return of(set, each, values=st.sets(each[1], max_size=3))

    def frozenset_of(each: Typed) -> Typed:
        return of(frozenset, each, values=st.frozensets(each[1], max_size=3))

    return st.one_of(
        st.builds(list_of, inner),
        st.builds(pair_of, inner, inner),
        st.builds(row_of, inner),
        st.builds(dict_of, keys, inner),
        st.builds(set_of, keys),
        st.builds(frozenset_of, keys),
    )


TYPED: st.SearchStrategy[Typed] = st.recursive(st.sampled_from(LEAVES), inside, max_leaves=3)


def codec_of(*types: object) -> Codec:
    fields = [Field(f"p{number}", each) for number, each in enumerate(types)]
    sender = Field("sender", str)
    return Codec(Declared("sent", sender, fields[:1], fields[1:]), None)


@given(st.lists(TYPED, min_size=1, max_size=4), texts, st.data())
def test_any_payload_of_types_that_may_cross_comes_back_equal(
    typed: list[Typed], sender: str, data: st.DataObject
) -> None:
    codec = codec_of(*(each[0] for each in typed))
    first, *rest = (data.draw(each[1]) for each in typed)
    kwargs = {f"p{number}": value for number, value in enumerate(rest, start=1)}
    there = codec.decode(codec.encode((sender, first), kwargs))
    assert there == ([sender, first], kwargs)


@given(TYPED, TYPED, st.data())
def test_a_value_is_refused_where_it_is_sent_or_arrives_as_what_is_declared(
    declared: Typed, other: Typed, data: st.DataObject
) -> None:
    codec = codec_of(declared[0])
    try:
        written = codec.encode(("shop", data.draw(other[1])), {})
    except TypeError:
        return
    args, _ = codec.decode(written)
    assert codec.decode(codec.encode(args, {})) == (args, {})  # so it is of the declared type


# what is refused


class Handle:
    """An object of no value."""


class Permission(enum.Flag):
    READ = 1
    WRITE = 2


class Odd(enum.Enum):
    NUMBER = 1
    TEXT = "x"


@dataclass
class Wrapping:
    inner: list[Handle]


CANNOT: list[tuple[Any, str]] = [
    (Handle, "Handle cannot be written in JSON; send an id instead"),
    (object, "object cannot be written in JSON"),
    (Any, "its type is not declared"),
    (list, "its type is not declared"),
    (dict, "its type is not declared"),
    (dict[str, Any], "its type is not declared"),
    (list[Handle], "Handle cannot be written"),
    (Wrapping, "Handle cannot be written"),
    (Handle | None, "Handle cannot be written"),
    (Handle | int, "cannot be written in JSON"),
    (Callable[[], int], "Callable cannot be written"),
    (type[int], "type cannot be written"),
    (complex, "complex cannot be written"),
    (Permission, "Permission is a Flag"),
    (Odd, "Enums must contain either all str or all int"),
    (dict[tuple[int, int], str], "a dict in JSON has keys that are texts or numbers"),
    (dict[int | str, str], "a dict in JSON has keys that are texts or numbers"),
    (str | bytes, "cannot be written in JSON"),
    (msgspec.Raw, "its type is not declared"),
    (typing.NoReturn, "cannot be written in JSON"),
]


def relay() -> Relay:
    return Relay(Memory(), name="web")


@pytest.mark.parametrize(("annotation", "reason"), CANNOT, ids=lambda each: str(each)[:40])
@pytest.mark.parametrize("verb", ["publish", "deliver"])
def test_a_type_that_cannot_cross_is_refused_by_signal_and_parameter(
    annotation: Any, reason: str, verb: str
) -> None:
    def opened(sender: str, /, *, size: int, file: object) -> None: ...

    opened.__annotations__["file"] = annotation
    options = {"group": None} if verb == "deliver" else {}
    with pytest.raises(NotPortableError) as caught:
        getattr(relay(), verb)(Signal(opened), topic="opened", **options)
    error = caught.value
    assert error.signal.endswith("opened")
    assert error.parameter == "file"
    assert reason in error.reason
    assert (
        str(error) == f"signal {error.signal} cannot be relayed: parameter 'file': {error.reason}"
    )


def test_a_sender_that_cannot_cross_is_refused_and_a_key_is_the_way_out() -> None:
    @Signal
    def opened(handle: Handle, /) -> None: ...

    with pytest.raises(NotPortableError, match=r"'handle': Handle cannot be .*; give `sender=Key"):
        relay().publish(opened, topic="opened")
    relay().publish(
        opened, topic="opened", sender=Key(str, lambda handle: "it", lambda _: Handle())
    )
    with pytest.raises(NotPortableError, match="'handle': Handle cannot be written"):
        relay().publish(opened, topic="opened", sender=Key(Handle, lambda it: it, lambda it: it))


if typing.TYPE_CHECKING:
    from fractions import Fraction


def later(sender: str, /, *, share: Fraction) -> None: ...


class Rest(TypedDict):
    order_id: int


def spec_of(kind: str) -> Any:
    def results(sender: str, /) -> int:
        return 0

    def stars(sender: str, /, *numbers: int) -> None: ...
    def rest(sender: str, /, **payload: int) -> None: ...
    def bare(sender: str, /, *, what) -> None: ...  # type: ignore[no-untyped-def]  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]  # that is tested

    specs: dict[str, Any] = {
        "results": results,
        "stars": stars,
        "rest": rest,
        "bare": bare,
        "later": later,
    }
    return specs[kind]


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (Signal(spec_of("results")), r"results cannot be relayed: it has results \(int\)"),
        (Signal(spec_of("stars")), r"parameter '\*numbers': what it takes has no names"),
        (Signal(spec_of("rest")), r"parameter '\*\*payload': what it takes is not declared"),
        (Signal(spec_of("bare")), r"parameter 'what': it is not annotated"),
        (
            Signal(spec_of("later")),
            r"'share': Fraction cannot be evaluated .*; declare or import .*TYPE_CHECKING",
        ),
        (Signal(name="open"), "signal open cannot be relayed: it has no declaration"),
        (Event(name="open"), "signal open cannot be relayed: it has no declaration"),
        (AsyncSignal(name="open"), "it has no declaration"),
        (Signal[Any, [int]](name="by types"), "'sender': its type is not declared"),
        (Signal[str, [Handle]](name="by types"), "'arg1': Handle cannot be written"),
    ],
)
def test_a_declaration_that_says_too_little_is_refused(signal: Any, message: str) -> None:
    with pytest.raises(NotPortableError, match=message):
        relay().publish(signal, topic="topic")


class Door:
    @Signal.method
    def opened(self, *, by: str) -> None: ...

    @Event.method
    def closed(self) -> None: ...


@pytest.mark.parametrize("given", [Door().opened, Door().closed, "opened", None, print, Signal])
def test_what_is_not_a_signal_of_its_own_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match="expected a signal or an event, got"):
        relay().publish(given, topic="opened")


def test_an_event_of_instances_is_refused_since_its_receivers_do_not_get_the_instance() -> None:
    with pytest.raises(NotPortableError, match=r"Door.closed .* declare a Signal.method"):
        relay().deliver(Door.closed, group=None, topic="closed")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]  # that is refused


# the ways to declare


class Paid(TypedDict):
    order_id: int
    note: NotRequired[str]


def crossing(signal: Any, there: Any, **options: Any) -> tuple[Relay, Callable[[], None]]:
    memory = Memory()
    here, other = Relay(memory, name="here"), Relay(memory, name="there")
    here.publish(signal, topic="topic", **options)
    other.deliver(there, topic="topic", group="group", **options)
    return here, lambda: other.run(until_idle=0)


def test_keys_that_are_not_required_cross_if_they_are_sent() -> None:
    def paid(sender: str, /, **payload: Unpack[Paid]) -> None: ...

    here, there = Signal(paid), Signal(paid)
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(sender: str, **payload: Unpack[Paid]) -> None:
        heard.append(payload)

    here.send("shop", order_id=1)
    here.send("shop", order_id=2, note="thanks")
    deliver()
    assert heard == [{"order_id": 1}, {"order_id": 2, "note": "thanks"}]


def test_a_send_with_another_key_than_the_message_has_is_not_its_echo() -> None:
    def paid(sender: str, /, **payload: Unpack[Paid]) -> None: ...

    engine, signal = Scripted(), Signal(paid)
    relayed = Relay(engine, name="web")
    relayed.publish(signal, topic="paid")
    relayed.deliver(signal, topic="paid", group="group", own=False)

    @signal.connect
    def annotate(sender: str, **payload: Unpack[Paid]) -> None:
        if "note" not in payload:
            signal.send(sender, order_id=payload["order_id"], note="thanks")

    data = b'{"sender":"shop","payload":{"order_id":1}}'
    relayed.receive(Message.of(topic="paid", source="elsewhere", data=data).pack())
    assert [bytes(each.data) for each in engine.published] == [
        b'{"sender":"shop","payload":{"order_id":1,"note":"thanks"}}'
    ]


def test_a_typed_dict_of_optional_keys_alone_crosses() -> None:
    class Options(TypedDict, total=False):
        note: str

    def paid(sender: str, /, size: int = 3, **payload: Unpack[Options]) -> None: ...

    paid.__annotations__["payload"] = Unpack[Options]
    here, there = Signal(paid), Signal(paid)
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(sender: str, /, size: int = 0, **payload: Unpack[Options]) -> None:
        heard.append({"size": size, **payload})

    here.send("shop")
    here.send("shop", note="thanks", size=4)
    deliver()
    assert heard == [{"size": 3}, {"size": 4, "note": "thanks"}]


def test_a_signal_that_is_declared_by_types_crosses() -> None:
    here, there = Signal[str, [int, list[date]]](), Signal[str, [int, list[date]]]()
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(sender: str, number: int, days: list[date]) -> None:
        heard.append((sender, number, days))

    here.send("shop", 1, [date(2026, 11, 30)])
    deliver()
    assert heard == [("shop", 1, [date(2026, 11, 30)])]


def test_a_subclass_that_is_declared_by_types_crosses() -> None:
    class Moved(Signal[uuid.UUID, [int]]): ...

    here, there = Moved(), Moved()
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(sender: uuid.UUID, number: int) -> None:
        heard.append((sender, number))

    who = uuid.uuid4()
    here.send(who, 1)
    deliver()
    assert heard == [(who, 1)]


def test_an_event_that_is_declared_by_types_crosses() -> None:
    here, there = Event[[int]](), Event[[int]]()
    _, deliver = crossing(here, there)
    heard: list[int] = []
    there.connect(heard.append, weak=False)
    here.send(1)
    deliver()
    assert heard == [1]


def test_a_key_gives_the_very_sender_so_that_its_own_receivers_hear_it() -> None:
    front, back = Door(), Door()
    doors = {"front": front, "back": back}
    key = Key(str, lambda door: next(n for n, d in doors.items() if d is door), doors.__getitem__)
    memory = Memory()
    here, there = Relay(memory, name="here"), Relay(memory, name="there")
    here.publish(Door.opened, topic="opened", sender=key)
    front.opened.send(by="ada")
    here.close()
    there.deliver(Door.opened, topic="opened", group="doors", sender=key)
    heard: list[tuple[Door, str]] = []

    @front.opened.connect
    def hear(door: Door, *, by: str) -> None:
        heard.append((door, by))

    @back.opened.connect
    def never(door: Door, *, by: str) -> None:
        raise AssertionError

    there.run(until_idle=0)
    assert heard == [(front, "ada")]


def test_a_parameter_may_have_any_name() -> None:
    def odd(sender: str, /, *, payload: int, p0: int, __class__: int, self: int = 1) -> None: ...

    here, there = Signal(odd), Signal(odd)
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(*args: Any, **kwargs: Any) -> None:
        heard.append((args, kwargs))

    sent = {"payload": 1, "p0": 2, "__class__": 3, "self": 4}
    here.send("shop", **sent)
    deliver()
    assert heard == [(("shop",), sent)]


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), "\ud800", Handle(), {"a": Handle()}, "one", None, [[]], Odd.TEXT],
)
def test_a_value_that_cannot_be_written_is_an_error_of_the_sender_by_name(value: Any) -> None:
    def measured(sender: str, /, *, weight: float) -> None: ...

    engine = Scripted()
    signal = Signal(measured)
    Relay(engine, name="web").publish(signal, topic="measured")
    with pytest.raises(TypeError, match=r"measured was not published: "):
        signal.send("scale", weight=value)
    assert not engine.published


def test_models_of_pydantic_cross_as_values() -> None:
    codec, customer = codec_of(Customer), Customer(name="ada", since=datetime(2026, 11, 30))  # noqa: DTZ001  # any
    written = codec.encode(("shop", customer), {})
    assert b'{"name":"ada","since":"2026-11-30T00:00:00"}' in written
    assert codec.decode(written) == (["shop", customer], {})
    with pytest.raises(MessageError, match="parameter 'p0': it does not fit its type"):
        codec.decode(written.replace(b"2026", b"never"))
    with pytest.raises(TypeError, match="'p0': an object of type Handle cannot be written in JSON"):
        codec.encode(("shop", Handle()), {})


def test_a_value_that_contains_itself_is_an_error_of_the_sender() -> None:
    def nested(sender: str, /, *, box: Box) -> None: ...

    box = Box()
    box.inside = box
    signal = Signal(nested)
    Relay(Scripted(), name="web").publish(signal, topic="nested")
    with pytest.raises(TypeError, match="was not published"):
        signal.send("shop", box=box)


def test_a_default_of_none_may_be_sent_whatever_the_annotation_says() -> None:
    def noted(sender: str, /, *, note: str = None) -> None: ...  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]  # noqa: RUF013  # as people write

    here, there = Signal(noted), Signal(noted)
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(sender: str, *, note: str | None = "") -> None:
        heard.append(note)

    here.send("shop")
    deliver()
    assert heard == [None]


def test_defaults_that_are_passed_by_position_are_filled_in_where_they_are_missing() -> None:
    def old(path: str, /) -> None: ...
    def new(path: str, size: int = 3, /) -> None: ...

    here, there = Event(old), Event(new)
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(path: str, size: int = 0) -> None:
        heard.append((path, size))

    here.send("a.txt")
    deliver()
    assert heard == [("a.txt", 3)]


def test_a_required_parameter_may_follow_one_that_has_a_default() -> None:
    def old(first: int, /, *, last: int) -> None: ...
    def new(first: int, second: int = 2, /, *, third: int = 3, last: int) -> None: ...

    here, there = Event(old), Event(new)
    _, deliver = crossing(here, there)
    heard: list[object] = []

    @there.connect
    def hear(first: int, second: int = 0, /, *, third: int = 0, last: int) -> None:
        heard.append((first, second, third, last))

    here.send(1, last=4)
    deliver()
    assert heard == [(1, 2, 3, 4)]


def test_async_events_and_signals_are_read_like_others() -> None:
    @AsyncEvent
    async def stored(key: Handle, /) -> None: ...

    with pytest.raises(NotPortableError, match="'key': Handle"):
        relay().publish(stored, topic="stored")
