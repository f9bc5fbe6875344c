"""What a subscription holds of its group's messages, and the thread that renews its claims."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, cast

from aldis.relay._redis_errors import NoGroupError
from aldis.relay._redis_scripts import KEEP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aldis.relay._redis_client import Client
    from aldis.relay._redis_entries import Argument, Entry, Place

RENEWALS = 3  # within the time after which others may claim a message


class Waiting(NamedTuple):
    """A message that is to be tried again: when it is due, and how often it was tried."""

    due: float
    attempt: int


class Claims:
    """What one consumer of a group holds: it is renewed, until it is settled or given back.

    Attributes:
        held: The messages that were fetched and are not settled, by where they stand.
        waiting: Those that are to be tried again. Once the time that is left is
            shorter than the time after which others may claim them, they are not renewed: another
            consumer that is free takes them when they are due.
        renewed: When they were renewed last, by the monotonic clock.
    """

    def __init__(self, client: Client, group: str, consumer: str, idle: float) -> None:
        self.group = group
        self.consumer = consumer
        self.idle = idle
        self.held: dict[Place, Entry] = {}
        self.waiting: dict[Place, Waiting] = {}
        self.renewed = monotonic()
        self._client = client
        # else a renewal that began before a retry might end after it, and put it off
        self._renewing = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._renew_in_time, name=f"aldis {consumer}")
        self._thread.daemon = True

    def start(self) -> None:
        """Begin to renew, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()

    def renew(self) -> None:
        """Renew all claims, and forget what others have claimed meanwhile.

        Raises:
            ConnectionError: Redis could not be told.
        """
        with self._renewing:
            began = monotonic()
            held = [(place, 0.0, None) for place in list(self.held)]
            waiting = [(place, idle, None) for place, idle in self._waiting_since(began)]
            for place in self._keep([*held, *waiting]):
                self.held.pop(place, None)
                self.waiting.pop(place, None)
            self.renewed = began

    def retry(self, entry: Entry, delay: float) -> None:
        """Let a message be tried again, by anybody, when it is due.

        Raises:
            ConnectionError: Redis could not be told.
        """
        with self._renewing:
            self._keep([(entry.place, max(0.0, self.idle - delay), entry.attempt)])
            self.waiting[entry.place] = Waiting(monotonic() + delay, entry.attempt)
            self.held.pop(entry.place, None)

    def give_back(self) -> None:
        """Let others claim at once what is held, and do not count that it was fetched.

        Raises:
            ConnectionError: Redis could not be told.
        """
        held = self.held.values()
        self._keep([(entry.place, self.idle, entry.attempt - 1) for entry in held])
        self.held.clear()

    def uncount(self, entries: Iterable[Entry]) -> None:
        """Do not count that new messages were fetched, since they wait behind another one.

        Raises:
            ConnectionError: Redis could not be told.
        """
        ids: dict[bytes, list[bytes]] = {}
        for entry in entries:
            ids.setdefault(entry.stream, []).append(entry.id)
        for stream, each in ids.items():
            # no script: they were given to this consumer just now
            command: list[Argument] = ["XCLAIM", stream, self.group, self.consumer, 0, *each]
            self._client(*command, "RETRYCOUNT", 0, "JUSTID")

    def release(self, found: Iterable[tuple[Place, int]]) -> None:
        """Let messages be claimed at once which this consumer was given, in answers that were lost.

        Args:
            found: Where they stand, and how often they were given to a consumer.

        Raises:
            ConnectionError: Redis could not be told.
        """
        now = monotonic()
        lost: list[tuple[Place, float, int | None]] = []
        for place, count in found:
            if place in self.held:
                continue
            waiting = self.waiting.get(place)
            if waiting is None:
                lost.append((place, self.idle, count - 1))
            elif waiting.due <= now:
                lost.append((place, self.idle, waiting.attempt))
        self._keep(lost)

    def _waiting_since(self, now: float) -> Iterable[tuple[Place, float]]:
        for place, waiting in list(self.waiting.items()):
            left = waiting.due - now
            if left > self.idle / RENEWALS:
                yield place, max(0.0, self.idle - left)
            elif left < -self.idle:
                # somebody has it by now
                self.waiting.pop(place, None)

    def _keep(self, wanted: Sequence[tuple[Place, float, int | None]]) -> list[Place]:
        """Set since when messages are idle and how often they were tried; return those lost."""
        if not wanted:
            return []
        arguments: list[Argument] = []
        for (_, id_), idle, count in wanted:
            arguments += id_, int(idle * 1000), "" if count is None else count
        keys = [stream for (stream, _), _, _ in wanted]
        try:
            lost = self._client.run(KEEP, keys, self.group, self.consumer, *arguments)
        except NoGroupError:
            return [place for place, _, _ in wanted]
        return [wanted[place - 1][0] for place in cast("list[int]", lost)]

    def _renew_in_time(self) -> None:
        while not self._stopped.wait(self.idle / RENEWALS):
            try:
                self.renew()
            except ConnectionError:
                # the next one may succeed; `receive` meets the same error, and raises it
                continue
