"""Collects which module imports which."""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from rich.text import Text

from .picture import draw

if TYPE_CHECKING:
    from pathlib import Path

    from .parser import Parser
    from .walker import Walker


class ImportGraph:
    """Receives `import_seen`, and draws the graph when the walker has finished.

    It is a graph of whole packages: `test.test_ast`, which imports `ast`, is shown as `test`.

    Args:
        target: The SVG file to write.
        shown: How many of the most imported packages the picture shows.
    """

    def __init__(self, target: Path, shown: int = 40) -> None:
        self.target = target
        self.shown = shown
        self.imports: set[tuple[str, str]] = set()
        self.popular: list[tuple[str, int]] = []

    def add(self, parser: Parser, /, *, importer: str, imported: str) -> None:
        """Receive `import_seen`."""
        self.imports.add((importer, imported))

    def draw(self, walker: Walker, /, **_: object) -> None:
        """Receive `Walker.finished`."""
        importers = self._importers()
        counts = ((name, len(by)) for name, by in importers.items())
        self.popular = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[: self.shown]
        sizes = dict(self.popular)
        edges = sorted((by, name) for name in sizes for by in importers[name] & sizes.keys())
        title = f"{walker.root.name}: the {len(sizes)} most imported of {len(importers)} packages"
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text(draw(title, sizes, edges), encoding="utf-8", errors="replace")

    def _importers(self) -> dict[str, set[str]]:
        # a common prefix is useless: in a tree of one package, show its parts
        names = [importer.split(".") for importer, _ in self.imports]
        extremes = zip(min(names), max(names), strict=False) if names else ()
        common = [first for first, _ in takewhile(lambda pair: pair[0] == pair[1], extremes)]

        def package(module: str) -> str:
            parts = module.split(".")
            inside = parts[: len(common)] == common
            return ".".join(parts[: len(common) + 1 if inside else 1])

        importers: defaultdict[str, set[str]] = defaultdict(set)
        for importer, imported in self.imports:
            if package(importer) != package(imported):
                importers[package(imported)].add(package(importer))
        return importers

    def __rich__(self) -> Text:
        names = ", ".join(f"{name} ({count})" for name, count in self.popular[:10]) or "nothing"
        return Text(f"most imported, by packages: {names}\nimport graph: {self.target}")
