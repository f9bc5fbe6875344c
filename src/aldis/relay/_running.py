"""Runs a relay: subscribes, waits, and lets go of the engine at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aldis.relay._hearing import Hearing, Stop, until_sigterm
from aldis.relay._topics import stream_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from aldis.relay._delivering import Route
    from aldis.relay._transport import Transport


class Runs:
    """All runs of one relay: perhaps none, or several in different threads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._running: set[Stop] = set()
        self._is_closed = False

    def refuse_if_closed(self) -> None:
        """Refuse to go on.

        Raises:
            RuntimeError: The relay is closed.
        """
        if self._is_closed:
            raise RuntimeError("the relay is closed; make another one")

    @contextmanager
    def hearing(
        self, routes: Iterable[Route], *, raises: bool
    ) -> Generator[tuple[Hearing, Stop], None, None]:
        """Hear the topics of some signals, for the length of a `with` block.

        Raises:
            RuntimeError: There are none, or the relay is closed.
            ConnectionError: The engine cannot be reached.
        """
        self.refuse_if_closed()
        streams: dict[str | None, dict[str, None]] = {}  # each once, in their order
        for route in routes:
            streams.setdefault(route.group, {})[stream_of(route.topic)] = None
        if not streams:
            raise RuntimeError("nothing is delivered here; call deliver() first")
        stop, hearing = Stop(), Hearing(raises=raises)
        self._running.add(stop)
        try:
            self.refuse_if_closed()  # once more: `close` stops those that it knows of
            for group, each in streams.items():
                hearing.add(self._transport.subscribe([*each], group))
            with until_sigterm(stop):
                yield hearing, stop
        finally:
            hearing.close()
            self._running.discard(stop)  # not earlier: `close` lets go of the engine if none runs
            if self._is_closed and not self._running:
                self._transport.close()

    def close(self) -> None:
        """Let each run end after the message in hand; the last one lets go of the engine."""
        if self._is_closed:
            return
        self._is_closed = True
        running = self._running.copy()
        for stop in running:
            stop.asked = True
        if not running:
            self._transport.close()
