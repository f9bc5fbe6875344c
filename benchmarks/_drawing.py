"""Draws a plot as SVG: panels below each other, for a phone, too, and in the reader's theme.

The drawing is 390 units wide, so its text keeps its size on a screen of 390 pixels. Text and lines
have one colour for a light page and one for a dark page, chosen by `prefers-color-scheme`.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from typing import TYPE_CHECKING, NamedTuple

from _names import ALDIS, BY_HAND, LOOP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Line = list[tuple[float, float]]  # the points of a library


class Panel(NamedTuple):
    """One of the drawings in a plot."""

    title: str
    lines: dict[str, Line]


class Plot(NamedTuple):
    """What is drawn: panels that share their axes."""

    name: str
    horizontal: str  # the label of the axis
    panels: list[Panel]
    logarithmic: bool = True  # is the horizontal axis?


class Style(NamedTuple):
    """How the line of a library looks."""

    light: str
    dark: str
    marker: str
    dashed: bool = False


_CIRCLE = "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z"
_SQUARE = "M-3 -3h6v6h-6z"
_UP = "M0 -4L4 3H-4z"
_DOWN = "M0 4L4 -3H-4z"
_LEFT = "M-4 0L3 -4V4z"
_DIAMOND = "M0 -4L4 0L0 4L-4 0z"
_PLUS = "M-1 -4h2v3h3v2h-3v3h-2v-3h-3v-2h3z"
_CROSS = "M-4 -2.5L-2.5 -4L0 -1.5L2.5 -4L4 -2.5L1.5 0L4 2.5L2.5 4L0 1.5L-2.5 4L-4 2.5L-1.5 0z"
_BAR = "M-1.2 -4h2.4v8h-2.4z"

PAPER = Style("#ffffff", "#131416", "")  # the site's background; the drawing itself has none
INK = Style("#333333", "#d0d0d0", "")
STYLES: Mapping[str, Style] = {
    ALDIS: Style("#b84a00", "#ff8a3d", _CIRCLE),
    "blinker": Style("#0067a5", "#5cb3f0", _SQUARE),
    "Django": Style("#00724f", "#35c498", _UP, dashed=True),
    "Django, cached": Style("#00724f", "#35c498", _DOWN),
    "PyDispatcher": Style("#6b6b6b", "#a3a3a3", _DIAMOND),
    "pluggy": Style("#a8417c", "#e59ac6", _PLUS),
    "psygnal": Style("#1b6f8f", "#7fd3ee", _CROSS),
    "pyee": Style("#8a5a00", "#e8ab3c", _LEFT),
    "ezpubsub": Style("#6a6200", "#d6cb2a", _BAR),
    "NiceGUI": Style("#5b45b0", "#b3a2ff", _DIAMOND),
    "mitmproxy": Style("#b02a2a", "#ff8f8f", _UP),
    BY_HAND: Style("#111111", "#f2f2f2", _SQUARE, dashed=True),
}

HEAD = "Times as long as the loop by hand: lower is better"
WIDTH = 390
_LEFT_EDGE, _RIGHT_EDGE = 40, 284  # of the axes; the names of the lines stand to the right
_INNER_LEFT, _INNER_RIGHT = 48, 276  # where the lines begin and end
_HEAD, _TITLE, _HEIGHT, _BELOW = 24, 28, 250, 40
LABEL = 14.5  # from one name to the next
_HALF = 4.0  # from the base line of a text to its middle


class _Axes(NamedTuple):
    """Where a value is drawn."""

    top: float
    logarithmic: bool
    x_ticks: Sequence[float]
    lowest: float
    highest: float

    @classmethod
    def of(cls, plot: Plot, top: float) -> _Axes:
        points = [p for panel in plot.panels for line in panel.lines.values() for p in line]
        heights = [1.0, *(y for _, y in points)]
        x_ticks = sorted({x for x, _ in points})
        return cls(top, plot.logarithmic, x_ticks, min(heights) * 0.85, max(heights) * 1.15)

    def x(self, value: float) -> float:
        first, last, here = map(self._scaled, (self.x_ticks[0], self.x_ticks[-1], value))
        return _INNER_LEFT + (_INNER_RIGHT - _INNER_LEFT) * (here - first) / (last - first)

    def y(self, value: float) -> float:
        return self.top + _HEIGHT * log10(self.highest / value) / log10(self.highest / self.lowest)

    def y_ticks(self) -> Iterator[float]:
        for exponent in range(floor(log10(self.lowest)), ceil(log10(self.highest))):
            for digit in (1, 2, 5):
                if self.lowest <= digit * 10.0**exponent <= self.highest:
                    yield digit * 10.0**exponent

    def _scaled(self, value: float) -> float:
        return log10(value) if self.logarithmic else value


def drawn(plot: Plot, description: str) -> str:
    """Return the text of the SVG file."""
    of_panel = _TITLE + _HEIGHT + _BELOW
    height = _HEAD + len(plot.panels) * of_panel
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"',
        f'width="{WIDTH * 3 // 2}" height="{height * 3 // 2}" role="img">',
        f"<title>{HEAD}</title>",
        f"<desc>{escape(description)}</desc>",
        f"<style>{_css()}</style>",
        _text(4, 17, HEAD),
    ]
    for number, panel in enumerate(plot.panels):
        top = _HEAD + number * of_panel + _TITLE
        parts += _panel(plot, panel, _Axes.of(plot, top), top)
    return "\n".join([*parts, "</svg>\n"])


def _css() -> str:
    names = {"ink": INK, "paper": PAPER, **{_class(name): s for name, s in STYLES.items()}}
    light = "".join(f"--{name}:{style.light};" for name, style in names.items())
    dark = "".join(f"--{name}:{style.dark};" for name, style in names.items())
    return (
        f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        "text{font:12px system-ui,sans-serif;fill:var(--ink)}\n"
        ".grid{stroke:var(--ink);stroke-opacity:.18}.loop{stroke:var(--ink);stroke-dasharray:5 3}\n"
        ".line{fill:none;stroke-width:1.4}.bold{stroke-width:2.8;font-weight:bold}\n"
        ".dashed{stroke-dasharray:6 3}.title{font-weight:bold}.middle{text-anchor:middle}\n"
        ".end{text-anchor:end}.over{stroke:var(--paper);stroke-width:3;paint-order:stroke}\n"
    )


def _class(name: str) -> str:
    return name.replace(", ", "-").replace(" ", "-").lower()


def _panel(plot: Plot, panel: Panel, axes: _Axes, top: float) -> Iterator[str]:
    bottom = top + _HEIGHT
    yield _text(4, top - 13, panel.title, "title")
    for tick in axes.y_ticks():
        y = axes.y(tick)
        kind = "loop" if tick == 1 else "grid"
        yield f'<path class="{kind}" d="M{_LEFT_EDGE} {y:.1f}H{_RIGHT_EDGE}"/>'
        yield _text(_LEFT_EDGE - 5, y + _HALF, f"{tick:g}", "end")
    for tick in axes.x_ticks:
        yield _text(axes.x(tick), bottom + 14, _short(tick), "middle")
    yield _text((_LEFT_EDGE + _RIGHT_EDGE) / 2, bottom + 30, plot.horizontal, "middle")
    for name in sorted(panel.lines, key=lambda name: name == ALDIS):  # aldis lies above the others
        yield _line(name, [(axes.x(x), axes.y(y)) for x, y in panel.lines[name]])
    yield from _labels(panel, axes)


def _short(number: float) -> str:
    """Return a number that is short enough to stand beside the next."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= unit:
            return f"{number / unit:g}{letter}"
    return f"{number:g}"


