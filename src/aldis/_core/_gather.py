"""Delivers to all receivers of a signal at once."""

from __future__ import annotations

from contextlib import nullcontext
from inspect import isawaitable
from typing import TYPE_CHECKING, Final, cast

from aldis._core._backend import is_trio
from aldis._core._describe import describe
from aldis._core._failures import failed
from aldis._core._snapshots import take, via_of_entry
from aldis.exceptions import ReceiverCancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from typing import TypeAlias

    from aldis._core._connection import Entry
    from aldis._core._failures import Named
    from aldis._core._target import AnyReceiver
    from aldis._core._via import Via

    Results: TypeAlias = list[tuple[AnyReceiver, object]]

TASK: Final = "gather of aldis"  # the name of each task
_CANCELLED: Final = float("-inf")  # trio's deadline of a cancelled scope


def _hand_over_nothing(receiver: AnyReceiver, via: Via) -> Results:
    """Never called: a send with a `via` goes through `_delivering`."""
    raise AssertionError(receiver, via)  # pragma: no cover  # a `via` makes the send ask first


async def gather(  # noqa: PLR0917  # generated code calls it so
    registry: Named,
    entries: Sequence[Entry],
    call: Callable[[AnyReceiver], object],
    is_robust: bool,
    limit: int | None,
    hand_over: Callable[[AnyReceiver, Via], Results] = _hand_over_nothing,
) -> Results:
    """Call each entry's receiver in a task of its own; return the results in connection order.

    The tasks run in an `asyncio.TaskGroup` or a trio nursery.

    Args:
        registry: Has the name of the signal.
        entries: The entries of the receivers.
        call: Calls a receiver.
        is_robust: Whether all receivers run to their end, with exceptions as results.
        limit: How many may run at once; None for all of them.
        hand_over: Passes the call to the `via` of a receiver, and returns its results.

    Raises:
        ExceptionGroup: Receivers failed; the others were cancelled.
    """
    gathering = (_InTrio if is_trio() else _InAsyncio)(registry, call, is_robust=is_robust)
    tasks: list[tuple[int, Entry]] = []
    for place, entry in enumerate(entries):
        via = via_of_entry(entry)
        if via is None:
            tasks.append((place, entry))
            continue
        receiver = take(entry)
        if receiver is not None:
            gathering.results[place] = hand_over(receiver, via)
    await gathering.run(tasks, limit)
    return [result for place in sorted(gathering.results) for result in gathering.results[place]]


class _Gathering:
    """The results and failures of the tasks of one send.

    A task group assumes that a task which ends with a cancellation was cancelled on purpose. But if
    neither the sender nor these tasks were cancelled, it is a failure of a receiver: something that
    it awaited was cancelled, and its result would be missing.
    """

    cancellation: type[BaseException]

    def __init__(
        self, registry: Named, call: Callable[[AnyReceiver], object], *, is_robust: bool
    ) -> None:
        self._registry = registry
        self._call = call
        self._is_robust = is_robust
        self._has_failed = False  # if true, the other tasks are cancelled
        self.results: dict[int, Results] = {}

    if TYPE_CHECKING:

        async def run(self, tasks: Sequence[tuple[int, Entry]], limit: int | None) -> None:
            """Deliver to each entry in a task of its own, and wait for all of them."""

        def _is_cancelled(self) -> bool:
            """Whether this task was cancelled on purpose."""
            ...

    async def _deliver(
        self, place: int, entry: Entry, gate: AbstractAsyncContextManager[object]
    ) -> None:
        """Call one receiver, and await its result."""
        async with gate:
            receiver = take(entry)
            if receiver is None:
                return
            try:
                result = self._call(receiver)
                if isawaitable(result):
                    result = await result
            except BaseException as error:  # noqa: BLE001  # `_after` raises it, or returns it
                result = self._after(receiver, error)
            self.results[place] = [(receiver, result)]

    def _after(self, receiver: AnyReceiver, error: BaseException) -> Exception:
        """Return the exception that is the result of a failed receiver.

        Raises:
            BaseException: The failure ends the send.
        """
        if self._consists_of_cancellations(error):
            if self._has_failed or self._is_cancelled():
                raise error
            failure = ReceiverCancelledError(self._registry.name, describe(receiver))
            failure.__cause__ = error
            error = failure
        if not self._is_robust or not isinstance(error, Exception):
            self._has_failed = True
            raise error
        return failed(self._registry, receiver, error)

    def _consists_of_cancellations(self, error: BaseException) -> bool:
        """Whether an exception, or each one in a group, is a cancellation."""
        if not isinstance(error, BaseExceptionGroup):
            return isinstance(error, self.cancellation)
        group = cast("BaseExceptionGroup[BaseException]", error)
        return group.split(self.cancellation)[1] is None


class _InAsyncio(_Gathering):
    """Tasks of an `asyncio.TaskGroup`."""

    async def run(self, tasks: Sequence[tuple[int, Entry]], limit: int | None) -> None:
        """Deliver to each entry in a task of its own, and wait for all of them."""
        import asyncio  # noqa: PLC0415  # loaded already

        self.cancellation = asyncio.CancelledError
        self._sender = asyncio.current_task()
        self._asked_before = self._count_cancellations()
        gate = nullcontext() if limit is None else asyncio.Semaphore(limit)
        async with asyncio.TaskGroup() as group:
            for place, entry in tasks:
                group.create_task(self._deliver(place, entry, gate), name=TASK)

    def _is_cancelled(self) -> bool:
        return self._count_cancellations() > self._asked_before

    def _count_cancellations(self) -> int:
        return 0 if self._sender is None else self._sender.cancelling()


class _InTrio(_Gathering):
    """Tasks of a nursery of trio."""

    async def run(self, tasks: Sequence[tuple[int, Entry]], limit: int | None) -> None:
        """Deliver to each entry in a task of its own, and wait for all of them."""
        import trio  # noqa: PLC0415  # loaded already

        self.cancellation = trio.Cancelled
        gate = nullcontext() if limit is None else trio.Semaphore(limit)
        try:
            async with trio.open_nursery(strict_exception_groups=True) as nursery:
                for place, entry in tasks:
                    nursery.start_soon(self._deliver, place, entry, gate, name=TASK)
        except BaseExceptionGroup as group:
            if not self._consists_of_cancellations(group):
                raise
            raise _first_in(group) from None  # as in asyncio: the sender is cancelled

    def _is_cancelled(self) -> bool:
        import trio  # noqa: PLC0415  # loaded already

        return trio.current_effective_deadline() == _CANCELLED


def _first_in(error: BaseException) -> BaseException:
    """Return the first exception in a group, which may be nested."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error
