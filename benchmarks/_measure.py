"""Times candidates against each other in one process, and tells how far apart they are.

Every round times every candidate once, in an order of its own, so that whatever slows the machine
down for a while slows all of them. Of a candidate's times the least is taken: the machine only ever
adds. The cost of an empty loop is subtracted after that, never before, or its own noise would make
some minima too small.

Some machines change their speed by a half for seconds at a time, and then minima may come from
different speeds. So the candidates of a case are timed next to each other, and the ratios of single
rounds tell whether the ratio of the minima can be believed.

The garbage collector runs before each round and rests while a round is timed. What the candidates
make they also drop at once, so it would find nothing; but one of them would pay for its looking.
"""

from __future__ import annotations

import gc
import os
import platform
import random
import statistics
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, repeat
from pathlib import Path
from time import perf_counter_ns
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Timer = Callable[[int], int]  # does its work so many times, and returns the nanoseconds
    F = TypeVar("F", bound=Callable[..., int])

_SEED = 2024  # any will do, as long as it stays: every run has the same orders
_WARM_UP = 100  # by then a first send has written its code, and the interpreter specialised it


class Effort(NamedTuple):
    """How long to measure."""

    rounds: int
    nanoseconds: int  # what each timing is to take

    @classmethod
    def of(cls, *, quick: bool) -> Effort:
        return cls(15, 1_000_000) if quick else cls(150, 3_000_000)


@dataclass
class Candidate:
    """One way to do the work of a case."""

    name: str
    timer: Timer
    number: int = 1  # how often each timing does the work
    times: list[float] = field(default_factory=list[float])  # nanoseconds a time, one each round

    def calibrate(self, nanoseconds: int) -> None:
        """Choose how often to do the work, so that a timing takes so long."""
        self.timer(_WARM_UP)
        while (taken := self.timer(self.number)) < nanoseconds // 4:
            self.number *= 2
        self.number = max(1, self.number * nanoseconds // taken)

    def run(self) -> None:
        self.times.append(self.timer(self.number) / self.number)


@dataclass
class Case:
    """Some work, and the ways to do it; the first is what the others are compared with."""

    name: str
    candidates: Sequence[Candidate]


class Outcome(NamedTuple):
    """What was found out about a candidate."""

    case: str
    candidate: str
    nanoseconds: float  # the least of any round, without the loop around it
    ratio: float  # to the first candidate of the case
    lower: float  # quartiles of the ratios of single rounds
    median: float
    upper: float

    def settled(self) -> bool:
        """Whether the minima agree with the single rounds."""
        return 0.9 * self.lower <= self.ratio <= 1.1 * self.upper


def own_code(function: F) -> F:
    """Return a copy of a function with code of its own.

    The interpreter specialises code for what it meets there. Two candidates that share it would
    hinder each other.
    """
    original = cast("FunctionType", function)
    copy = FunctionType(_copied(original.__code__), original.__globals__, original.__name__)
    return cast("F", copy)


def _copied(code: CodeType) -> CodeType:
    inner = (_copied(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_consts=tuple(inner))


def measure(cases: Iterable[Case], effort: Effort) -> list[Outcome]:
    """Time all candidates of all cases, and compare them."""
    cases = list(cases)
    empty = Candidate("the empty loop", _empty)
    groups = [[empty], *(list(case.candidates) for case in cases)]
    for candidate in chain(*groups):
        candidate.calibrate(effort.nanoseconds)
    shuffle = random.Random(_SEED).shuffle  # noqa: S311  # no secret
    for _ in range(effort.rounds):
        shuffle(groups)
        for group in groups:
            shuffle(group)
        gc.collect()
        gc.disable()
        try:
            for candidate in chain(*groups):
                candidate.run()
        finally:
            gc.enable()
    loop = min(empty.times)
    return [_outcome(case, candidate, loop) for case in cases for candidate in case.candidates]


def _empty(number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        pass
    return perf_counter_ns() - begin


def _outcome(case: Case, candidate: Candidate, loop: float) -> Outcome:
    first = case.candidates[0]
    nanoseconds = min(candidate.times) - loop
    pairs = zip(candidate.times, first.times, strict=True)
    ratios = [(time - loop) / (other - loop) for time, other in pairs]
    lower, median, upper = statistics.quantiles(ratios, n=4)
    ratio = nanoseconds / (min(first.times) - loop)
    return Outcome(case.name, candidate.name, nanoseconds, ratio, lower, median, upper)


def environment(*distributions: str) -> dict[str, str]:
    """Tell where all this was measured."""
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler": platform.python_compiler(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "load before": load,
        **{name: _version(name) for name in distributions},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{platform.machine()} {models[0]}" if models else platform.machine()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table that also reads well as it is; numbers stand to the right."""
    rows = [list(row) for row in rows]
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [all(_is_number(cell) for cell in column[1:]) for column in columns]

    def line(cells: Iterable[str]) -> str:
        placed = zip(cells, widths, right, strict=True)
        return f"| {' | '.join(c.rjust(w) if r else c.ljust(w) for c, w, r in placed)} |"

    rule = ("-" * (width - 1) + (":" if r else "-") for width, r in zip(widths, right, strict=True))
    return "\n".join([line(heads), line(rule), *map(line, rows)])


def _is_number(cell: str) -> bool:
    return not cell or cell.lstrip("+-").replace(".", "").replace(",", "").isdigit()
