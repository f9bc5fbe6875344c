"""Delivers to all receivers of a signal at once."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING

from aldis._core._snapshots import take
from aldis.exceptions import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._core._connection import AnyReceiver, Entry


async def gather(
    entries: Sequence[Entry], call: Callable[[AnyReceiver], object]
) -> list[tuple[AnyReceiver, object]]:
    """Call each entry's receiver in a task of its own; return the results in connection order.

    Raises:
        MissingExtraError: anyio is not installed.
        ExceptionGroup: Receivers failed; those still at work were cancelled.
    """
    try:
        from anyio import create_task_group  # noqa: PLC0415  # an extra, for those who gather
    except ImportError:
        raise MissingExtraError("AsyncSignal.gather", "anyio") from None

    results: dict[int, tuple[AnyReceiver, object]] = {}

    async def deliver(place: int, entry: Entry) -> None:
        receiver = take(entry)
        if receiver is None:
            return
        result = call(receiver)
        if isawaitable(result):
            result = await result
        results[place] = (receiver, result)

    async with create_task_group() as tasks:
        for place, entry in enumerate(entries):
            tasks.start_soon(deliver, place, entry)
    return [results[place] for place in sorted(results)]
