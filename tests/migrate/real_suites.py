"""Runs the tests of a library, and compares what came of each with an earlier run."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Literal, TypeAlias
from xml.etree import ElementTree as ET

from real_sources import HERE, Library

Outcome: TypeAlias = Literal["passed", "failed", "error", "skipped"]
Outcomes: TypeAlias = dict[str, Outcome]

BASELINE = HERE / "real_baseline.json"
_HOURS = 3600.0  # seconds after which a test suite hangs


def run_suite(library: Library, folder: Path, *, record: Path | None = None) -> Outcomes:
    """Run the tests in a folder, recorded if asked for, and return what came of each."""
    report = library.folder / f"{folder.name}.xml"
    log = library.folder / f"{folder.name}.log"
    given = ["--aldis-record", str(record)] if record else ["-p", "no:aldis"]
    # plugins of pytest, such as Indico's, import blinker before that of aldis is asked
    recorded = ("-m", "aldis.blinker") if record else ()
    with log.open("w", encoding="utf-8") as written:
        subprocess.run(
            [
                *(
                    library.python,
                    *recorded,
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "-p",
                    "no:xdist",
                ),
                *(f"--junitxml={report}", "-o", "junit_family=xunit1"),
                *given,
                *library.tests,
            ],
            cwd=folder,
            env=environment(folder),
            stdout=written,
            stderr=subprocess.STDOUT,
            timeout=_HOURS,
            check=False,
        )
    if not report.exists():
        raise SystemExit(f"{library.name}: pytest wrote no report; see {log}")
    return read(report)


def environment(folder: Path) -> dict[str, str]:
    """Return one in which the library of a folder goes before the installed one."""
    path = os.pathsep.join([str(folder), str(HERE)])
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "MYPYPATH": ""}


def read(report: Path) -> Outcomes:
    """Return the outcomes in a report. A test that fails and cannot be torn down is one of each."""
    outcomes: Outcomes = {}
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        kinds = {each.tag for each in case}
        outcome: Outcome = "passed"
        if "error" in kinds:
            outcome = "error"
        elif "failure" in kinds:
            outcome = "failed"
        elif "skipped" in kinds:
            outcome = "skipped"
        if outcomes.get(name, "passed") == "passed":
            outcomes[name] = outcome
    return outcomes


def counts(outcomes: Outcomes) -> dict[str, int]:
    return dict(sorted(Counter(outcomes.values()).items()))


def differences(library: str, what: str, before: Outcomes, after: Outcomes) -> list[str]:
    """Return a line for every test whose outcome is another one."""
    return [
        f"{library} {what}: {name} was {before.get(name, 'absent')}, is {after.get(name, 'absent')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def baseline_differences(library: Library, outcomes: Outcomes) -> list[str]:
    """Return what differs from the counts and failures that were measured and written down."""
    known = json.loads(BASELINE.read_text("utf-8")).get(library.key)
    if known is None:
        return [f"{library.name} before: no counts in {BASELINE.name}, found {counts(outcomes)}"]
    lines: list[str] = []
    if known["counts"] != counts(outcomes):
        lines.append(f"{library.name} before: was {known['counts']}, is {counts(outcomes)}")
    failing = failing_of(outcomes)
    for word, names in (
        ("fails", set(failing) - set(known["failing"])),
        ("fails no more", set(known["failing"]) - set(failing)),
    ):
        lines += [f"{library.name} before: {name} {word}" for name in sorted(names)]
    return lines


def failing_of(outcomes: Outcomes) -> list[str]:
    return sorted(name for name, each in outcomes.items() if each in {"failed", "error"})


def write_baseline(library: Library, outcomes: Outcomes) -> None:
    """Write down what was measured, for later runs."""
    known: dict[str, object] = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
    known[library.key] = {
        "version": library.version,
        "counts": counts(outcomes),
        "failing": failing_of(outcomes),
    }
    text = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
    BASELINE.write_text(f"{text}\n", encoding="utf-8")
