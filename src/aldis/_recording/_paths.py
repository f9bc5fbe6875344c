"""The paths in a recording: relative to the folder in which it was started."""

from __future__ import annotations

import os
from pathlib import Path


class Paths:
    """Converts paths for a recording.

    Args:
        folder: The folder to which paths below it are relative.
    """

    def __init__(self, folder: Path) -> None:
        self._folders = (folder, Path(os.path.realpath(folder)))

    def written(self, path: str) -> str:
        """Return a path for the recording; text that is not a file path is not changed."""
        if not path or path.startswith("<"):
            return path
        whole = Path(os.path.normpath(self._folders[0] / path))
        inside = (each for each in self._folders if whole.is_relative_to(each))
        folder = next(inside, None)
        return (whole if folder is None else whole.relative_to(folder)).as_posix()
