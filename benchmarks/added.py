"""Measures libraries that are new here, and adds them to the results that are kept.

    python benchmarks/added.py NAME ... [--only TOPIC ...] [--quick] [--results FOLDER]

Each case is measured with these libraries, aldis, and what the case compares with. The times of a
new library are kept as if it had been there before: the ratio to the reference, which is measured
here, times the time of the reference that is kept. So only ratios that were interleaved count, and
a table needs no other run. `make bench` replaces all of it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _measure import Case, Effort, Outcome, measure
from _names import ALDIS, EVENT, PEERS
from _results import PYTHON, RESULTS, Report, environment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

TOPICS = ("send", "async_send", "connect", "threads", "events", "imports", "memory")
_ROUNDS = {"send": 150, "async_send": 100, "connect": 60, "threads": 40, "events": 150}


def with_these(cases: Iterable[Case], names: Collection[str]) -> Iterator[Case]:
    """Yield the cases that have any of these, with them and what they are compared with."""
    for case in cases:
        references = [*case.references, case.candidates[0].name]
        if any(each.name in names for each in case.candidates):
            kept = {*names, *references, ALDIS, EVENT}
            candidates = [each for each in case.candidates if each.name in kept]
            yield Case(case.name, candidates, case.references)


def added(kept: Report, measured: Iterable[Outcome], names: Collection[str]) -> Report:
    """Return what is kept, with the outcomes of these names at the end of their cases.

    Raises:
        KeyError: Of a case, the reference is not among what is kept.
    """
    outcomes = [each for each in kept.outcomes if each.candidate not in names]
    measured = list(measured)
    for found in (each for each in measured if each.candidate in names):
        reference, ratio = next(iter(found.against.items()))
        nanoseconds = kept.nanoseconds(found.case, reference) * ratio.least
        median = found.median * nanoseconds / found.nanoseconds
        scaled = found._replace(nanoseconds=nanoseconds, median=median)
        last = max(i for i, each in enumerate(outcomes) if each.case == found.case)
        outcomes.insert(last + 1, scaled)
    return replace(kept, outcomes=outcomes)


def outcomes_of(topic: str, names: Collection[str], *, quick: bool) -> list[Outcome]:
    program: Any = import_module(topic)
    effort = Effort.of(quick=quick)
    if topic == "imports":
        return list(program.outcomes(effort._replace(rounds=min(40, effort.rounds)), names))
    effort = effort._replace(rounds=min(_ROUNDS[topic], effort.rounds))
    if topic == "threads":
        effort = effort._replace(nanoseconds=program.TIMES * effort.nanoseconds)
    if topic == "send":
        program.prove_all()
    return measure(with_these(program.cases(), names), effort)


def add(topic: str, names: Collection[str], path: Path, *, quick: bool) -> None:
    """Measure one topic, print what was found, and keep it."""
    distributions = [peer.distribution for name in names if (peer := PEERS[name]).distribution]
    versions = {name: environment(name)[name] for name in distributions if name}
    if topic == "memory":
        document = json.loads(path.read_bytes())
        program: Any = import_module(topic)
        new = [each._asdict() for each in program.sizes(quick=quick, only=names)]
        document["sizes"] = [s for s in document["sizes"] if s["candidate"] not in names] + new
        document["about"] |= versions
        program.write(path, document["about"], document["sizes"])
        return
    kept, found = Report.read(path), outcomes_of(topic, names, quick=quick)
    print(replace(kept, about=environment("aldis") | versions, outcomes=found).text())
    report = added(kept, found, names)
    replace(report, about=report.about | versions).write(path)


def main() -> int:
    parser = argparse.ArgumentParser(description="Add libraries to the results that are kept.")
    parser.add_argument("names", nargs="+", choices=PEERS, metavar="NAME")
    parser.add_argument("--only", nargs="+", choices=TOPICS, default=TOPICS, metavar="TOPIC")
    parser.add_argument("--quick", action="store_true", help="measure for a shorter time")
    parser.add_argument("--results", type=Path, metavar="FOLDER", default=RESULTS)
    options = parser.parse_args()
    if len(options.only) > 1:  # each topic in a process of its own
        for topic in options.only:
            flags = [*["--quick"] * options.quick, "--results", str(options.results)]
            arguments = [__file__, *options.names, "--only", topic, *flags]
            subprocess.run([sys.executable, *arguments], check=True)  # noqa: S603  # this program
        return 0
    (topic,) = options.only
    path = options.results / f"{topic}-{PYTHON}.json"
    add(topic, options.names, path, quick=options.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
