"""Describes what relays publish and deliver, as an AsyncAPI 3.0 document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from aldis.relay._relay import relays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis.relay._codec import Codec
    from aldis.relay._relay import Relay

_CONTENT = "application/cloudevents+json"


class Use(NamedTuple):
    """A topic that a relay publishes or delivers."""

    topic: str
    verb: str  # "published" or "delivered"
    relay: str
    group: str | None
    codec: Codec

    def __str__(self) -> str:
        where = f" in group {self.group}" if self.group is not None else " without a group"
        signal = f"signal {self.codec.signal}"
        return f"{self.topic}: {self.verb} by relay {self.relay}" + (
            f", {signal}" if self.verb == "published" else f"{where}, {signal}"
        )


def uses() -> list[Use]:
    """Return what all relays of this process publish and deliver, by topic."""
    found = [use for relay in [*relays] for use in _uses_of(relay)]
    return sorted(found, key=lambda use: (use.topic, use.verb, use.relay, use.group or ""))


def _uses_of(relay: Relay) -> Iterator[Use]:
    for topic, (_, publisher) in relay._publishers.items():
        yield Use(topic, "published", relay.name, None, publisher.codec)
    for topic, route in relay._routes.items():
        yield Use(topic, "delivered", relay.name, route.group, route.codec)


def document(title: str, version: str) -> dict[str, Any]:
    """Return the document of all relays.

    Args:
        title: What the program is called.
        version: Its version.
    """
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for use in uses():
        stream, _, name = use.topic.partition("/")
        channel = {"$ref": f"#/channels/{_pointer(stream)}"}
        which = name or "event"  # its name in the channel
        if use.topic not in messages:
            payload, inner = _schema_of(use)
            schemas.update(inner)
            messages[use.topic] = {"contentType": _CONTENT, "payload": payload}
            sent = channels.setdefault(stream, {"address": stream, "messages": {}})["messages"]
            sent[which] = {"$ref": f"#/components/messages/{_pointer(use.topic)}"}
        verb = "send" if use.verb == "published" else "receive"
        operation: dict[str, Any] = {"action": verb, "channel": channel}
        if name:
            operation["messages"] = [{"$ref": f"{channel['$ref']}/messages/{_pointer(name)}"}]
        group = {} if use.group is None else {"x-group": use.group}
        operations[f"{use.relay}.{verb}.{use.topic}"] = {**operation, **group}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": version},
        "defaultContentType": _CONTENT,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _schema_of(use: Use) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of a topic's messages, and those that it refers to."""
    (data,), inner = msgspec.json.schema_components(
        [use.codec.type],
        schema_hook=_schema_of_model,
        # two topics may have types of the same name
        ref_template=f"#/components/schemas/{_pointer(use.topic)}.{{name}}",
    )
    text = {"type": "string"}
    payload = {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": text,
            "source": text,
            "type": {"const": use.topic},
            "data": data,
        },
    }
    return payload, {f"{use.topic}.{name}": schema for name, schema in inner.items()}


def _schema_of_model(kind: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", kind.model_json_schema())


def _pointer(name: str) -> str:
    """Return a name as a JSON pointer has it."""
    return name.replace("~", "~0").replace("/", "~1")
