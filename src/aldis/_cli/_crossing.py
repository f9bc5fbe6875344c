"""Tells which message of a relay a send delivers, or a receiver has published.

The relay is not imported here: where the program has not done that, there is no message. The two
ends of a message have its id, so that the traces of two processes can be put together.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aldis.observing import Delivery, Send

_SHOWN = 8  # letters of an id, which are enough for a person


def message_of_send(send: Send) -> str | None:
    """Return the id of the message that a send delivers; None if it was sent here."""
    arrival = _arrival_of(send)
    return None if arrival is None else str(arrival.id)


def message_of_receiver(delivery: Delivery) -> str | None:
    """Return the id of the message that a receiver has just published, if it did."""
    relay: Any = sys.modules.get("aldis.relay._publishing")
    if relay is None or not isinstance(delivery.receiver, relay.Publisher):
        return None
    found: str | None = relay.published.get()
    return found


def arrival_words(send: Send) -> str:
    """Return where a send comes from, if it delivers a message."""
    arrival = _arrival_of(send)
    if arrival is None:
        return ""
    return f", message {arrival.id[:_SHOWN]} from {arrival.source}, attempt {arrival.attempt}"


def published_words(delivery: Delivery) -> str:
    """Return as which message a receiver has published, if it did."""
    found = message_of_receiver(delivery)
    return "" if found is None else f" as message {found[:_SHOWN]}"


def _arrival_of(send: Send) -> Any:
    relay: Any = sys.modules.get("aldis.relay._current")
    if relay is None or send.parent is not None:
        return None
    arrival = relay.current()
    return arrival if arrival is not None and arrival.signal is send.signal else None
