"""Delivers to all receivers of a signal at once."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Final, cast

from aldis._core._describe import describe
from aldis._core._snapshots import take
from aldis.exceptions import MissingExtraError, ReceiverCancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anyio import CancelScope

    from aldis._core._connection import Entry
    from aldis._core._target import AnyReceiver

_CANCELLED: Final = float("-inf")  # the deadline of a scope that was cancelled


async def gather(
    entries: Sequence[Entry], call: Callable[[AnyReceiver], object], signal: str
) -> list[tuple[AnyReceiver, object]]:
    """Call each entry's receiver in a task of its own; return the results in connection order.

    Args:
        entries: The receivers.
        call: Calls one.
        signal: The name of the signal.

    Raises:
        MissingExtraError: anyio is not installed.
        ExceptionGroup: Receivers failed; those still at work were cancelled.
    """
    try:
        import anyio  # noqa: PLC0415  # an extra, for those who gather
    except ImportError:
        raise MissingExtraError("AsyncSignal.gather", "anyio") from None
    delivery = Delivery(call, signal)
    try:
        async with anyio.create_task_group() as tasks:
            for place, entry in enumerate(entries):
                tasks.start_soon(delivery.deliver, place, entry, tasks.cancel_scope)
    except BaseExceptionGroup as group:
        if not delivery.failures:
            raise
        raise group.derive([*group.exceptions, *delivery.failures]) from None
    if delivery.failures:
        raise ExceptionGroup("unhandled errors in a TaskGroup", delivery.failures)
    return [delivery.results[place] for place in sorted(delivery.results)]


class Delivery:
    """What comes of the tasks of one send.

    A task group takes the end of a task by a cancellation for one that was asked for. Where nobody
    has cancelled the sender, or these tasks, it is the failure of a receiver: what it awaited was
    cancelled, and its result would be missing.
    """

    def __init__(self, call: Callable[[AnyReceiver], object], signal: str) -> None:
        self._call = call
        self._signal = signal
        self.results: dict[int, tuple[AnyReceiver, object]] = {}
        # told after the tasks have ended: where the sender is cancelled meanwhile, that counts
        self.failures: list[Exception] = []

    async def deliver(self, place: int, entry: Entry, tasks: CancelScope) -> None:
        """Call one receiver, and await what it returns."""
        from anyio import current_effective_deadline, get_cancelled_exc_class  # noqa: PLC0415

        receiver = take(entry)
        if receiver is None:
            return
        cancellation = get_cancelled_exc_class()
        try:
            result = self._call(receiver)
            if isawaitable(result):
                result = await result
        except (cancellation, BaseExceptionGroup) as error:
            if current_effective_deadline() == _CANCELLED or not _consists_of(cancellation, error):
                raise  # it was cancelled together with the sender or the others, or it failed
            failure = ReceiverCancelledError(self._signal, describe(receiver))
            failure.__cause__ = error
            self.failures.append(failure)
            tasks.cancel()
        else:
            self.results[place] = (receiver, result)


def _consists_of(cancellation: type[BaseException], error: BaseException) -> bool:
    """Whether an exception, or each one in a group, is a cancellation."""
    if not isinstance(error, BaseExceptionGroup):
        return True
    group = cast("BaseExceptionGroup[BaseException]", error)
    return group.split(cancellation)[1] is None
