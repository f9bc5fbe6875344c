"""Imports the aldis of an older commit beside today's, from the history of this repository."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import ModuleType

ROOT = Path(__file__).parents[1]
_NAME = "aldis_before"  # replaces the package's name in its sources, so that later imports work
_OURS = re.compile(r"\baldis\b")


class NoHistoryError(Exception):
    """The history that is here does not reach so far back."""


@contextmanager
def older(commit: str, root: Path = ROOT) -> Generator[ModuleType]:
    """Give the package of a commit, which stays usable afterwards.

    Raises:
        NoHistoryError: The commit is missing, or this is not a clone.
    """
    archive = _archive(commit, root)
    with TemporaryDirectory() as folder:
        for name in archive.namelist():
            if name.endswith(".py"):
                path = Path(folder, _NAME, Path(name).relative_to("src/aldis"))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(_OURS.sub(_NAME, archive.read(name).decode()), encoding="utf-8")
        sys.path.insert(0, folder)
        try:
            import_module(f"{_NAME}.blinker")
            yield import_module(_NAME)
        finally:
            sys.path.remove(folder)


def _archive(commit: str, root: Path) -> ZipFile:
    git = ["git", "-C", str(root), "archive", "--format=zip", commit, "src/aldis"]
    try:
        ran = subprocess.run(git, capture_output=True, check=True)  # noqa: S603  # of this clone
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoHistoryError(commit) from error
    return ZipFile(BytesIO(ran.stdout))
