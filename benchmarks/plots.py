"""Draws the plots of the pages, from what was measured: SVG files, the same for the same figures.

    python benchmarks/plots.py

Each shows how many times as long as the loop by hand a send takes, with a panel for each version of
Python and a line for each library, which is labelled where it ends. A digest of the figures is in
the description of a plot, so a test can check without drawing whether it is up to date.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, NamedTuple

from _figures import Figures
from _names import ALDIS, BY_HAND, LOOP
from figures import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

FOLDER = ROOT / "docs" / "plots"

# the colours of Okabe and Ito, which colour-blind people can distinguish, each with a marker
_STYLES: Mapping[str, tuple[str, str]] = {
    ALDIS: ("#D55E00", "o"),
    "blinker": ("#0072B2", "s"),
    "Django": ("#009E73", "^"),
    "Django, cached": ("#009E73", "v"),
    "PyDispatcher": ("#777777", "D"),
    "pluggy": ("#CC79A7", "P"),
    "psygnal": ("#56B4E9", "X"),
    "pyee": ("#E69F00", "<"),
    BY_HAND: ("#000000", "*"),
}
_GAP = 0.052  # between two labels, as a part of the height of a panel

Line = list[tuple[float, float]]  # the points of a library


class Panel(NamedTuple):
    """One of the drawings in a plot."""

    title: str
    lines: dict[str, Line]


class Plot(NamedTuple):
    """A plot, in rows of panels that share their axes."""

    name: str
    horizontal: str  # the label of the axis
    rows: list[list[Panel]]
    logarithmic: bool = True  # is the horizontal axis?

    def digest(self) -> str:
        """Return a digest of these figures."""
        text = json.dumps(self)
        return f"drawn from figures with the digest {hashlib.sha256(text.encode()).hexdigest()}"


_COUNTS = ("1", "3", "10", "100", "1,000")
_CROWDS = ("10", "100", "1,000", "10,000", "100,000", "1,000,000")
_VALUES = ("0", "3", "8")


def plots() -> list[Plot]:
    """Return what there is to draw."""
    figures = Figures()

    def receivers(kind: str) -> list[Panel]:
        def case(name: str, count: str) -> tuple[str, str]:
            return f"{count} {kind}{'' if count == '1' else 's'}", name

        return _row(figures, "send", f"{kind}s", _COUNTS, case)

    def senders(what: str) -> list[Panel]:
        def case(name: str, count: str) -> tuple[str, str]:
            return f"{name}: {what}", f"among {count}"

        return _row(figures, "senders", what, _CROWDS, case)

    def payload(kind: str) -> list[Panel]:
        def case(name: str, values: str) -> tuple[str, str]:
            return f"3 {kind}s{'' if values == '3' else f', {values} names'}", name

        return _row(figures, "send", f"3 {kind}s", _VALUES, case)

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


def _row(
    figures: Figures,
    topic: str,
    title: str,
    places: Sequence[str],
    case: Callable[[str, str], tuple[str, str]],
) -> list[Panel]:
    """Return a panel for each version of Python; `case` says where the figure of a place is."""
    panels: list[Panel] = []
    for python, report in zip(figures.pythons, figures.reports(topic), strict=True):
        lines: dict[str, Line] = {}
        for name, place in product(_STYLES, places):
            with suppress(KeyError):  # it cannot do this
                ratio = report.ratio(*case(name, place), LOOP)
                lines.setdefault(name, []).append((float(place.replace(",", "")), ratio))
        panels.append(Panel(f"{title}, CPython {python}", lines))
    return panels


def write(folder: Path = FOLDER) -> None:
    """Draw all plots, where that is installed which draws them."""
    if find_spec("matplotlib") is None:
        print("the plots were not drawn: run benchmarks/plots.py where matplotlib is installed")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for plot in plots():
        _draw(plot, folder / f"{plot.name}.svg")


def _draw(plot: Plot, path: Path) -> None:
    matplotlib: Any = import_module("matplotlib")
    pyplot: Any = import_module("matplotlib.pyplot")
    matplotlib.use("svg")
    # texts stay texts, and the names inside of the file do not change from run to run
    options = {"svg.fonttype": "none", "svg.hashsalt": "aldis", "font.size": 10}
    with matplotlib.rc_context(options):
        columns = len(plot.rows[0])
        size = (5.2 * columns, 3.9 * len(plot.rows))
        figure, grid = pyplot.subplots(
            len(plot.rows), columns, sharex=True, sharey=True, squeeze=False, figsize=size
        )
        for panels, axes in zip(plot.rows, grid, strict=True):
            for panel, axis in zip(panels, axes, strict=True):
                _draw_panel(plot, panel, axis)
            axes[0].set_ylabel("times the loop by hand")
        for axis in grid[-1]:
            axis.set_xlabel(plot.horizontal)
        figure.subplots_adjust(wspace=0.36, hspace=0.16)
        for panels, axes in zip(plot.rows, grid, strict=True):
            for panel, axis in zip(panels, axes, strict=True):
                _label(panel, axis)
        metadata = {"Date": None, "Description": plot.digest()}
        figure.savefig(path, metadata=metadata, bbox_inches="tight")
        pyplot.close(figure)


def _draw_panel(plot: Plot, panel: Panel, axis: Any) -> None:
    axis.set_title(panel.title, fontsize=10.5)
    axis.set_yscale("log")
    if plot.logarithmic:
        axis.set_xscale("log")
    lines = [line for panels in plot.rows for each in panels for line in each.lines.values()]
    ticks = sorted({x for line in lines for x, _ in line})
    axis.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks], fontsize=8.5)
    axis.minorticks_off()
    ticker: Any = import_module("matplotlib.ticker")
    axis.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    axis.grid(visible=True, color="#dddddd", linewidth=0.6)
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)
    axis.axhline(1.0, color="#666666", linewidth=1.0, linestyle="--")
    for name, line in panel.lines.items():
        colour, marker = _STYLES[name]
        xs, ys = zip(*line, strict=True)
        axis.plot(
            xs,
            ys,
            color=colour,
            marker=marker,
            markersize=5,
            linewidth=2.6 if name == ALDIS else 1.3,
            linestyle="--" if name == "Django" else "-",
            zorder=3 if name == ALDIS else 2,
        )


def _label(panel: Panel, axis: Any) -> None:
    """Write the names at the ends of the lines, moved apart where they would meet."""
    end = max(x for line in panel.lines.values() for x, _ in line)
    whole = {name: line for name, line in panel.lines.items() if line[-1][0] == end}
    to_axes = axis.transAxes.inverted()

    def height(y: float) -> float:
        place: float = to_axes.transform(axis.transData.transform((end, y)))[1]
        return place

    places = [(height(line[-1][1]), name) for name, line in whole.items()]
    for place, name in _apart([*places, (height(1.0), LOOP)]):
        colour = _STYLES[name][0] if name in _STYLES else "#666666"
        weight = "bold" if name == ALDIS else "normal"
        options = {"color": colour, "weight": weight, "fontsize": 8.5, "va": "center"}
        axis.text(1.02, place, name, transform=axis.transAxes, **options)
    for name, line in panel.lines.items():
        if name not in whole:  # it stops early, and so is labelled where it does
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
            options = {"color": _STYLES[name][0], "fontsize": 8.5, "va": "center", "bbox": box}
            axis.annotate(name, line[-1], (7, 0), textcoords="offset points", zorder=1, **options)


def _apart(places: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return labels at their places, those that would meet pushed away from each other."""
    ordered = sorted(places)
    heights = [place for place, _ in ordered]
    for _ in range(200):  # it comes to rest long before
        for lower, upper in pairwise(range(len(heights))):
            short = _GAP - (heights[upper] - heights[lower])
            if short > 0:
                heights[lower] -= short / 2
                heights[upper] += short / 2
    return [(height, name) for height, (_, name) in zip(heights, ordered, strict=True)]


def main() -> int:
    argparse.ArgumentParser(description="Draws the plots of the pages.").parse_args()
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
