"""Keeps changes of the books apart: one lock for every signal, under which no foreign code runs.

One lock, since of two a destructor run by the garbage collector may want the second while its
thread holds the first. For the same reason the collector rests while the lock is held, and what a
change lets go of is put into `waste` and dropped after it, before `events` are told.
The two most frequent changes, in `_connecting`, take the bare `lock` and do without all that.
A weak reference's callback never waits for the lock: it leaves its reference in `dead`, and whoever
holds the lock looks there before and after.
"""

from __future__ import annotations

import gc
from collections import deque
from threading import RLock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from weakref import ref

    from aldis._core._links import WeakLink
    from aldis._core._registry import Registry
    from aldis._core._routes import WeakRoute

# each with the registry in whose books it is
dead: Final[deque[tuple[ref[Registry], WeakLink | WeakRoute]]] = deque()

lock: Final = RLock()


class _Exclusive:
    """`with exclusive:` stands around every change of any registry's books."""

    def __init__(self) -> None:
        self._depth = 0
        self._collecting = False
        self.events: list[Callable[[], object]] = []
        self.waste: list[object] = []

    def __enter__(self) -> None:
        lock.acquire()
        self._depth += 1
        try:
            if self._depth == 1:
                self._collecting = gc.isenabled()
                gc.disable()
            while dead:
                _forget(*dead[0])
                dead.popleft()  # now that nothing failed
        except BaseException:  # as there may be near the limit of recursion: no call of ours here
            self._depth -= 1
            if not self._depth and self._collecting:
                gc.enable()
            lock.release()
            raise

    def try_enter(self) -> bool:
        """Enter if that needs no waiting and this thread is in no change already."""
        if not lock.acquire(blocking=False):
            return False
        try:
            if self._depth:
                return False
            self.__enter__()
        finally:
            lock.release()  # it is re-entrant: once it is taken by the line before
        return True

    def leave(self, *_: object) -> None:
        """Let go of the lock, then of the waste; then tell what happened."""
        self._depth -= 1
        if self._depth:
            lock.release()
            return
        events, waste = self.events, self.waste
        ours = bool(events or waste)  # else another thread fills these lists from now on
        if ours:
            self.events, self.waste = [], []
        if self._collecting:
            gc.enable()  # collects nothing yet: that is for the next allocation
        lock.release()
        try:
            if ours:
                waste.clear()
                for event in events:
                    event()
        finally:
            if dead:
                bury()

    __exit__ = leave


exclusive = _Exclusive()


def bury() -> None:
    """Take everything dead out of the books, unless somebody is at them: they will do it then."""
    while dead and exclusive.try_enter():
        exclusive.leave()


def receiver_died(home: ref[Registry], link: WeakLink) -> None:
    """Be called by a weak reference, perhaps in the middle of anything: so it never waits."""
    dead.append((home, link))
    bury()


def sender_died(home: ref[Registry], route: WeakRoute) -> None:
    """Be called by a weak reference to a sender."""
    registry = home()
    if registry is not None:
        registry.drop_route(route)  # at once, or an object at its address would inherit it
    dead.append((home, route))
    bury()


def _forget(home: ref[Registry], reference: WeakLink | WeakRoute) -> None:
    registry = home()
    if registry is not None:
        exclusive.waste.append(registry)  # this may be the last reference by now
        registry.forget(reference)
