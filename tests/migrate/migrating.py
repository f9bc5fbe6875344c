"""Runs `aldis migrate` in this process: the one place here that knows how it is called."""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from aldis._migrate._analysis import analyse
from aldis._migrate._deciding import decide
from aldis._migrate._plan import Wishes
from aldis._migrate._verifying import verified_changes
from aldis._recording._reading import read

Level: TypeAlias = Literal["typed", "own"]
LEVELS: tuple[Level, ...] = ("typed", "own")


@dataclass(frozen=True)
class Finding:
    """The tool's report: `M02 pkg/mod.py:12`, with the path from the folder that it ran on."""

    code: str  # empty for what has none, such as a file that cannot be read
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.code or 'no code'} {self.path}:{self.line}"


@dataclass(frozen=True)
class Outcome:
    """The result of a run."""

    files: dict[str, str] = field(
        default_factory=dict[str, str]
    )  # those that would change, with new text
    findings: list[Finding] = field(default_factory=list[Finding])
    changed: int = 0  # declarations
    stay: int = 0


def run(
    path: Path, level: Level, *, records: tuple[Path, ...] = (), unsafe: bool = False
) -> Outcome:
    """Return what the tool would do with a folder; nothing is written."""
    recording = read(records) if records else None
    plan = decide(
        analyse([path], cache=cache()), Wishes(level, unsafe=unsafe, methods=True), recording
    )
    files = {_inside(one.path, path): one.new.decode() for one in verified_changes(plan)}
    findings = [
        Finding(one.code, _inside(one.span.path, path), one.span.line) for one in plan.all_findings
    ]
    changed = len(plan.changed)
    return Outcome(files, findings, changed, len(plan.choices) - changed)


@functools.cache
def cache() -> Path:
    """Return a folder for what mypy keeps of the libraries, for all tests of this process."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def record(folder: Path, program: str) -> Path:
    """Run a program in a folder while its sends are recorded, and return the recording."""
    recording = folder / f"{Path(program).stem}.json"
    command = [sys.executable, "-m", "aldis", "record", "-o", str(recording), program]
    subprocess.run(command, cwd=folder, check=True)
    return recording


def _inside(path: Path, folder: Path) -> str:
    try:
        return path.relative_to(folder.absolute()).as_posix()
    except ValueError:  # of a recording: it is relative to where that was made
        return path.as_posix()
