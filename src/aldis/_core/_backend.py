"""Finds out which library runs the current task: asyncio or trio."""

from __future__ import annotations

import sys
from typing import Any


def is_trio() -> bool:
    """Whether trio runs this task."""
    trio: Any = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True
