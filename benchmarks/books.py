"""What connecting costs, in time and in memory, against blinker.

    python benchmarks/books.py [--quick]

Memory is measured in a process of its own for each figure: what one library gives back, the next
would use again.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from resource import getpagesize
from time import perf_counter_ns
from typing import Any, Protocol

import blinker
from _measure import Candidate, Case, Effort, environment, measure, own_code, table

from aldis import Signal

SENDERS = 300_000
ALDIS, BLINKER = "aldis", "blinker"


class Connects(Protocol):
    """What a signal of either library can do."""

    def connect(self, receiver: Any, sender: Any = ..., /) -> object: ...
    def disconnect(self, receiver: Any, sender: Any = ..., /) -> object: ...


class Sender:
    """One of the many that receivers hear."""


def new_signal(library: str) -> Connects:
    if library == BLINKER:
        return blinker.Signal()

    @Signal
    def changed(sender: Any, /, *, user_id: int, username: str, active: bool) -> None: ...

    return changed


def hear(sender: object, *, user_id: int, username: str, active: bool) -> None: ...


# --- time


def time_everyone(signal: Connects, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.connect(hear)
        signal.disconnect(hear)
    return perf_counter_ns() - begin


def time_one(signal: Connects, sender: object, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.connect(hear, sender)
        signal.disconnect(hear, sender)
    return perf_counter_ns() - begin


def cases() -> list[Case]:
    sender = Sender()
    libraries = (BLINKER, ALDIS)
    everyone = [Candidate(o, partial(own_code(time_everyone), new_signal(o))) for o in libraries]
    one = [Candidate(o, partial(own_code(time_one), new_signal(o), sender)) for o in libraries]
    return [Case("of every sender", everyone), Case("of one sender", one)]


# --- memory


def bytes_traced(library: str, count: int) -> float:
    """Return what a connection takes of Python's memory."""
    signal, senders = new_signal(library), [Sender() for _ in range(count)]
    gc.collect()
    tracemalloc.start()
    for sender in senders:
        signal.connect(hear, sender)
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / count


def bytes_resident(library: str, count: int) -> float:
    """Return by how much a connection makes the process grow."""
    signal, senders = new_signal(library), [Sender() for _ in range(count)]
    gc.collect()
    before = _resident()
    for sender in senders:
        signal.connect(hear, sender)
    gc.collect()
    return (_resident() - before) / count


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * getpagesize()


def main() -> int:
    parser = argparse.ArgumentParser(description="What connecting costs.")
    parser.add_argument("--quick", action="store_true", help="measure for a shorter time")
    quick = parser.parse_args().quick
    for name, value in environment("aldis", "blinker").items():
        print(f"- {name}: {value}")
    rows = [
        (o.case, o.candidate, f"{o.nanoseconds:,.0f}", f"{o.ratio:.2f}", f"{o.median:.2f}")
        for o in measure(cases(), Effort.of(quick=quick))
    ]
    print()
    print(table(("connect and disconnect", "library", "ns", "x blinker", "median"), rows))
    count = SENDERS // 10 if quick else SENDERS
    sizes: list[tuple[str, ...]] = []
    for library in (BLINKER, ALDIS):
        figures: list[str] = []
        for size in (bytes_traced, bytes_resident):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                figures.append(f"{process.submit(size, library, count).result():.0f}")
        sizes.append((library, *figures))
    print()
    print(table((f"bytes a connection, {count:,} senders", "traced", "resident"), sizes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
