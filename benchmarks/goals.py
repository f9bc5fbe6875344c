"""The figures to reach, beside what was measured last, for each interpreter.

    python benchmarks/goals.py [--check] [--results FOLDER]

With `--check` the exit code is 1 where one of them is not reached.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from _goals import Goal, everywhere, goals
from _measured import Measured, pythons
from _results import RESULTS, table

if TYPE_CHECKING:
    from collections.abc import Sequence


def text(found: list[Goal]) -> str:
    """Return the goals as a table in Markdown."""
    heads = ("figure to reach", "times", "at most", "measured", "reached", "where")
    return table(heads, [_row(goal) for goal in found])


def _row(goal: Goal) -> list[str]:
    return [
        goal.what,
        goal.of,
        goal.bound_text(),
        goal.number(goal.measured),
        "yes" if goal.reached() else "NO",
        goal.where,
    ]


def tell(folder: Path, versions: Sequence[str]) -> bool:
    """Print all goals, and return whether each is reached."""
    kept = True
    for python in versions:
        found = list(goals(Measured(folder, python)))
        missed = sum(not goal.reached() for goal in found)
        kept = kept and not missed
        print(f"\nCPython {python}: {len(found) - missed} of {len(found)} figures reached\n")
        print(text(found))
    if len(versions) > 1:
        print("\nSends, with every interpreter\n")
        heads = ("", "times", *(f"CPython {python}" for python in versions))
        print(table(heads, everywhere([Measured(folder, python) for python in versions])))
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description="The figures to reach.")
    parser.add_argument("--check", action="store_true", help="fail where one is not reached")
    parser.add_argument("--results", type=Path, metavar="FOLDER", default=RESULTS)
    options = parser.parse_args()
    versions = pythons(options.results)
    if not versions:
        parser.error(f"nothing was measured yet: {options.results.name} has no whole set of files")
    return 0 if tell(options.results, versions) or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
