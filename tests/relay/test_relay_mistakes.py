"""What is given by mistake is refused where it is given, by name and with the way out."""

from __future__ import annotations

import math
from typing import Any

import pytest
from programs import TOPIC, Scripted, order_paid

from aldis import Event, Signal
from aldis.relay import Key, Memory, RedisStreams, Relay


class Shop:
    pass


class Half:
    """What has one method of an engine."""

    def publish(self) -> None: ...


@Signal
def opened(shop: Shop, /) -> None: ...


@Event
def saved(path: str, /) -> None: ...


def relay() -> Relay:
    return Relay(Scripted(), name="web")


@pytest.mark.parametrize("verb", ["publish", "deliver"])
@pytest.mark.parametrize(
    ("signal", "sender", "told"),
    [
        (opened, str, r"expected sender= to be a Key, such as Key\(str, dump, load\), got <class"),
        (opened, "shop", "got 'shop'"),
        (saved, Key(str, str, str), "saved has no sender: leave out sender="),
    ],
)
def test_what_is_not_a_key_for_a_sender_is_refused(
    verb: str, signal: Any, sender: Any, told: str
) -> None:
    options = {"group": None} if verb == "deliver" else {}
    with pytest.raises(TypeError, match=told):
        getattr(relay(), verb)(signal, topic=TOPIC, sender=sender, **options)


@pytest.mark.parametrize("group", ["", "two words", 1])
def test_a_group_is_a_name(group: Any) -> None:
    with pytest.raises(ValueError, match="a group is a name without spaces, got"):
        relay().deliver(Signal(order_paid), topic=TOPIC, group=group)


def test_a_topic_and_the_name_of_a_relay_are_texts() -> None:
    number: Any = 1
    with pytest.raises(ValueError, match="a topic is a name without spaces, got 1"):
        relay().publish(Signal(order_paid), topic=number)
    with pytest.raises(ValueError, match="a relay's name is a name without spaces, got 1"):
        Relay(Scripted(), name=number)


@pytest.mark.parametrize(
    ("transport", "told"),
    [
        (Memory, "the class Memory"),
        (RedisStreams, "the class RedisStreams"),
        ("redis://:secret@127.0.0.1", "an object of type str"),
        (Half(), "an object of type Half"),
    ],
)
def test_what_is_not_an_engine_is_refused_without_showing_it(transport: Any, told: str) -> None:
    with pytest.raises(TypeError) as met:
        Relay(transport, name="web")
    assert str(met.value) == (
        f"expected a transport, such as Memory() or RedisStreams(url), got {told}"
    )


@pytest.mark.parametrize("rule", ["attempts", "delay", "max_hops"])
def test_a_rule_is_a_number(rule: str) -> None:
    given: Any = {rule: math.nan}
    with pytest.raises(ValueError, match=f"{rule} must be at least [01], got nan"):
        Relay(Scripted(), name="web", **given)


def test_what_will_be_called_can_be_called() -> None:
    number: Any = 3
    with pytest.raises(TypeError, match="expected around= to be a function that returns a context"):
        Relay(Scripted(), name="web", around=number)
    with pytest.raises(TypeError, match="expected when= to be a function that is called with"):
        relay().publish(Signal(order_paid), topic=TOPIC, when=number)
    with pytest.raises(TypeError, match="expected dump of a Key to be a function, got 3"):
        Key(str, number, str)
    with pytest.raises(TypeError, match="expected load of a Key to be a function, got 3"):
        Key(str, str, number)
