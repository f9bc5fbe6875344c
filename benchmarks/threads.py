"""How long a send takes while 1, 2 and 4 threads send at once: the clock's time for all sends.

    python benchmarks/threads.py [--quick] [--json PATH]

With a GIL, many threads together do as much as one alone. The cases show what a library adds to
that with locks of its own: the hand-written loop runs in as many threads. Time is from the start of
the first thread to the end of the last.

Without a GIL, two threads can do more than one. That is measured with a signal, a sender and
receivers for each thread, and with one signal for both.
"""

from __future__ import annotations

import sys
import threading
from time import perf_counter_ns
from typing import TYPE_CHECKING

from _measure import IS_FREE_THREADED, Candidate, Case, Effort, Outcome, measure
from _names import ALONE, ONE_SIGNAL, TOGETHER, TWO_SIGNALS
from _peers import (
    DISTRIBUTIONS,
    Adapter,
    Aldis,
    Blinker,
    CachingDjango,
    DictOfLists,
    Loop,
    Psygnal,
    Pyee,
    Undeclared,
    WeakLoop,
)
from _results import script
from _typed_peers import TYPED_PEERS
from _way import here

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _measure import Timer
    from _way import Way

THREADS = (1, 2, 4)
WAYS: Sequence[type[Way]] = here(
    (Loop, Aldis, Blinker, CachingDjango, Psygnal, Pyee, *TYPED_PEERS, DictOfLists)
)
SIDE_BY_SIDE = (Loop, WeakLoop, Aldis, Undeclared, Blinker, Adapter)
TIMES = 15  # as long as other timings: the interpreter switches threads every 5 ms


def shared(works: Sequence[Timer]) -> Timer:
    """Return what times a thread for each of these works, all together."""

    def run(number: int) -> int:
        each = max(1, number // len(works))
        barrier = threading.Barrier(len(works))
        spans: list[tuple[int, int]] = []

        def share(work: Timer) -> None:
            barrier.wait()
            begin = perf_counter_ns()
            work(each)
            spans.append((begin, perf_counter_ns()))

        running = [threading.Thread(target=share, args=(work,)) for work in works]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        taken = max(end for _, end in spans) - min(begin for begin, _ in spans)
        return taken * number // (each * len(works))

    return run


def work(each: type[Way]) -> Timer:
    """Return what sends by a new signal, from a new sender to three new functions."""
    way = each()
    way.fill(3)
    return way.candidate().timer


def at_once(threads: int) -> Case:
    """All threads send by one signal, from one sender."""
    candidates = [Candidate(each.name, shared([work(each)] * threads)) for each in WAYS]
    plural = "" if threads == 1 else "s"
    return Case(f"3 functions, {threads} thread{plural}", candidates, ("the loop", "blinker"))


def side_by_side(each: type[Way], signals: str) -> Case:
    """Two threads, against one that does the work of both."""
    first = work(each)
    second = first if signals == ONE_SIGNAL else work(each)
    candidates = [Candidate(ALONE, shared([first])), Candidate(TOGETHER, shared([first, second]))]
    return Case(f"{each.name}, 2 threads, {signals}", candidates, (TOGETHER,))


def cases() -> Iterator[Case]:
    for threads in THREADS:
        yield at_once(threads)
    if IS_FREE_THREADED:
        for each in SIDE_BY_SIDE:
            for signals in (TWO_SIGNALS, ONE_SIGNAL):
                yield side_by_side(each, signals)


def outcomes(effort: Effort) -> list[Outcome]:
    found = measure(cases(), effort._replace(nanoseconds=TIMES * effort.nanoseconds))
    if IS_FREE_THREADED and getattr(sys, "_is_gil_enabled", bool)():
        raise RuntimeError("an extension module that was imported has turned the GIL on")
    return found


if __name__ == "__main__":
    method = "{rounds} rounds, 45 ms each timing by the clock; minima, ratios by round"
    script(__doc__, outcomes, distributions=DISTRIBUTIONS, rounds=40, method=method)
