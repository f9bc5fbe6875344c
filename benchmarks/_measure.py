"""Times candidates against each other in one process, and reports how far apart they are.

Every round times every candidate once, in an order of its own, so that anything that slows the
machine down for a while slows all of them. Of a candidate's times the least is taken: the machine
only ever adds. The cost of an empty loop is subtracted after that, never before, or its own noise
would make some minima too small.

Some machines change their speed by a half for seconds at a time, and then minima may come from
different speeds. So the candidates of a case are timed next to each other, and the ratios of single
rounds show whether the ratio of the minima is reliable.

Time is processor time of this process, since wall-clock time includes other processes.

The garbage collector runs before each round and rests while a round is timed. What the candidates
make they also drop at once, so it would find nothing; but one of them would pay for its looking.
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import sysconfig
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from time import process_time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Timer = Callable[[int], int]  # does its work so many times, and returns the nanoseconds

IS_FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))

_SEED = 2024  # any will do, as long as it stays: every run has the same orders
_WARM_UP = 100  # by then a first send has written its code, and the interpreter specialised it


class Effort(NamedTuple):
    """How long to measure."""

    rounds: int
    nanoseconds: int  # the intended time of each timing

    @classmethod
    def of(cls, *, quick: bool) -> Effort:
        return cls(9, 1_000_000) if quick else cls(150, 3_000_000)


@dataclass
class Candidate:
    """One way to do the work of a case."""

    name: str
    timer: Timer
    warm_up: int = _WARM_UP
    number: int = 1  # how often each timing does the work
    times: list[float] = field(default_factory=list[float])  # nanoseconds a time, one each round

    def calibrate(self, nanoseconds: int) -> None:
        """Choose how often to do the work, so that a timing takes so long."""
        self.timer(self.warm_up)
        while (taken := self.timer(self.number)) < nanoseconds // 4:
            self.number *= 2
        self.number = max(1, self.number * nanoseconds // taken)

    def run(self) -> None:
        self.times.append(self.timer(self.number) / self.number)


@dataclass
class Case:
    """Some work, and the ways to do it; by default all are compared with the first."""

    name: str
    candidates: Sequence[Candidate]
    references: Sequence[str] = ()  # names of candidates; those that are missing are left out


class Ratio(NamedTuple):
    """How many times as long one candidate takes as another."""

    least: float  # the ratio of the minima
    lower: float  # quartiles of the ratios of single rounds
    median: float
    upper: float

    def believed(self) -> float:
        """Return what both the minima and the rounds say: that which is nearer to 1.

        Of 115 pairs that were the same, the minima found two 1.06 times as slow, this none 1.03.
        """
        return sorted((self.least, self.median, 1.0))[1]


class Outcome(NamedTuple):
    """The result for a candidate."""

    case: str
    candidate: str
    nanoseconds: float  # the least of any round, without the loop around it
    median: float  # of all rounds, likewise
    against: Mapping[str, Ratio]  # by the names of other candidates of the case

    def settled(self) -> bool:
        """Whether the minima agree with the single rounds."""
        return all(0.9 * r.lower <= r.least <= 1.1 * r.upper for r in self.against.values())


_TEXT = """\
{kind}def run({parameters}, number):
    begin = clock()
    for _ in repeat(None, number):
        {statement}
    return clock() - begin
"""


def timer(statement: str, **known: object) -> Timer:
    """Return what times a statement that knows these names, as locals of a function of its own.

    The interpreter specialises code for what it meets there. Two candidates that share it would
    hinder each other.
    """
    return _timer("", statement, known)


def timer_of_await(statement: str, **known: object) -> Timer:
    """Return what times a statement that may await, in an event loop of asyncio."""
    run: Any = _timer("async ", statement, known)
    return lambda number: asyncio.run(run(number))


def _timer(kind: str, statement: str, known: Mapping[str, object]) -> Timer:
    text = _TEXT.format(kind=kind, parameters=", ".join(known), statement=statement)
    scope: dict[str, Any] = {"clock": process_time_ns, "repeat": repeat}
    exec(text, scope)  # noqa: S102  # the text is written here and by the cases
    return partial(scope["run"], *known.values())


def measure(cases: Iterable[Case], effort: Effort) -> list[Outcome]:
    """Time all candidates of all cases, and compare them."""
    cases = list(cases)
    empty = Candidate("the empty loop", timer("pass", nothing=None))
    groups = [[empty], *(list(case.candidates) for case in cases)]
    for candidate in chain(*groups):
        candidate.calibrate(effort.nanoseconds)
    shuffle = random.Random(_SEED).shuffle  # noqa: S311  # no secret
    gc.collect()
    gc.freeze()  # a million senders need not be looked at before each round
    try:
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
    finally:
        gc.unfreeze()
    loop = min(empty.times)
    return [outcome for case in cases for outcome in compare(case, loop)]


def compare(case: Case, loop: float = 0.0) -> list[Outcome]:
    """Compare what was measured of a case; the loop's cost is taken off after the minima."""
    times = {candidate.name: candidate.times for candidate in case.candidates}
    references = [name for name in case.references if name in times] or [case.candidates[0].name]
    return [
        Outcome(
            case.name,
            candidate.name,
            min(candidate.times) - loop,
            statistics.median(candidate.times) - loop,
            {name: _ratio(candidate.times, times[name], loop) for name in references},
        )
        for candidate in case.candidates
    ]


def _ratio(times: Sequence[float], others: Sequence[float], loop: float) -> Ratio:
    pairs = zip(times, others, strict=True)
    rounds = [(time - loop) / (other - loop) for time, other in pairs]
    least = (min(times) - loop) / (min(others) - loop)
    return Ratio(least, *statistics.quantiles(rounds, n=4))
