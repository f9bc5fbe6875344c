"""Writes the tables of speed into the pages, from what was measured.

    python benchmarks/figures.py [--check]

In a page, each stands between `<!-- figures: NAME -->` and `<!-- /figures -->`. With `--check`
nothing is written, and the exit code is 1 where a page shows something else. Results of some
versions of Python stand beside each other in a cell, in the order of the versions; those of all
interpreters are in tables of their own.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from _figures import Figures
from _tables import TABLES

ROOT = Path(__file__).parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "docs" / "blinker.md",
    ROOT / "docs" / "benchmarks.md",
    ROOT / "benchmarks" / "README.md",
)
_PLACE = re.compile(r"(<!-- figures: ([\w ]+) -->\n)(?:(?!<!-- ).)*(<!-- /figures -->)", re.DOTALL)


def filled(page: str, figures: Figures) -> str:
    """Return a page with its tables as they were measured last.

    Raises:
        KeyError: The page asks for a table that nobody makes.
    """
    return _PLACE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]](figures)}\n\n{found[3]}", page)


def write() -> None:
    """Write the tables into the pages."""
    figures = Figures()
    for path in PAGES:
        path.write_text(filled(path.read_text(encoding="utf-8"), figures), encoding="utf-8")


def outdated() -> list[str]:
    """Return the names of the pages that show something else than what was measured last."""
    figures = Figures()
    texts = {path: path.read_text(encoding="utf-8") for path in PAGES}
    return [path.name for path, text in texts.items() if filled(text, figures) != text]


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the tables of speed into the pages.")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    if not parser.parse_args().check:
        write()
        return 0
    pages = outdated()
    for name in pages:
        print(f"{name} does not show what was measured last: run benchmarks/figures.py")
    return 1 if pages else 0


if __name__ == "__main__":
    sys.exit(main())
