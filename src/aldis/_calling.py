"""Calls receivers elsewhere than in the send, and logs what they raise: nobody could catch it."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from aldis._core import is_trio, not_delivered, receiver_failed
from aldis._core._describe import describe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from concurrent.futures import Future

    from aldis._core import Call


class Tasks:
    """Keeps tasks alive while they run: an event loop holds them only weakly."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, call: Call) -> None:
        """Call a receiver in a task of its own, in the loop that runs now."""
        if is_trio():
            import trio  # noqa: PLC0415  # loaded already

            trio.lowlevel.spawn_system_task(called_and_awaited, call, context=copy_context())
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            message = (
                f"{describe(call.receiver)} of signal {call.signal} was not called: no event loop "
                "is running where the signal is sent; send it in a loop, or connect the receiver "
                "with via=to_loop(loop)"
            )
            raise RuntimeError(message) from None
        self._keep(begin_task(loop.create_task, call))

    def run(self, call: Call) -> None:
        """Call a receiver now, and await what it returns in a task of its own."""
        result = called(call)
        if isawaitable(result):
            loop = asyncio.get_running_loop()
            self._keep(loop.create_task(_awaited(call, result)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def begin_task(
    create_task: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]], call: Call
) -> asyncio.Task[None]:
    """Make a task that calls a receiver.

    Raises:
        RuntimeError: The group or loop has ended.
    """
    coroutine = called_and_awaited(call)
    try:
        return create_task(coroutine)
    except RuntimeError:
        coroutine.close()  # so that Python does not warn that it was never awaited
        raise


def called(call: Call) -> object:
    """Call a receiver, and log what it raises."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # no caller could catch it
        receiver_failed(call.signal, call.receiver, error)
        return None


async def called_and_awaited(call: Call) -> None:
    result = called(call)
    if isawaitable(result):
        await _awaited(call, result)


async def _awaited(call: Call, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception as error:  # noqa: BLE001  # no caller could catch it
        receiver_failed(call.signal, call.receiver, error)


def run_to_end(call: Call) -> None:
    result = call()
    if isawaitable(result):
        asyncio.run(_to_its_end(result))


async def _to_its_end(result: Awaitable[object]) -> None:
    await result


def heed_future(call: Call, future: Future[None]) -> None:
    """Log what a receiver raised, or that it was never called."""
    if future.cancelled():
        error = RuntimeError("the executor was shut down before the receiver was called")
        not_delivered(call.signal, call.receiver, error)
        return
    raised = future.exception()
    if raised is not None:
        receiver_failed(call.signal, call.receiver, raised)
