"""The figures to reach, beside what was measured last, for each version of Python.

    python benchmarks/goals.py [--check] [--results FOLDER]

With `--check` the exit code is 1 where one of them is not reached.
"""

from __future__ import annotations

import argparse
import json
import sys
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from _names import BY_HAND
from _results import RESULTS, TOPICS, Report, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Goal(NamedTuple):
    """A promise, and what was measured of it."""

    what: str
    of: str  # what the figure is a multiple of, or its unit
    at_most: float
    measured: float
    where: str = ""  # the worst of several cases

    def reached(self) -> bool:
        return self.measured <= self.at_most


class Measured:
    """What was measured with one version of Python."""

    def __init__(self, folder: Path, python: str) -> None:
        self.python = python
        self._folder = folder
        self._reports: dict[str, Report] = {}

    def __getitem__(self, topic: str) -> Report:
        if topic not in self._reports:
            path = self._folder / f"{topic}-{self.python}.json"
            self._reports[topic] = Report.read(path)
        return self._reports[topic]

    def bytes_a_connection(self, case: str, library: str) -> float:
        """Return by how much a process grows, in the least of its runs."""
        document = json.loads((self._folder / f"memory-{self.python}.json").read_bytes())
        found: dict[tuple[str, str], list[float]] = {
            (size["case"], size["candidate"]): size["resident"] for size in document["sizes"]
        }
        return min(found[case, library])


def pythons(folder: Path) -> list[str]:
    """Return the versions of Python of which a folder has all results."""
    found = [
        python
        for python in (path.stem.partition("-")[2] for path in folder.glob("send-*.json"))
        if all((folder / f"{topic}-{python}.json").exists() for topic in TOPICS)
    ]
    return sorted(found, key=lambda python: [*map(int, python.split("."))])


_SENDS = {
    "1 function": 1.8,
    "3 functions": 1.5,
    "10 functions": 1.35,
    "100 functions": 1.3,
    "1 method": 2.5,
    "3 methods": 2.5,
    "10 methods": 2.4,
    "100 methods": 2.2,
    "3 functions of one sender": 2.0,
    "3 methods of one sender": 2.9,
}


def goals(measured: Measured) -> Iterator[Goal]:
    """Yield every promise with its figure."""
    send = measured["send"]
    for case, at_most in _SENDS.items():
        yield Goal(case, "the loop", at_most, send.ratio(case, "aldis", "the loop"))
    bound = "3 functions, bound signal"
    yield Goal(bound, "the plain send", 2.0, send.ratio(bound, "aldis", "aldis, plain"))
    awaited, case = measured["async_send"], "send, 10 functions"
    of_coroutines = "AsyncSignal.send, 10 coroutine functions"
    yield Goal(of_coroutines, "the loop", 1.5, awaited.ratio(case, "aldis", "the loop"))
    yield Goal("no receivers", "blinker", 0.5, send.ratio("0 functions", "aldis", "blinker"))
    yield from _against_peers(measured)
    yield from _connecting(measured["connect"])
    yield _flatness(measured["senders"])
    taken = measured.bytes_a_connection("a function of each sender", "aldis")
    yield Goal("a connection, of 1,000,000", "bytes", 300, taken)
    imported = measured["imports"].ratio("import", "aldis", "blinker")
    yield Goal("import aldis", "blinker", 1.2, imported)
    yield from _adapting(measured)


def _against_peers(measured: Measured) -> Iterator[Goal]:
    """Yield how the sends compare with the fastest peers: in the worst case of all."""
    exempt = ("100 methods", "psygnal")  # for which there is a figure of its own
    send = measured["send"]
    yield Goal("100 methods", "psygnal, no results", 1.1, send.ratio(exempt[0], "aldis", exempt[1]))
    races = list(_races(measured))
    for title, chosen in (
        (
            "any send, every other library",
            [race for race in races if race[1] != BY_HAND and race[:2] != exempt],
        ),
        ("any send, a dict of lists by hand", [race for race in races if race[1] == BY_HAND]),
    ):
        case, peer, ratio = max(chosen, key=itemgetter(2))
        slower = sum(times > 1 for _, _, times in chosen)
        where = f"{case} ({peer}); slower in {slower} of {len(chosen)} comparisons"
        yield Goal(title, "the peer", 1.0, ratio, where)


