"""Waits for the next send of a signal: in a task, or in a thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aldis._core import ANY, by_name, is_trio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aldis._core import Call, Registry


class Heard:
    """The signal and the sender whose next send is awaited."""

    def __init__(self, registry: Registry, sender: object) -> None:
        self.registry = registry
        self.sender = sender

    def connect(self, receiver: Callable[..., None]) -> None:
        """Connect a receiver that does not appear among the results of the send."""
        self.registry.connect(receiver, self.sender, weak=False, once=True, via=_call_now)

    def disconnect(self, receiver: Callable[..., None]) -> None:
        """Disconnect the receiver."""
        self.registry.disconnect(receiver, ANY)


class _NextSend:
    """A receiver of one send, which keeps the payload and wakes the waiting thread or task."""

    def __init__(self, heard: Heard, wake: Callable[[], object]) -> None:
        self._heard = heard
        self._wake = wake
        self._payload: Mapping[str, Any] | None = None
        heard.connect(self)

    def __call__(self, *args: object, **kwargs: object) -> None:
        if self._payload is None:
            self._payload = by_name(self._heard.registry.payload.settle(), args, kwargs)
            self._wake()

    def stop(self) -> None:
        """Disconnect from the signal."""
        self._heard.disconnect(self)

    def payload_after(self, timeout: float | None) -> Mapping[str, Any]:
        """Return what was sent.

        Raises:
            TimeoutError: Nothing was sent.
        """
        if self._payload is not None:
            return self._payload
        message = f"signal {self._heard.registry.name} was not sent within {timeout} seconds"
        raise TimeoutError(message)


def _call_now(call: Call) -> None:
    call()


def wait_for_payload(heard: Heard, timeout: float | None) -> Mapping[str, Any]:
    """Block this thread until the next send, and return what was sent."""
    from threading import Event  # noqa: PLC0415  # loaded on first use

    was_sent = Event()
    next_send = _NextSend(heard, was_sent.set)
    try:
        was_sent.wait(timeout)
    finally:
        next_send.stop()
    return next_send.payload_after(timeout)


async def next_payload(heard: Heard, seconds: float | None) -> Mapping[str, Any]:
    """Wait for the next send, which may be in another thread, and return what was sent."""
    wait = _wait_on_trio if is_trio() else _wait_on_asyncio
    return await wait(heard, seconds)


async def _wait_on_asyncio(heard: Heard, seconds: float | None) -> Mapping[str, Any]:
    import asyncio  # noqa: PLC0415  # loaded already

    was_sent, loop = asyncio.Event(), asyncio.get_running_loop()
    next_send = _NextSend(heard, partial(_unless_over, loop.call_soon_threadsafe, was_sent.set))
    try:
        async with asyncio.timeout(seconds):
            await was_sent.wait()
    except TimeoutError:
        pass  # the payload may have arrived at the last moment
    finally:
        next_send.stop()
    return next_send.payload_after(seconds)


async def _wait_on_trio(heard: Heard, seconds: float | None) -> Mapping[str, Any]:
    import trio  # noqa: PLC0415  # loaded already

    was_sent, token = trio.Event(), trio.lowlevel.current_trio_token()
    next_send = _NextSend(heard, partial(_unless_over, token.run_sync_soon, was_sent.set))
    try:
        with trio.move_on_after(float("inf") if seconds is None else seconds):
            await was_sent.wait()
    finally:
        next_send.stop()
    return next_send.payload_after(seconds)


def _unless_over(
    run_soon: Callable[[Callable[[], object]], object], wake: Callable[[], object]
) -> None:
    """Wake a task of an event loop, unless the loop has ended."""
    try:
        run_soon(wake)
    except RuntimeError:
        return
