"""What goes wrong with Redis; nothing here needs redis-py."""

from __future__ import annotations

OLDEST = (6, 2)  # the first with `XPENDING IDLE` and `XTRIM MINID`


class NoAnswerError(ConnectionError, TimeoutError):
    """Redis did not answer in time: an error of the connection, and one of time."""


class NoGroupError(Exception):
    """A stream or its group is gone, as after `FLUSHALL`."""


def check_version(info: bytes, where: str) -> None:
    """Refuse a server that is too old.

    Args:
        info: What it answers to `INFO server`.
        where: Its address, for the error.

    Raises:
        RuntimeError: It is too old.
    """
    for line in info.decode().splitlines():
        name, _, version = line.partition(":")
        if name == "redis_version":
            major, minor, *_ = version.split(".")
            if (int(major), int(minor)) < OLDEST:
                raise RuntimeError(
                    f"Redis at {where} is version {version}: RedisStreams needs 6.2 or newer"
                )
