"""The few ways to call a receiver that everybody needs."""

from __future__ import annotations

import asyncio
import sys
from contextvars import copy_context
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol

from aldis._core import Call, is_trio, not_delivered, receiver_failed

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
            *args: What it is called with.

        Example:
            >>> import trio
            >>> async def main() -> None:
            ...     async with trio.open_nursery() as nursery:
            ...         nursery.start_soon(trio.sleep, 0)
            >>> trio.run(main)
        """
        ...


def logged(call: Call) -> None:
    """Call a receiver at once, and log its exception in place of raising it.

    So a receiver that fails neither ends the send nor keeps others from their turn. This is itself
    a `via`.

    Args:
        call: Calls the receiver. An async one is not awaited here: its signal is told so in the
            log. Connect it by `as_task()`.

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
            close()  # else Python warns that nobody awaited it, which the error says already
        error = TypeError("it is async, and `logged` does not await it; connect it by as_task()")
        receiver_failed(call.signal, call.receiver, error)


def to_loop(loop: asyncio.AbstractEventLoop | None = None) -> Via:
    """Return a `via` that calls receivers in an asyncio event loop, from any thread.

    Also in the thread of the loop, a receiver is called later, and not during the send.

    Args:
        loop: The loop; None for the one that runs here and now.

    Returns:
        What to give `connect` as its `via`.

    Raises:
        RuntimeError: No loop is given and none runs here.

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
            message = "no asyncio loop runs here; call `to_loop` in the loop, or give it the loop"
            raise RuntimeError(message) from None
    tasks = _Tasks()

    def deliver(call: Call) -> None:
        try:
            loop.call_soon_threadsafe(tasks.run, call)
        except RuntimeError as error:  # it is closed
            not_delivered(call.signal, call.receiver, error)

    return deliver


def to_executor(executor: Executor) -> Via:
    """Return a `via` that calls receivers in the threads of an executor.

    An async receiver runs there in an event loop of its own.

    Args:
        executor: A `ThreadPoolExecutor`, say. If it has one thread, receivers are called one after
            another.

    Returns:
        What to give `connect` as its `via`.

    Raises:
        TypeError: It is an executor of processes.

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
        raise TypeError("a receiver cannot run in another process; give a ThreadPoolExecutor")

    def deliver(call: Call) -> None:
        try:
            future = executor.submit(copy_context().run, _run_to_end, call)
        except RuntimeError as error:  # it was shut down
            not_delivered(call.signal, call.receiver, error)
            return
        future.add_done_callback(partial(_heed_future, call))

    return deliver


def as_task(task_group: asyncio.TaskGroup | TaskGroup | None = None) -> Via:
    """Return a `via` that calls each receiver in a task of its own.

    It is for sends in the loop that runs the tasks. For sends in other threads there is `to_loop`.

    Args:
        task_group: An `asyncio.TaskGroup`, an anyio task group or a nursery of trio, which waits
            for the tasks. None for tasks of the loop that runs the send, on asyncio or trio; they
            are kept alive until they have ended.

    Returns:
        What to give `connect` as its `via`. Without a task group, a send raises RuntimeError where
        no loop runs.

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
                _ = _begin_task(task_group.create_task, call)  # the group keeps it alive
            else:
                task_group.start_soon(_called_and_awaited, call)
        except RuntimeError as error:  # it has ended
            not_delivered(call.signal, call.receiver, error)

    return deliver


def _refuse_call(argument: object, name: str) -> None:
    """Raise where a function that returns a `via` was given as the `via` itself.

    Raises:
        TypeError: That is so.
    """
    if isinstance(argument, Call):
        raise TypeError(f"`via={name}` calls no receiver; write `via={name}(...)`")


class _Tasks:
    """Tasks of a loop, which are kept alive: a loop itself holds them weakly."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, call: Call) -> None:
        """Call a receiver in a task of its own, in the loop that runs now."""
        if is_trio():
            import trio  # noqa: PLC0415  # it runs this

            trio.lowlevel.spawn_system_task(_called_and_awaited, call, context=copy_context())
            return
        self._keep(_begin_task(asyncio.get_running_loop().create_task, call))

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
        coroutine.close()  # else Python warns that nobody awaited it
        raise


def _called(call: Call) -> object:
    """Call a receiver, and log what it raises."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # nobody is there to catch it
        receiver_failed(call.signal, call.receiver, error)
        return None


async def _called_and_awaited(call: Call) -> None:
    result = _called(call)
    if isawaitable(result):
        await _awaited(call, result)


async def _awaited(call: Call, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception as error:  # noqa: BLE001  # nobody is there to catch it
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
        error = RuntimeError("the executor was shut down before its turn")
        not_delivered(call.signal, call.receiver, error)
        return
    raised = future.exception()
    if raised is not None:
        receiver_failed(call.signal, call.receiver, raised)
