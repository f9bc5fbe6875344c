"""The figures to reach, and what was measured of each."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from _names import (
    ADAPTER,
    ALDIS,
    ALONE,
    AT,
    BY_HAND,
    COMMIT,
    EVENT,
    EVENT_BY_HAND,
    EVENT_WEAKLY,
    EVENT_WITH_RESULTS,
    LOOP,
    METHOD,
    ONE_SIGNAL,
    PEERS,
    SIGNAL,
    TOGETHER,
    TWO_SIGNALS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from _measured import Measured
    from _results import Report


class Goal(NamedTuple):
    """A promise, and what was measured of it."""

    what: str
    of: str  # the base of the ratio, or the unit
    bound: float
    measured: float | None  # None: it was not measured yet
    where: str = ""  # the worst of several cases
    at_least: bool = False  # and not at most

    def reached(self) -> bool:
        if self.measured is None:
            return False
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    def number(self, figure: float | None) -> str:
        """Return a figure of this goal as text."""
        if figure is None:
            return "not measured"
        return f"{figure:.0f}" if self.of == "bytes" else f"{figure:.2f}"

    def bound_text(self) -> str:
        return f"at least {self.number(self.bound)}" if self.at_least else self.number(self.bound)


# at most so many times the loop
SENDS = {
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
    if measured.is_free_threaded:
        yield from _side_by_side(measured)
        return
    yield from _sending(measured)
    yield from _sending_events(measured)
    yield from _as_before(measured)
    yield from _against_peers(measured)
    yield from _connecting(measured)
    yield from _having(measured)
    yield from _adapting(measured)


def _sending(measured: Measured) -> Iterator[Goal]:
    for case, at_most in SENDS.items():
        yield Goal(case, LOOP, at_most, measured.ratio("send", case, ALDIS, LOOP))
    bound, unheard = "3 functions, bound signal", "0 functions, bound signal"
    ratio = measured.ratio("send", bound, ALDIS, "aldis, plain")
    yield Goal(bound, "the plain send", 2.0, ratio)
    yield Goal(unheard, METHOD, 1.0, measured.ratio("send", unheard, ALDIS, METHOD))
    case, what = "send, 10 functions", "AsyncSignal.send, 10 coroutine functions"
    yield Goal(what, LOOP, 1.5, measured.ratio("async_send", case, ALDIS, LOOP))
    ratio = measured.ratio("send", "0 functions", ALDIS, "blinker")
    yield Goal("no receivers", "blinker", 0.5, ratio)
    yield _flatness(measured["senders"])
    usual = measured.with_python("3.13") if measured.version > (3, 13) else None
    if usual is not None:
        ratios = {case: _times(measured, usual, case) for case in SENDS}
        yield _worst("these sends, times the loop", "those on 3.13", 1.1, ratios)


def _sending_events(measured: Measured) -> Iterator[Goal]:
    for case, of, at_most in (
        ("3 functions", SIGNAL, 1.0),
        ("0 functions", "blinker", 0.5),
        *(
            (f"{count} functions of an instance", by_hand, 1.0)
            for count in (0, 3)
            for by_hand in (EVENT_BY_HAND, EVENT_WITH_RESULTS, EVENT_WEAKLY)
        ),
    ):
        ratio = measured.ratio("events", case, EVENT, of)
        yield Goal(f"an event, {case}", of, at_most, ratio)


def _times(measured: Measured, usual: Measured, case: str) -> float | None:
    here, there = (each.ratio("send", case, ALDIS, LOOP) for each in (measured, usual))
    return None if here is None or there is None else here / there


def _worst(what: str, of: str, bound: float, ratios: dict[str, float | None]) -> Goal:
    """Return a promise of many cases by the worst of them."""
    known = {case: ratio for case, ratio in ratios.items() if ratio is not None}
    if not known:
        return Goal(what, of, bound, None)
    worst = max(known, key=lambda case: known[case])
    more = sum(ratio > bound for ratio in known.values())
    where = f"{worst}; more in {more} of {len(known)}" if more > 1 else worst
    return Goal(what, of, bound, known[worst], where)


def _flatness(senders: Report) -> Goal:
    """Compare the slowest of all numbers of senders with the fastest."""
    case = "aldis: the same sender"
    crowds = [each for each in senders.candidates(case) if each.startswith("among")]
    times = [senders.nanoseconds(case, each) for each in crowds]
    return Goal(f"a send {crowds[0]} and {crowds[-1]}", "the fastest", 1.3, max(times) / min(times))


def _as_before(measured: Measured) -> Iterator[Goal]:
    """Yield how today's sends compare with those of an older commit, in the worst case of all."""
    ratios: dict[str, float | None] = {
        found.case: found.against[AT].believed()
        for found in measured["before"].outcomes
        if found.candidate == ALDIS
    }
    asked = {case: ratio for case, ratio in ratios.items() if "has receivers" in case}
    sent = {c: r for c, r in ratios.items() if "connect" not in c and c not in asked}
    yield _worst("any send", f"commit {COMMIT}", 1.05, sent)
    yield _worst("has_receivers_for", f"commit {COMMIT}", 1.05, asked)


def _against_peers(measured: Measured) -> Iterator[Goal]:
    """Yield how the sends compare with the fastest peers: in the worst case of all."""
    exempt = ("100 methods", "psygnal")  # for which there is a figure of its own
    ratio = measured.ratio("send", exempt[0], ALDIS, exempt[1])
    yield Goal("100 methods", "psygnal, no results", 1.1, ratio)
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
            if case.startswith(("has receivers", "gather")):  # not sends
                continue
            for candidate in report.candidates(case):
                if candidate in PEERS:
                    yield case, candidate, report.ratio(case, ALDIS, candidate)


