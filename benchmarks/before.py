"""Times today's aldis against that of an older commit, both in one process.

    python benchmarks/before.py [--quick] [--json PATH]

Every case of the other programs that sends or connects is built twice, once with each. In a clone
without that commit in its history, nothing is measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import async_send
import connect
import send
import senders
from _measure import Candidate, Case, Effort, Outcome, measure
from _names import ADAPTER, ALDIS, AT, COMMIT
from _older import NoHistoryError, older
from _peers import Aldis, instead
from _results import script
from _way import Sender

import adapter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROUNDS = 80
_CROWD = 10_000
_QUICK_CROWD = 1_000


def among_senders(*, quick: bool) -> Iterator[Case]:
    """Yield the sends among many senders."""
    counts = [count for count in senders.COUNTS if count <= (_QUICK_CROWD if quick else _CROWD)]
    crowd = [Sender() for _ in range(counts[-1])]
    yield from senders.sends(Aldis, crowd, counts)
    yield Case("the first send of a sender", [senders.first_sends(Aldis, crowd)])


def topics(*, quick: bool) -> dict[str, Callable[[], Iterable[Case]]]:
    """Return what makes the cases of each program."""
    return {
        "send": lambda: send.cases(quick=quick),
        "async_send": async_send.cases,
        "senders": lambda: among_senders(quick=quick),
        "adapter": adapter.cases,
        "connect": connect.cases,
    }


def ours(cases: Iterable[Case]) -> dict[str, Candidate]:
    """Return the candidates of aldis, by case and distinguishing name."""
    found: dict[str, Candidate] = {}
    for case in cases:
        for candidate in case.candidates:
            if candidate.name in {ALDIS, ADAPTER}:
                found[case.name] = candidate
            elif candidate.name.startswith(("aldis, ", "among ")):
                found[f"{case.name} ({candidate.name.removeprefix('aldis, ')})"] = candidate
    return found


def both(before: object, *, quick: bool) -> Iterator[Case]:
    """Yield all cases, with both in them."""
    for topic, cases in topics(quick=quick).items():
        today = ours(cases())
        with instead(before):
            past = ours(cases())
        for name, candidate in today.items():
            other = past[name]
            candidate.name, other.name = ALDIS, AT
            title = f"{topic}: {name.removeprefix('aldis: ')}"
            yield Case(title, [other, candidate], (AT,))


def outcomes(effort: Effort) -> list[Outcome]:
    quick = effort.nanoseconds == Effort.of(quick=True).nanoseconds
    with older(COMMIT) as before:
        return measure(both(before, quick=quick), effort)


if __name__ == "__main__":
    try:
        script(__doc__, outcomes, distributions=("aldis", "blinker"), rounds=ROUNDS)
    except NoHistoryError as missing:
        print(f"nothing was measured: the history here does not reach back to {missing}")
