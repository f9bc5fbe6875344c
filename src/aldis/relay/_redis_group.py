"""What one process hears in a group of a Redis stream."""

from __future__ import annotations

import os
import platform
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, cast

from aldis.relay._redis_claims import Claims
from aldis.relay._redis_entries import claimed_entry, entries_of
from aldis.relay._redis_errors import NoAnswerError, NoGroupError
from aldis.relay._redis_scripts import BURY, CLAIM, FORGET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis.relay._redis_entries import Entry, Place
    from aldis.relay._redis_streams import Streams

LOOK = 0.5  # seconds between two looks for messages that may be claimed
LATE = 0.005  # seconds until the next one, if a message that is due could not be claimed yet
LOST = 10_000  # answers that are looked for after a lost connection


class GroupDelivery:
    """A message of a group; see `Delivery`."""

    __slots__ = ("_entry", "_subscription", "attempt", "is_exact", "message")

    def __init__(self, subscription: GroupSubscription, entry: Entry, *, is_exact: bool) -> None:
        self.message = entry.message
        self.attempt = entry.attempt
        self.is_exact = is_exact
        self._subscription = subscription
        self._entry = entry

    def ack(self) -> None:
        """Settle it."""
        self._subscription._ack(self._entry)

    def retry(self, delay: float) -> None:
        """Let the group have it again, after this many seconds."""
        self._subscription._retry(self._entry, delay)

    def bury(self, reason: str) -> None:
        """Add it to the dead letters, and settle it, in one step."""
        self._subscription._bury(self._entry, reason)


