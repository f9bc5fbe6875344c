"""How long `aldis.blinker` takes for what blinker does: the same program, on both.

python benchmarks/adapter.py [--quick] [--check] [--json PATH]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from functools import partial
from itertools import repeat
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import blinker
from _measure import Candidate, Case, Effort, Outcome, environment, measure, own_code, table
from send import Listener, Sender, functions, methods, time_send

import aldis.blinker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

THEIRS, OURS = "blinker", "aldis.blinker"
LIBRARIES: dict[str, Any] = {THEIRS: blinker, OURS: aldis.blinker}

# at most so many times blinker's time, on 3.13 and on the versions before
BOUNDS = {
    "0 functions": (1.0, 1.0),
    **{
        f"{count} {kind}": (0.35, 0.5)
        for count in (3, 10, 100)
        for kind in ("functions", "methods", "functions, names vary")
    },
    **{f"{count} coroutine functions": (0.5, 0.5) for count in (3, 10)},
    "connect and disconnect, every sender": (1.0, 1.0),
    "connect and disconnect, one sender": (1.0, 1.0),
    "connect and disconnect, a method": (1.0, 1.0),
}


def wide(count: int) -> list[Any]:
    def make() -> Any:
        def hear(sender: object, **payload: object) -> None: ...

        return hear

    return [make() for _ in range(count)]


def coroutine_functions(count: int) -> list[Any]:
    def make() -> Any:
        async def hear(sender: object, *, user_id: int, username: str, active: bool) -> None: ...

        return hear

    return [make() for _ in range(count)]


# --- what is timed


def time_varied(signal: Any, sender: object, number: int) -> int:
    send = signal.send
    begin = perf_counter_ns()
    for _ in repeat(None, (number + 3) // 4):
        send(sender, user_id=1, username="x", active=True)
        send(sender, path="a", size=1, old=None)
        send(sender, key="k", value=2, time=3)
        send(sender, name="n", first=True, last=False)
    return perf_counter_ns() - begin


def time_async(signal: Any, sender: object, number: int) -> int:
    async def send_all() -> int:
        begin = perf_counter_ns()
        for _ in repeat(None, number):
            await signal.send_async(sender, user_id=1, username="x", active=True)
        return perf_counter_ns() - begin

    return asyncio.run(send_all())


def time_connect(signal: Any, receiver: Any, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.connect(receiver)
        signal.disconnect(receiver)
    return perf_counter_ns() - begin


def time_connect_one(signal: Any, receiver: Any, sender: object, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.connect(receiver, sender)
        signal.disconnect(receiver, sender)
    return perf_counter_ns() - begin


def time_connect_method(signal: Any, listener: Any, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.connect(listener.hear)
        signal.disconnect(listener.hear)
    return perf_counter_ns() - begin


def time_connect_strongly(signal: Any, receiver: Any, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.connect(receiver, weak=False)
        signal.disconnect(receiver)
    return perf_counter_ns() - begin


# --- the cases


def sends(name: str, receivers: Sequence[Any], time: Callable[..., int]) -> Case:
    candidates: list[Candidate] = []
    for library, module in LIBRARIES.items():
        signal = module.Signal()
        for receiver in receivers:
            signal.connect(receiver)
        timer = partial(own_code(time), signal, Sender())
        candidates.append(Candidate(library, partial(_keeping, receivers, timer)))
    return Case(name, candidates)


def _keeping(receivers: Sequence[Any], timer: Callable[[int], int], number: int) -> int:
    return timer(number)  # the receivers live as long as this


def connections(what: str, time: Callable[..., int], *arguments: object) -> Case:
    return Case(
        f"connect and disconnect, {what}",
        [
            Candidate(library, partial(own_code(time), module.Signal(), *arguments))
            for library, module in LIBRARIES.items()
        ],
    )


def cases() -> Iterator[Case]:
    for count in (0, 1, 3, 10, 100):
        plural = "" if count == 1 else "s"
        yield sends(f"{count} function{plural}", functions(count), time_send)
    for count in (1, 3, 10, 100):
        plural = "" if count == 1 else "s"
        yield sends(f"{count} method{plural}", methods(count), time_send)
    for count in (3, 10, 100):
        yield sends(f"{count} functions, names vary", wide(count), time_varied)
    for count in (3, 10):
        receivers = coroutine_functions(count)
        yield sends(f"{count} coroutine functions", receivers, time_async)
    (receiver,) = functions(1)
    yield connections("every sender", time_connect, receiver)
    yield connections("one sender", time_connect_one, receiver, Sender())
    yield connections("a method", time_connect_method, Listener())
    yield connections("strongly", time_connect_strongly, receiver)


# --- the report


def report(outcomes: Sequence[Outcome]) -> bool:
    """Print how each case compares, and return whether all bounds are kept."""
    rows: list[tuple[str, ...]] = []
    kept = True
    for outcome in outcomes:
        if outcome.candidate != OURS:
            continue
        bounds = BOUNDS.get(outcome.case)
        bound = None if bounds is None else bounds[sys.version_info < (3, 13)]
        holds = bound is None or outcome.ratio <= bound
        kept = kept and holds
        rows.append(
            (
                outcome.case,
                f"{outcome.nanoseconds:,.0f}",
                f"{outcome.ratio:.2f}",
                f"{outcome.lower:.2f} - {outcome.upper:.2f}",
                "" if bound is None else f"{bound}",
                "" if bound is None else "yes" if holds else "NO",
            )
        )
    print(table(("case", "ns", "x blinker", "quartiles", "at most", "kept"), rows))
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description="How long aldis.blinker takes.")
    parser.add_argument("--quick", action="store_true", help="measure for a shorter time")
    parser.add_argument("--check", action="store_true", help="fail where a bound is not kept")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there, too")
    options = parser.parse_args()
    about = environment("aldis", "blinker")
    for name, value in about.items():
        print(f"- {name}: {value}")
    print()
    outcomes = measure(cases(), Effort.of(quick=options.quick))
    kept = report(outcomes)
    if options.json is not None:
        document = {"about": about, "outcomes": [outcome._asdict() for outcome in outcomes]}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0 if kept or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
