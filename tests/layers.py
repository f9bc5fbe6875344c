"""Draws the imports inside a package: its modules in their layers, and an arrow for each import.

    python tests/layers.py [PACKAGE] [--svg PATH]

The package is `aldis._core` by default, and the layers are those of `.importlinter`. Imports that
only type checkers see count, and so do those inside functions. The exit code is 1 where an arrow
does not point down, where there is a circle, or where a module is in no layer.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

import grimp

CONTRACTS = Path(__file__).parents[1] / ".importlinter"


class Arrow(NamedTuple):
    """One module of a package imports another, or something in it."""

    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.importer} -> {self.imported}"


class Drawing(NamedTuple):
    """The names in a package, without the package's own."""

    package: str
    layers: list[list[str]]  # the highest first; no module imports another of its own layer
    arrows: list[Arrow]
    for_types: Collection[Arrow]  # those that only type checkers see
    unplaced: list[str]  # modules that are in no layer

    def circles(self) -> list[list[str]]:
        """Return the modules that import each other, also by way of others."""
        imports: dict[str, set[str]] = {name: set() for name in self.modules()}
        for arrow in self.arrows:
            imports[arrow.importer].add(arrow.imported)
        return circles(imports)

    def astray(self) -> list[Arrow]:
        """Return the arrows that do not point down."""
        row = {name: number for number, layer in enumerate(self.layers) for name in layer}
        placed = (arrow for arrow in self.arrows if row.keys() >= {*arrow})
        return [arrow for arrow in placed if row[arrow.importer] >= row[arrow.imported]]

    def modules(self) -> list[str]:
        """Return all modules, the highest first."""
        return [*(name for layer in self.layers for name in layer), *self.unplaced]

    def is_right(self) -> bool:
        return not (self.astray() or self.circles() or self.unplaced)

    def text(self) -> str:
        """Return it as lines of text; what is imported for types alone is in parentheses."""
        width = max(map(len, self.modules()))
        lines = [self._counts(), ""]
        for number, layer in enumerate([*self.layers, *([self.unplaced] * bool(self.unplaced))], 1):
            for name in layer:
                first = f"{number:2}" if name == layer[0] else "  "
                lines.append(f"{first}  {name:{width}}  {self._imports_of(name)}".rstrip())
        lines += [f"points up or sideways: {arrow}" for arrow in self.astray()]
        lines += [f"a circle: {', '.join(circle)}" for circle in self.circles()]
        lines += [f"in no layer: {name}" for name in self.unplaced]
        return "\n".join(lines)

    def _counts(self) -> str:
        return (
            f"{self.package}: {len(self.modules())} modules in {len(self.layers)} layers, "
            f"{len(self.arrows)} arrows ({len(self.for_types)} for types alone); "
            f"{len(self.astray())} do not point down, {len(self.circles())} circles"
        )

    def _imports_of(self, name: str) -> str:
        order = {each: place for place, each in enumerate(self.modules())}
        arrows = [arrow for arrow in self.arrows if arrow.importer == name]
        arrows.sort(key=lambda arrow: order[arrow.imported])
        shown = [f"({a.imported})" if a in self.for_types else a.imported for a in arrows]
        return f"-> {', '.join(shown)}" if shown else ""


def imports(package: str, *, for_types: bool = True) -> grimp.ImportGraph:
    """Return all imports of a package; `for_types` are those that only type checkers see."""
    return grimp.build_graph(package, exclude_type_checking_imports=not for_types, cache_dir=None)


