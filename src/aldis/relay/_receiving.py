"""What brings messages to the receivers of a relay: an engine of its own, or somebody else's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aldis.relay._delivering import (
    arrived,
    due,
    failures,
    handle,
    handle_async,
    raise_failures,
    settle,
)
from aldis.relay._hearing import PATIENCE
from aldis.relay._threads import in_thread

if TYPE_CHECKING:
    from aldis.relay._delivering import Route, Rules
    from aldis.relay._running import Runs


class Receiving:
    """The base of `Relay` that calls receivers."""

    _routes: dict[str, Route]  # by topic
    _rules: Rules
    _runs: Runs

    def receive(self, message: bytes, *, attempt: int = 1) -> None:
        """Deliver one message that another engine has brought, in its own worker; see `Message`.

        Args:
            message: The bytes that `Message.pack` returned.
            attempt: Which attempt this is, if the engine tells.

        Raises:
            MessageError: It cannot be read; trying it again is useless.
            ExceptionGroup: Receivers have failed; it should be tried again.
            RuntimeError: The signal is async; use `receive_async`.
        """
        found = due(message, self._routes, self._rules)
        if found is None:
            return
        if found.route.is_async:
            raise RuntimeError(f"signal {found.route.codec.signal} is async: use receive_async()")
        with arrived(found, attempt, self._rules) as send:
            raise_failures(failures(send()), found.route)

    async def receive_async(self, message: bytes, *, attempt: int = 1) -> None:
        """As `receive`, in the task of an event loop, and for async signals; see `Message`.

        Args:
            message: The bytes that `Message.pack` returned.
            attempt: Which attempt this is, if the engine tells.

        Raises:
            MessageError: As for `receive`.
            ExceptionGroup: As for `receive`.
        """
        found = due(message, self._routes, self._rules)
        if found is None:
            return
        with arrived(found, attempt, self._rules) as send:
            results = await send() if found.route.is_async else send()
            raise_failures(failures(results), found.route)

    def run(self, *, until_idle: float | None = None) -> None:
        """Deliver messages, one at a time, until SIGTERM or `close`; see `Relay`.

        The message in hand is finished; the rest is given back to the engine at once. In a thread
        that is not the main one, only `close` ends it.

        Args:
            until_idle: Return, too, when there was nothing to deliver for so many seconds: 0 to
                deliver what is there, as tests do.

        Raises:
            RuntimeError: Nothing is delivered here, a signal is async, or the relay is closed.
            ConnectionError: The engine cannot be reached when it begins.
        """
        awaited = [route for route in self._routes.values() if route.is_async]
        if awaited:
            raise RuntimeError(f"signal {awaited[0].codec.signal} is async: await run_async()")
        routes, raises = self._routes, until_idle is not None
        with self._runs.hearing(routes.values(), raises=raises) as (hearing, stop):
            while not stop.asked:
                delivery = hearing.next(PATIENCE if until_idle is None else until_idle)
                if delivery is not None:
                    settle(handle(delivery, routes, self._rules))
                elif until_idle is not None:
                    return

    async def run_async(self, *, until_idle: float | None = None) -> None:
        """As `run`, in a task of asyncio or trio; see `Relay`.

        The engine is waited for in a thread.

        It delivers signals that are not async, too: in the thread of the event loop, which waits
        for their receivers. To end it, cancel the task, or call `close`.

        Args:
            until_idle: As for `run`.

        Raises:
            RuntimeError: Nothing is delivered here, or the relay is closed.
            ConnectionError: The engine cannot be reached when it begins.
        """
        routes, raises = self._routes, until_idle is not None
        with self._runs.hearing(routes.values(), raises=raises) as (hearing, stop):
            timeout = PATIENCE if until_idle is None else until_idle
            while not stop.asked:
                delivery = await in_thread(partial(hearing.next, timeout))
                if delivery is not None:
                    verdict = await handle_async(delivery, routes, self._rules)
                    await in_thread(partial(settle, verdict))
                elif until_idle is not None:
                    return
