"""The receivers that publish: the last ones of a signal."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from aldis.relay._current import arriving
from aldis.relay._message import Message
from aldis.relay._threads import in_thread
from aldis.relay._topics import stream_of
from aldis.relay._tracing import trace_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis.relay._codec import Codec
    from aldis.relay._transport import Transport

_log: Final = logging.getLogger("aldis.relay")

# the id of the message that was published last, for who observes that
published: Final[ContextVar[str | None]] = ContextVar("aldis.relay.published", default=None)

LAST: Final = -(10**9)  # the priority: after all that others would choose


class When(Protocol):
    """What decides when a message is published, such as Django's `transaction.on_commit`."""

    def __call__(self, publish: Callable[[], None], /) -> object: ...


class Publisher:
    """Publishes what a signal sends, unless the send is what delivers a message."""

    def __init__(
        self,
        signal: object,
        codec: Codec,
        topic: str,
        when: When | None,
        *,
        transport: Transport,
        source: str,
        origin: Callable[[], str],
    ) -> None:
        self.topic = topic
        self._signal = signal
        self.codec = codec
        self._when = when
        self._transport = transport
        self._source = source
        self._origin = origin
        self._stream = stream_of(topic)

    def __call__(self, /, *args: Any, **kwargs: Any) -> None:
        """Publish; return once the engine has confirmed it.

        Raises:
            TypeError: A value is not of the type that is declared.
            ConnectionError: The engine has not confirmed it.
        """
        message = self._message(args, kwargs)
        if message is not None:
            self._publish(message)

    def _message(self, args: Any, kwargs: Any) -> Message | None:
        """Return the message of a send; None if that delivers one."""
        arrival = arriving.get()
        if arrival is not None and arrival._is_sent_by(self._signal, args, kwargs):
            published.set(None)
            return None
        message = Message.of(
            topic=self.topic,
            source=self._source,
            data=self.codec.encode(args, kwargs),
            origin=self._origin(),
            hops=0 if arrival is None else arrival.hops + 1,
            trace=trace_here(),
        )
        published.set(message.id)
        return message

    def _publish(self, message: Message) -> None:
        if self._when is None:
            self._publish_now(message)
        else:
            self._when(partial(self._publish_now, message))

    def _publish_now(self, message: Message) -> None:
        try:
            self._transport.publish(self._stream, message)
        except Exception:
            # `send_robust` hands an exception to its caller only
            _log.error("message %s was not published to topic %s", message.id, message.type)
            raise


class AsyncPublisher(Publisher):
    """Publishes what an async signal sends; the event loop goes on meanwhile."""

    if not TYPE_CHECKING:

        async def __call__(self, /, *args: Any, **kwargs: Any) -> None:
            """Publish; return once the engine has confirmed it; see `Publisher`."""
            message = self._message(args, kwargs)
            if message is None:
                return
            if self._when is None:
                await in_thread(partial(self._publish_now, message))
            else:
                self._publish(message)