class GroupSubscription:
    """What one process hears in a group; see `Subscription`.

    New messages are fetched several at once, but claimed one by one; so the counter of the server
    says how often receivers were called, except for the one message that a process was busy with.
    """

    def __init__(self, streams: Streams, topics: Sequence[str], group: str) -> None:
        self._streams = streams
        self._client = streams.client
        self._keys = [streams.names.stream(topic) for topic in topics]
        self._group = group
        consumer = f"{platform.node()}-{os.getpid()}-{os.urandom(4).hex()}"
        self._claims = Claims(self._client, group, consumer, streams.idle)
        self._ready: deque[Entry] = deque()
        self._unsaid: list[Place] = []  # acknowledged, but Redis could not be told
        self._interrupted = False
        self._closed = False
        self._next_look = 0.0
        self._next_forgetting = 0.0
        self._declare()
        self._acknowledging = self._client.apart()  # there are many of these commands
        self._claims.start()

    def receive(self, timeout: float) -> GroupDelivery | None:
        """Wait for the next message; see `Subscription.receive`."""
        try:
            if self._interrupted:
                self._resume()
            entry = self._next(monotonic() + timeout)
        except ConnectionError:
            self._interrupted = True
            raise
        if entry is None:
            return None
        # of several that were fetched at once, a later one may have been counted unheard
        is_exact = self._streams.prefetch == 1 or entry.attempt > 2  # noqa: PLR2004  # the first, and an unheard one
        return GroupDelivery(self, entry, is_exact=is_exact)

    def close(self) -> None:
        """Give back what was not settled; see `Subscription.close`."""
        if self._closed:
            return
        self._closed = True
        self._claims.stop()
        # if Redis does not answer, others claim the messages in time
        with suppress(ConnectionError, NoGroupError):
            self._say_unsaid()
            self._claims.give_back()
            self._streams.trim(self._keys)
            self._client.run(FORGET, self._keys, self._group, 0, self._claims.consumer)
        self._acknowledging.close()

    def _declare(self) -> None:
        for key in self._keys:
            self._streams.declare(key, self._group)

    def _next(self, until: float) -> Entry | None:
        now = monotonic()
        if now >= until:
            self._next_look = 0
        has_asked = False
        while True:
            entry = self._next_fetched() or self._look(now)
            if entry is not None or (has_asked and now >= until):
                return entry
            self._fetch(min(until, self._next_look) - now)
            has_asked, now = True, monotonic()

    def _next_fetched(self) -> Entry | None:
        if self._ready and monotonic() - self._claims.renewed >= self._claims.idle:
            # the process was stopped, or the server was: others may have claimed what is here
            self._claims.renew()
        while self._ready:
            entry = self._ready.popleft()
            if entry.place in self._claims.held:
                return entry
        return None

    def _fetch(self, wait: float) -> None:
        """Wait for new messages, at most this many seconds."""
        consumer = self._claims.consumer
        try:
            found = [*entries_of(self._streams.read_group(self._keys, self._group, consumer, wait))]
        except NoGroupError:
            self._declare()
            return
        self._claims.held.update((entry.place, entry) for entry in found)
        self._ready.extend(found)
        if len(found) > 1:
            self._claims.uncount(found[1:])

    def _look(self, now: float) -> Entry | None:
        """Claim a message that is due again, or whose process has died, if it is time to look."""
        if now < self._next_look:
            return None
        self._tend(now)
        claims = self._claims
        idle = int(claims.idle * 1000)
        try:
            reply = self._client.run(CLAIM, self._keys, self._group, claims.consumer, idle)
        except NoGroupError:
            self._declare()
            return None
        entry = claimed_entry(reply)
        if entry is None:
            self._next_look = min([now + LOOK, *self._dues(now)])
        else:
            claims.waiting.pop(entry.place, None)
            claims.held[entry.place] = entry
        return entry

    def _dues(self, now: float) -> list[float]:
        """Return when messages of this consumer are due that it may find at its next look."""
        dues = [waiting.due for waiting in self._claims.waiting.values()]
        # the clock of the server may be behind, by what it takes it to answer
        return [max(due, now + LATE) for due in dues if due > now - LOOK]

    def _tend(self, now: float) -> None:
        """Delete what nobody owes, and forget consumers that are gone."""
        self._streams.trim_in_time(self._keys, now)
        if now >= self._next_forgetting:
            self._next_forgetting = now + 2 * self._claims.idle
            with suppress(NoGroupError):
                silent = int(2000 * self._claims.idle)
                self._client.run(FORGET, self._keys, self._group, silent, "")

    def _resume(self) -> None:
        """Go on after a lost connection: answers may have been lost with it."""
        self._say_unsaid()
        for key in self._keys:
            try:
                pending = self._client(
                    "XPENDING", key, self._group, "-", "+", LOST, self._claims.consumer
                )
            except NoGroupError:
                self._declare()
                continue
            found = cast("list[tuple[bytes, bytes, int, int]]", pending)
            self._claims.release(((key, id_), count) for id_, _, _, count in found)
        self._next_look = 0
        self._interrupted = False

    def _say_unsaid(self) -> None:
        while self._unsaid:
            self._acknowledge(self._unsaid[-1])
            self._unsaid.pop()

    def _acknowledge(self, place: Place) -> None:
        stream, id_ = place
        command = ("XACK", stream, self._group, id_)
        try:
            self._acknowledging(*command)
        except NoAnswerError:
            raise
        except ConnectionError:
            self._client(*command)  # over another connection; to say it twice does no harm
        self._claims.held.pop(place, None)

    def _ack(self, entry: Entry) -> None:
        try:
            self._acknowledge(entry.place)
        except ConnectionError:
            # said later; until then nobody else gets it
            self._unsaid.append(entry.place)
            self._interrupted = True
            raise

    def _retry(self, entry: Entry, delay: float) -> None:
        self._claims.retry(entry, delay)
        self._next_look = min(self._next_look, monotonic() + delay)

    def _bury(self, entry: Entry, reason: str) -> None:
        stream, id_ = entry.place
        names = self._streams.names
        facts = names.dead_letter(entry, self._group, reason)
        self._client.run(BURY, [stream, names.dead], self._group, id_, *facts)
        self._claims.held.pop(entry.place, None)
