"""How the files of a program are written: relative to where the recording was begun."""

from __future__ import annotations

import os
from pathlib import Path


class Paths:
    """Writes paths.

    Args:
        folder: What they are relative to, if they are below it.
    """

    def __init__(self, folder: Path) -> None:
        self._folders = (folder, Path(os.path.realpath(folder)))

    def written(self, path: str) -> str:
        """Return a path as it is written; anything that is not the path of a file stays."""
        if not path or path.startswith("<"):
            return path
        whole = Path(os.path.normpath(self._folders[0] / path))
        inside = (each for each in self._folders if whole.is_relative_to(each))
        folder = next(inside, None)
        return (whole if folder is None else whole.relative_to(folder)).as_posix()
