"""Measures everything that compares aldis with others, on the interpreter that runs this.

    python benchmarks/run.py [--quick] [--check] [--only TOPIC ...]

Each topic is a program and a process of its own. Its figures go to `results/`, one file for each
interpreter, and from there into the tables of the pages and the plots. With `--quick` nothing is
changed: the figures go to `build/benchmarks/`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import figures
import goals
import plots
from _results import PYTHON, RESULTS, TOPICS

FOLDER = Path(__file__).parent
QUICK_RESULTS = FOLDER.parent / "build" / "benchmarks"


def measure(topic: str, results: Path, *, quick: bool) -> None:
    """Run the program of a topic."""
    begin = time.monotonic()
    print(f"\n## {topic}\n", flush=True)
    path = results / f"{topic}-{PYTHON}.json"
    arguments = [str(FOLDER / f"{topic}.py"), "--json", str(path), *(["--quick"] * quick)]
    subprocess.run([sys.executable, *arguments], check=True)  # noqa: S603  # programs of this folder
    print(f"\n{topic} took {time.monotonic() - begin:.0f} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure everything.")
    parser.add_argument("--quick", action="store_true", help="measure for a minute")
    parser.add_argument("--check", action="store_true", help="fail where a figure is not reached")
    parser.add_argument("--only", nargs="+", choices=TOPICS, default=TOPICS, metavar="TOPIC")
    options = parser.parse_args()
    results = QUICK_RESULTS if options.quick else RESULTS
    for topic in options.only:
        measure(topic, results, quick=options.quick)
    if not options.quick:
        figures.write()
        plots.write()
    if options.quick and set(options.only) != set(TOPICS):
        return 0  # there is nothing whole to judge by
    print("\n## The figures to reach")
    return 0 if goals.tell(results, [PYTHON]) or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
