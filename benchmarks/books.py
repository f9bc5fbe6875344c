"""What connecting and verifying cost, in time and in memory, against blinker.

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
from aldis._core import objection
from aldis._core._admission import admit

SENDERS = 300_000
ALDIS, BLINKER = "aldis", "blinker"


class Connects(Protocol):
    """What a signal of either library can do."""

    def connect(self, receiver: Any, sender: Any = ..., /) -> object: ...
    def disconnect(self, receiver: Any, sender: Any = ..., /) -> object: ...


class Sender:
    """One of the many that receivers hear."""


class Listener:
    """Has a receiver."""

    def hear(self, sender: object, *, user_id: int, username: str, active: bool) -> None: ...


def declared() -> Signal[Any, ..., Any]:
    @Signal
    def changed(sender: Any, /, *, user_id: int, username: str, active: bool) -> None: ...

    return changed


def new_signal(library: str) -> Connects:
    return blinker.Signal() if library == BLINKER else declared()


def hear(sender: object, *, user_id: int, username: str, active: bool) -> None: ...
def hear_some(sender: object, *, username: str, **_: object) -> None: ...


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


def time_verdict(receiver: Any, number: int) -> int:
    """Judge a receiver as if it had never been seen."""
    payload = declared()._registry.payload
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        objection(receiver, payload)
    return perf_counter_ns() - begin


def time_remembered(receiver: Any, number: int) -> int:
    """Admit a receiver whose code was judged before."""
    registry = declared()._registry
    admit(registry, receiver, weak=True)
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        admit(registry, receiver, weak=True)
    return perf_counter_ns() - begin


def cases() -> list[Case]:
    sender = Sender()
    libraries = (BLINKER, ALDIS)
    everyone = [Candidate(o, partial(own_code(time_everyone), new_signal(o))) for o in libraries]
    one = [Candidate(o, partial(own_code(time_one), new_signal(o), sender)) for o in libraries]
    return [Case("of every sender", everyone), Case("of one sender", one)]


def verdicts() -> list[Case]:
    method = Listener().hear
    return [
        Case(name, [Candidate("once", partial(own_code(time), receiver))])
        for name, time, receiver in (
            ("a function", time_verdict, hear),
            ("a function with **_", time_verdict, hear_some),
            ("a method", time_verdict, method),
            ("a function, remembered", time_remembered, hear),
        )
    ]


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
    costs = [(o.case, f"{o.nanoseconds:,.0f}") for o in measure(verdicts(), Effort.of(quick=quick))]
    print()
    print(table(("verify", "ns"), costs))
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
