"""How long a send takes, against the loop that a person would write by hand, and other libraries.

    python benchmarks/send.py [--quick] [--check] [--json PATH]

The loop, with the payload's names spelled out, is

    [(r, r(sender, user_id=1, username="x", active=True)) for r in receivers]

Django and psygnal take part where they are installed. `--check` fails where a figure that aldis
promises is not reached.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import _peers
import blinker
from _measure import Candidate, Case, Effort, Outcome, environment, measure, own_code, table

from aldis import Signal
from aldis._core._exclusive import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LOOP, ALDIS, BLINKER = "the loop", "aldis", "blinker"


class Receiver(Protocol):
    """What is connected."""

    def __call__(self, sender: Any, /, *, user_id: int, username: str, active: bool) -> Any: ...


class Sends(Protocol):
    """What a signal of either library can do."""

    def connect(self, receiver: Any, /) -> object: ...
    def send(self, sender: Any, /, *, user_id: int, username: str, active: bool) -> object: ...


class Sender:
    """Sends a signal, and may be the only one that its receivers hear."""

    @Signal.method
    def done(self, *, user_id: int, username: str, active: bool) -> None: ...


class Listener:
    """Has a receiver."""

    def hear(self, sender: object, *, user_id: int, username: str, active: bool) -> None: ...


def declared() -> Signal[Any, ..., Any]:
    """Return a new signal with the payload that all cases send."""

    @Signal
    def changed(sender: Any, /, *, user_id: int, username: str, active: bool) -> None: ...

    return changed


def functions(count: int) -> list[Receiver]:
    """Return so many different functions."""

    def function() -> Receiver:
        def hear(sender: object, *, user_id: int, username: str, active: bool) -> None: ...

        return hear

    return [function() for _ in range(count)]


def methods(count: int) -> list[Receiver]:
    """Return a bound method of so many objects each, and with it keep the objects alive."""
    return [Listener().hear for _ in range(count)]


# --- what is timed


def time_loop(receivers: Sequence[Receiver], sender: object, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        [(r, r(sender, user_id=1, username="x", active=True)) for r in receivers]
    return perf_counter_ns() - begin


def time_send(signal: Sends, sender: object, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.send(sender, user_id=1, username="x", active=True)
    return perf_counter_ns() - begin


def time_bound_send(sender: Sender, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        sender.done.send(user_id=1, username="x", active=True)
    return perf_counter_ns() - begin


def loop(receivers: Sequence[Receiver], sender: object) -> Candidate:
    return Candidate(LOOP, partial(own_code(time_loop), receivers, sender))


def send(name: str, signal: Sends, sender: object) -> Candidate:
    return Candidate(name, partial(own_code(time_send), signal, sender))


def bound_send(sender: Sender) -> Candidate:
    return Candidate("aldis, bound signal", partial(own_code(time_bound_send), sender))


# --- the cases


def heard_from_all(
    name: str, receivers: Sequence[Receiver], ours: Sends, others: Iterable[Candidate] = ()
) -> Case:
    """Receivers of every sender."""
    theirs, sender = blinker.Signal(), Sender()
    for receiver in receivers:
        ours.connect(receiver)
        theirs.connect(receiver)
    ways = [loop(receivers, sender), send(ALDIS, ours, sender), send(BLINKER, theirs, sender)]
    return Case(name, [*ways, *others])


def heard_from_one(name: str, receivers: Sequence[Receiver], sender: object) -> Case:
    """Receivers of one sender only."""
    ours, theirs = declared(), blinker.Signal()
    for receiver in receivers:
        ours.connect(receiver, sender)
        theirs.connect(receiver, sender)
    ways = [loop(receivers, sender), send(ALDIS, ours, sender), send(BLINKER, theirs, sender)]
    return Case(name, ways)


def heard_from_bound(name: str, receivers: Sequence[Receiver]) -> Case:
    """Receivers of the signal of one object, sent by way of the object and by way of the class."""
    sender, theirs = Sender(), blinker.Signal()
    for receiver in receivers:
        sender.done.connect(receiver)
        theirs.connect(receiver, sender)
    ways = [
        loop(receivers, sender),
        bound_send(sender),
        send("aldis, plain", Sender.done, sender),
        send(BLINKER, theirs, sender),
    ]
    return Case(name, ways)


def peers(count: int, *, methods: bool) -> Iterator[Candidate]:
    for library in _peers.installed():
        yield Candidate(library, _peers.sending(library, count, methods=methods))


def cases() -> Iterator[Case]:
    for count in (0, 1, 3, 10, 100):
        name, others = _counted(count, "function"), peers(count, methods=False)
        yield heard_from_all(name, functions(count), declared(), others)
    for count in (1, 3, 10, 100):
        name, others = _counted(count, "method"), peers(count, methods=True)
        yield heard_from_all(name, methods(count), declared(), others)
    yield heard_from_one("3 functions of one sender", functions(3), Sender())
    yield heard_from_one("3 methods of one sender", methods(3), Sender())
    yield heard_from_one("3 functions of a str", functions(3), "a sender")
    yield heard_from_bound("3 functions of one object", functions(3))
    for count in (1, 3, 10, 100):
        name = _counted(count, "function")
        yield heard_from_all(f"{name}, undeclared", functions(count), Signal())


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


# --- the figures to reach


class Bound(NamedTuple):
    """A promise about one candidate of one case, as a multiple of another's time."""

    case: str
    candidate: str
    of: str
    at_most: float | None = None
    at_least: float | None = None
    python: tuple[int, int] | None = None  # the only version that it is made for

    def applies(self) -> bool:
        return self.python in (None, sys.version_info[:2])

    def holds(self, times: float) -> bool:
        below = self.at_most is None or times <= self.at_most
        return below and (self.at_least is None or times >= self.at_least)

    def text(self) -> str:
        return f"<= {self.at_most}" if self.at_least is None else f">= {self.at_least}"


