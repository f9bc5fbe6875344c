"""`aldis relay` shows what crosses between processes, and which changes would break a receiver."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("msgspec", reason="the extra `relay` needs it")

from aldis.exceptions import MissingExtraError
from aldis.relay._changes import breaking
from aldis.relay._relay import relays
from cli.workplace import Workplace

PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text(encoding="utf-8")
SHOWN = {
    found[1]: found[2]
    for found in re.finditer(r"^\$ aldis (relay .*)\n((?:(?!\$ |```).*\n)*)", PAGE, re.MULTILINE)
}
SIGNALS = """
from aldis import Event, Signal

@Signal
def order_paid(sender: str, /, *, order_id: int, note: str = "") -> None: ...
"""
RELAYS = """
from aldis.relay import Memory, Relay
from shop.signals import order_paid

engine = Memory()
web, mailer = Relay(engine, name="web"), Relay(engine, name="mailer")
web.publish(order_paid)
mailer.deliver(order_paid, group="mailer")
"""
TOPIC = "shop.signals.order_paid"


@pytest.fixture
def shop(here: Workplace) -> Iterator[Workplace]:
    before = {*relays}
    here.write(shop__signals=SIGNALS, shop__relays=RELAYS)
    yield here
    for relay in {*relays} - before:
        relay.close()
        relays.discard(relay)


def redeclare(shop: Workplace, parameters: str) -> None:
    """Let the program start again with another declaration."""
    for relay in [*relays]:
        relay.close()
        relays.discard(relay)
    for name in [each for each in sys.modules if each.partition(".")[0] == "shop"]:
        del sys.modules[name]
    shop.write(shop__signals=SIGNALS.replace('order_id: int, note: str = ""', parameters))


@pytest.fixture(autouse=True)
def no_others() -> Iterator[None]:
    """Let only the relays of this test be known."""
    others = {*relays}
    relays.clear()
    yield
    relays.clear()
    for relay in others:
        relays.add(relay)


def test_topics_are_listed_as_the_page_shows_it(shop: Workplace) -> None:
    ran = shop.aldis("relay", "topics", "shop.relays")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == SHOWN["relay topics shop.relays"]


def test_a_topic_without_a_group_says_so(here: Workplace) -> None:
    here.write(shop__signals=SIGNALS, shop__relays=RELAYS.replace('group="mailer"', "group=None"))
    ran = here.aldis("relay", "topics", "shop")
    assert ran.lines[0] == f"{TOPIC}: delivered by relay mailer without a group, signal order_paid"


def test_the_document_describes_channels_operations_and_payloads(shop: Workplace) -> None:
    ran = shop.aldis("relay", "asyncapi", "shop")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert found["asyncapi"] == "3.0.0"
    assert found["info"] == {"title": "shop", "version": "0"}
    assert found["channels"][TOPIC]["address"] == TOPIC
    assert found["operations"] == {
        f"mailer.receive.{TOPIC}": {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{TOPIC}"},
            "x-group": "mailer",
        },
        f"web.send.{TOPIC}": {"action": "send", "channel": {"$ref": f"#/channels/{TOPIC}"}},
    }
    schemas = found["components"]["schemas"]
    payload = schemas[f"{TOPIC}.Payload"]
    assert payload["required"] == ["order_id"]
    assert {name: each["type"] for name, each in payload["properties"].items()} == {
        "order_id": "integer",
        "note": "string",
    }
    references = re.findall(r'"#/([^"]+)"', ran.out)
    for reference in references:
        inner: Any = found
        for part in reference.split("/"):
            inner = inner[part]
    assert references


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ('order_id: int, note: str = ""', []),
        ('order_id: int, note: str = "none", currency: str = "EUR"', []),
        ("order_id: int", []),
        (
            'order_id: int, note: str = "", currency: str',
            ["parameter 'currency' was added without a default"],
        ),
        ('note: str = ""', ["parameter 'order_id' was removed, which receivers may require"]),
        ('order_id: str, note: str = ""', ["the type of parameter 'order_id' has changed"]),
        ("order_id: int, note: str", ["parameter 'note' has no default any more"]),
    ],
)
def test_a_change_is_told_if_it_would_break_a_receiver(
    shop: Workplace, parameters: str, told: list[str]
) -> None:
    committed = shop.folder / "asyncapi.json"
    committed.write_text(shop.aldis("relay", "asyncapi", "shop.relays").out)
    redeclare(shop, parameters)
    ran = shop.aldis("relay", "asyncapi", "shop.relays", "--check", str(committed))
    assert ran.lines == [f"{TOPIC}: {line}" for line in told]
    assert ran.code == bool(told)
    if "currency: str" in parameters and told:
        assert ran.out == SHOWN["relay asyncapi shop.relays --check asyncapi.json"]


def document(topics: dict[str, Any]) -> dict[str, Any]:
    """Return a document of topics, each with the schema of its data."""
    messages = {
        topic: {"payload": {"properties": {"data": data}}} for topic, data in topics.items()
    }
    schemas = {
        "Box": {
            "type": "object",
            "title": "Box",
            "properties": {"in": {"$ref": "#/components/schemas/Box"}},
        },
        "a/b": {"type": "integer"},
    }
    return {"components": {"messages": messages, "schemas": schemas}}


def data(sender: str, *required: str, **parameters: Any) -> dict[str, Any]:
    payload = {"type": "object", "properties": parameters, "required": [*required]}
    return {"properties": {"sender": {"type": sender}, "payload": payload}}


def test_a_topic_that_is_gone_and_another_sender_are_told_and_a_new_topic_is_not() -> None:
    before = document({"a": data("string"), "b": data("string")})
    after = document({"b": data("integer"), "c": data("string")})
    assert [*breaking(before, after)] == [
        "a: nobody publishes or delivers it any more",
        "b: the type of its sender has changed",
    ]


def test_references_are_followed_also_in_circles_and_titles_do_not_count() -> None:
    box, number = {"$ref": "#/components/schemas/Box"}, {"$ref": "#/components/schemas/a~1b"}
    before = document({"a": data("string", box=box, number=number, any=[number])})
    after = document({"a": data("string", box=box, number={"type": "integer"}, any=[number])})
    after["components"]["schemas"]["Box"]["title"] = "Case"
    assert not [*breaking(before, after)]
    after["components"]["schemas"]["Box"]["properties"]["lid"] = {"type": "string"}
    assert [*breaking(before, after)] == ["a: the type of parameter 'box' has changed"]


def of_messages(messages: object) -> str:
    return json.dumps({"components": {"messages": messages}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"components": 1}',
        of_messages([]),
        of_messages({"a": 1}),
        of_messages({TOPIC: {"payload": {}}}),
        of_messages({TOPIC: {"payload": {"$ref": "https://example.org/a"}}}),
        of_messages({TOPIC: {"payload": {"properties": {"data": {"properties": 1}}}}}),
    ],
)
def test_a_document_that_is_none_is_told(shop: Workplace, text: str) -> None:
    (shop.folder / "asyncapi.json").write_text(text)
    ran = shop.aldis("relay", "asyncapi", "shop", "--check", "asyncapi.json")
    message = "aldis: asyncapi.json is not an AsyncAPI document of `aldis relay asyncapi`\n"
    assert (ran.code, ran.err) == (2, message)


def test_a_document_that_is_not_there_is_told(shop: Workplace) -> None:
    ran = shop.aldis("relay", "asyncapi", "shop", "--check", "nowhere.json")
    assert (ran.code, ran.err) == (
        2,
        "aldis: nowhere.json cannot be read: No such file or directory\n",
    )


@pytest.mark.parametrize("command", ["topics", "asyncapi"])
def test_a_package_without_relays_is_told(here: Workplace, command: str) -> None:
    here.write(shop__signals=SIGNALS)
    ran = here.aldis("relay", command, "shop")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "aldis: there are no relays in shop; a relay is known if it is made when its module is"
        " imported\n"
    )


def test_modules_that_cannot_be_imported_are_told(shop: Workplace) -> None:
    shop.write(shop__broken="raise ValueError")
    for command in ("topics", "asyncapi"):
        ran = shop.aldis("relay", command, "shop")
        assert ran.code == 2
        assert "aldis: shop.broken cannot be imported: ValueError" in ran.err
        assert TOPIC in ran.out


def test_types_of_every_kind_are_described(here: Workplace) -> None:
    pytest.importorskip("pydantic")
    here.write(
        shop__signals="""
        import pydantic
        from aldis import Event, Signal
        class Customer(pydantic.BaseModel):
            name: str
        @Event
        def greeted(customer: Customer, /) -> None: ...
        """,
        shop__relays="""
        from aldis.relay import Memory, Relay
        from shop.signals import greeted
        web = Relay(Memory(), name="web")
        web.publish(greeted, topic="a/b~c")
        mailer = Relay(Memory(), name="mailer")
        mailer.deliver(greeted, group="mailer", topic="a/b~c")
        mailer.deliver(greeted, group="mailer", topic="a/d")
        """,
    )
    ran = here.aldis("relay", "asyncapi", "shop")
    found = json.loads(ran.out)
    assert found["channels"] == {
        "a": {
            "address": "a",
            "messages": {
                "b~c": {"$ref": "#/components/messages/a~1b~0c"},
                "d": {"$ref": "#/components/messages/a~1d"},
            },
        }
    }
    sent = found["operations"]["web.send.a/b~c"]
    assert sent["messages"] == [{"$ref": "#/channels/a/messages/b~0c"}]
    assert sent["channel"] == {"$ref": "#/channels/a"}
    assert "name" in json.dumps(found["components"]["schemas"])


def test_without_the_extra_it_is_named(here: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("aldis.relay")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "msgspec", None)
    ran = here.aldis("relay", "topics", "shop")
    assert (ran.code, ran.err) == (
        2,
        f"aldis: {MissingExtraError('aldis relay', 'relay')}\n",
    )
