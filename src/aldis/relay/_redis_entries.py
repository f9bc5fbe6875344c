"""What stands in a stream, and how its messages are read from the answers of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

import msgspec

from aldis.relay._memory import DeadLetter

if TYPE_CHECKING:
    from collections.abc import Iterator

# what a server answers in the second version of its protocol
Reply: TypeAlias = "bytes | int | list[Reply] | None"
Argument: TypeAlias = bytes | str | int

# the one that FastStream reads, so that its subscribers can read these streams, too
FIELD = b"__data__"


class Names:
    """What the streams are called."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.dead = f"{prefix}:dead".encode()

    def stream(self, topic: str) -> bytes:
        """Return the name of the stream of a topic."""
        return f"{self._prefix}:topic:{topic}".encode()

    def topic(self, stream: bytes) -> str:
        """Return the topic of a stream."""
        return stream.decode().removeprefix(f"{self._prefix}:topic:")

    def dead_letter(self, entry: Entry, group: str | None, reason: str) -> list[Argument]:
        """Return names and values of a dead letter."""
        facts: list[Argument] = ["topic", self.topic(entry.stream)]
        facts += ["message", entry.message, "attempts", entry.attempt, "reason", reason]
        return facts if group is None else [*facts, "group", group]


def dead_letter_of(fields: list[bytes]) -> DeadLetter:
    """Read what `Names.dead_letter` returned."""
    facts = dict(zip(fields[::2], fields[1::2], strict=True))
    group = facts.get(b"group")
    return DeadLetter(
        topic=facts[b"topic"].decode(),
        message=facts[b"message"],
        group=None if group is None else group.decode(),
        attempts=int(facts[b"attempts"]),
        reason=facts[b"reason"].decode(),
    )


class Entry(NamedTuple):
    """One message of a stream."""

    stream: bytes
    id: bytes
    message: bytes
    attempt: int

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.stream, self.id


Place = tuple[bytes, bytes]


def entries_of(reply: Reply) -> Iterator[Entry]:
    """Read the answer to `XREAD` and `XREADGROUP`: for each stream its messages."""
    for stream, found in cast("list[tuple[bytes, list[tuple[bytes, list[bytes]]]]]", reply or []):
        for id_, fields in found:
            yield Entry(stream, id_, message_of(fields), 1)


def claimed_entry(reply: Reply) -> Entry | None:
    """Read the answer of the script that claims."""
    if reply is None:
        return None
    stream, id_, fields, attempt = cast("tuple[bytes, bytes, list[bytes], int]", reply)
    return Entry(stream, id_, message_of(fields), attempt)


def message_of(fields: list[bytes] | None) -> bytes:
    """Return the message in an entry.

    A stranger may have added the entry: the value of a single field is the message, whatever the
    name, and several fields are shown as JSON.

    Args:
        fields: Names and values in turn; None if it was deleted.
    """
    if not fields:
        return b""
    if fields[0] == FIELD:
        return fields[1]
    values = dict(zip(fields[::2], fields[1::2], strict=True))
    if FIELD in values or len(values) == 1:
        return values.get(FIELD, fields[1])
    return msgspec.json.encode(
        {name.decode(errors="replace"): values[name].decode(errors="replace") for name in values}
    )
