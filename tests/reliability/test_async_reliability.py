"""Async sends that are cancelled, time out or fail, on asyncio and on trio."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextvars import ContextVar
from typing import Any

import anyio
import pytest

from aldis import AsyncSignal
from aldis._core._invariants import faults
from helpers import results

name: ContextVar[str] = ContextVar("name", default="nobody")
ways = pytest.mark.parametrize("way", ["send", "send_robust", "gather"])


@pytest.fixture(autouse=True)
def nothing_is_left_unawaited() -> Iterator[None]:
    """A coroutine that nobody awaits warns when it is collected."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
        gc.collect()


def run(backend: str, main: Callable[[], Coroutine[Any, Any, object]]) -> None:
    anyio.run(main, backend=backend)


@ways
@pytest.mark.parametrize("at", [1, 2])
def test_a_send_that_is_cancelled_while_a_receiver_waits_leaves_the_signal_in_order(
    backend: str, way: str, at: int
) -> None:
    """Also a receiver that never finishes ends by a timeout, which is told it."""

    async def main() -> None:
        signal = AsyncSignal()
        ended: list[str] = []

        @signal.connect
        async def quick(sender: object) -> str:
            return "quick"

        async def never(sender: object) -> None:
            try:
                await anyio.sleep_forever()
            finally:
                ended.append("never")

        signal.connect(never, once=at == 2)

        @signal.connect
        async def last(sender: object) -> str:
            return "last"

        with anyio.move_on_after(0.02) as scope:
            await getattr(signal, way)(None)
        assert scope.cancelled_caught
        assert ended == ["never"]
        assert not faults(signal._registry)
        signal.disconnect(never)
        assert results(await getattr(signal, way)(None)) == ["quick", "last"]

    run(backend, main)


@ways
def test_a_receiver_sees_the_context_variables_of_who_sends(backend: str, way: str) -> None:
    """And what it sets is seen by later receivers of a `send`, but by no other task."""

    async def main() -> None:
        signal = AsyncSignal()

        @signal.connect
        async def first(sender: object) -> str:
            seen = name.get()
            name.set("first")
            return seen

        @signal.connect
        def second(sender: object) -> str:
            return name.get()

        token = name.set("ada")
        sent = results(await getattr(signal, way)(None))
        assert sent == (["ada", "ada"] if way == "gather" else ["ada", "first"])
        assert name.get() == ("ada" if way == "gather" else "first")
        name.reset(token)

    run(backend, main)


def test_when_one_of_those_at_work_fails_the_others_are_cancelled_and_all_errors_are_told(
    backend: str,
) -> None:
    async def main() -> None:
        signal = AsyncSignal()
        ended: list[str] = []

        async def waits(sender: object) -> None:
            try:
                await anyio.sleep_forever()
            finally:
                ended.append("cancelled")

        async def fails(sender: object) -> None:
            await anyio.lowlevel.checkpoint()
            raise ValueError

        def fails_at_once(sender: object) -> None:
            raise KeyError

        for receiver in (waits, fails, fails_at_once):
            signal.connect(receiver, weak=False)
        with pytest.raises(ExceptionGroup) as caught:
            await signal.gather(None)
        told = caught.value
        assert {type(error) for error in told.exceptions} <= {ValueError, KeyError}
        assert any(isinstance(error, KeyError) for error in told.exceptions)
        assert ended in ([], ["cancelled"])  # it may not have begun
        assert not faults(signal._registry)

    run(backend, main)


@ways
def test_a_send_in_a_scope_that_is_cancelled_already_leaves_nothing_unawaited(
    backend: str, way: str
) -> None:
    async def main() -> None:
        signal = AsyncSignal()
        called: list[str] = []

        @signal.connect
        async def receiver(sender: object) -> None:
            called.append("called")
            await anyio.sleep_forever()

        with anyio.CancelScope() as scope:
            scope.cancel()
            await getattr(signal, way)(None)
        assert called in ([], ["called"])
        assert not faults(signal._registry)

    run(backend, main)


@ways
def test_sends_of_many_tasks_take_a_once_receiver_one_time(backend: str, way: str) -> None:
    async def main() -> None:
        signal = AsyncSignal()
        called: list[object] = []

        async def receiver(sender: object) -> None:
            await anyio.lowlevel.checkpoint()
            called.append(sender)

        signal.connect(receiver, once=True)
        async with anyio.create_task_group() as tasks:
            for number in range(8):
                tasks.start_soon(getattr(signal, way), number)
        assert len(called) == 1
        assert not faults(signal._registry)

    run(backend, main)
