"""Sums up the sends in a table at the end of a trace."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from aldis._cli._names import WAY_OUT, blinkers_own_signal
from aldis._cli._words import receiver_words, time_words
from aldis.observing import Delivery, Listener, Send

if TYPE_CHECKING:
    from rich.console import Console


class _Sum:
    """The totals for a signal's sends, or a receiver's calls."""

    def __init__(self) -> None:
        self.count = 0
        self.errors = 0
        self.seconds = 0.0
        self.longest = 0.0

    def add(self, what: Send | Delivery) -> None:
        seconds = what.seconds
        self.count += 1
        self.errors += what.error is not None
        self.seconds += seconds
        self.longest = max(self.longest, seconds)

    def cells(self) -> tuple[str, ...]:
        mean = self.seconds / self.count if self.count else 0.0
        return (
            f"{self.count:,}",
            f"{self.errors:,}" if self.errors else "",
            *map(time_words, (self.seconds, mean, self.longest)),
        )


class Summary(Listener):
    """Counts sends and calls, and measures them."""

    def __init__(self) -> None:
        self._sends: dict[str, _Sum] = {}
        self._receivers: dict[str, dict[str, _Sum]] = {}
        self._lock = threading.RLock()

    def receiver_ended(self, delivery: Delivery) -> None:
        """Add it to the totals."""
        name = receiver_words(delivery)
        with self._lock:
            receivers = self._receivers.setdefault(delivery.send.name, {})
            receivers.setdefault(name, _Sum()).add(delivery)

    def send_ended(self, send: Send) -> None:
        """Add it to the totals."""
        with self._lock:
            self._sends.setdefault(send.name, _Sum()).add(send)

    def show(self, console: Console) -> None:
        """Print the table: the signals that took longest first, and likewise their receivers."""
        if not self._sends:
            console.print(Text("no signal was sent"))
            if blinkers_own_signal() is not None:
                console.print(Text(f"signals of blinker itself cannot be traced; {WAY_OUT}"))
            return
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        table.add_column("signals and receivers", overflow="fold")
        for title in ("times", "raised", "in all", "mean", "longest"):
            table.add_column(title, justify="right", overflow="fold")
        for signal, summed in _longest_first(self._sends):
            table.add_row(Text(signal, style="cyan"), *summed.cells())
            for receiver, calls in _longest_first(self._receivers.get(signal, {})):
                table.add_row(Text(f"  {receiver}", style="green"), *calls.cells())
        console.print(table)


def _longest_first(sums: dict[str, _Sum]) -> list[tuple[str, _Sum]]:
    return sorted(sums.items(), key=lambda pair: -pair[1].seconds)
