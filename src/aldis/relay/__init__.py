"""Signals between processes, over an engine that exists: the extra `relay`.

relay = Relay(Memory(), name="web")
"""

try:
    import msgspec as _msgspec  # noqa: F401  # to say so at once where it is not installed
except ModuleNotFoundError as error:
    if error.name != "msgspec":
        raise
    from aldis.exceptions import MissingExtraError

    raise MissingExtraError("aldis.relay", "relay") from None

from aldis.relay._memory import DeadLetter, Memory
from aldis.relay._message import Message
from aldis.relay._redis import RedisStreams
from aldis.relay._transport import Delivery, Subscription, Transport

__all__ = ("DeadLetter", "Delivery", "Memory", "Message", "RedisStreams", "Subscription", "Transport")
