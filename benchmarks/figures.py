"""Prints the tables of speed in the README and in `docs/blinker.md`, from what was measured.

    python benchmarks/figures.py

`send.py --json PATH` and `adapter.py --json PATH` make the results, for one version of Python each.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS = Path(__file__).parent / "results"

CASES = ("1 function", "3 functions", "100 functions", "1 method", "3 methods", "100 methods")
LIBRARIES = {
    "blinker": "blinker {}",
    "django": "Django {}, cached",
    "psygnal": "psygnal {}, compiled, returns nothing",
    "aldis": "**aldis**",
}


ADAPTER_CASES = (
    "0 functions",
    "1 function",
    "3 functions",
    "10 functions",
    "100 functions",
    "3 methods",
    "100 methods",
    "3 functions, names vary",
    "3 coroutine functions",
    "connect and disconnect, every sender",
    "connect and disconnect, one sender",
    "connect and disconnect, a method",
    "connect and disconnect, strongly",
)


def sends() -> str:
    """Return the README's table in Markdown: times as long as the loop, by version of Python."""
    documents = _documents("send")
    rows = [
        [
            title.format(documents[0]["about"][library]),
            *(_sent(documents, c, library) for c in CASES),
        ]
        for library, title in LIBRARIES.items()
    ]
    return _markdown([f"times the loop, on {' / '.join(_pythons(documents))}", *CASES], rows)


def adapter() -> str:
    """Return the adapter's table in Markdown: its time as a part of blinker's."""
    documents = _documents("adapter")
    rows = [
        [case, *(f"{ratio:.2f}" for ratio in _ratios(documents, case, "aldis.blinker"))]
        for case in ADAPTER_CASES
    ]
    return _markdown(["", *(f"CPython {python}" for python in _pythons(documents))], rows)


def _documents(script: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(RESULTS.glob(f"{script}-*.json"))]


def _pythons(documents: Sequence[dict[str, Any]]) -> list[str]:
    return [document["about"]["python"].split()[-1] for document in documents]


def _ratios(documents: Sequence[dict[str, Any]], case: str, candidate: str) -> list[float]:
    return [
        next(
            outcome["ratio"]
            for outcome in document["outcomes"]
            if (outcome["case"], outcome["candidate"]) == (case, candidate)
        )
        for document in documents
    ]


def _sent(documents: Sequence[dict[str, Any]], case: str, library: str) -> str:
    text = " / ".join(f"{ratio:.1f}" for ratio in _ratios(documents, case, library))
    return f"**{text}**" if library == "aldis" else text


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    argparse.ArgumentParser(description="Prints the tables of speed.").parse_args()
    print(sends(), adapter(), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