def circles(imported_by: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return which modules import each other, also by way of others."""
    reached = {name: _reached(name, imported_by) for name in imported_by}
    found = {
        tuple(sorted(other for other in others if name in reached[other]))
        for name, others in reached.items()
        if name in others
    }
    return [[*circle] for circle in sorted(found)]


def _reached(name: str, imported_by: Mapping[str, Collection[str]]) -> set[str]:
    waiting, seen = [name], set[str]()
    while waiting:
        found = set(imported_by[waiting.pop()]) - seen
        seen |= found
        waiting += found
    return seen


def layers(contracts: Path = CONTRACTS) -> dict[str, list[list[str]]]:
    """Return the layers of each package that has some, the highest first."""
    parser = ConfigParser()
    parser.read(contracts, encoding="utf-8")
    return {
        package: [re.split(r"\s*\|\s*", row) for row in section["layers"].split("\n") if row]
        for section in map(parser.__getitem__, parser.sections())
        if section.get("type") == "layers"
        for package in section["containers"].split()
    }


def draw(package: str, rows: list[list[str]]) -> Drawing:
    """Draw what is in a package, in these layers."""
    root = package.partition(".")[0]
    seen, run = (set(_arrows(imports(root, for_types=each), package)) for each in (True, False))
    names = {name.removeprefix(f"{package}.") for name in imports(root).find_children(package)}
    kept = [[name for name in row if name in names] for row in rows]
    unplaced = sorted(names.difference(*kept))
    return Drawing(package, [row for row in kept if row], sorted(seen), seen - run, unplaced)


def _arrows(graph: grimp.ImportGraph, package: str) -> Iterator[Arrow]:
    """Give the imports between the modules of a package; what is in one of them is a part of it."""
    owners: dict[str, str] = {}
    for child in graph.find_children(package):
        for module in (child, *graph.find_descendants(child)):
            owners[module] = child.removeprefix(f"{package}.")
    found: defaultdict[str, set[str]] = defaultdict(set)
    for module, owner in owners.items():
        for imported in graph.find_modules_directly_imported_by(module):
            found[owner].add(owners.get(imported, owner))
    for owner, imported_by_it in found.items():
        yield from (Arrow(owner, other) for other in imported_by_it if other != owner)


# --- as a picture

_WIDTH, _HEIGHT = 8, 26  # of a letter, of a box
_SIDE, _BETWEEN = 18, 72  # around the text of a box, from layer to layer
_BOW = 20  # how far an arrow that skips a layer goes aside
_STYLE = """\
  <style>
    svg { background: #fff; }
    rect { fill: #fff; stroke: #555; }
    text { font: 13px monospace; text-anchor: middle; fill: #222; }
    path { fill: none; stroke: #0072b2; stroke-opacity: 0.55; marker-end: url(#tip); }
    .types { stroke-dasharray: 4 3; }
    .astray { stroke: #d55e00; stroke-opacity: 1; stroke-width: 2; }
  </style>
  <marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" orient="auto">
    <polygon points="0,0 8,4 0,8" fill="context-stroke"/>
  </marker>"""


def svg(drawing: Drawing) -> str:
    """Return a picture: a row for each layer, dashed arrows for types alone, red ones astray."""
    rows = [*drawing.layers, *([drawing.unplaced] * bool(drawing.unplaced))]
    widths = [sum(len(name) * _WIDTH + 2 * _SIDE for name in row) for row in rows]
    whole = max(widths) + _BOW * len(rows)
    places: dict[str, tuple[float, float]] = {}  # the middles of the boxes
    for number, (row, width) in enumerate(zip(rows, widths, strict=True)):
        x = (whole - width) / 2
        for name in row:
            wide = len(name) * _WIDTH + 2 * _SIDE
            places[name] = (x + wide / 2, _HEIGHT + number * _BETWEEN)
            x += wide
    height = len(rows) * _BETWEEN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole:g} {height:g}">',
        f"  <title>{drawing._counts()}</title>",
        _STYLE,
        *(_path(arrow, places, drawing, whole / 2) for arrow in drawing.arrows),
        *(_box(name, *place) for name, place in places.items()),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _path(
    arrow: Arrow,
    places: Mapping[str, tuple[float, float]],
    drawing: Drawing,
    middle: float,
) -> str:
    (x, y), (to_x, to_y) = places[arrow.importer], places[arrow.imported]
    half = _HEIGHT / 2
    begin, end = (y + half, to_y - half) if to_y > y else (y - half, to_y + half)
    bend = (end - begin) / 2
    # an arrow that skips layers goes around the boxes between, on the side where it is anyway
    side = 1 if x + to_x >= 2 * middle else -1
    bow = side * _BOW * max(0, abs(to_y - y) / _BETWEEN - 1)
    kinds = ["types"] * (arrow in drawing.for_types) + ["astray"] * (arrow in drawing.astray())
    curve = (
        f"M{x:g},{begin:g} C{x + bow:g},{begin + bend:g} "
        f"{to_x + bow:g},{end - bend:g} {to_x:g},{end:g}"
    )
    return f'  <path class="{" ".join(kinds)}" d="{curve}"><title>{arrow}</title></path>'


def _box(name: str, x: float, y: float) -> str:
    wide = len(name) * _WIDTH + _SIDE
    corner = f'x="{x - wide / 2:g}" y="{y - _HEIGHT / 2:g}"'
    return (
        f'  <rect {corner} width="{wide}" height="{_HEIGHT}" rx="4"/>'
        f'<text x="{x:g}" y="{y + 4:g}">{name}</text>'
    )


def main() -> int:
    known = layers()
    parser = argparse.ArgumentParser(description="Draws the imports inside a package.")
    parser.add_argument("package", nargs="?", choices=sorted(known), default="aldis._core")
    parser.add_argument("--svg", type=Path, metavar="PATH", help="write a picture there, too")
    options = parser.parse_args()
    drawing = draw(options.package, known[options.package])
    print(drawing.text())
    if options.svg is not None:
        options.svg.parent.mkdir(parents=True, exist_ok=True)
        options.svg.write_text(svg(drawing), encoding="utf-8")
    return 0 if drawing.is_right() else 1


if __name__ == "__main__":
    sys.exit(main())
