"""An environment that has only what a test installs."""

from __future__ import annotations

import os
import subprocess
import tarfile
import venv
from collections.abc import Sequence
from pathlib import Path


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack a source distribution, and return the folder that is in it."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (tree,) = folder.iterdir()
    return tree


class Environment:
    """A clean environment, without anything of the repository on its path."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.folder = folder
        self.variables = {
            name: value
            for name, value in os.environ.items()
            if name not in {"PYTHONPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS"}
        } | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def python(self, *arguments: str | Path, cwd: Path) -> str:
        return self.run([self.folder / "bin" / "python", *arguments], cwd=cwd)

    def type(self, line: str, *, cwd: Path, code: int = 0) -> str:
        """Type a line into a shell in which this environment is activated."""
        return self.run(["bash", "-c", line], cwd=cwd, code=code)

    def run(self, command: Sequence[str | Path], *, cwd: Path, code: int = 0) -> str:
        """Return what a command prints; it has to end with this exit code."""
        path = os.pathsep.join([str(self.folder / "bin"), self.variables["PATH"]])
        ran = subprocess.run(
            command,
            cwd=cwd,
            env=self.variables | {"PATH": path},
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert ran.returncode == code, ran.stdout
        return ran.stdout

    def pip(self, *arguments: str | Path, cwd: Path) -> str:
        return self.python("-m", "pip", *arguments, cwd=cwd)
