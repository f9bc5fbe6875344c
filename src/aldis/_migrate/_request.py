"""What the command line asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aldis._migrate._plan import Wishes


class InputError(Exception):
    """What was asked for cannot be done; the message is one line, for who asked."""


@dataclass(frozen=True)
class Request:
    """What the command line says.

    Attributes:
        paths: Files and folders of the program.
        wishes: What is to be declared, and how.
        write: Whether files are written.
        check: Whether only the exit code is wanted, and what disagrees.
        force: Whether files are written that git could not bring back.
        format: How the report is written.
        test: A command that is run before and after.
        stubs: The folder for stubs, at level types.
        root: The folder that shown paths are relative to.
    """

    paths: tuple[Path, ...]
    wishes: Wishes = field(default_factory=Wishes)
    write: bool = False
    check: bool = False
    force: bool = False
    format: Literal["text", "json"] = "text"
    test: str | None = None
    stubs: Path = Path("typings")
    root: Path = Path()
