"""Writes the tables of speed into the pages, from what was measured.

    python benchmarks/figures.py [--check]

In a page, each stands between `<!-- figures: NAME -->` and `<!-- /figures -->`. With `--check`
nothing is written, and the exit code is 1 where a page shows something else. Results of all
versions of Python stand beside each other in a cell, in the order of the versions.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import goals
from _names import ALDIS, BY_HAND, LOOP, PEERS
from _results import RESULTS, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT = Path(__file__).parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "docs" / "index.md",
    ROOT / "docs" / "blinker.md",
    ROOT / "docs" / "benchmarks.md",
)
_PLACE = re.compile(r"(<!-- figures: ([\w ]+) -->\n)(?:(?!<!-- ).)*(<!-- /figures -->)", re.DOTALL)

_LIBRARIES = ("blinker", "Django", "Django, cached", "PyDispatcher", "pluggy", "psygnal", "pyee")
_NOT_THERE = "-"  # a library that cannot do it


class Figures:
    """What was measured, for all versions of Python."""

    def __init__(self, folder: Path = RESULTS) -> None:
        self._folder = folder
        self.pythons = goals.pythons(folder)
        self.measured = [goals.Measured(folder, python) for python in self.pythons]

    def reports(self, topic: str) -> list[Report]:
        return [measured[topic] for measured in self.measured]

    def versions(self) -> str:
        """Return the full versions of Python."""
        return " / ".join(report.about["python"].split()[-1] for report in self.reports("send"))

    def version_of(self, name: str) -> str:
        """Return a peer's name with its version."""
        distribution = PEERS[name].distribution
        if distribution is None:
            return f"{name}, by hand"
        abouts = [report.about for report in self.reports("async_send")]
        first, _, rest = name.partition(", ")
        return ", ".join(filter(None, [f"{first} {abouts[0][distribution]}", rest]))

    def ratios(self, topic: str, case: str, candidate: str, of: str, digits: int = 1) -> str:
        """Return how many times as long a candidate takes as another."""
        return self._cell(topic, lambda r: f"{r.ratio(case, candidate, of):,.{digits}f}")

    def spreads(self, topic: str, case: str, candidate: str, of: str) -> str:
        """Return the quartiles of the ratios of single rounds."""

        def quartiles(report: Report) -> str:
            ratio = report.outcome(case, candidate).against[of]
            return f"{ratio.lower:.2f}-{ratio.upper:.2f}"

        return self._cell(topic, quartiles)

    def nanoseconds(self, topic: str, case: str, candidate: str) -> str:
        return self._cell(topic, lambda r: f"{r.nanoseconds(case, candidate):,.0f}")

    def _cell(self, topic: str, figure: Callable[[Report], str]) -> str:
        def cell(report: Report) -> str:
            try:
                return figure(report)
            except KeyError:  # it was not measured
                return _NOT_THERE

        cells = [cell(report) for report in self.reports(topic)]
        return _NOT_THERE if set(cells) == {_NOT_THERE} else " / ".join(cells)

    def documents(self, topic: str) -> list[dict[str, Any]]:
        return [
            json.loads((self._folder / f"{topic}-{python}.json").read_bytes())
            for python in self.pythons
        ]


# --- the tables


def sends(figures: Figures) -> str:
    """Return the README's table: times as long as the loop."""
    cases = ("1 function", "3 functions", "100 functions", "1 method", "3 methods", "100 methods")
    titles = {
        "blinker": figures.version_of("blinker"),
        "Django, cached": figures.version_of("Django, cached"),
        "psygnal": f"{figures.version_of('psygnal')}, compiled, returns nothing",
        ALDIS: "**aldis**",
    }
    rows = [
        [title, *(_bold(figures.ratios("send", case, name, LOOP), name) for case in cases)]
        for name, title in titles.items()
    ]
    return _markdown([f"times the loop, on {figures.versions()}", *cases], rows)


def more(figures: Figures) -> str:
    """Return the README's table of all else."""

    def row(what: str, topic: str, case: str, of: str, name: str = ALDIS) -> list[str]:
        ratio = figures.ratios(topic, case, name, of, 2)
        return [what, ratio, "the loop" if of == LOOP else of]

    memory = goals_of_memory(figures, "a function of each sender")
    rows = [
        row("a send without receivers", "send", "0 functions", "blinker"),
        row("3 functions of one sender", "send", "3 functions of one sender", LOOP),
        row("3 functions of a `str`", "send", "3 functions of a str", LOOP),
        row("3 functions, `job.done.send`", "send", "3 functions, bound signal", LOOP),
        row(
            "1 function, undeclared: `Signal()`",
            "send",
            "1 function, undeclared",
            LOOP,
            "aldis, undeclared",
        ),
        row(
            "100 functions, undeclared",
            "send",
            "100 functions, undeclared",
            LOOP,
            "aldis, undeclared",
        ),
        row("`AsyncSignal.send`, 10 coroutine functions", "async_send", "send, 10 functions", LOOP),
        row(
            "connect and disconnect a function",
            "connect",
            "connect and disconnect, a function of every sender",
            "blinker",
        ),
        row(
            "the same, for one sender",
            "connect",
            "connect and disconnect, a function of one sender",
            "blinker",
        ),
        row("`import aldis`", "imports", "import", "blinker"),
        [
            "bytes a connection, of a million",
            " / ".join(f"{ours:.0f}" for ours, _ in memory),
            " / ".join(f"{theirs:.0f}" for _, theirs in memory) + " in blinker",
        ],
    ]
    return _markdown([f"on {figures.versions()}", "aldis", "times"], rows)


