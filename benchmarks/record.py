"""How long a send takes that `aldis record` records: the same sends, recorded and not.

python benchmarks/record.py [--quick] [--json PATH]

The figure is the time of a run of tests, whose receivers do some work. This is not a topic of
`run.py`: topics compare aldis with other libraries or with its own past, in the tables of pages and
in the figures to reach. A recording has nothing to be compared with but the same sends without it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _measure import Candidate, Case, Effort, Outcome, measure, timer
from _results import script

import aldis.blinker
from aldis._recording._paths import Paths
from aldis._recording._recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from _measure import Timer

    Receiver = Callable[..., object]

REFERENCES = ("not recorded",)
SENDS = "send(sender, user_id=1, username='x', active=True)"


def nothing() -> Receiver:
    def hear(sender: object, *, user_id: int, username: str, active: bool) -> None: ...

    return hear


def encoding() -> Receiver:
    def hear(sender: object, **payload: object) -> str:
        return json.dumps({"event": "user-created", "payload": payload})

    return hear


def recorded(inner: Timer) -> Timer:
    """Return a timer that records what it times; to begin and to end is not timed."""
    recorder = Recorder(Paths(Path.cwd()))

    def run(number: int) -> int:
        recorder.begin()
        try:
            return inner(number)
        finally:
            recorder.end()

    return run


def case(name: str, count: int, make: Callable[[], Receiver]) -> Case:
    candidates: list[Candidate] = []
    for candidate in ("not recorded", "recorded"):
        signal: Any = aldis.blinker.Signal()
        receivers = [make() for _ in range(count)]
        for receiver in receivers:
            signal.connect(receiver)
        known: Mapping[str, object] = {"send": signal.send, "sender": object(), "kept": receivers}
        plain = timer(SENDS, **known)
        run = plain if candidate == "not recorded" else recorded(plain)
        candidates.append(Candidate(candidate, run))
    return Case(name, candidates, REFERENCES)


def cases() -> Iterator[Case]:
    yield case("no receivers", 0, nothing)
    for count in (1, 3, 10):
        functions = "1 function" if count == 1 else f"{count} functions"
        yield case(f"{functions}, doing nothing", count, nothing)
        yield case(f"{functions}, writing JSON", count, encoding)


def outcomes(effort: Effort) -> list[Outcome]:
    return measure(cases(), effort)


if __name__ == "__main__":
    script(__doc__, outcomes, distributions=("aldis",), rounds=60)