PAIR = "connect and disconnect"
OF_WHOM = ("every sender", "one sender", "a str")


def _pairs(whom: Iterable[str]) -> list[str]:
    return [f"{PAIR}, a {kind} of {each}" for kind in ("function", "method") for each in whom]


def _connecting(measured: Measured) -> Iterator[Goal]:
    usual, fresh = _pairs(OF_WHOM), _pairs(["a new sender"])
    for what, of, bound, cases in (
        (PAIR, "blinker", 2.2, usual),
        (f"{PAIR}, a new sender", "blinker", 1.35, fresh),
        (f"{PAIR}, any", "Django", 1.0, [*usual, *fresh]),
    ):
        ratios = {
            case.removeprefix(f"{PAIR}, "): measured.ratio("connect", case, ALDIS, of)
            for case in cases
        }
        yield _worst(what, of, bound, ratios)


# how a signal is made, and what that is called where it is measured
MAKING = {
    "`Signal(spec)` again": ALDIS,
    "`Signal()`": "aldis, undeclared",
    "`Signal[object, [int]]()`": "aldis, by types",
}
A_SIGNAL = "a signal, in a list"


def _having(measured: Measured) -> Iterator[Goal]:
    """Yield what it costs to have a signal, a connection, and aldis at all."""
    for what, candidate in MAKING.items():
        ratio = measured.ratio("connect", "make a signal", candidate, "blinker")
        yield Goal(what, "blinker's `Signal()`", 6.0, ratio)
    for what, candidate in MAKING.items():
        taken = measured.bytes_of_each(A_SIGNAL, candidate, traced=True)
        yield Goal(f"{what}, of 100,000", "bytes", 700, taken)
    taken = measured.bytes_of_each("a function of each sender", ALDIS)
    yield Goal("a connection, of 1,000,000", "bytes", 320, taken)
    ratio = measured.ratio("imports", "import", ALDIS, "blinker")
    yield Goal("import aldis", "blinker", 1.35, ratio)


def _adapting(measured: Measured) -> Iterator[Goal]:
    """Yield the worst case of the adapter: with three receivers or more, and of connections."""
    ratios = {
        case: measured.ratio("adapter", case, ADAPTER, "blinker")
        for case in measured["adapter"].cases()
        if not case.startswith(("0 ", "1 "))
    }
    pairs = {case: r for case, r in ratios.items() if case.startswith(PAIR)}
    coroutines = {case: r for case, r in ratios.items() if "coroutine" in case}
    plain = {case: r for case, r in ratios.items() if case not in {*coroutines, *pairs}}
    at_most = 0.35 if measured.version >= (3, 13) else 0.5
    yield _worst("adapter, 3 or more receivers", "blinker", at_most, plain)
    yield _worst("adapter, 3 or more coroutine functions", "blinker", 0.5, coroutines)
    yield _worst(f"adapter, {PAIR}", "blinker", 2.2, pairs)


_IN_THREADS = (ALDIS, "aldis, undeclared", ADAPTER)
_SHARED = 0.97  # the figure of the hand-written loop on one list


def _side_by_side(measured: Measured) -> Iterator[Goal]:
    """Yield what two threads do together, as a multiple of what one does alone."""

    def together(who: str, signals: str) -> float | None:
        return measured.ratio("threads", f"{who}, 2 threads, {signals}", ALONE, TOGETHER)

    for who in _IN_THREADS:
        what, done = f"{who}, 2 threads, {TWO_SIGNALS}", together(who, TWO_SIGNALS)
        yield Goal(what, ALONE, 1.6, done, _of_loop(together(LOOP, TWO_SIGNALS)), at_least=True)
    loop = together(LOOP, ONE_SIGNAL)
    as_the_loop = _SHARED if loop is None else min(_SHARED, loop)
    for who in _IN_THREADS:
        what, done = f"{who}, 2 threads, {ONE_SIGNAL}", together(who, ONE_SIGNAL)
        bound = 1.1 if who == ADAPTER else as_the_loop
        yield Goal(what, ALONE, bound, done, _of_loop(loop), at_least=True)


def _of_loop(done: float | None) -> str:
    return "" if done is None else f"the loop: {done:.2f}"


def everywhere(all_measured: Sequence[Measured]) -> list[list[str]]:
    """Return how sends compare with each interpreter: rows with a figure for each."""

    def row(what: str, topic: str, case: str, candidate: str, of: str) -> list[str]:
        ratios = (measured.ratio(topic, case, candidate, of) for measured in all_measured)
        return [what, of, *("-" if ratio is None else f"{ratio:.2f}" for ratio in ratios)]

    times = [measured["send"].nanoseconds("3 functions", ALDIS) for measured in all_measured]
    return [
        *(row(case, "send", case, ALDIS, LOOP) for case in SENDS),
        row("3 functions, bound signal", "send", "3 functions, bound signal", ALDIS, LOOP),
        row("1 function, undeclared", "send", "1 function, undeclared", "aldis, undeclared", LOOP),
        row("no receivers", "send", "0 functions", ALDIS, "blinker"),
        row("adapter, 3 functions", "adapter", "3 functions", ADAPTER, "blinker"),
        ["3 functions", "ns", *(f"{each:.0f}" for each in times)],
    ]
