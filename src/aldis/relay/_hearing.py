"""Waits for messages of several groups, in turn, until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

    from aldis.relay._transport import Delivery, Subscription

_log: Final = logging.getLogger("aldis.relay")

PATIENCE: Final = 0.25  # seconds that an engine is waited for before SIGTERM is looked for again


class Stop:
    """Whether to stop: a flag, since a signal handler must not wait for a lock."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked = False


@contextmanager
def until_sigterm(stop: Stop) -> Generator[None, None, None]:
    """Let SIGTERM ask to stop for the length of a `with` block, if this is the main thread.

    A handler that was there is called, too; one that is not Python's, as of a server that embeds
    it, stays alone. A process that a receiver forks ends as it would have without a relay.
    """
    before = signal.getsignal(signal.SIGTERM)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    pid = os.getpid()

    def handler(number: int, frame: FrameType | None) -> None:
        if os.getpid() != pid:
            signal.signal(number, before)
            os.kill(os.getpid(), number)
            return
        stop.asked = True
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Hearing:
    """The subscriptions of one run, one for each group.

    Args:
        raises: Whether to raise where the engine cannot be reached, and not to wait for it.
    """

    def __init__(self, *, raises: bool) -> None:
        self._subscriptions: list[Subscription] = []
        self._raises = raises
        self._turn = 0
        self._is_lost = False

    def add(self, subscription: Subscription) -> None:
        """Hear a subscription, too."""
        self._subscriptions.append(subscription)

    def next(self, timeout: float) -> Delivery | None:
        """Wait for the next message of any of them; each comes first in turn.

        Raises:
            ConnectionError: The engine cannot be reached, and that is to be raised.
        """
        try:
            found = self._next(timeout)
        except ConnectionError as error:
            if self._raises:
                raise
            if not self._is_lost:
                _log.warning("the engine cannot be reached, trying again: %s", error)
            self._is_lost = True
            time.sleep(timeout)
            return None
        if self._is_lost:
            _log.warning("the engine can be reached again")
        self._is_lost = False
        return found

    def _next(self, timeout: float) -> Delivery | None:
        count = len(self._subscriptions)
        # others are looked at before any is waited for
        for wait in (timeout,) if count == 1 else (0, timeout / count):
            for _ in range(count):
                self._turn = (self._turn + 1) % count
                found = self._subscriptions[self._turn].receive(wait)
                if found is not None:
                    return found
        return None

    def close(self) -> None:
        """Give back what is not settled."""
        for subscription in self._subscriptions:
            subscription.close()
