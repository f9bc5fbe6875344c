"""An engine over Redis Streams: the extra `redis`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from aldis.exceptions import MissingExtraError
from aldis.relay._redis_entries import FIELD, Names, dead_letter_of
from aldis.relay._redis_group import GroupSubscription
from aldis.relay._redis_live import LiveSubscription
from aldis.relay._redis_streams import Settings, Streams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis.relay._memory import DeadLetter
    from aldis.relay._message import Message
    from aldis.relay._redis_client import Client
    from aldis.relay._transport import Subscription


class RedisStreams:
    """An engine over Redis Streams, of a server from version 6.2 on: the extra `redis`.

    Each topic is a stream, each group a consumer group of it. Messages are kept until all groups
    have settled them, and dead letters until you delete them. It may be made before a process
    forks; each process has connections of its own.

    Args:
        url: Where the server is, as redis-py takes it: `redis://`, `rediss://` or `unix://`.
        prefix: What the names of the streams begin with: `aldis:topic:shop.order_paid`, and
            `aldis:dead` for the dead letters.
        idle: The seconds after which another process may claim a message whose process has died.
            While a process lives, it renews its claim three times as often.
        prefetch: How many messages to fetch at once. With more than 1 a message that kills its
            process may be tried once more than the relay's `attempts`.
        timeout: The seconds after which a command has failed. A command is never repeated.
        away: The seconds that messages are kept at least, for subscriptions with `group=None`: so
            long they may be without a connection, or busy with one message, and miss nothing.
        keep: The seconds that messages of a topic are kept that is heard with `group=None` only,
            by no group.

    Raises:
        MissingExtraError: redis-py is not installed.
        ValueError: An argument is out of range, or the URL is none.

    Example:
        >>> from aldis.relay import RedisStreams
        >>> engine = RedisStreams("redis://127.0.0.1:6379/0", idle=60)  # connects when it is used
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "aldis",
        idle: float = 30.0,
        prefetch: int = 1,
        timeout: float = 5.0,
        away: float = 60.0,
        keep: float = 7 * 24 * 3600.0,
    ) -> None:
        for name, value, least in (
            ("idle", idle, 0.01),
            ("prefetch", prefetch, 1),
            ("timeout", timeout, 0.01),
            ("away", away, 0),
            ("keep", keep, 0),
        ):
            if not value >= least:
                raise ValueError(f"RedisStreams: {name} must be at least {least}, got {value}")
        self._url = url
        self._names = Names(prefix)
        self._settings = Settings(idle, prefetch, timeout, away, keep)
        self._opened: tuple[int, Client] | None = None
        # an error in the URL is one of the program, and shows here
        self._client()

    def publish(self, topic: str, message: Message) -> None:
        """Add a message to the stream of a topic; see `Transport.publish`.

        Args:
            topic: Where to.
            message: What to publish.

        Raises:
            ConnectionError: Redis did not confirm it in time; then it is a `TimeoutError`, too. It
                may have been published all the same.
        """
        self._client()("XADD", self._names.stream(topic), "*", FIELD, message.pack())

    def subscribe(self, topics: Sequence[str], group: str | None) -> Subscription:
        """Begin to hear topics; see `Transport.subscribe`.

        Args:
            topics: The topics.
            group: The group, or None.

        Raises:
            ConnectionError: Redis cannot be reached.
            RuntimeError: The server is older than 6.2.
        """
        streams = Streams(self._client(), self._names, self._settings)
        streams.check()
        if group is None:
            return LiveSubscription(streams, topics)
        return GroupSubscription(streams, topics, group)

    def dead_letters(self, count: int = 100) -> list[DeadLetter]:
        """Return the oldest dead letters; they stay until you delete them.

        Args:
            count: How many at most.

        Raises:
            ConnectionError: Redis cannot be reached.

        Example:
            >>> from aldis.relay import RedisStreams
            >>> def show(engine: RedisStreams) -> None:
            ...     for letter in engine.dead_letters():
            ...         print(letter.topic, letter.reason)
        """
        reply = self._client()("XRANGE", self._names.dead, "-", "+", "COUNT", count)
        found = cast("list[tuple[bytes, list[bytes]]]", reply)
        return [dead_letter_of(fields) for _, fields in found]

    def close(self) -> None:
        """Close the connections of this process; see `Transport.close`.

        They are opened again when they are needed.
        """
        if self._opened is not None and self._opened[0] == os.getpid():
            self._opened[1].close()

    def _client(self) -> Client:
        pid = os.getpid()
        if self._opened is None or self._opened[0] != pid:
            self._opened = pid, self._new_client()
        return self._opened[1]

    def _new_client(self) -> Client:
        try:
            from aldis.relay._redis_client import Client  # noqa: PLC0415  # it takes a while
        except ModuleNotFoundError as error:
            if error.name != "redis":
                raise
            raise MissingExtraError("aldis.relay.RedisStreams", "redis") from None
        return Client(self._url, self._settings.timeout)
