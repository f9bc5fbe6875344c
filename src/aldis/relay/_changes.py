"""Which changes between two AsyncAPI documents would break a receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WORDS = frozenset({"title", "description", "default"})  # what changes no value


def breaking(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Give a line for each change that would break a receiver, of old messages or of new ones.

    Args:
        before: The document that was committed.
        after: The one of now.
    """
    old, new = _messages_of(before), _messages_of(after)
    for topic in sorted(old):
        if topic not in new:
            yield f"{topic}: nobody publishes or delivers it any more"
            continue
        then, now = (_resolved(each[topic], doc) for each, doc in ((old, before), (new, after)))
        then, now = (each["properties"]["data"]["properties"] for each in (then, now))
        if then.get("sender") != now.get("sender"):
            yield f"{topic}: the type of its sender has changed"
        for line in _of_parameters(then["payload"], now["payload"]):
            yield f"{topic}: {line}"


def _messages_of(document: Mapping[str, Any]) -> dict[str, Any]:
    messages: dict[str, Any] = document["components"]["messages"]
    return {topic: message["payload"] for topic, message in messages.items()}


def _of_parameters(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    old, new = before.get("properties", {}), after.get("properties", {})
    needed_before, needed = before.get("required", ()), after.get("required", ())
    for name in sorted({*old, *new}):
        if name not in new:
            if name in needed_before:
                yield f"parameter {name!r} was removed, which receivers may require"
        elif name not in old:
            if name in needed:
                yield f"parameter {name!r} was added without a default"
        elif old[name] != new[name]:
            yield f"the type of parameter {name!r} has changed"
        elif name in needed and name not in needed_before:
            yield f"parameter {name!r} has no default any more"


def _resolved(schema: object, document: Mapping[str, Any], seen: tuple[str, ...] = ()) -> Any:
    """Return a schema with what it refers to in the place of each reference."""
    if isinstance(schema, list):
        return [_resolved(each, document, seen) for each in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    found = cast("dict[str, object]", schema)
    reference = found.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        return _resolved(_at(reference, document), document, (*seen, reference))
    is_names = "type" not in found and "$ref" not in found  # the properties of an object
    return {
        name: _resolved(value, document, seen)
        for name, value in found.items()
        if is_names or name not in _WORDS
    }


def _at(reference: str, document: Mapping[str, Any]) -> Any:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part.replace("~1", "/").replace("~0", "~"), {})
    return found