def goals_of_memory(figures: Figures, case: str) -> list[tuple[float, float]]:
    """Return what a connection takes in aldis and in blinker, for each version of Python."""
    return [
        (measured.bytes_a_connection(case, ALDIS), measured.bytes_a_connection(case, "blinker"))
        for measured in figures.measured
    ]


def adapter(figures: Figures) -> str:
    """Return the adapter's table: its time as a part of blinker's."""
    cases = (
        "0 functions",
        "1 function",
        "3 functions",
        "10 functions",
        "100 functions",
        "3 methods",
        "100 methods",
        "3 functions, names vary",
        "3 coroutine functions",
        "connect and disconnect, every sender",
        "connect and disconnect, one sender",
        "connect and disconnect, a method",
        "connect and disconnect, strongly",
    )
    rows = [
        [case, *figures.ratios("adapter", case, "aldis.blinker", "blinker", 2).split(" / ")]
        for case in cases
    ]
    return _markdown(["", *(f"CPython {v}" for v in figures.versions().split(" / "))], rows)


def machine(figures: Figures) -> str:
    """Return where all this was measured."""
    abouts = [report.about for report in figures.reports("async_send")]
    named = {"python", "compiler", "machine", "load before"}
    libraries = ", ".join(f"{k} {v}" for k, v in abouts[0].items() if k not in named)
    lines = [
        f"- machine: {abouts[0]['machine']}",
        *(f"- {about['python']}, {about['compiler']}" for about in abouts),
        f"- {libraries}",
        f"- sends: {figures.reports('send')[0].method}",
        "- load of the machine at the beginning, over 1, 5 and 15 minutes: "
        + " / ".join(report.about["load before"] for report in figures.reports("send")),
    ]
    return "\n".join(lines)


def peers(figures: Figures) -> str:
    """Return who is compared, and what each does less."""
    rows = [[figures.version_of(name), peer.less] for name, peer in PEERS.items()]
    return _markdown(["", "what it does less"], rows, right=False)


def reached(figures: Figures) -> str:
    """Return the figures to reach."""
    columns = [list(goals.goals(measured)) for measured in figures.measured]
    rows: list[list[str]] = []
    for together in zip(*columns, strict=True):
        one = together[0]
        number = "{:.0f}" if one.of == "bytes" else "{:.2f}"
        most = " / ".join(dict.fromkeys(number.format(goal.at_most) for goal in together))
        rows.append(
            [
                one.what,
                one.of,
                most,
                *(
                    f"{number.format(goal.measured)}{'' if goal.reached() else ' **missed**'}"
                    for goal in together
                ),
                "; ".join(dict.fromkeys(goal.where for goal in together if goal.where)),
            ]
        )
    heads = ["", "times", "at most", *(f"CPython {python}" for python in figures.pythons), "worst"]
    return _markdown(heads, rows)


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
        rows.append([_bold(name, name), *(_bold(cell, name) for cell in cells)])
        if name == ALDIS:
            spreads = [figures.spreads(topic, case, name, of) for case in cases.values()]
            rows.append([f"{name}, quartiles", *spreads])
    if of != "blinker" and "blinker" in names:
        ratios = [figures.ratios(topic, case, ALDIS, "blinker", 2) for case in cases.values()]
        rows.append(["aldis, times blinker", *ratios])
        spreads = [figures.spreads(topic, case, ALDIS, "blinker") for case in cases.values()]
        rows.append(["its quartiles", *spreads])
    present = [row for row in rows if set(row[1:]) != {_NOT_THERE}]
    return _markdown([f"times {of}, on {' / '.join(figures.pythons)}", *cases], present)


_SENDING = (*_LIBRARIES, BY_HAND, ALDIS)


def receivers(figures: Figures, kind: str) -> str:
    counts = (1, 3, 10, 100, 1000)
    cases = {f"{count:,}": f"{count:,} {kind}{'' if count == 1 else 's'}" for count in counts}
    if kind == "function":
        cases = {"0": "0 functions", **cases}
    return matrix(figures, "send", cases, _SENDING)


