"""Finds the Python files of a tree."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from .signals import CountedSignal, error_met

if TYPE_CHECKING:
    from collections.abc import Iterator

# compiled files, and packages that belong to others than the tree's authors
SKIPPED = frozenset({"__pycache__", "dist-packages", "site-packages"})


class Walker:
    """Sends each Python file of a tree, in a stable order.

    Symbolic links are not followed: a loop would have no end, and a file would count twice.

    Attributes:
        root: The folder to start from.
        base: The folder that module names start from: `root`, or its parent if it is a package.
        skipped: Names of folders that are left out, beside those that begin with a dot.
    """

    def __init__(self, root: Path, skipped: frozenset[str] = SKIPPED) -> None:
        self.root = root
        self.base = root.parent if Path(root, "__init__.py").exists() else root
        self.skipped = skipped

    @CountedSignal.method
    def found(self, *, path: Path) -> None:
        """Sent for each Python file that was found."""

    @CountedSignal.method
    def progressed(self, *, done: int, total: int) -> None:
        """One more file is done: its `found` has been received by everybody."""

    @CountedSignal.method
    def finished(self, *, seconds: float) -> None:
        """All files are done."""

    def walk(self) -> None:
        """Send `found` and `progressed` for each file, at the end `finished`."""
        started = perf_counter()
        paths = list(self._files())  # all at first, since progress needs their number
        for done, path in enumerate(paths, start=1):
            self.found.send(path=path)
            self.progressed.send(done=done, total=len(paths))
        self.finished.send(seconds=perf_counter() - started)

    def _files(self) -> Iterator[Path]:
        for folder, subfolders, names in os.walk(self.root, onerror=self._report):
            subfolders[:] = sorted(
                name for name in subfolders if name not in self.skipped and not name.startswith(".")
            )
            for name in sorted(names):
                if name.endswith(".py"):
                    path = Path(folder, name)
                    try:
                        # `lstat`: neither a link nor a pipe, whose reader waits, is a regular file
                        regular = stat.S_ISREG(path.lstat().st_mode)
                    except OSError as error:
                        self._report(error)
                    else:
                        if regular:
                            yield path

    def _report(self, error: OSError) -> None:
        error_met.send(self, path=Path(error.filename), error=error)
