"""Lets a signal handler come in at each step of aldis at which CPython would let one in.

CPython looks for signals where a function of Python begins, and where one of C has returned. (It
does so before it jumps back, too; a loop that calls nothing changes nothing that others see.) A
profile function plays the handler at each of these. None is inside of what has the lock:
`tests/test_sections.py` reads from the bytecode that nothing is called there, and the profile
function demands it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import aldis
from aldis._core import _lock

ROOT = str(Path(aldis.__file__).parent)


def is_held() -> bool:
    """Whether this thread has the lock."""
    owned: Callable[[], bool] = getattr(_lock._lock, "_is_owned")  # noqa: B009  # private
    return owned()


def interrupted(step: int, act: Callable[[], object], do: Callable[[], object]) -> bool:
    """Do something, and act at one of its steps; return whether there was such a step."""
    left = [step]
    inside: list[str] = []
    earlier = sys.getprofile()

    def profile(frame: FrameType, event: str, argument: object) -> None:
        if event not in {"call", "c_return"}:
            return
        if not frame.f_code.co_filename.startswith((ROOT, "<aldis ")):
            return
        if is_held():
            # from 3.14 on, `with` takes the lock by a call
            if event == "call" or getattr(argument, "__name__", "") != "__enter__":
                inside.append(f"{event} in {frame.f_code.co_qualname}")
            return
        left[0] -= 1
        if not left[0]:
            sys.setprofile(earlier)
            act()

    sys.setprofile(profile)
    try:
        do()
    finally:
        sys.setprofile(earlier)
    assert not inside, "something was called while the lock was held"
    return left[0] <= 0
