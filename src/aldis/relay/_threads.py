"""Waits, in a coroutine, for what blocks a thread: on asyncio and on trio."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from aldis._core import is_trio

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def in_thread(function: Callable[[], T]) -> T:
    """Call a function in another thread, and wait for it to the end, even if cancelled."""
    if is_trio():
        trio: Any = sys.modules["trio"]
        found: T = await trio.to_thread.run_sync(function)
        return found
    running = asyncio.ensure_future(asyncio.to_thread(function))
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:  # perhaps again and again, as anyio does it
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return running.result()