BOUNDS = (
    Bound("0 functions", ALDIS, BLINKER, at_most=0.7),
    *(Bound(case, ALDIS, LOOP, at_most=1.6) for case in ("3 functions", "100 functions")),
    *(Bound(case, ALDIS, LOOP, at_most=2.9) for case in ("3 methods", "100 methods")),
    *(
        Bound(case, BLINKER, LOOP, at_least=times, python=python)
        for python, times in (((3, 11), 6.0), ((3, 13), 9.0))
        for case in ("3 functions", "100 functions", "3 methods", "100 methods")
    ),
)


def takes_no_lock() -> bool:
    """Whether sends go on while another thread is changing connections and does not finish."""
    sender, kept = Sender(), [*functions(3), *methods(3)]
    signals = [declared(), declared()]
    for receiver in kept:
        signals[0].connect(receiver)
        signals[1].connect(receiver, sender)
    sent = threading.Event()

    def send_all() -> None:
        for signal in signals:
            signal.send(sender, user_id=1, username="x", active=True)
        sent.set()

    send_all()  # the first send writes its code, and may wait for its turn
    sent.clear()
    with lock:
        thread = threading.Thread(target=send_all)
        thread.start()
        went_on = sent.wait(timeout=5.0)
    thread.join()
    return went_on


# --- the report


@dataclass
class Report:
    """What was measured, and where."""

    about: dict[str, str]
    effort: Effort
    outcomes: list[Outcome]

    def times(self, case: str, candidate: str, of: str) -> float:
        """Return how many times as long a candidate takes as another."""
        found = {o.candidate: o.nanoseconds for o in self.outcomes if o.case == case}
        return found[candidate] / found[of]

    def text(self) -> str:
        heads = ("case", "candidate", "ns", "x loop", "median", "quartiles", "x blinker")
        rounds, nanoseconds = self.effort
        how = f"{rounds} rounds, {nanoseconds / 1e6:g} ms each timing, minima; ratios by round"
        facts = [f"- {name}: {value}" for name, value in self.about.items()]
        lines = [*facts, f"- method: {how}", "", table(heads, map(self._row, self.outcomes))]
        unsettled = [f"{o.case} ({o.candidate})" for o in self.outcomes if not o.settled()]
        if unsettled:
            lines += ["", f"Measure again, the machine changed its speed: {', '.join(unsettled)}"]
        return "\n".join(lines)

    def _row(self, outcome: Outcome) -> list[str]:
        o = outcome
        return [
            o.case,
            o.candidate,
            f"{o.nanoseconds:,.0f}",
            f"{o.ratio:.2f}",
            f"{o.median:.2f}",
            f"{o.lower:.2f} - {o.upper:.2f}",
            f"{self.times(o.case, o.candidate, BLINKER):.2f}",
        ]

    def write(self, path: Path) -> None:
        document = {
            "about": self.about,
            "effort": self.effort._asdict(),
            "outcomes": [outcome._asdict() for outcome in self.outcomes],
        }
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def check(report: Report) -> bool:
    """Print each promise beside what was measured, and return whether all are kept."""
    rows: list[tuple[str, ...]] = []
    kept = True
    for bound in filter(Bound.applies, BOUNDS):
        times = report.times(bound.case, bound.candidate, bound.of)
        holds = bound.holds(times)
        kept = kept and holds
        what = f"{bound.candidate} / {bound.of}"
        rows.append((bound.case, what, bound.text(), f"{times:.2f}", "yes" if holds else "NO"))
    lockless = takes_no_lock()
    rows.append(("send", "takes no lock", "", "", "yes" if lockless else "NO"))
    print()
    print(table(("case", "promise", "bound", "measured", "kept"), rows))
    return kept and lockless


def main() -> int:
    parser = argparse.ArgumentParser(description="How long a send takes.")
    parser.add_argument("--quick", action="store_true", help="measure for a shorter time")
    parser.add_argument("--check", action="store_true", help="fail where a promise is not kept")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there, too")
    options = parser.parse_args()
    about = environment("aldis", "blinker", "django", "psygnal")
    effort = Effort.of(quick=options.quick)
    report = Report(about, effort, measure(cases(), effort))
    print(report.text())
    if options.json is not None:
        report.write(options.json)
    return 0 if not options.check or check(report) else 1


if __name__ == "__main__":
    sys.exit(main())
