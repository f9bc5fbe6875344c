"""The cost for type checkers of a large application with signals, against one with plain calls.

    python benchmarks/scale.py [--quick] [--checker NAME ...] [--rounds N] [--json PATH]
    python benchmarks/scale.py --table [PATH]
    python benchmarks/scale.py --mistakes

`_synthetic` writes both programs. Each checker reads each of them from scratch, in a process of its
own, without caches and strictly. The programs alternate, and the least of each figure counts: the
machine only ever adds. A quick checker has more rounds, unless their number is given. A checker
that reports an error is an error of the benchmark.

Seconds are of the clock, those of the processor are summed over all threads and processes. The
memory is the most that any process of the checker had: both pyrights start node in a second one,
and what that used is known when it has ended.

With `--mistakes` nothing is measured: two lines of a small program are wrong, and every checker has
to report these two lines and no other.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from _results import environment
from _synthetic import PARTS, Size, write

GOAL = 1.3
RESULTS = Path(__file__).parent / "results" / "scale.json"

_ROUNDS, _QUICK_ROUNDS, _QUICK_PARTS = 3, 2, PARTS // 10
_SECONDS = 45.0  # those that are quick have more rounds in that time, five times as many at most

BIN = Path(sys.executable).parent
_STRICT = '{"include": ["shop"], "typeCheckingMode": "strict"}'


class Checker(NamedTuple):
    """How a checker is run in a folder that holds the package `shop` and its configuration."""

    name: str
    configuration: tuple[str, str]  # a file, and what is in it
    arguments: tuple[str, ...]

    @property
    def command(self) -> list[str]:
        return [str(BIN / self.name), *self.arguments]


CHECKERS = (
    Checker(
        "mypy",
        ("mypy.ini", "[mypy]\nstrict = True\n"),
        (
            "--config-file=mypy.ini",
            f"--python-executable={sys.executable}",
            f"--cache-dir={os.devnull}",
            "shop",
        ),
    ),
    Checker(
        "pyright",
        ("pyright.json", _STRICT),
        ("--project=pyright.json", f"--pythonpath={sys.executable}"),
    ),
    Checker(
        "basedpyright",
        ("basedpyright.json", _STRICT),
        ("--project=basedpyright.json", f"--pythonpath={sys.executable}"),
    ),
    Checker(
        "ty",
        ("ty.toml", ""),
        (
            "check",
            "--config-file=ty.toml",
            f"--python={sys.executable}",
            "--output-format=concise",
            "--no-progress",
            "shop",
        ),
    ),
    Checker(
        "pyrefly",
        ("pyrefly.toml", 'preset = "strict"\n'),
        (
            "check",
            "--config=pyrefly.toml",
            f"--python-interpreter-path={sys.executable}",
            "--output-format=min-text",
            "--summary=none",
            "shop",
        ),
    ),
    Checker(
        "zuban",
        ("zuban.ini", "[mypy]\nstrict = True\n"),
        (
            "check",
            "--mode=mypy",
            "--config-file=zuban.ini",
            f"--python-executable={sys.executable}",
            "shop",
        ),
    ),
)


class Cost(NamedTuple):
    """The cost of a run, or the least of several."""

    seconds: float
    processor: float
    megabytes: float


class Outcome(NamedTuple):
    """The cost of a checker for both programs."""

    checker: str
    version: str
    rounds: int
    plain: Cost
    signals: Cost

    @property
    def ratio(self) -> Cost:
        return Cost(*(ours / plain for ours, plain in zip(self.signals, self.plain, strict=True)))


class ScaleError(Exception):
    """A checker reports what is right, or has failed."""


def run(checker: Checker, folder: Path) -> tuple[Cost, int, str]:
    """Run a checker; return what it took, its exit code and all that it wrote."""
    with tempfile.TemporaryFile() as written:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  # a checker that is installed beside this Python
            checker.command,
            cwd=folder,
            env=os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        # of this process and of those it has waited for
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        written.seek(0)
        told = written.read().decode()
    unit = 2**20 if sys.platform == "darwin" else 2**10
    cost = Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)
    return cost, process.returncode, told


def measure(checker: Checker, folders: tuple[Path, Path], rounds: int, patience: float) -> Outcome:
    """Let a checker read the plain program and the one with signals, in turns.

    While it is patient it goes on, up to five times as many rounds.

    Raises:
        ScaleError: It reports an error.
    """
    costs: dict[Path, list[Cost]] = {folder: [] for folder in folders}
    began, number = time.perf_counter(), 0
    while number < rounds or (number < 5 * rounds and time.perf_counter() - began < patience):
        number += 1
        # the second run may find warmer caches
        for folder in folders if number % 2 else reversed(folders):
            cost, code, told = run(checker, folder)
            if code:
                message = f"{checker.name} exits with {code}:\n{told[-2000:]}"
                raise ScaleError(message)
            costs[folder].append(cost)
    plain, signals = (
        Cost(*(min(each) for each in zip(*costs[folder], strict=True))) for folder in folders
    )
    return Outcome(checker.name, version(checker.name), number, plain, signals)


def prepare(folder: Path, checkers: tuple[Checker, ...]) -> None:
    for checker in checkers:
        name, text = checker.configuration
        (folder / name).write_text(text, encoding="utf-8")


def document(outcomes: list[Outcome], size: Size) -> dict[str, Any]:
    about = environment("aldis")
    del about["load before"]
    return {
        "about": about,
        "size": size._asdict(),
        "outcomes": [
            {
                "checker": outcome.checker,
                "version": outcome.version,
                "rounds": outcome.rounds,
                **{
                    name: {key: round(value, 3) for key, value in cost._asdict().items()}
                    for name, cost in (
                        ("plain", outcome.plain),
                        ("signals", outcome.signals),
                        ("ratio", outcome.ratio),
                    )
                },
            }
            for outcome in outcomes
        ],
    }


def table(measured: dict[str, Any]) -> str:
    """Return what was measured as a table in Markdown."""
    heads = (
        "plain calls / signals",
        "seconds",
        "ratio",
        "seconds of the processor",
        "ratio",
        "MB",
        "ratio",
    )
    rows = [
        [
            f"{found['checker']} {found['version']}",
            *(
                cell
                for key, digits in (("seconds", 2), ("processor", 2), ("megabytes", 0))
                for cell in (
                    f"{found['plain'][key]:.{digits}f} / {found['signals'][key]:.{digits}f}",
                    f"{found['ratio'][key]:.2f}",
                )
            ),
        ]
        for found in measured["outcomes"]
    ]
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def find_mistakes(checkers: tuple[Checker, ...]) -> int:
    """Print which checkers do not report exactly the two wrong lines; return their number."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="aldis-scale-") as name:
        folder = Path(name)
        write(folder, plain=False, parts=1, mistakes=True)
        prepare(folder, checkers)
        source = (folder / "shop" / "part000" / "floor.py").read_text(encoding="utf-8").splitlines()
        wrong = {("floor", str(n)) for n, line in enumerate(source, start=1) if "=7)" in line}
        for checker in checkers:
            _, _, told = run(checker, folder)
            reported = set(re.findall(r"(\w+)\.py:(\d+)", told))
            agrees = len(wrong) == 2 and reported == wrong  # noqa: PLR2004  # so many were made
            failed += not agrees
            print(f"{checker.name}: {'both mistakes' if agrees else told}")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures type checkers with a large application.")
    named = {checker.name: checker for checker in CHECKERS}
    parser.add_argument("--quick", action="store_true", help="a tenth of the application")
    parser.add_argument("--parts", type=int, help=f"its size: {PARTS}, unless said otherwise")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--checker", action="append", choices=list(named), help="all, unless named")
    parser.add_argument("--json", type=Path, help="where to write what was measured")
    parser.add_argument("--table", type=Path, nargs="?", const=RESULTS, help="only print a result")
    parser.add_argument("--mistakes", action="store_true", help="only look for seeded mistakes")
    chosen = parser.parse_args()
    if chosen.table:
        print(table(json.loads(chosen.table.read_bytes())))
        return 0
    checkers = tuple(named[name] for name in chosen.checker or named)
    if chosen.mistakes:
        return find_mistakes(checkers)
    parts: int = chosen.parts or (_QUICK_PARTS if chosen.quick else PARTS)
    rounds: int = chosen.rounds or (_QUICK_ROUNDS if chosen.quick else _ROUNDS)
    patience = 0.0 if chosen.rounds else _SECONDS
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="aldis-scale-") as name:
        plain, signals = folders = Path(name) / "plain", Path(name) / "signals"
        size = write(plain, plain=True, parts=parts)
        write(signals, plain=False, parts=parts)
        for folder in folders:
            prepare(folder, checkers)
        for checker in checkers:
            outcome = measure(checker, folders, rounds, patience)
            ratio = outcome.ratio
            print(f"{checker.name}: {ratio.seconds:.2f} times as long", flush=True)
            outcomes.append(outcome)
    measured = document(outcomes, size)
    if chosen.json:
        chosen.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    print(f"\n{table(measured)}")
    above = [found.checker for found in outcomes if max(found.ratio) > GOAL]
    print(f"\nabove {GOAL} times: {', '.join(above) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
