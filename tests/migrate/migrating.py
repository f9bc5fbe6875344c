"""Runs `aldis migrate` in this process: the one place here that knows how it is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["typed", "own"]
LEVELS: tuple[Level, ...] = ("typed", "own")


@dataclass(frozen=True)
class Finding:
    """What the tool tells: `M02 pkg/mod.py:12`, with the path from the folder that it ran on."""

    code: str  # empty for what has none, such as a file that cannot be read
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.code or 'no code'} {self.path}:{self.line}"


@dataclass(frozen=True)
class Outcome:
    """What a run gives."""

    files: dict[str, str] = field(
        default_factory=dict[str, str]
    )  # those that would change, with new text
    findings: list[Finding] = field(default_factory=list[Finding])
    changed: int = 0  # declarations
    stay: int = 0


class NotThereError(NotImplementedError):
    """There is no `aldis migrate` in this version."""


def run(
    path: Path, level: Level, *, records: tuple[Path, ...] = (), unsafe: bool = False
) -> Outcome:
    """Return what the tool would do with a folder; nothing is written."""
    raise NotThereError


def record(folder: Path, program: str) -> Path:
    """Run a program in a folder while its sends are recorded, and return the recording."""
    raise NotThereError
