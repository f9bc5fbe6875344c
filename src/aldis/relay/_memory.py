"""An engine inside the process: for one process, and for tests."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis.relay._message import Message
    from aldis.relay._transport import Subscription


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up.

    Attributes:
        topic: The topic it was published to.
        message: The whole of it, byte by byte.
        group: The group that gave it up; None for one process on its own.
        attempts: How often it was tried.
        reason: Why it was given up.

    Example:
        >>> from aldis import Event
        >>> from aldis.relay import Memory, Relay
        >>> @Event
        ... def saved(path: str, /) -> None: ...
        >>> memory = Memory()
        >>> relay = Relay(memory, name="editor", attempts=1)
        >>> relay.publish(saved, topic="saved")
        >>> relay.deliver(saved, topic="saved", group="backup", own=True)
        >>> _ = saved.send("a.txt")
        >>> @saved.connect
        ... def fail(path: str) -> None:
        ...     raise OSError("disk full")
        >>> import logging
        >>> logging.getLogger("aldis").disabled = True
        >>> logging.getLogger("aldis.relay").disabled = True
        >>> relay.run(until_idle=0)
        >>> memory.dead[0].topic, memory.dead[0].group, memory.dead[0].attempts
        ('saved', 'backup', 1)
        >>> logging.getLogger("aldis").disabled = False
        >>> logging.getLogger("aldis.relay").disabled = False
    """

    topic: str
    message: bytes
    group: str | None
    attempts: int
    reason: str


class _Published:
    """A message, and how many groups have not settled it."""

    __slots__ = ("message", "owed_by", "topic")

    def __init__(self, topic: str, message: bytes) -> None:
        self.topic: str = topic
        self.message: bytes = message
        self.owed_by: int = 0


class _Entry:
    """A message on its way to one group."""

    __slots__ = ("attempts", "published")

    def __init__(self, published: _Published) -> None:
        self.published: _Published = published
        self.attempts: int = 0


class _Queue:
    """What one group still has before it; a subscription without a group has one of its own."""

    def __init__(self, group: str | None) -> None:
        self.group = group
        self.topics: set[str] = set()
        self.ready: deque[_Entry] = deque()
        self.later: list[tuple[float, int, _Entry]] = []  # a heap, by when it is due

    def due(self) -> float | None:
        """Return in how many seconds the next one is due; None if there is none."""
        while self.later and self.later[0][0] <= monotonic():
            self.ready.append(heappop(self.later)[2])
        if self.ready:
            return 0
        return self.later[0][0] - monotonic() if self.later else None


