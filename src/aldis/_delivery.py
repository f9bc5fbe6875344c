"""Common ways to call a receiver other than directly in the send."""

from __future__ import annotations

import asyncio
import sys
from contextvars import copy_context
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol

from aldis._core import Call, is_trio, not_delivered, receiver_failed
from aldis._core._describe import describe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from concurrent.futures import Executor, Future

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
    result = _called(call)
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
    tasks = _Tasks()

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
            future = executor.submit(copy_context().run, _run_to_end, call)
        except RuntimeError as error:  # the executor was shut down
            not_delivered(call.signal, call.receiver, error)
            return
        future.add_done_callback(partial(_heed_future, call))

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
        return _Tasks().begin

    def deliver(call: Call) -> None:
        try:
            if isinstance(task_group, asyncio.TaskGroup):
                _ = _begin_task(task_group.create_task, call)  # the group keeps the task alive
            else:
                task_group.start_soon(_called_and_awaited, call)
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


class _Tasks:
    """Keeps tasks alive while they run: an event loop holds them only weakly."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, call: Call) -> None:
        """Call a receiver in a task of its own, in the loop that runs now."""
        if is_trio():
            import trio  # noqa: PLC0415  # loaded already

            trio.lowlevel.spawn_system_task(_called_and_awaited, call, context=copy_context())
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
        self._keep(_begin_task(loop.create_task, call))

    def run(self, call: Call) -> None:
        """Call a receiver now, and await what it returns in a task of its own."""
        result = _called(call)
        if isawaitable(result):
            loop = asyncio.get_running_loop()
            self._keep(loop.create_task(_awaited(call, result)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _begin_task(
    create_task: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]], call: Call
) -> asyncio.Task[None]:
    """Make a task that calls a receiver.

    Raises:
        RuntimeError: The group or loop has ended.
    """
    coroutine = _called_and_awaited(call)
    try:
        return create_task(coroutine)
    except RuntimeError:
        coroutine.close()  # so that Python does not warn that it was never awaited
        raise


def _called(call: Call) -> object:
    """Call a receiver, and log what it raises."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # no caller could catch it
        receiver_failed(call.signal, call.receiver, error)
        return None


async def _called_and_awaited(call: Call) -> None:
    result = _called(call)
    if isawaitable(result):
        await _awaited(call, result)


async def _awaited(call: Call, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception as error:  # noqa: BLE001  # no caller could catch it
        receiver_failed(call.signal, call.receiver, error)


def _run_to_end(call: Call) -> None:
    result = call()
    if isawaitable(result):
        asyncio.run(_to_its_end(result))


async def _to_its_end(result: Awaitable[object]) -> None:
    await result


def _heed_future(call: Call, future: Future[None]) -> None:
    """Log what a receiver raised, or that it was never called."""
    if future.cancelled():
        error = RuntimeError("the executor was shut down before the receiver was called")
        not_delivered(call.signal, call.receiver, error)
        return
    raised = future.exception()
    if raised is not None:
        receiver_failed(call.signal, call.receiver, raised)
