"""Operations with fresh senders and receivers, and what the process holds after them."""

from __future__ import annotations

import gc
import os
import random
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import aldis.blinker
from aldis import ANY, BoundSignal, Signal


class Owner:
    """A fresh sender, and the owner of a fresh receiver."""

    def hear(self, sender: object, **payload: object) -> None: ...

    def __call__(self, sender: object, **payload: object) -> None: ...


class Held(NamedTuple):
    """The memory and objects of a process."""

    rss: int  # bytes; 0 where that cannot be told
    objects: int
    references: int  # weak ones

    @classmethod
    def now(cls) -> Held:
        """Look, after a full collection."""
        gc.unfreeze()  # what replaces a frozen object would count as one more
        gc.collect()
        objects = gc.get_objects()
        references = sum(issubclass(type(thing), weakref.ref) for thing in objects)
        return cls(resident(), len(objects), references)


def resident() -> int:
    """Return the bytes of this process that are in memory, where Linux tells."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class Growth:
    """Two signals that serve for as long as the process lives."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.signal: Signal[Any, ..., Any] = Signal()
        self.adapter: Any = aldis.blinker.Signal()
        self.lasting = [Owner() for _ in range(20)]
        self.operations = 0

    def run(self, operations: int) -> None:
        """Do at least as many operations."""
        goal = self.operations + operations
        while self.operations < goal:
            self.operations += self._round(self.chance.random())

    def _round(self, which: float) -> int:
        signal, sender, owner = self.signal, Owner(), Owner()
        if which < 0.1:
            signal = Signal()
        heard: Any = self.chance.choice((ANY, sender, sender, "value", self.lasting[0]))
        receiver: Callable[..., None] = owner.hear if which < 0.5 else owner
        weak, once = which < 0.7, 0.4 < which < 0.5
        signal.connect(receiver, heard, weak=weak, once=once, priority=int(which * 3))
        signal.connect(owner.hear, sender)
        signal.send(sender, n=1)
        if which < 0.3:
            with signal.connected_to(owner.hear, "block"), BoundSignal(signal, sender).muted():
                signal.send(sender, n=1, m=2)
        if which < 0.9 or not weak:
            signal.disconnect(receiver)
        self.adapter.connect(owner.hear, sender, weak)
        self.adapter.send(sender, n=1)
        if not weak:
            self.adapter.disconnect(owner.hear)
        return 9


def grown(before: Held, after: Held) -> list[str]:
    """Report growth: of memory by 2 % or more, or of objects by more than a few."""
    found: list[str] = []
    if after.rss > before.rss * 1.02:
        found.append(f"RSS from {before.rss} to {after.rss} bytes")
    if after.objects > before.objects + 200:
        found.append(f"objects from {before.objects} to {after.objects}")
    if after.references > before.references + 50:
        found.append(f"weak references from {before.references} to {after.references}")
    return found
