"""The measured figures as cells and tables in Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from _measured import Measured, free_threaded, pythons
from _names import ALDIS, EVENT, LOOP, PEERS
from _results import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from _results import Report

# for these, the tables show everything; for all others, only the goals
SHOWN = ("3.11", "3.13", "3.15")
NOT_THERE = "-"  # a library that cannot do it
LIBRARIES = (
    *("blinker", "Django", "Django, cached", "PyDispatcher", "pluggy", "psygnal", "pyee"),
    *("ezpubsub", "NiceGUI", "mitmproxy"),
)


class Figures:
    """The measured figures.

    Attributes:
        pythons: The interpreters that every table shows.
        measured: What was measured with them.
        everywhere: What was measured with any.
        free_threaded: Those without a GIL, of which perhaps only threads were measured.
    """

    def __init__(self, folder: Path = RESULTS) -> None:
        self._folder = folder
        found = pythons(folder)
        self.pythons = [python for python in found if python in SHOWN]
        self.measured = [Measured(folder, python) for python in self.pythons]
        self.everywhere = [Measured(folder, python) for python in found]
        self.free_threaded = free_threaded(folder)

    def reports(self, topic: str) -> list[Report]:
        return [measured[topic] for measured in self.measured]

    def versions(self) -> str:
        """Return the full versions of Python."""
        return " / ".join(report.about["python"].split()[1] for report in self.reports("send"))

    def version_of(self, name: str) -> str:
        """Return a peer's name with its version."""
        distribution = PEERS[name].distribution
        if distribution is None:
            return f"{name}, by hand"
        first, _, rest = name.partition(", ")
        return ", ".join(filter(None, [f"{first} {self.release_of(distribution)}", rest]))

    def release_of(self, distribution: str) -> str:
        """Return its version; where not every Python had the same, all of them."""
        abouts = [report.about for report in self.reports("async_send")]
        found = [about[distribution] for about in abouts if distribution in about]
        releases = dict.fromkeys(each for each in found if each != "not installed")
        return " / ".join(releases) or NOT_THERE

    def ratios(self, topic: str, case: str, candidate: str, of: str, digits: int = 1) -> str:
        """Return how many times as long a candidate takes as another."""
        return self.cell(topic, lambda r: f"{r.ratio(case, candidate, of):,.{digits}f}")

    def spreads(self, topic: str, case: str, candidate: str, of: str) -> str:
        """Return the quartiles of the ratios of single rounds."""

        def quartiles(report: Report) -> str:
            ratio = report.outcome(case, candidate).against[of]
            return f"{ratio.lower:.2f}-{ratio.upper:.2f}"

        return self.cell(topic, quartiles)

    def nanoseconds(self, topic: str, case: str, candidate: str) -> str:
        return self.cell(topic, lambda r: f"{r.nanoseconds(case, candidate):,.0f}")

    def cell(self, topic: str, figure: Callable[[Report], str]) -> str:
        """Return a figure of each Python, beside each other."""

        def cell(report: Report) -> str:
            try:
                return figure(report)
            except KeyError:  # it was not measured
                return NOT_THERE

        cells = [cell(report) for report in self.reports(topic)]
        return NOT_THERE if set(cells) == {NOT_THERE} else " / ".join(cells)

    def documents(self, topic: str) -> list[dict[str, Any]]:
        return [
            json.loads((self._folder / f"{topic}-{python}.json").read_bytes())
            for python in self.pythons
        ]


def matrix(
    figures: Figures,
    topic: str,
    cases: Mapping[str, str],
    names: Sequence[str],
    *,
    of: str = LOOP,
    digits: int = 1,
) -> str:
    """Return libraries by cases: the time of the reference, and the others' times as multiples.

    Of aldis also the spread is shown, and how it compares with blinker.
    """
    rows = [[f"{of}, ns", *(figures.nanoseconds(topic, case, of) for case in cases.values())]]
    for name in names:
        cells = [figures.ratios(topic, case, name, of, digits) for case in cases.values()]
        rows.append([bold(name, name), *(bold(cell, name) for cell in cells)])
        if name == ALDIS:
            spreads = [figures.spreads(topic, case, name, of) for case in cases.values()]
            rows.append([f"{name}, quartiles", *spreads])
    if of != "blinker" and "blinker" in names:
        ratios = [figures.ratios(topic, case, ALDIS, "blinker", 2) for case in cases.values()]
        rows.append(["aldis, times blinker", *ratios])
        spreads = [figures.spreads(topic, case, ALDIS, "blinker") for case in cases.values()]
        rows.append(["its quartiles", *spreads])
    present = [row for row in rows if set(row[1:]) != {NOT_THERE}]
    head = f"times {of}, lower is better, on {' / '.join(figures.pythons)}"
    return markdown([head, *cases], present)


def bold(text: str, name: str) -> str:
    return f"**{text}**" if name in {ALDIS, EVENT} else text


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: bool = True) -> str:
    rule = ["---", *("---:" if right else "---" for _ in heads[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *rows))
