"""Numbers the threads, and the tasks of asyncio and trio in them."""

from __future__ import annotations

import sys
import threading
import weakref
from typing import TYPE_CHECKING, NamedTuple

from aldis._core._gather import TASK

if TYPE_CHECKING:
    from collections.abc import Callable


_main_thread = threading.main_thread()


class Lane(NamedTuple):
    """A thread, or a task in a thread, whose events follow one another."""

    number: int  # from 1 on, in the order of first use
    name: str


class Lanes:
    """All lanes so far."""

    def __init__(self) -> None:
        self._known = weakref.WeakKeyDictionary[object, Lane]()
        self._lock = threading.Lock()
        self._count = 0

    def current(self) -> Lane:
        """Return the lane of the calling code."""
        thread = threading.current_thread()
        task = _current_task()
        key = thread if task is None else task
        lane = self._known.get(key)
        if lane is None:
            with self._lock:
                self._count += 1
                names = [] if task is not None and thread is _main_thread else [thread.name]
                if task is not None:
                    names.append(_name_of(task, self._count))
                lane = self._known[key] = Lane(self._count, ", ".join(names))
        return lane


def _current_task() -> object | None:
    tasks = (_found_by(module) for module in ("asyncio", "trio.lowlevel"))
    return next((task for task in tasks if task is not None), None)


def _found_by(module: str) -> object | None:
    find: Callable[[], object] | None = getattr(sys.modules.get(module), "current_task", None)
    try:
        return None if find is None else find()
    except RuntimeError:  # no event loop of that kind runs in this thread
        return None


def _name_of(task: object, number: int) -> str:
    get_name = getattr(task, "get_name", None)
    name = str(getattr(task, "name", "task") if get_name is None else get_name())
    return f"gather {number}" if name == TASK else name