class Memory:
    """An engine inside the process: for one process, and for tests.

    It does what the others do, except that it ends with the process. Messages of a topic are kept
    until a group subscribes to it; without any group they are kept for good.

    Attributes:
        dead: The dead letters.

    Example:
        >>> from aldis import Signal
        >>> from aldis.relay import Memory, Relay
        >>> @Signal
        ... def order_paid(sender: str, /, *, order_id: int) -> None: ...
        >>> memory = Memory()
        >>> web, mailer = Relay(memory, name="web"), Relay(memory, name="mailer")
        >>> web.publish(order_paid)
        >>> mailer.deliver(order_paid, group="mailer")
        >>> _ = order_paid.send("shop", order_id=1)  # published, since nobody has refused it here
        >>> @order_paid.connect
        ... def mail(sender: str, *, order_id: int) -> None:
        ...     print("thank you for order", order_id)
        >>> mailer.run(until_idle=0)
        thank you for order 1
    """

    def __init__(self) -> None:
        self.dead: list[DeadLetter] = []
        self._changed = threading.Condition()
        self._kept: dict[str, dict[_Published, None]] = {}  # by topic, in their order
        self._groups: dict[str, _Queue] = {}
        self._live: list[_Queue] = []
        self._serial = count()

    def publish(self, topic: str, message: Message) -> None:
        """Keep a message for every group; see `Transport.publish`."""
        self._put(topic, message.pack())

    def _put(self, topic: str, message: bytes) -> None:
        published = _Published(topic, message)
        with self._changed:
            self._kept.setdefault(topic, {})[published] = None
            for queue in self._groups.values():
                if topic in queue.topics:
                    _owe(queue, published)
            for queue in self._live:
                if topic in queue.topics:
                    queue.ready.append(_Entry(published))
            self._changed.notify_all()

    def subscribe(self, topics: Sequence[str], group: str | None) -> Subscription:
        """Begin to hear topics; see `Transport.subscribe`."""
        with self._changed:
            if group is None:
                queue = _Queue(None)
                queue.topics.update(topics)
                self._live.append(queue)
                return MemorySubscription(self, queue)
            queue = self._groups.setdefault(group, _Queue(group))
            for topic in topics:
                if topic not in queue.topics:
                    queue.topics.add(topic)
                    for published in self._kept.get(topic, ()):
                        _owe(queue, published)
        return MemorySubscription(self, queue)

    def close(self) -> None:
        """Do nothing, so that what is kept stays for the next; see `Transport.close`."""

    def _settle(self, queue: _Queue, entry: _Entry) -> None:
        if queue.group is None:
            return
        published = entry.published
        published.owed_by -= 1
        if not published.owed_by:
            del self._kept[published.topic][published]


def _owe(queue: _Queue, published: _Published) -> None:
    published.owed_by += 1
    queue.ready.append(_Entry(published))


class MemoryDelivery:
    """A message of `Memory`, with one of its subscriptions; see `Delivery`."""

    is_exact: bool = True

    def __init__(self, subscription: MemorySubscription, entry: _Entry) -> None:
        self.message: bytes = entry.published.message
        self.attempt: int = entry.attempts
        self._subscription = subscription
        self._entry = entry

    def ack(self) -> None:
        """Settle it."""
        self._subscription._end(self._entry)

    def retry(self, delay: float) -> None:
        """Deliver it again, after this many seconds."""
        self._subscription._end(self._entry, delay=delay)

    def bury(self, reason: str) -> None:
        """Add it to `Memory.dead`."""
        self._subscription._end(self._entry, reason=reason)


class MemorySubscription:
    """What hears a `Memory`; see `Subscription`."""

    def __init__(self, memory: Memory, queue: _Queue) -> None:
        self._memory = memory
        self._queue = queue
        self._open: list[_Entry] = []  # handed out, and not settled

    def receive(self, timeout: float) -> MemoryDelivery | None:
        """Wait for the next message; see `Subscription.receive`."""
        until = monotonic() + timeout
        changed, queue = self._memory._changed, self._queue
        with changed:
            while (due := queue.due()) != 0:
                left = until - monotonic()
                if left <= 0:
                    return None
                changed.wait(left if due is None else min(left, due))
            entry = queue.ready.popleft()
            entry.attempts += 1
            self._open.append(entry)
        return MemoryDelivery(self, entry)

    def close(self) -> None:
        """Give back what was not settled; see `Subscription.close`."""
        memory, queue = self._memory, self._queue
        with memory._changed:
            for entry in reversed(self._open):
                entry.attempts -= 1
                queue.ready.appendleft(entry)
            self._open.clear()
            if queue in memory._live:
                memory._live.remove(queue)
            memory._changed.notify_all()

    def _end(self, entry: _Entry, *, delay: float | None = None, reason: str | None = None) -> None:
        memory, queue, published = self._memory, self._queue, entry.published
        with memory._changed:
            self._open.remove(entry)
            if delay is not None:
                heappush(queue.later, (monotonic() + delay, next(memory._serial), entry))
                memory._changed.notify_all()
                return
            if reason is not None:
                memory.dead.append(
                    DeadLetter(
                        published.topic, published.message, queue.group, entry.attempts, reason
                    )
                )
            memory._settle(queue, entry)
