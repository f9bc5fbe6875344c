"""Tables of connections, many senders, threads, memory and imports."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from _figures import LIBRARIES, NOT_THERE, Figures, bold, markdown, matrix
from _names import (
    ADAPTER,
    ALDIS,
    ALONE,
    BY_HAND,
    LOOP,
    ONE_SIGNAL,
    TOGETHER,
    TWO_SIGNALS,
    WEAK_LOOP,
)
from _results import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _results import Report


_CROWDS = ("10", "100", "1,000", "10,000", "100,000", "1,000,000")
_CROWDED = ("blinker", "Django", "Django, cached", "PyDispatcher", BY_HAND, ALDIS)


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
        "connect and disconnect, a str",
        "connect and disconnect, a new sender",
        "connect and disconnect, a method",
        "connect and disconnect, strongly",
    )
    ratios = {case: figures.ratios("adapter", case, ADAPTER, "blinker", 2) for case in cases}
    rows = [[case, *ratio.split(" / ")] for case, ratio in ratios.items() if ratio != NOT_THERE]
    return markdown(["", *(f"CPython {v}" for v in figures.versions().split(" / "))], rows)


def connecting(figures: Figures) -> str:
    cases = {
        "a function": "connect and disconnect, a function of every sender",
        "a method": "connect and disconnect, a method of every sender",
        "a function, among 100": "connect and disconnect, a function of every sender, among 100",
        **{
            f"a {kind} of {whom}": f"connect and disconnect, a {kind} of {whom}"
            for kind in ("function", "method")
            for whom in ("one sender", "a str", "a new sender")
        },
        "never seen before": "connect and disconnect, a function never seen before",
    }
    names = (LOOP, *LIBRARIES[1:], ALDIS)
    return matrix(figures, "connect", cases, names, of="blinker", digits=2)


def halves(figures: Figures) -> str:
    cases = {
        "connect alone": "connect alone, a function of every sender",
        "disconnect alone": "disconnect alone, a function of every sender",
        "connect, send, disconnect, among 100": "connect, send, disconnect, among 100",
    }
    names = (LOOP, *LIBRARIES[1:], ALDIS)
    return matrix(figures, "connect", cases, names, of="blinker", digits=2)


def making(figures: Figures) -> str:
    made = ("aldis, undeclared", "aldis, by types", ALDIS)
    libraries = ("Django", "Django, cached", "psygnal", "pyee", "ezpubsub", "NiceGUI", "mitmproxy")
    names = (*libraries, *made)
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


def crowds(figures: Figures, what: str, names: Iterable[str] = _CROWDED, of: str = LOOP) -> str:
    """Return libraries by numbers of senders."""
    heads = [count for count in _CROWDS if any(figures_of(figures, what, names, count))]
    rows = [
        [
            bold(name, name),
            *(
                bold(figures.ratios("senders", f"{name}: {what}", f"among {c}", of), name)
                for c in heads
            ),
        ]
        for name in names
    ]
    head = f"times {of}, lower is better, on {' / '.join(figures.pythons)}"
    return markdown([head, *heads], rows)


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
    return matrix(figures, "threads", cases, (*LIBRARIES, BY_HAND, ALDIS))


def imports(figures: Figures) -> str:
    def milliseconds(name: str, report: Report) -> str:
        outcome = report.outcome("import", name)
        return f"{outcome.nanoseconds / 1e6:.1f}, {outcome.median / 1e6:.1f}"

    reports = figures.reports("imports")
    names = dict.fromkeys(name for report in reports for name in report.candidates("import"))
    rows = [
        [
            bold(f"`{name}`" if name.startswith(("aldis", "typing")) else name, name),
            figures.cell("imports", partial(milliseconds, name)),
            bold(figures.ratios("imports", "import", name, "blinker", 2), name),
            figures.spreads("imports", "import", name, "blinker"),
        ]
        for name in names
    ]
    head = f"lower is better, on {' / '.join(figures.pythons)}"
    heads = [head, "least, median ms", "times blinker", "quartiles"]
    return markdown(heads, rows)


def side_by_side(figures: Figures) -> str:
    """Return how many times as much two threads do as one, without a GIL."""
    rows: list[list[str]] = []
    names = (LOOP, WEAK_LOOP, "blinker", ADAPTER, "aldis, undeclared", ALDIS)
    for measured, name in product(figures.free_threaded, names):
        cells = (_together(measured["threads"], name, each) for each in (TWO_SIGNALS, ONE_SIGNAL))
        rows.append([f"CPython {measured.python}", bold(name, name), *cells])
    heads = [
        "times one thread, higher is better",
        "",
        "a signal for each, quartiles",
        "one signal, quartiles",
    ]
    return markdown(heads, rows) if rows else "Not measured yet."


def _together(threads: Report, name: str, signals: str) -> str:
    ratio = threads.outcome(f"{name}, 2 threads, {signals}", ALONE).against[TOGETHER]
    return bold(f"{ratio.least:.2f}, {spread(ratio)}", name)


def memory(figures: Figures) -> str:
    found = [
        {(size["case"], size["candidate"], size["number"]): size for size in document["sizes"]}
        for document in figures.documents("memory")
    ]

    def cell(key: tuple[str, str, int], figure: Callable[[dict[str, Any]], float]) -> str:
        each = (f"{figure(sizes[key]):.0f}" if key in sizes else NOT_THERE for sizes in found)
        return " / ".join(each)

    cases = dict.fromkeys(case for case, _, _ in found[0])
    keys = sorted(dict.fromkeys(key for sizes in found for key in sizes), key=_by_case(cases))
    rows = [
        [
            case,
            f"{number:,}",
            bold(name, name),
            cell((case, name, number), lambda size: min(size["resident"])),
            cell((case, name, number), lambda size: size["traced"]),
        ]
        for case, name, number in keys
    ]
    heads = [
        f"bytes of each, lower is better, on {' / '.join(figures.pythons)}",
        "of so many",
        "",
        "resident",
        "traced",
    ]
    return markdown(heads, rows)


def _by_case(cases: Iterable[str]) -> Callable[[tuple[str, str, int]], int]:
    """Return what sorts by the place of the case, and leaves the rest as it is."""
    places = list(cases)
    return lambda key: places.index(key[0])
