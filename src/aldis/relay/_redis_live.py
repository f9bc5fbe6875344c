"""What one process hears of a Redis stream on its own, from now on."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from logging import getLogger
from time import monotonic
from typing import TYPE_CHECKING

from aldis.relay._redis_entries import entries_of
from aldis.relay._redis_scripts import BURY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis.relay._redis_entries import Entry
    from aldis.relay._redis_streams import Streams

LOGGER = getLogger("aldis.relay")
AT_ONCE = 64  # messages that one answer has at most


class LiveDelivery:
    """A message that was heard live; see `Delivery`."""

    __slots__ = ("_entry", "_subscription", "attempt", "message")

    is_exact = True

    def __init__(self, subscription: LiveSubscription, entry: Entry) -> None:
        self.message = entry.message
        self.attempt = entry.attempt
        self._subscription = subscription
        self._entry = entry

    def ack(self) -> None:
        """Do nothing: nobody else waits for it."""

    def retry(self, delay: float) -> None:
        """Let this subscription have it again, after this many seconds."""
        self._subscription._retry(self._entry, delay)

    def bury(self, reason: str) -> None:
        """Add it to the dead letters."""
        self._subscription._bury(self._entry, reason)


class LiveSubscription:
    """What one process hears on its own; see `Subscription`.

    It remembers the last message of each stream that it was given, and asks for those after it, so
    there is no gap after a lost connection.
    """

    def __init__(self, streams: Streams, topics: Sequence[str]) -> None:
        self._streams = streams
        keys = [streams.names.stream(topic) for topic in topics]
        self._after = {key: streams.newest(key) for key in keys}
        self._ready: deque[Entry] = deque()
        self._later: list[tuple[float, int, Entry]] = []  # a heap, by when it is due
        self._serial = count()
        self._asked = monotonic()

    def receive(self, timeout: float) -> LiveDelivery | None:
        """Wait for the next message; see `Subscription.receive`."""
        until = monotonic() + timeout
        while True:
            now = monotonic()
            while self._later and self._later[0][0] <= now:
                self._ready.appendleft(heappop(self._later)[2])
            if self._ready:
                return LiveDelivery(self, self._ready.popleft())
            due = self._later[0][0] if self._later else until
            self._fetch(min(until, due) - now)
            if not self._ready and now >= until:
                return None

    def close(self) -> None:
        """Forget what was not settled: nobody else waits for it."""
        self._ready.clear()
        self._later.clear()
        with suppress(ConnectionError):
            self._streams.trim([*self._after])

    def _fetch(self, wait: float) -> None:
        """Wait for new messages, at most this many seconds."""
        reply = self._streams.read(self._after, AT_ONCE, wait)
        now = monotonic()
        away, self._asked = now - self._asked - max(wait, 0), now
        if away > self._streams.away:
            LOGGER.warning(
                "Redis was not asked for %.0f seconds, and messages that nobody owes are kept for"
                " %.0f: some of %s may have been missed",
                away,
                self._streams.away,
                ", ".join(self._streams.names.topic(key) for key in self._after),
            )
        for entry in entries_of(reply):
            self._after[entry.stream] = entry.id
            self._ready.append(entry)
        self._streams.trim_in_time([*self._after], now)

    def _retry(self, entry: Entry, delay: float) -> None:
        again = entry._replace(attempt=entry.attempt + 1)
        heappush(self._later, (monotonic() + delay, next(self._serial), again))

    def _bury(self, entry: Entry, reason: str) -> None:
        names = self._streams.names
        facts = names.dead_letter(entry, None, reason)
        self._streams.client.run(BURY, [entry.stream, names.dead], "", "", *facts)