def _races(measured: Measured) -> Iterator[tuple[str, str, float]]:
    """Yield each case of a send with each peer in it, and aldis's time as a multiple."""
    for topic in ("send", "async_send"):
        report = measured[topic]
        for case in report.cases():
            if case.startswith(("has receivers", "gather")):  # which are no sends
                continue
            for candidate in report.candidates(case):
                if candidate != "the loop" and not candidate.startswith("aldis"):
                    yield case, candidate, report.ratio(case, "aldis", candidate)


def _connecting(connect: Report) -> Iterator[Goal]:
    for whose in ("every sender", "one sender"):
        case = f"connect and disconnect, a function of {whose}"
        yield Goal(case, "blinker", 1.2, connect.ratio(case, "aldis", "blinker"))


def _flatness(senders: Report) -> Goal:
    """Compare the slowest of all numbers of senders with the fastest."""
    case = "aldis: the same sender"
    crowds = [each for each in senders.candidates(case) if each.startswith("among")]
    times = [senders.nanoseconds(case, each) for each in crowds]
    return Goal(f"a send {crowds[0]} and {crowds[-1]}", "the fastest", 1.3, max(times) / min(times))


def _adapting(measured: Measured) -> Iterator[Goal]:
    """Yield the worst case of the adapter with three receivers or more."""
    adapter = measured["adapter"]
    version = tuple(map(int, measured.python.split(".")))
    ratios = {
        case: adapter.ratio(case, "aldis.blinker", "blinker")
        for case in adapter.cases()
        if not case.startswith(("0 ", "1 ", "connect"))
    }
    coroutines = {case: r for case, r in ratios.items() if "coroutine" in case}
    plain = {case: r for case, r in ratios.items() if case not in coroutines}
    worst = max(plain, key=lambda case: plain[case])
    at_most = 0.35 if version >= (3, 13) else 0.5
    yield Goal("adapter, 3 or more receivers", "blinker", at_most, plain[worst], worst)
    worst = max(coroutines, key=lambda case: coroutines[case])
    title = "adapter, 3 or more coroutine functions"
    yield Goal(title, "blinker", 0.5, coroutines[worst], worst)


def text(found: list[Goal]) -> str:
    """Return the goals as a table in Markdown."""
    heads = ("figure to reach", "times", "at most", "measured", "reached", "where")
    return table(heads, [_row(goal) for goal in found])


def _row(goal: Goal) -> list[str]:
    number = "{:.0f}" if goal.of == "bytes" else "{:.2f}"
    return [
        goal.what,
        goal.of,
        number.format(goal.at_most),
        number.format(goal.measured),
        "yes" if goal.reached() else "NO",
        goal.where,
    ]


def tell(folder: Path, versions: Sequence[str]) -> bool:
    """Print all goals, and return whether each is reached."""
    kept = True
    for python in versions:
        found = list(goals(Measured(folder, python)))
        missed = sum(not goal.reached() for goal in found)
        kept = kept and not missed
        print(f"\nCPython {python}: {len(found) - missed} of {len(found)} figures reached\n")
        print(text(found))
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description="The figures to reach.")
    parser.add_argument("--check", action="store_true", help="fail where one is not reached")
    parser.add_argument("--results", type=Path, metavar="FOLDER", default=RESULTS)
    options = parser.parse_args()
    versions = pythons(options.results)
    if not versions:
        parser.error(f"nothing was measured yet: {options.results.name} has no whole set of files")
    return 0 if tell(options.results, versions) or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
