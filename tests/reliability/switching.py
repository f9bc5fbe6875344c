"""Lets threads switch at any step of the interpreter inside aldis, in a random order.

One thread runs at a time. So a history that was found once is found again with its seed, and
nothing depends on where CPython switches threads, or on whether it has a GIL. The lock is replaced
by one that lets others go on while it is waited for: threads are switched while one has it, too.
"""

from __future__ import annotations

import gc
import random
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from types import FrameType, ModuleType
from typing import Any

import aldis
from aldis._core import _lock

ROOT = str(Path(aldis.__file__).parent)
# how often threads are switched at a step: with the lock or just after it, and elsewhere
INSIDE, OUTSIDE = 0.06, 0.008
AFTER = 12  # for so many steps: what belongs inside and is not may be there
SECONDS = 120  # after which a thread is taken to hang


class Baton:
    """The token of the one thread that runs."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.owner: int | None = None  # the thread that has the lock
        self.after: dict[int, int] = {}  # steps to come that count as just after it, by thread
        self._waiting: dict[int, threading.Semaphore] = {}
        self.errors: list[BaseException] = []
        self.switches = 0

    def run(self, works: Sequence[Callable[[], object]]) -> None:
        """Do all these works, each in a thread of its own, and raise what the first one raised."""
        threads = [threading.Thread(target=self._work, args=(work,)) for work in works]
        ready = threading.Semaphore(0)
        self._ready = ready
        for thread in threads:
            thread.start()
        for _ in threads:
            ready.acquire()
        self._chance.choice([*self._waiting.values()]).release()
        for thread in threads:
            thread.join(timeout=SECONDS)
            if thread.is_alive():
                raise RuntimeError("a thread hangs")
        if self.errors:
            raise self.errors[0]

    def _work(self, work: Callable[[], object]) -> None:
        mine = self._waiting[get_ident()] = threading.Semaphore(0)
        self._ready.release()
        mine.acquire()
        sys.settrace(self._trace)
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # raised by `run`
            self.errors.append(error)
        finally:
            sys.settrace(None)
            del self._waiting[get_ident()]
            self._release_another()

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if not frame.f_code.co_filename.startswith((ROOT, "<aldis ")):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and self._chance.random() < self._how_often():
            self.give_way()
        return self._trace

    def _how_often(self) -> float:
        me = get_ident()
        left = self.after.get(me, 0)
        self.after[me] = max(0, left - 1)
        return INSIDE if left or self.owner == me else OUTSIDE

    def give_way(self) -> None:
        """Let another thread go on, until one lets this one."""
        mine = self._waiting.get(get_ident())
        if mine is not None and len(self._waiting) > 1:
            self.switches += 1
            self._release_another(but=mine)
            mine.acquire()

    def _release_another(self, but: threading.Semaphore | None = None) -> None:
        others = [each for each in self._waiting.values() if each is not but]
        if others:
            self._chance.choice(others).release()


class SwitchingLock:
    """A lock that lets other threads go on while it is waited for; a thread may take it twice."""

    def __init__(self, baton: Baton) -> None:
        self._baton = baton
        self._count = 0

    def __enter__(self) -> None:
        while self._baton.owner not in (None, get_ident()):
            self._baton.give_way()
        self._baton.owner = get_ident()
        self._count += 1

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._baton.owner = None
            self._baton.after[get_ident()] = AFTER


@contextmanager
def switching(seed: int) -> Generator[Baton, None, None]:
    """Let threads be switched at steps inside aldis, as the seed says.

    No garbage is collected meanwhile: what dies then may take the lock in the middle of a switch,
    and when that happens does not depend on the seed.
    """
    gc.collect()
    gc.disable()
    baton = Baton(seed)
    lock = SwitchingLock(baton)
    users: list[ModuleType] = [
        module
        for name, module in [*sys.modules.items()]
        if name.startswith("aldis.") and getattr(module, "lock", None) is _lock.lock
    ]
    before = _lock.lock
    for module in users:
        vars(module)["lock"] = lock
    try:
        yield baton
    finally:
        gc.enable()
        for module in users:
            vars(module)["lock"] = before
