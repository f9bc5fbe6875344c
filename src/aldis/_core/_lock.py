"""The one lock of all signals, and the rules for changing connections.

There is only one lock: with two, a destructor might need the second while its thread holds the
first. Every change is made in the same way:

    while True:
        version = self.version       # without the lock: read and make everything that is needed ...
        with lock:                   # with the lock: check that nothing changed, and store it
            if self.version != version:
                continue             # another thread was faster
            ...                      # only assignments: no calls, no new or released objects
            self.version = version + 1
        break                        # callbacks run and objects are released without the lock

- Values that are read between two equal versions are consistent. So `version` is stored last:
  otherwise another thread could read the new version with a half-changed table.
- While the lock is held, there are no calls, new containers or loops, and no object is released:
  replaced values stay in local variables until the lock is free. So no garbage collection,
  destructor, signal handler or other user code runs, and locks of users cannot deadlock with this
  one. If such code runs all the same, the lock is re-entrant, and the version shows its changes.
- Sends take no lock. The values that they read are replaced as a whole and never changed, and each
  look-up is one operation.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock  # importing `threading` takes a twelfth of the import time
from itertools import repeat, starmap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_lock: Final = RLock()
_taking: Final = starmap(_lock.acquire, repeat(()))  # each step acquires the lock


class _TakenInOneStep:
    """The lock, for a CPython that handles signals between `__enter__` and the block (gh-148874).

    An exception of a handler there would leave the lock held. A step of a `for` loop handles no
    signals.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        while True:
            for _ in _taking:
                return
            # a signal handler raised StopIteration while waiting for the lock

    __exit__ = _lock.__exit__  # a C function, so it is not bound to `self`


_LOOKS_FOR_SIGNALS: Final = (3, 14) <= sys.version_info < (3, 15, 2)
lock: Final[AbstractContextManager[object]] = _TakenInOneStep() if _LOOKS_FOR_SIGNALS else _lock

# A fork while another thread holds the lock would leave it held in the child, where that thread
# does not exist. Waiting for the lock takes only a few assignments.
if hasattr(os, "register_at_fork"):  # pragma: no branch  # not on Windows
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )
