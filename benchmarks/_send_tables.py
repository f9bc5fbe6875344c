"""Tables of sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _figures import LIBRARIES, Figures, bold, markdown, matrix
from _names import (
    ALDIS,
    BY_HAND,
    EVENT,
    EVENT_BY_HAND,
    EVENT_WEAKLY,
    EVENT_WITH_RESULTS,
    LOOP,
    METHOD,
    SIGNAL,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


_SENDING = (*LIBRARIES, BY_HAND, ALDIS)
_AWAITED = (
    "0 functions",
    "1 function",
    "3 functions",
    "10 functions",
    "100 functions",
    "3 methods",
)


def row(figures: Figures) -> str:
    """Return the README's row: a send to three functions."""
    names = ("blinker", "Django, cached", "psygnal", ALDIS)
    titles = [*(figures.version_of(name) for name in names[:-1]), "**aldis**"]
    cells = [bold(figures.ratios("send", "3 functions", name, LOOP), name) for name in names]
    return markdown(["CPython", *titles], [[figures.versions(), *cells]])


def sends(figures: Figures) -> str:
    """Return the first table of the page: times as long as the loop."""
    cases = ("1 function", "3 functions", "100 functions", "1 method", "3 methods", "100 methods")
    titles = {
        "blinker": figures.version_of("blinker"),
        "Django, cached": figures.version_of("Django, cached"),
        "psygnal": f"{figures.version_of('psygnal')}, compiled, returns nothing",
        ALDIS: "**aldis**",
    }
    rows = [
        [title, *(bold(figures.ratios("send", case, name, LOOP), name) for case in cases)]
        for name, title in titles.items()
    ]
    return markdown([f"times the loop, on {figures.versions()}", *cases], rows)


def more(figures: Figures) -> str:
    """Return the first table of all else."""

    def row(what: str, topic: str, case: str, of: str, name: str = ALDIS) -> list[str]:
        ratio = figures.ratios(topic, case, name, of, 2)
        return [what, ratio, "the loop" if of == LOOP else of]

    ours, theirs = (
        [measured.bytes_of_each("a function of each sender", who) for measured in figures.measured]
        for who in (ALDIS, "blinker")
    )
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
            " / ".join(f"{each:.0f}" for each in ours),
            " / ".join(f"{each:.0f}" for each in theirs) + " in blinker",
        ],
    ]
    return markdown([f"on {figures.versions()}", "aldis", "times"], rows)


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


def events(figures: Figures) -> str:
    counts = ("0 functions", "1 function", "3 functions", "10 functions")
    cases = {each: each for each in counts}
    cases |= {f"{each}, by way of an instance": f"{each} of an instance" for each in counts}
    libraries = ("blinker", "psygnal", "ezpubsub", "NiceGUI", "mitmproxy")
    names = (EVENT_WITH_RESULTS, EVENT_WEAKLY, SIGNAL, *libraries, EVENT)
    return matrix(figures, "events", cases, names, of=EVENT_BY_HAND)


def bound(figures: Figures) -> str:
    cases = {what: f"{what}, bound signal" for what in ("0 functions", "3 functions", "3 methods")}
    return matrix(figures, "send", cases, (METHOD, "blinker", "psygnal", "aldis, plain", ALDIS))


def robust(figures: Figures) -> str:
    cases = ("3 functions", "3 methods", "100 functions")
    names = ("Django", "Django, cached", "ezpubsub", "NiceGUI", ALDIS)
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


def awaited(figures: Figures) -> str:
    names = ("blinker", "aiosignal", "ezpubsub", "aldis, send_robust", ALDIS)
    return matrix(figures, "async_send", {case: f"send, {case}" for case in _AWAITED}, names)


def gathered(figures: Figures) -> str:
    names = ("anyio by hand", "Django", "Django, cached", "pyee", "NiceGUI", "mitmproxy", ALDIS)
    return matrix(figures, "async_send", {case: f"gather, {case}" for case in _AWAITED}, names)
