"""Draws the plots of the pages, from what was measured: SVG files, the same for the same figures.

    python benchmarks/plots.py

Each shows how many times as long as the loop by hand a send takes, with a line for each library,
which is labelled where it ends. The plots show the newest Python of the tables. A digest of the
figures is in the description of a plot, so a test can check whether it is up to date without
drawing it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING

from _drawing import STYLES, Line, Panel, Plot, drawn
from _figures import Figures
from _names import LOOP
from figures import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FOLDER = ROOT / "docs" / "plots"

_COUNTS = ("1", "3", "10", "100", "1,000")
_CROWDS = ("10", "100", "1,000", "10,000", "100,000", "1,000,000")
_VALUES = ("0", "3", "8")


def plots() -> list[Plot]:
    """Return what there is to draw."""
    figures = Figures()

    def receivers(kind: str) -> Panel:
        def case(name: str, count: str) -> tuple[str, str]:
            return f"{count} {kind}{'' if count == '1' else 's'}", name

        return _panel(figures, "send", f"{kind}s", _COUNTS, case)

    def senders(what: str) -> Panel:
        def case(name: str, count: str) -> tuple[str, str]:
            return f"{name}: {what}", f"among {count}"

        return _panel(figures, "senders", what, _CROWDS, case)

    def payload(kind: str) -> Panel:
        def case(name: str, values: str) -> tuple[str, str]:
            return f"3 {kind}s{'' if values == '3' else f', {values} names'}", name

        return _panel(figures, "send", f"3 {kind}s", _VALUES, case)

    return [
        Plot("receivers", "receivers", [receivers("function"), receivers("method")]),
        Plot(
            "senders",
            "senders that are heard",
            [senders("the same sender"), senders("every sender in turn")],
        ),
        Plot(
            "payload",
            "names in the payload",
            [payload("function"), payload("method")],
            logarithmic=False,
        ),
    ]


def _panel(
    figures: Figures,
    topic: str,
    title: str,
    places: Sequence[str],
    case: Callable[[str, str], tuple[str, str]],
) -> Panel:
    """Return a panel of the newest Python; `case` says where the figure of a place is."""
    python, report = figures.pythons[-1], figures.reports(topic)[-1]
    lines: dict[str, Line] = {}
    for name, place in product(STYLES, places):
        with suppress(KeyError):  # it cannot do this
            ratio = report.ratio(*case(name, place), LOOP)
            lines.setdefault(name, []).append((float(place.replace(",", "")), ratio))
    return Panel(f"{title}, CPython {python}", lines)


def digest(plot: Plot) -> str:
    """Return what tells these figures from any others."""
    text = hashlib.sha256(json.dumps(plot).encode()).hexdigest()
    return f"drawn from figures with the digest {text}"


def write(folder: Path = FOLDER) -> None:
    """Draw all plots."""
    folder.mkdir(parents=True, exist_ok=True)
    for plot in plots():
        text = drawn(plot, digest(plot))
        (folder / f"{plot.name}.svg").write_text(text, encoding="utf-8")


def main() -> int:
    argparse.ArgumentParser(description="Draws the plots of the pages.").parse_args()
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
