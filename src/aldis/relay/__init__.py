"""Signals between processes, over an engine that exists: the extra `relay`.

relay = Relay(Memory(), name="web")
"""

from aldis.relay._current import Arrival, current
from aldis.relay._key import Key
from aldis.relay._memory import DeadLetter, Memory
from aldis.relay._message import Message
from aldis.relay._redis import RedisStreams
from aldis.relay._relay import Relay
from aldis.relay._transport import Delivery, Subscription, Transport

__all__ = (
    "Arrival",
    "DeadLetter",
    "Delivery",
    "Key",
    "Memory",
    "Message",
    "RedisStreams",
    "Relay",
    "Subscription",
    "Transport",
    "current",
)
