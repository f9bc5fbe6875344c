"""Common ways to call a receiver other than directly in the send."""

from __future__ import annotations

import asyncio
import sys
from contextvars import copy_context
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol

from aldis._calling import Tasks, begin_task, called, called_and_awaited, heed_future, run_to_end
from aldis._core import Call, not_delivered, receiver_failed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    from aldis._core import Via


class TaskGroup(Protocol):
    """An anyio task group, or a nursery of trio.

    Example:
        >>> import anyio
        >>> from aldis.delivery import TaskGroup, as_task
        >>> async def main() -> None:
        ...     async with anyio.create_task_group() as tasks:
        ...         group: TaskGroup = tasks
        ...         as_task(group)
        >>> anyio.run(main)
    """

    def start_soon(self, func: Callable[..., Awaitable[Any]], /, *args: Any) -> object:
        """Run an async function in a task of its own.

        Args:
            func: The function.
            *args: The arguments of the function.

        Example:
            >>> import trio
            >>> async def main() -> None:
            ...     async with trio.open_nursery() as nursery:
            ...         nursery.start_soon(trio.sleep, 0)
            >>> trio.run(main)
        """
        ...


def logged(call: Call) -> None:
    """Call a receiver at once, and log its exception instead of raising it.

    A failing receiver then does not end the send, and the other receivers are still called. This
    function is itself a `via`.

    Args:
        call: Calls the receiver. An async receiver is not awaited here, and an error is logged.
            Connect it with `via=as_task()`.

    Example:
        >>> import logging
        >>> from aldis import Event
        >>> from aldis.delivery import logged
        >>> logging.getLogger("aldis").disabled = True
        >>> saved = Event()
        >>> @saved.connect_via(via=logged)
        ... def fail() -> None:
        ...     raise ValueError("no")
        >>> saved.send()
        []
        >>> logging.getLogger("aldis").disabled = False
    """
    result = called(call)
    if isawaitable(result):
        close = getattr(result, "close", None)
        if close is not None:
            close()  # so that Python does not warn as well that it was never awaited
        error = TypeError("it is async, and `logged` never awaits; connect it with via=as_task()")
        receiver_failed(call.signal, call.receiver, error)


def to_loop(loop: asyncio.AbstractEventLoop | None = None) -> Via:
    """Return a `via` that calls receivers in an asyncio event loop, from any thread.

    Even if the loop's own thread sends, a receiver is called later and not during the send.

    Args:
        loop: The loop; None for the running loop.

    Returns:
        The `via` to pass to `connect`.

    Raises:
        RuntimeError: No loop is given, and no loop is running.

    Example:
        >>> import asyncio
        >>> from aldis import Event
        >>> from aldis.delivery import to_loop
        >>> @Event
        ... def measured(celsius: float) -> None: ...
        >>> async def main() -> None:
        ...     shown = asyncio.Event()
        ...     async def show(celsius: float) -> None:
        ...         print(celsius, "degrees")
        ...         shown.set()
        ...     with measured.subscribe(show, via=to_loop()):
        ...         await asyncio.to_thread(measured.send, 21.5)
        ...         await shown.wait()
        >>> asyncio.run(main())
        21.5 degrees
    """
    _refuse_call(loop, "to_loop")
    if loop is None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            message = "no asyncio loop is running; call `to_loop` in the loop, or pass it the loop"
            raise RuntimeError(message) from None
    tasks = Tasks()

    def deliver(call: Call) -> None:
        try:
            loop.call_soon_threadsafe(tasks.run, call)
        except RuntimeError as error:  # the loop is closed
            not_delivered(call.signal, call.receiver, error)

    return deliver


def to_executor(executor: Executor) -> Via:
    """Return a `via` that calls receivers in the threads of an executor.

    An async receiver runs there in an event loop of its own.

    Args:
        executor: For example a `ThreadPoolExecutor`. If it has one thread, receivers are called one
            after another.

    Returns:
        The `via` to pass to `connect`.

    Raises:
        TypeError: The executor runs processes.

    Example:
        >>> from concurrent.futures import ThreadPoolExecutor
        >>> from aldis import Event
        >>> from aldis.delivery import to_executor
        >>> saved = Event[[str]]()
        >>> with ThreadPoolExecutor(1) as executor:
        ...     with saved.subscribe(print, via=to_executor(executor)):
        ...         _ = saved.send("notes.txt")
        notes.txt
    """
    _refuse_call(executor, "to_executor")
    process = sys.modules.get("concurrent.futures.process")
    if process is not None and isinstance(executor, process.ProcessPoolExecutor):
        raise TypeError("a receiver cannot run in another process; pass a ThreadPoolExecutor")

    def deliver(call: Call) -> None:
        try:
            future = executor.submit(copy_context().run, run_to_end, call)
        except RuntimeError as error:  # the executor was shut down
            not_delivered(call.signal, call.receiver, error)
            return
        future.add_done_callback(partial(heed_future, call))

    return deliver


def as_task(task_group: asyncio.TaskGroup | TaskGroup | None = None) -> Via:
    """Return a `via` that calls each receiver in a task of its own.

    Use it for sends in the loop that runs the tasks. For sends in other threads, use `to_loop`.

    Args:
        task_group: An `asyncio.TaskGroup`, an anyio task group or a trio nursery, which waits for
            the tasks. None for tasks of the loop that runs the send, on asyncio or trio; they are
            kept alive until they end.

    Returns:
        The `via` to pass to `connect`. Without a task group, a send raises RuntimeError if no loop
        is running.

    Example:
        >>> import asyncio
        >>> from aldis import Event
        >>> from aldis.delivery import as_task
        >>> saved = Event[[str]]()
        >>> @saved.connect_via(via=as_task())
        ... async def back_up(path: str) -> None:
        ...     print("copying", path)
        >>> async def main() -> None:
        ...     saved.send("notes.txt")
        ...     await asyncio.sleep(0)
        >>> asyncio.run(main())
        copying notes.txt
    """
    _refuse_call(task_group, "as_task")
    if task_group is None:
        return Tasks().begin

    def deliver(call: Call) -> None:
        try:
            if isinstance(task_group, asyncio.TaskGroup):
                _ = begin_task(task_group.create_task, call)  # the group keeps the task alive
            else:
                task_group.start_soon(called_and_awaited, call)
        except RuntimeError as error:  # the group has ended
            not_delivered(call.signal, call.receiver, error)

    return deliver


def _refuse_call(argument: object, name: str) -> None:
    """Check that a function that returns a `via` was not passed as the `via` itself.

    Raises:
        TypeError: It was.
    """
    if isinstance(argument, Call):
        raise TypeError(f"`via={name}` does not call the receiver; write `via={name}(...)`")