def _same(cases: Iterable[str]) -> dict[str, str]:
    return {case: case for case in cases}


def kinds(figures: Figures) -> str:
    cases = ("3 partials", "100 partials", "3 callable objects", "100 callable objects")
    return matrix(figures, "send", _same(cases), _SENDING)


def payload(figures: Figures) -> str:
    cases = {
        f"{names} names, 3 {kind}s": f"3 {kind}s{case}"
        for kind in ("function", "method")
        for names, case in ((0, ", 0 names"), (3, ""), (8, ", 8 names"))
    }
    return matrix(figures, "send", cases, _SENDING)


def one_sender(figures: Figures) -> str:
    cases = (
        "3 functions of one sender",
        "3 methods of one sender",
        "100 functions of one sender",
        "3 functions of a str",
        "3 functions of every sender, 3 of one",
    )
    return matrix(figures, "send", _same(cases), _SENDING)


def bound(figures: Figures) -> str:
    cases = {"3 functions": "3 functions, bound signal", "3 methods": "3 methods, bound signal"}
    return matrix(figures, "send", cases, ("blinker", "psygnal", "aldis, plain", ALDIS))


def robust(figures: Figures) -> str:
    cases = ("3 functions", "3 methods", "100 functions")
    names = ("Django", "Django, cached", ALDIS)
    return matrix(figures, "send", {case: f"{case}, robustly" for case in cases}, names)


def undeclared(figures: Figures) -> str:
    cases = ("1 function", "3 functions", "10 functions", "100 functions")
    names = ("blinker", "aldis, undeclared", ALDIS)
    return matrix(figures, "send", {case: f"{case}, undeclared" for case in cases}, names)


def listeners(figures: Figures) -> str:
    cases = {
        f"3 functions of {who}": f"has receivers: 3 functions of {who}"
        for who in ("every sender", "one sender", "another sender")
    }
    names = ("Django", "Django, cached", ALDIS)
    return matrix(figures, "send", cases, names, of="blinker", digits=2)


_AWAITED = (
    "0 functions",
    "1 function",
    "3 functions",
    "10 functions",
    "100 functions",
    "3 methods",
)


def awaited(figures: Figures) -> str:
    names = ("blinker", "aiosignal", "aldis, send_robust", ALDIS)
    return matrix(figures, "async_send", {case: f"send, {case}" for case in _AWAITED}, names)


def gathered(figures: Figures) -> str:
    names = ("anyio by hand", "Django", "Django, cached", "pyee", ALDIS)
    return matrix(figures, "async_send", {case: f"gather, {case}" for case in _AWAITED}, names)


def connecting(figures: Figures) -> str:
    cases = {
        "a function": "connect and disconnect, a function of every sender",
        "a method": "connect and disconnect, a method of every sender",
        "a function, among 100": "connect and disconnect, a function of every sender, among 100",
        "of one sender": "connect and disconnect, a function of one sender",
        "of a str": "connect and disconnect, a function of a str",
        "of a new sender": "connect and disconnect, a function of a new sender",
        "never seen before": "connect and disconnect, a function never seen before",
    }
    names = (LOOP, *_LIBRARIES[1:], ALDIS)
    return matrix(figures, "connect", cases, names, of="blinker", digits=2)


def halves(figures: Figures) -> str:
    cases = {
        "connect alone": "connect alone, a function of every sender",
        "disconnect alone": "disconnect alone, a function of every sender",
        "connect, send, disconnect, among 100": "connect, send, disconnect, among 100",
    }
    names = (LOOP, *_LIBRARIES[1:], ALDIS)
    return matrix(figures, "connect", cases, names, of="blinker", digits=2)


def making(figures: Figures) -> str:
    names = ("Django", "Django, cached", "psygnal", "pyee", "aldis, undeclared", ALDIS)
    cases = {"make a signal": "make a signal"}
    return matrix(figures, "connect", cases, names, of="blinker")


def first(figures: Figures) -> str:
    case = "declare, connect and send for the first time"
    names = (
        "psygnal",
        "aldis, undeclared",
        "aldis, a signature sent before",
        "aldis, a new signature",
    )
    return matrix(figures, "connect", {case: case}, names, of="blinker")


_CROWDS = ("10", "100", "1,000", "10,000", "100,000", "1,000,000")
_CROWDED = ("blinker", "Django", "Django, cached", "PyDispatcher", BY_HAND, ALDIS)


def crowds(figures: Figures, what: str, names: Iterable[str] = _CROWDED, of: str = LOOP) -> str:
    """Return libraries by numbers of senders."""
    heads = [count for count in _CROWDS if any(figures_of(figures, what, names, count))]
    rows = [
        [
            _bold(name, name),
            *(
                _bold(figures.ratios("senders", f"{name}: {what}", f"among {c}", of), name)
                for c in heads
            ),
        ]
        for name in names
    ]
    return _markdown([f"times {of}, on {' / '.join(figures.pythons)}", *heads], rows)


