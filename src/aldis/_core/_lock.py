"""The one lock of all signals, and the rule by which connections change.

There is one lock, since of two a destructor might want the second while its thread has the first.
Every change is made in the same way:

    while True:
        version = self.version       # find out, and make, all that is needed, without the lock
        ...
        with lock:                   # then look whether that still holds, and enter it
            if self.version != version:
                continue             # another thread was faster
            ...                      # assignments: nothing is called, made or let go of
            self.version = version + 1
        break                        # listeners are called, and objects let go of, outside

- What was read between two equal versions belongs together. So `version` is stored last: stored
  first, another thread could read the new version with a table that is half changed.
- While the lock is held, there is no call, no new container and no loop, and nothing dies: what a
  change lets go of stays in a local variable until the lock is free. So no collector, destructor,
  signal handler or other code of a user comes in, and locks of users cannot deadlock with this one.
  Should one come in all the same, the lock is re-entrant, and the version tells of what it changed.
- Sends take no lock. What they read is replaced as a whole and never changed, and each look-up
  that they make is one operation.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock  # that of `threading`, which is a twelfth of `import aldis`
from itertools import repeat, starmap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_lock: Final = RLock()
_taking: Final = starmap(_lock.acquire, repeat(()))  # each step of it takes the lock


class _TakenInOneStep:
    """The lock, for a CPython that looks for signals between `__enter__` and the block (gh-148874).

    What a handler raises there would leave the lock taken. A step of a `for` looks for none.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        while True:
            for _ in _taking:
                return
            # a signal handler has raised StopIteration while the lock was waited for

    __exit__ = _lock.__exit__  # in C, so it does not bind


_LOOKS_FOR_SIGNALS: Final = (3, 14) <= sys.version_info < (3, 15, 2)
lock: Final[AbstractContextManager[object]] = _TakenInOneStep() if _LOOKS_FOR_SIGNALS else _lock

# A fork while another thread has the lock would leave it taken in the child, which has no such
# thread. The thread that has it waits for nothing, so this waits for a few assignments.
if hasattr(os, "register_at_fork"):  # pragma: no branch  # not on Windows
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )
