"""Keeps changes of the books apart: one lock for every signal, under which no foreign code runs.

One lock, since of two a destructor run by the garbage collector may want the second while its
thread holds the first. For the same reason the collector rests while the lock is held, and what a
change lets go of is put into `waste` and dropped after it, before `events` are told.
A weak reference's callback never waits for the lock: it leaves its reference in `dead`, and whoever
holds the lock looks there before and after.
"""

from __future__ import annotations

import gc
from collections import deque
from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from aldis._core._refs import WeakReceiver, WeakRoute

dead: deque[WeakReceiver | WeakRoute] = deque()


class _Exclusive:
    """`with exclusive:` stands around every change of any registry's books."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._depth = 0
        self._collecting = False
        self.events: list[Callable[[], object]] = []
        self.waste: list[object] = []

    def __enter__(self) -> None:
        self._lock.acquire()
        self._enter()

    def try_enter(self) -> bool:
        """Enter if that needs no waiting and this thread is in no change already."""
        if not self._lock.acquire(blocking=False):
            return False
        if self._depth:
            self._lock.release()
            return False
        self._enter()
        return True

    def _enter(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self._collecting = gc.isenabled()
            gc.disable()
            while dead:
                _forget(dead.popleft())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Let go of the lock, then of the waste; then tell what happened."""
        self._depth -= 1
        if self._depth:
            self._lock.release()
            return
        events, waste = self.events, self.waste
        ours = bool(events or waste)  # else another thread fills these lists from now on
        if ours:
            self.events, self.waste = [], []
        if self._collecting:
            gc.enable()  # collects nothing yet: that is for the next allocation
        self._lock.release()
        try:
            if ours:
                waste.clear()
                for event in events:
                    event()
        finally:
            if dead:
                bury()


exclusive = _Exclusive()


def bury() -> None:
    """Take everything dead out of the books, unless somebody is at them: they will do it then."""
    while dead and exclusive.try_enter():
        exclusive.leave()


def _forget(reference: WeakReceiver | WeakRoute) -> None:
    registry = reference.home()
    if registry is not None:
        registry.forget(reference)