def _line(name: str, points: Line) -> str:
    style, colour = STYLES[name], f"var(--{_class(name)})"
    kinds = f"line{' bold' * (name == ALDIS)}{' dashed' * style.dashed}"
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    marks = "".join(
        f'<path d="{style.marker}" transform="translate({x:.1f} {y:.1f})"/>' for x, y in points
    )
    line = f'<path class="{kinds}" style="stroke:{colour}" d="M{path}"/>'
    return f'{line}<g style="fill:{colour}">{marks}</g>'


def _labels(panel: Panel, axes: _Axes) -> Iterator[str]:
    """Write the names at the ends of the lines, moved apart where they would meet."""
    end = axes.x_ticks[-1]
    whole = {name: line for name, line in panel.lines.items() if line[-1][0] == end}
    places = [(axes.y(line[-1][1]), name) for name, line in whole.items()]
    for y, name in apart([*places, (axes.y(1.0), LOOP)], LABEL):
        yield _text(_RIGHT_EDGE + 6, y + _HALF, name, _kinds(name), _colour(name))
    for name, line in panel.lines.items():
        if name not in whole:  # it stops early, and is labelled where it does
            x, y = line[-1]
            place = axes.x(x) + 7, axes.y(y) + _HALF
            yield _text(*place, name, "over", _colour(name))


def _kinds(name: str) -> str:
    return "title" if name == ALDIS else ""


def _colour(name: str) -> str:
    return f"fill:var(--{_class(name)})" if name in STYLES else ""


def _text(x: float, y: float, text: str, kinds: str = "", style: str = "") -> str:
    attributes = f' class="{kinds}"' * bool(kinds) + f' style="{style}"' * bool(style)
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(text)}</text>'


def apart(places: list[tuple[float, str]], gap: float) -> list[tuple[float, str]]:
    """Return labels at their places, those that would meet pushed away from each other."""
    ordered = sorted(places)
    heights = [place for place, _ in ordered]
    for _ in range(200):  # it comes to rest long before
        for lower, upper in pairwise(range(len(heights))):
            short = gap - (heights[upper] - heights[lower])
            if short > 0:
                heights[lower] -= short / 2
                heights[upper] += short / 2
    return [(height, name) for height, (_, name) in zip(heights, ordered, strict=True)]