def figures_of(figures: Figures, what: str, names: Iterable[str], count: str) -> list[str]:
    """Return who was measured among so many senders."""
    report = figures.reports("senders")[0]
    return [n for n in names if f"among {count}" in report.candidates(f"{n}: {what}")]


def first_sends(figures: Figures) -> str:
    case = "the first send of a sender"
    return matrix(figures, "senders", {case: case}, ("Django, cached", ALDIS), of="blinker")


def threads(figures: Figures) -> str:
    cases = {
        f"{count} thread{'' if count == 1 else 's'}": f"3 functions, {count} thread"
        + ("" if count == 1 else "s")
        for count in (1, 2, 4)
    }
    return matrix(figures, "threads", cases, _SENDING)


def imports(figures: Figures) -> str:
    def milliseconds(name: str) -> str:
        outcomes = [report.outcome("import", name) for report in figures.reports("imports")]
        return " / ".join(f"{o.nanoseconds / 1e6:.1f}, {o.median / 1e6:.1f}" for o in outcomes)

    names = figures.reports("imports")[0].candidates("import")
    rows = [
        [
            _bold(f"`{name}`" if name.startswith(("aldis", "typing")) else name, name),
            milliseconds(name),
            _bold(figures.ratios("imports", "import", name, "blinker", 2), name),
            figures.spreads("imports", "import", name, "blinker"),
        ]
        for name in names
    ]
    heads = [f"on {' / '.join(figures.pythons)}", "least, median ms", "times blinker", "quartiles"]
    return _markdown(heads, rows)


def memory(figures: Figures) -> str:
    documents = figures.documents("memory")
    rows: list[list[str]] = []
    for together in zip(*(document["sizes"] for document in documents), strict=True):
        one = together[0]
        rows.append(
            [
                one["case"],
                f"{one['connections']:,}",
                _bold(one["candidate"], one["candidate"]),
                " / ".join(f"{min(size['resident']):.0f}" for size in together),
                " / ".join(f"{size['traced']:.0f}" for size in together),
            ]
        )
    heads = [
        f"bytes a connection, on {' / '.join(figures.pythons)}",
        "connections",
        "",
        "resident",
        "traced",
    ]
    return _markdown(heads, rows)


TABLES: Mapping[str, Callable[[Figures], str]] = {
    "adapter": adapter,
    "awaited": awaited,
    "bound": bound,
    "changes": lambda figures: crowds(
        figures,
        "connect and disconnect, every sender",
        ("blinker", "Django, cached", ALDIS),
        "among 10",
    ),
    "changes and sends": lambda figures: crowds(
        figures,
        "connect, send, disconnect, every sender",
        ("blinker", "Django, cached", ALDIS),
        "among 10",
    ),
    "connecting": connecting,
    "first": first,
    "first sends": first_sends,
    "functions": lambda figures: receivers(figures, "function"),
    "gathered": gathered,
    "halves": halves,
    "imports": imports,
    "kinds": kinds,
    "listeners": listeners,
    "machine": machine,
    "making": making,
    "memory": memory,
    "methods": lambda figures: receivers(figures, "method"),
    "more": more,
    "one sender": one_sender,
    "payload": payload,
    "peers": peers,
    "reached": reached,
    "robust": robust,
    "same sender": lambda figures: crowds(figures, "the same sender"),
    "sends": sends,
    "threads": threads,
    "turns": lambda figures: crowds(figures, "every sender in turn"),
    "undeclared": undeclared,
}


# --- the pages


def _bold(text: str, name: str) -> str:
    return f"**{text}**" if name == ALDIS else text


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: bool = True) -> str:
    rule = ["---", *("---:" if right else "---" for _ in heads[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *rows))


def filled(page: str, figures: Figures) -> str:
    """Return a page with its tables as they were measured last.

    Raises:
        KeyError: The page asks for a table that nobody makes.
    """
    return _PLACE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]](figures)}\n\n{found[3]}", page)


def write() -> None:
    """Write the tables into the pages."""
    figures = Figures()
    for path in PAGES:
        path.write_text(filled(path.read_text(encoding="utf-8"), figures), encoding="utf-8")


def outdated() -> list[str]:
    """Return the names of the pages that show something else than what was measured last."""
    figures = Figures()
    texts = {path: path.read_text(encoding="utf-8") for path in PAGES}
    return [path.name for path, text in texts.items() if filled(text, figures) != text]


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the tables of speed into the pages.")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    if not parser.parse_args().check:
        write()
        return 0
    pages = outdated()
    for name in pages:
        print(f"{name} does not show what was measured last: run benchmarks/figures.py")
    return 1 if pages else 0


if __name__ == "__main__":
    sys.exit(main())
