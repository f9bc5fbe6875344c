"""Finds files of the same content."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from .parser import Parser


class Duplicates:
    """Receives `source_read`; shows itself as a text.

    Args:
        root: The folder that names are shown relative to.
        examples: How many groups to show by name.
    """

    def __init__(self, root: Path, examples: int = 3) -> None:
        self.root = root
        self.examples = examples
        self.sizes: dict[bytes, int] = {}
        self.paths: defaultdict[bytes, list[Path]] = defaultdict(list)

    def add(self, parser: Parser, /, *, path: Path, source: bytes) -> None:
        """Receive `source_read`."""
        if source:  # the many empty files waste nothing
            digest = sha256(source).digest()
            self.sizes[digest] = len(source)
            self.paths[digest].append(path)

    def groups(self) -> list[tuple[int, list[Path]]]:
        """Return each group of equal files with the bytes it wastes, the worst first."""
        groups = [
            (self.sizes[digest] * (len(paths) - 1), paths)
            for digest, paths in self.paths.items()
            if len(paths) > 1
        ]
        return sorted(groups, reverse=True)

    def __rich__(self) -> Text:
        groups = self.groups()
        if not groups:
            return Text("duplicates: none")
        wasted = sum(waste for waste, _ in groups)
        groups_of = "group of" if len(groups) == 1 else "groups of"
        lines = [f"duplicates: {len(groups)} {groups_of} equal files waste {wasted:,} bytes"]
        for waste, paths in groups[: self.examples]:
            first, second, *others = (path.relative_to(self.root) for path in paths)
            more = f" = {len(others)} more" if others else ""
            lines.append(f"  {waste:,} bytes: {first} = {second}{more}")
        return Text("\n".join(lines))
