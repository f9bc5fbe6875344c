"""What a subscription asks of the streams of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from aldis.relay._redis_errors import check_version
from aldis.relay._redis_scripts import TRIM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis.relay._redis_client import Client
    from aldis.relay._redis_entries import Argument, Names, Reply

TRIMMED = 1.0  # seconds between two times that a stream is trimmed


class Settings(NamedTuple):
    """What `RedisStreams` was made with; see there. All are seconds, but for prefetch."""

    idle: float
    prefetch: int
    timeout: float
    away: float
    keep: float


class Streams:
    """What one subscription asks of the streams."""

    def __init__(self, client: Client, names: Names, settings: Settings) -> None:
        self.client = client
        self.names = names
        self.idle = settings.idle
        self.prefetch = settings.prefetch
        self.away = settings.away
        self._kept = [int(1000 * settings.away), int(1000 * settings.keep)]
        # an answer to a read that waits must come before the connection gives up
        self._longest_wait = settings.timeout / 2
        self._next_trimming = 0.0

    def check(self) -> None:
        """Refuse a server that is too old."""
        check_version(cast("bytes", self.client("INFO", "server")), self.client.where)

    def declare(self, key: bytes, group: str) -> None:
        """Make a group, which begins with the oldest message, unless it is there."""
        try:
            self.client("XGROUP", "CREATE", key, group, "0", "MKSTREAM")
        except ConnectionError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def newest(self, key: bytes) -> bytes:
        """Return the id of the newest message of a stream."""
        found = cast(
            "list[tuple[bytes, list[bytes]]]", self.client("XREVRANGE", key, "+", "-", "COUNT", 1)
        )
        return found[0][0] if found else b"0-0"

    def read_group(self, keys: list[bytes], group: str, consumer: str, wait: float) -> Reply:
        """Ask for messages that the group was not given yet, and wait at most so many seconds."""
        command: list[Argument] = ["XREADGROUP", "GROUP", group, consumer]
        command += ["COUNT", self.prefetch, *self._block(wait), "STREAMS", *keys]
        return self.client(*command, *(b">" for _ in keys))

    def read(self, after: Mapping[bytes, bytes], at_most: int, wait: float) -> Reply:
        """Ask for messages after others, and wait at most so many seconds."""
        block = self._block(wait)
        return self.client("XREAD", "COUNT", at_most, *block, "STREAMS", *after, *after.values())

    def _block(self, wait: float) -> tuple[Argument, ...]:
        milliseconds = int(1000 * min(wait, self._longest_wait))
        # 0 would be for ever
        return ("BLOCK", milliseconds) if milliseconds > 0 else ()

    def trim(self, keys: list[bytes]) -> None:
        """Delete what no group owes."""
        self.client.run(TRIM, keys, *self._kept)

    def trim_in_time(self, keys: list[bytes], now: float) -> None:
        """Delete it from time to time."""
        if now >= self._next_trimming:
            self._next_trimming = now + TRIMMED
            self.trim(keys)
