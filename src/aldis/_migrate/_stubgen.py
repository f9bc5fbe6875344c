"""Runs mypy's stubgen on a module: a stub replaces the whole module for checkers."""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

_STUBGEN: Final = "from mypy.stubgen import main; main()"  # it cannot be run by -m


def described(module: str, source: str, *, is_package: bool) -> str | None:
    """Return the stub of a module.

    Args:
        module: The name of the module.
        source: Its text.
        is_package: Whether the text is that of an `__init__.py`.

    Returns:
        The text of the stub; None if stubgen cannot describe the module.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = _copied(Path(folder, "in"), module, source, is_package=is_package)
        command = [sys.executable, "-c", _STUBGEN, "--include-private", "--no-analysis"]
        command += ["--quiet", "--output", str(Path(folder, "out")), str(copy)]
        run = subprocess.run(  # noqa: S603  # this Python, with our own arguments
            command, capture_output=True, text=True, check=False, cwd=folder
        )
        stubs = list(Path(folder, "out").rglob("*.pyi"))
        if run.returncode or not stubs:
            return None
        text = stubs[0].read_text(encoding="utf-8")
    try:
        ast.parse(text)
    except SyntaxError:  # which stubgen writes sometimes
        return None
    return text


def _copied(folder: Path, module: str, source: str, *, is_package: bool) -> Path:
    """Copy a module into its package: stubgen exports the names that it takes from there."""
    names = module.split(".")
    parents = names if is_package else names[:-1]
    inside = folder
    inside.mkdir()
    for name in parents:
        inside /= name
        inside.mkdir()
        (inside / "__init__.py").touch()
    copy = inside / ("__init__.py" if is_package else f"{names[-1]}.py")
    copy.write_text(source, encoding="utf-8", newline="")
    return copy
