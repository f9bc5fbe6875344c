"""Prints the README's table of speed from what `send.py --json` measured.

    python benchmarks/figures.py [RESULT ...]

Without results it takes those that are kept in `benchmarks/results`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RESULTS = Path(__file__).parent / "results"

CASES = ("1 function", "3 functions", "100 functions", "1 method", "3 methods", "100 methods")
LIBRARIES = {
    "blinker": "blinker {}",
    "django": "Django {}, cached",
    "psygnal": "psygnal {}, compiled, returns nothing",
    "aldis": "**aldis**",
}


def kept() -> list[Path]:
    """Return the results that the README is made of, by version of Python."""
    return sorted(RESULTS.glob("send-*.json"))


def table(results: Iterable[Path]) -> str:
    """Return the table in Markdown: times as long as the loop, by version of Python."""
    documents: list[dict[str, Any]] = [json.loads(path.read_bytes()) for path in results]
    pythons = " / ".join(document["about"]["python"].split()[-1] for document in documents)
    heads = [f"times the loop, on {pythons}", *CASES]
    rows = [
        [
            title.format(documents[0]["about"][library]),
            *(_cell(documents, c, library) for c in CASES),
        ]
        for library, title in LIBRARIES.items()
    ]
    lines = [heads, ["---", *("---:" for _ in CASES)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(documents: Sequence[dict[str, Any]], case: str, library: str) -> str:
    ratios = [
        next(
            outcome["ratio"]
            for outcome in document["outcomes"]
            if (outcome["case"], outcome["candidate"]) == (case, library)
        )
        for document in documents
    ]
    text = " / ".join(f"{ratio:.1f}" for ratio in ratios)
    return f"**{text}**" if library == "aldis" else text


def main() -> int:
    parser = argparse.ArgumentParser(description="Prints the README's table of speed.")
    parser.add_argument("results", nargs="*", type=Path, help="files that `send.py --json` wrote")
    results: list[Path] = parser.parse_args().results or kept()
    if not results:
        parser.error(f"no results in {RESULTS}: `python benchmarks/send.py --json PATH` makes them")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
