"""The envelope: a CloudEvent 1.0 in its structured JSON form."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Literal

from aldis.exceptions import MessageError, MissingExtraError

try:
    import msgspec
except ModuleNotFoundError as error:
    if error.name != "msgspec":
        raise
    raise MissingExtraError("aldis.relay", "relay") from None

from aldis.relay._portable import written  # it needs msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event on its way: a CloudEvent, whose `data` is the sender and the payload of a send.

    Attributes:
        specversion: The version of CloudEvents.
        id: Unique, and the same at every attempt.
        source: The name of the relay that published it.
        type: The topic.
        time: When it was sent.
        datacontenttype: What `data` is.
        data: `{"sender": ..., "payload": {...}}` in JSON; an event without a sender has none.
        aldisorigin: The process that published it.
        aldishops: How many deliveries led to it: 0 if it was not sent by a receiver of another one.
        traceparent: The trace it belongs to, as the W3C writes it.
        tracestate: What vendors add to that.
        baggage: What OpenTelemetry carries along.

    Example:
        >>> from aldis.relay import Message
        >>> message = Message.of(topic="shop.paid", source="web", data=b'{"payload":{}}')
        >>> Message.unpack(message.pack()) == message
        True

        A worker of another engine hands such bytes to a relay:

        >>> from aldis import Event
        >>> from aldis.relay import Memory, Relay
        >>> @Event
        ... def paid() -> None: ...
        >>> relay = Relay(Memory(), name="worker")
        >>> relay.deliver(paid, group="worker", topic="shop.paid")
        >>> @paid.connect
        ... def thank() -> None:
        ...     print("thank you")
        >>> relay.receive(message.pack())
        thank you
    """

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    data: msgspec.Raw
    time: datetime | None = None
    datacontenttype: str | None = None
    aldisorigin: str = ""
    aldishops: int = 0
    traceparent: str | None = None
    tracestate: str | None = None
    baggage: str | None = None

    @classmethod
    def of(
        cls,
        *,
        topic: str,
        source: str,
        data: bytes,
        origin: str = "",
        hops: int = 0,
        trace: dict[str, str] | None = None,
    ) -> Message:
        """Return a new message, with an id of its own.

        Args:
            topic: The topic.
            source: The name of the relay.
            data: The sender and the payload, in JSON.
            origin: The process.
            hops: How many deliveries led to it.
            trace: `traceparent`, `tracestate` and `baggage`, as far as there are any.

        Example:
            >>> from aldis.relay import Message
            >>> Message.of(topic="paid", source="web", data=b"{}").type
            'paid'
        """
        return cls(
            specversion="1.0",
            id=os.urandom(16).hex(),
            source=source,
            type=topic,
            time=datetime.now(UTC),
            datacontenttype="application/json",
            data=msgspec.Raw(data),
            aldisorigin=origin,
            aldishops=hops,
            **(trace or {}),
        )

    def pack(self) -> bytes:
        """Return it in JSON.

        Example:
            >>> from aldis.relay import Message
            >>> Message.of(topic="paid", source="web", data=b"{}").pack()[:20]
            b'{"specversion":"1.0"'
        """
        return _encoder.encode(self)

    @classmethod
    def unpack(cls, packed: bytes) -> Message:
        """Read a message.

        Attributes that CloudEvents do not name, or that nobody needs here, are left out.

        Args:
            packed: What `pack` returned, or a CloudEvent of somebody else.

        Raises:
            MessageError: It is not a CloudEvent in JSON.

        Example:
            >>> from aldis.exceptions import MessageError
            >>> from aldis.relay import Message
            >>> try:
            ...     Message.unpack(b"hello")
            ... except MessageError as error:
            ...     print(error)
            a message cannot be read: it is not a CloudEvent in JSON
        """
        try:
            return _decoder.decode(packed)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise MessageError("it is not a CloudEvent in JSON") from None


# `written` for the time, where a test has frozen it
_encoder = msgspec.json.Encoder(enc_hook=written)
_decoder = msgspec.json.Decoder(Message)
