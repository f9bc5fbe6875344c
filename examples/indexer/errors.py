"""Keeps a log of what could not be read or parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from .parser import Parser
    from .walker import Walker


class ErrorLog:
    """Receives `error_met`, and writes what it met when the walker has finished.

    Args:
        target: The file to write.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.lines: list[str] = []

    def add(self, sender: Walker | Parser, /, *, path: Path, error: Exception) -> None:
        """Receive `error_met`."""
        place, reason = f"{path}", f"{error}"
        if isinstance(error, SyntaxError):
            place, reason = f"{path}:{error.lineno or 1}", error.msg
        elif isinstance(error, OSError) and error.strerror:
            reason = error.strerror
        self.lines.append(f"{place}: {type(error).__name__}: {reason}".rstrip(": "))

    def write(self, walker: Walker, /, **_: object) -> None:
        """Receive `Walker.finished`. An empty log is written, too: an old one would mislead."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        # file names need not be valid text
        with self.target.open("w", encoding="utf-8", errors="backslashreplace") as log:
            log.writelines(f"{line}\n" for line in self.lines)

    def __rich__(self) -> Text:
        count = len(self.lines) or "none"
        return Text(f"unreadable or unparsable: {count}, see {self.target}")
