"""What an engine must do: the protocol between a relay and what carries its messages.

An engine carries bytes. It knows topics and groups, and it counts attempts; it knows nothing of
signals. How often a message is tried, how long to wait in between and when to give up is decided by
the relay, which calls `retry` and `bury`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis.relay._message import Message


class Delivery(Protocol):
    """One message, handed to one process, until that process has settled it.

    Exactly one of `ack`, `retry` and `bury` is called, once. Until then the message is this
    process's: an engine that hands messages to others after a time must renew its claim, in a
    thread of its own, as long as the process lives. If the process dies, the message is delivered
    again, and that counts as an attempt.
    """

    @property
    def message(self) -> bytes:
        """What was published, or whatever else was in the topic, byte by byte; see `Transport`."""
        ...

    @property
    def attempt(self) -> int:
        """Which attempt of its group this is, from 1, counted by the engine; see `Transport`.

        Attempts that ended with the death of a process count, too.
        """
        ...

    @property
    def is_exact(self) -> bool:
        """Whether each earlier attempt has called receivers; see `Transport`.

        False where the engine fetches several messages at once: one that died may have been busy
        with another one of them. A relay does not bury such a message before its receivers have
        been called once more. With a prefetch of 1 it is always True; with more, only for the
        message that a dead process was busy with, which is the first one of what it left.
        """
        ...

    def ack(self) -> None:
        """Settle it, since its receivers have succeeded; see `Transport`.

        It returns once the engine knows.

        Raises:
            ConnectionError: The engine could not be told; the message will come again.
        """
        ...

    def retry(self, delay: float) -> None:
        """Deliver it to the group again, not before this many seconds are over; see `Transport`.

        Others are delivered meanwhile. For `group=None` it comes back to this subscription.

        Raises:
            ConnectionError: The engine could not be told; the message will come again.
        """
        ...

    def bury(self, reason: str) -> None:
        """Settle it as a dead letter; see `Transport`.

        That has its bytes, topic, group and attempts, and this reason.

        It is first written where dead letters are kept, and then settled, in one step if possible.

        Raises:
            ConnectionError: The engine could not be told; the message will come again.
        """
        ...


class Subscription(Protocol):
    """What one process hears in a group, or on its own."""

    def receive(self, timeout: float) -> Delivery | None:
        """Wait for the next message; see `Transport`.

        After a lost connection it connects again by itself, and goes on where it was.

        Args:
            timeout: How many seconds to wait; 0 returns what is there.

        Returns:
            The message; None if there was none in time.

        Raises:
            ConnectionError: The engine cannot be reached. The relay logs it, waits, and asks again.
        """
        ...

    def close(self) -> None:
        """Give back at once what was fetched and not settled; see `Transport`.

        It does not count as an attempt.

        It does nothing the second time. No other method is called at the same time or later.
        """
        ...


class Transport(Protocol):
    """An engine: `Memory`, `RedisStreams`, or your own.

    `publish` may be called by several threads at once, and each subscription is used by one thread
    at a time. A transport may be made before its process forks, as servers with preloaded workers
    do: what cannot be shared, such as a connection or a thread, is made again where `os.getpid()`
    has changed.

    Example:
        >>> from collections.abc import Sequence
        >>> from aldis import Event
        >>> from aldis.relay import Message, Relay, Subscription
        >>> class Printing:
        ...     def publish(self, topic: str, message: Message) -> None:
        ...         print(topic, bytes(message.data))
        ...     def subscribe(self, topics: Sequence[str], group: str | None) -> Subscription:
        ...         raise NotImplementedError
        ...     def close(self) -> None: ...
        >>> @Event
        ... def saved(path: str, /) -> None: ...
        >>> Relay(Printing(), name="editor").publish(saved, topic="saved")
        >>> _ = saved.send("a.txt")
        saved b'{"payload":{"path":"a.txt"}}'
    """

    def publish(self, topic: str, message: Message) -> None:
        """Hand a message to the engine, and return once it has confirmed it; see `Transport`.

        What the engine carries is `message.pack()`. It is kept until every group that knows the
        topic has settled it, and for groups that subscribe to the topic for the first time later.
        `message.id` is for engines that leave out what was published twice.

        Args:
            topic: Where to.
            message: What to publish.

        Raises:
            ConnectionError: The engine did not confirm it in time. It may have been published all
                the same.
        """
        ...

    def subscribe(self, topics: Sequence[str], group: str | None) -> Subscription:
        """Begin to hear topics; see `Transport`.

        Args:
            topics: The topics, at least one.
            group: The group: each message goes to one of its subscriptions, and a group that is new
                begins with the oldest message that is kept. None hears what is published from now
                on, each subscription its own copy and without a gap after a lost connection;
                nothing is kept for it after it is closed.

        Returns:
            The subscription. Only the process that made it uses it.

        Raises:
            ConnectionError: The engine cannot be reached.
        """
        ...

    def close(self) -> None:
        """Let go of connections and threads, the first time; see `Transport`."""
        ...
