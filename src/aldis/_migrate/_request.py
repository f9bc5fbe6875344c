"""What the command line asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aldis._migrate._plan import Wishes


class InputError(Exception):
    """The request cannot be carried out; the message is one line for the user."""


@dataclass(frozen=True)
class Request:
    """The options of the command line.

    Attributes:
        paths: Files and folders of the program.
        wishes: What is to be declared, and how.
        write: Whether files are written.
        check: Whether only the exit code and the disagreements are reported.
        force: Whether files are written that git could not restore.
        format: How the report is written.
        test: A command that runs before and after the files are written.
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
