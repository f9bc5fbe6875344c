"""The figures and their environment, as JSON: one file for each topic and version of Python.

A file has no machine name and no path: the processor, the interpreter and the versions of the
libraries identify the environment.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from _measure import IS_FREE_THREADED, Effort, Outcome, Ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# each a program of this name, and a file of results
TOPICS = (
    *("send", "async_send", "connect", "senders", "threads", "adapter", "imports", "memory"),
    "before",
    "events",
)
RESULTS = Path(__file__).parent / "results"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}{'t' if IS_FREE_THREADED else ''}"


@dataclass
class Report:
    """The outcomes of a topic."""

    about: dict[str, str]
    method: str
    outcomes: list[Outcome]

    def nanoseconds(self, case: str, candidate: str) -> float:
        """Return the least time that a candidate took."""
        return self.outcome(case, candidate).nanoseconds

    def ratio(self, case: str, candidate: str, of: str) -> float:
        """Return how many times as long a candidate takes as another."""
        return self.nanoseconds(case, candidate) / self.nanoseconds(case, of)

    def outcome(self, case: str, candidate: str) -> Outcome:
        """Return what was found out about a candidate of a case.

        Raises:
            KeyError: It was not measured.
        """
        for found in self.outcomes:
            if (found.case, found.candidate) == (case, candidate):
                return found
        raise KeyError(case, candidate)

    def candidates(self, case: str) -> list[str]:
        """Return who took part in a case."""
        return [found.candidate for found in self.outcomes if found.case == case]

    def cases(self) -> list[str]:
        """Return the names of the cases, each once."""
        return list(dict.fromkeys(found.case for found in self.outcomes))

    def text(self) -> str:
        """Return all of it as Markdown."""
        references = list(dict.fromkeys(name for o in self.outcomes for name in o.against))
        heads = ["case", "candidate", "ns"]
        for name in references:
            heads += [f"x {name}", "quartiles"]
        facts = [f"- {name}: {value}" for name, value in self.about.items()]
        rows = [_row(outcome, references) for outcome in self.outcomes]
        lines = [*facts, f"- method: {self.method}", "", table(heads, rows)]
        unsettled = [f"{o.case} ({o.candidate})" for o in self.outcomes if not o.settled()]
        if unsettled:
            lines += ["", f"Measure again, the machine changed its speed: {', '.join(unsettled)}"]
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """Write it as JSON, a line for each outcome."""
        outcomes = ",\n".join(f"  {json.dumps(_kept(outcome))}" for outcome in self.outcomes)
        about = json.dumps(self.about, indent=2).replace("\n", "\n ")
        text = f'{{\n "about": {about},\n "method": {json.dumps(self.method)},\n "outcomes": [\n'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}{outcomes}\n ]\n}}\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Report:
        """Read what `write` wrote."""
        document = json.loads(path.read_bytes())
        outcomes = [
            Outcome(
                found["case"],
                found["candidate"],
                found["nanoseconds"],
                found["median"],
                {name: Ratio(*ratio) for name, ratio in found["against"].items()},
            )
            for found in document["outcomes"]
        ]
        return cls(document["about"], document["method"], outcomes)


def _row(outcome: Outcome, references: Iterable[str]) -> list[str]:
    row = [outcome.case, outcome.candidate, f"{outcome.nanoseconds:,.0f}"]
    for name in references:
        ratio = outcome.against.get(name)
        row += ["", ""] if ratio is None else [f"{ratio.least:.2f}", spread(ratio)]
    return row


def spread(ratio: Ratio) -> str:
    """Return the quartiles of the ratios of single rounds."""
    return f"{ratio.lower:.2f} - {ratio.upper:.2f}"


def _kept(outcome: Outcome) -> dict[str, object]:
    """Return an outcome with as many digits as mean something."""
    against = {name: [_round(part) for part in ratio] for name, ratio in outcome.against.items()}
    times = {"nanoseconds": _round(outcome.nanoseconds), "median": _round(outcome.median)}
    return {**outcome._asdict(), **times, "against": against}


def _round(number: float) -> float:
    return float(f"{number:.4g}")


def script(
    description: str | None,
    outcomes: Callable[[Effort], Iterable[Outcome]],
    *,
    distributions: Sequence[str],
    rounds: int | None = None,
    method: str = "{rounds} rounds, {milliseconds:g} ms each timing; minima, ratios by round",
) -> None:
    """Be the program of a topic: measure, print, and write what was measured."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="measure for a shorter time")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there, too")
    options = parser.parse_args()
    effort = Effort.of(quick=options.quick)
    if rounds is not None:
        effort = effort._replace(rounds=min(rounds, effort.rounds))
    about = environment(*distributions)
    method = method.format(rounds=effort.rounds, milliseconds=effort.nanoseconds / 1e6)
    report = Report(about, method, list(outcomes(effort)))
    print(report.text())
    if options.json is not None:
        report.write(options.json)


def environment(*distributions: str) -> dict[str, str]:
    """Return the environment of the measurement."""
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}"
        + (", free-threaded" if IS_FREE_THREADED else ""),
        "compiler": platform.python_compiler(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "load before": load,
        **{name: _version(name) for name in distributions},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{platform.machine()} {models[0]}" if models else platform.machine()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table that also reads well as it is; numbers stand to the right."""
    rows = [list(row) for row in rows]
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [all(_is_number(cell) for cell in column[1:]) for column in columns]

    def line(cells: Iterable[str]) -> str:
        placed = zip(cells, widths, right, strict=True)
        return f"| {' | '.join(c.rjust(w) if r else c.ljust(w) for c, w, r in placed)} |"

    rule = ("-" * (width - 1) + (":" if r else "-") for width, r in zip(widths, right, strict=True))
    return "\n".join([line(heads), line(rule), *map(line, rows)])


def _is_number(cell: str) -> bool:
    return not cell or cell.lstrip("+-").replace(".", "").replace(",", "").isdigit()
