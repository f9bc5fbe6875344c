"""The message that is being delivered: receivers may ask for it, and its echo is not published."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aldis.relay._message import Message


class Arrival:
    """A message, while its receivers are called.

    Attributes:
        id: The id of the message: the same at every attempt, so receivers can tell what they have
            done already.
        attempt: Which attempt this is, from 1.
        topic: The topic of the message.
        source: The name of the relay that published it.
        hops: How many deliveries led to it: 0 if it was not sent by a receiver of another message.
        signal: The signal that is being sent again.

    Example:
        >>> from aldis import Signal
        >>> from aldis.relay import Memory, Relay, current
        >>> @Signal
        ... def order_paid(sender: str, /, *, order_id: int) -> None: ...
        >>> relay = Relay(Memory(), name="shop")
        >>> relay.publish(order_paid, topic="shop.order_paid")
        >>> relay.deliver(order_paid, group="mailer", topic="shop.order_paid", own=True)
        >>> _ = order_paid.send("shop", order_id=1)
        >>> @order_paid.connect
        ... def mail(sender: str, *, order_id: int) -> None:
        ...     arrival = current()
        ...     print(arrival.topic, arrival.source, arrival.attempt)
        >>> relay.run(until_idle=0)
        shop.order_paid shop 1
        >>> relay.close()
    """

    __slots__ = ("_args", "_kwargs", "attempt", "hops", "id", "signal", "source", "topic")

    def __init__(
        self,
        message: Message,
        attempt: int,
        signal: object,
        args: Sequence[object],
        kwargs: Mapping[str, object],
    ) -> None:
        self.id: str = message.id
        self.attempt: int = attempt
        self.topic: str = message.type
        self.source: str = message.source
        self.hops: int = message.aldishops
        self.signal: object = signal
        self._args = args
        self._kwargs = kwargs

    def __repr__(self) -> str:
        return f"<Arrival {self.id} of {self.topic} from {self.source}, attempt {self.attempt}>"

    def _is_sent_by(
        self, signal: object, args: Sequence[object], kwargs: Mapping[str, object]
    ) -> bool:
        """Whether a send is the one that delivers it: of this signal, with these very objects."""
        mine = self._kwargs
        return (
            signal is self.signal
            and len(kwargs) == len(mine)  # keys that are not required may be there
            and all(here is there for here, there in zip(args, self._args, strict=True))
            and all(kwargs.get(name, mine) is value for name, value in mine.items())
        )


arriving: Final[ContextVar[Arrival | None]] = ContextVar("aldis.relay", default=None)


def current() -> Arrival | None:
    """Return the message whose receivers are being called; None if there is none.

    A receiver that is called by the `via` of its connection has it too, if that keeps the context;
    see `Arrival`.

    Example:
        >>> from aldis.relay import current
        >>> current() is None
        True
    """
    return arriving.get()
