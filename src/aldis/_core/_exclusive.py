"""Keeps changes of the books apart: one lock for every signal, under which no foreign code runs.

One lock, since of two a destructor run by the garbage collector may want the second while its
thread holds the first. For the same reason the collector rests while the lock is held, and what a
change lets go of is put into `waste` and dropped after it, before `events` are told.
The two most frequent changes take the bare lock, by `for _ in locked`. While they hold it they make
no call and no object that the collector counts, so neither that nor, from 3.11 on, a signal handler
comes in between; and they keep alive what they let go of. Between the steps of a `for` there is no
room for these either, as there is none in `with lock`, which takes 80 ns more.
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
    from types import TracebackType
    from weakref import ref

    from aldis._core._links import WeakLink
    from aldis._core._registry import Registry
    from aldis._core._routes import WeakRoute

# each with the registry in whose books it is
dead: Final[deque[tuple[ref[Registry], WeakLink | WeakRoute]]] = deque()

lock: Final = RLock()
locked: Final = iter(lock.acquire, False)  # noqa: FBT003  # each step takes the lock
release: Final = lock.release


class _Exclusive:
    """`with exclusive:` stands around every change of any registry's books."""

    def __init__(self) -> None:
        self._depth = 0
        self._collecting = False
        self.events: list[Callable[[], object]] = []
        self.waste: list[object] = []

    def __enter__(self) -> None:
        lock.acquire()
        self._enter()

    def try_enter(self) -> bool:
        """Enter if that needs no waiting and this thread is in no change already."""
        if not lock.acquire(blocking=False):
            return False
        if self._depth:
            lock.release()
            return False
        self._enter()
        return True

    def _enter(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self._collecting = gc.isenabled()
            gc.disable()
        while dead:
            _forget(*dead.popleft())

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
        registry.forget(reference)
