"""Prints sends as they happen: a tree, in which sends of a receiver are below the receiver.

A send or call is printed when it ends. If there is something below it, it is printed before that,
with another line at its end.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rich.text import Text

from aldis._cli._crossing import arrival_words, published_words
from aldis._cli._words import error_words, receiver_words, send_words, time_words
from aldis.observing import Delivery, Listener, Send

if TYPE_CHECKING:
    from rich.console import Console

    from aldis._cli._lanes import Lane, Lanes


class _Branch:
    """A send or a delivery that is under way."""

    def __init__(self, above: _Branch | None, title: Text, lane: Lane) -> None:
        self.above = above
        self.lane = lane
        self.depth: int = 0 if above is None else above.depth + 1
        self.title = title
        self.is_printed = False


class Tree(Listener):
    """Prints the tree to a console."""

    def __init__(self, console: Console, lanes: Lanes) -> None:
        self._console = console
        self._lanes = lanes
        self._branches: dict[Send | Delivery, _Branch] = {}
        # for whole lines; reentrant, since a garbage collection may send while one is printed
        self._lock = threading.RLock()

    def send_began(self, send: Send) -> None:
        """Add a branch for it."""
        above = None if send.parent is None else self._branches.get(send.parent)
        name, words = send_words(send)
        self._begin(send, above, Text.assemble((name, "bold cyan"), words, arrival_words(send)))

    def receiver_began(self, delivery: Delivery) -> None:
        """Add a branch for it."""
        title = Text(receiver_words(delivery), style="green")
        self._begin(delivery, self._branches.get(delivery.send), title)

    def receiver_ended(self, delivery: Delivery) -> None:
        """Print its end."""
        self._end(delivery, published_words(delivery))

    def send_ended(self, send: Send) -> None:
        """Print its end."""
        self._end(send, "" if send.error or send.results else " to nobody")

    def _begin(self, what: Send | Delivery, above: _Branch | None, title: Text) -> None:
        lane = self._lanes.current()
        with self._lock:
            if above is not None:
                self._open(above)
            self._branches[what] = _Branch(above, title, lane)

    def _open(self, branch: _Branch) -> None:
        if not branch.is_printed:
            if branch.above is not None:
                self._open(branch.above)
            branch.is_printed = True
            self._print(branch, branch.title)

    def _end(self, what: Send | Delivery, note: str) -> None:
        time = (f"  {time_words(what.seconds)}", "dim")
        error = "" if what.error is None else f" {error_words(what.error)}"
        with self._lock:
            branch = self._branches.pop(what)
            start = Text("└") if branch.is_printed else branch.title
            self._print(branch, Text.assemble(start, note, (error, "bold red"), time))

    def _print(self, branch: _Branch, text: Text) -> None:
        # most programs have only the first lane
        lane = "" if branch.lane.number == 1 else f"[{branch.lane.name}] "
        line = Text.assemble((lane, "magenta"), ("│ " * branch.depth, "dim"), text)
        self._console.print(line, soft_wrap=True)
