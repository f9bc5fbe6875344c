"""How long a send takes while 1, 2 and 4 threads send at once: the clock's time for all sends.

    python benchmarks/threads.py [--quick] [--json PATH]

With one lock around the interpreter, as many threads do as much together as one alone does; what a
library adds to that, with locks of its own, is what this shows. The hand-written loop runs in as
many threads. Time is from the first thread's begin to the last one's end.
"""

from __future__ import annotations

import threading
from time import perf_counter_ns
from typing import TYPE_CHECKING

from _measure import Candidate, Case, Effort, Outcome, measure
from _peers import (
    DISTRIBUTIONS,
    Aldis,
    Blinker,
    CachingDjango,
    DictOfLists,
    Loop,
    Psygnal,
    Pyee,
)
from _results import script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _measure import Timer

THREADS = (1, 2, 4)
WAYS = (Loop, Aldis, Blinker, CachingDjango, Psygnal, Pyee, DictOfLists)
_TIMES = 15  # as long as other timings: the interpreter switches threads every 5 ms


def shared(work: Timer, threads: int) -> Timer:
    """Return what times the work of all threads together."""

    def run(number: int) -> int:
        each = max(1, number // threads)
        barrier = threading.Barrier(threads)
        spans: list[tuple[int, int]] = []

        def share() -> None:
            barrier.wait()
            begin = perf_counter_ns()
            work(each)
            spans.append((begin, perf_counter_ns()))

        running = [threading.Thread(target=share) for _ in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        taken = max(end for _, end in spans) - min(begin for begin, _ in spans)
        return taken * number // (each * threads)

    return run


def cases() -> Iterator[Case]:
    for threads in THREADS:
        candidates: list[Candidate] = []
        for each in WAYS:
            way = each()
            way.fill(3)
            alone = way.candidate()
            candidates.append(Candidate(way.name, shared(alone.timer, threads)))
        plural = "" if threads == 1 else "s"
        yield Case(f"3 functions, {threads} thread{plural}", candidates, ("the loop", "blinker"))


def outcomes(effort: Effort) -> list[Outcome]:
    return measure(cases(), effort._replace(nanoseconds=_TIMES * effort.nanoseconds))


if __name__ == "__main__":
    method = "{rounds} rounds, 45 ms each timing by the clock; minima, ratios by round"
    script(__doc__, outcomes, distributions=DISTRIBUTIONS, rounds=40, method=method)
