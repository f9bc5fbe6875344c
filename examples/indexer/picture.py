"""Draws a graph as dots on a circle, with curves between them."""

from __future__ import annotations

from colorsys import hls_to_rgb
from html import escape
from math import cos, pi, sin
from typing import TYPE_CHECKING

import svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RADIUS = 335
NOTE = "in brackets: how many import it; a curve has the colour of what is imported"
STYLE = """
text { font: 15px sans-serif } .title { font-size: 22px } .note { font-size: 13px; fill: #666 }
path { fill: none; stroke-width: 1.2; stroke-opacity: .45 }
path:hover { stroke: black; stroke-width: 4; stroke-opacity: 1 }
"""


def draw(title: str, sizes: Mapping[str, int], edges: Iterable[tuple[str, str]]) -> str:
    """Return the picture of a graph as SVG.

    Args:
        title: What to write above.
        sizes: The nodes in their order on the circle, with how large to draw each.
        edges: Pairs of nodes; a curve has the colour of the second.
    """
    turns = {name: place / len(sizes) for place, name in enumerate(sizes)}
    labels = {name: f"{name} ({size:,})" for name, size in sizes.items()}
    biggest = max(sizes.values(), default=1)
    # the centre of the circle is at 0, 0; around it is room for the longest label, roughly
    half = RADIUS + 40 + 8.5 * max(map(len, labels.values()), default=0)
    x, y, width, height = -half, -half - 50, 2 * half, 2 * half + 50
    elements: list[svg.Element] = [
        svg.Style(text=STYLE),
        svg.Rect(x=x, y=y, width=width, height=height, fill="white"),
        svg.Text(x=x + 20, y=y + 30, class_=["title"], text=escape(title)),
        svg.Text(x=x + 20, y=y + 54, class_=["note"], text=NOTE),
    ]
    elements += [_curve(turns[start], turns[end], f"{start} imports {end}") for start, end in edges]
    for name, turn in turns.items():
        center_x, center_y = _point(turn, RADIUS)
        size = 4 + 13 * (sizes[name] / biggest) ** 0.5  # the root, since most numbers are small
        elements.append(svg.Circle(cx=center_x, cy=center_y, r=size, fill=_color(turn)))
        elements.append(_label(turn, RADIUS + 8 + size, labels[name]))
    return str(svg.SVG(viewBox=svg.ViewBoxSpec(x, y, width, height), elements=elements))


def _point(turn: float, radius: float) -> tuple[float, float]:
    """Return the place after a part of a turn, clockwise from the top."""
    angle = 2 * pi * turn
    return round(radius * sin(angle), 1), round(-radius * cos(angle), 1)


def _color(turn: float) -> str:
    # from red to violet: the rest of the turn would lead back to red
    red, green, blue = hls_to_rgb(0.8 * turn, 0.42, 0.75)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"


def _curve(start: float, end: float, text: str) -> svg.Path:
    # drawn towards the centre, so that curves of neighbours stay clear of the labels
    (x1, y1), (x2, y2) = _point(start, 0.3 * RADIUS), _point(end, 0.3 * RADIUS)
    steps: list[svg.PathData] = [
        svg.M(*_point(start, RADIUS)),
        svg.Q(round((x1 + x2) / 2, 1), round((y1 + y2) / 2, 1), *_point(end, RADIUS)),
    ]
    return svg.Path(d=steps, stroke=_color(end), elements=[svg.Title(text=escape(text))])


def _label(turn: float, radius: float, text: str) -> svg.Text:
    x, y = _point(turn, radius)
    left = turn > 1 / 2
    return svg.Text(
        x=x,
        y=y,
        dy=svg.Length(0.35, "em"),
        text=escape(text),  # which svg.py leaves to its caller
        text_anchor="end" if left else "start",
        transform=[svg.Rotate(round(360 * turn + (90 if left else -90), 1), x, y)],
    )
