"""Blank lines around new functions, as formatters put them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._migrate._editable import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._migrate._editable import Source
    from aldis._migrate._model import Span


class Spacing:
    """Computes the blank lines that a declaration needs."""

    def __init__(self, source: Source, replaced: Sequence[Span]) -> None:
        self._source = source
        self._replaced = {span.line for span in replaced}

    def gap(self, indent: str) -> str:
        """Return the blank lines between functions."""
        return "\n" if indent else "\n\n"

    def start_of_comments(self, line: int) -> int:
        """Return the first line of the comments right above a line."""
        while line > 1 and self._source.line(line - 1).lstrip().startswith("#"):
            line -= 1
        return line

    def around(self, first: int, last: int) -> tuple[str, str]:
        """Return the blank lines before and after a function that replaces these lines.

        Existing blank lines count; comments above stay attached.
        """
        wanted = self._wanted(first)
        before = ""
        if self.start_of_comments(first) == first:
            have = self.blank_above(first)
            before = "" if have is None else "\n" * max(wanted - have, 0)
        have = self._blank_below(last)
        has_own = have is None or self.is_replaced_after(last + 1)
        return before, "" if has_own else "\n" * max(wanted - (have or 0), 0)

    def above_comments(self, line: int) -> Edit | None:
        """Return the blank lines that the comments above a function need."""
        first = self.start_of_comments(line)
        have = self.blank_above(first)
        if first == line or have is None or have >= self._wanted(line):
            return None
        place = self._source.starts[first - 1]
        return Edit(place, place, "\n" * (self._wanted(line) - have))

    def _wanted(self, line: int) -> int:
        return 1 if self._source.indent_at(line) else 2

    def blank_above(self, line: int) -> int | None:
        """Count blank lines; None if this is the beginning of a block."""
        count = 0
        place = line - 1
        while place >= 1 and not self._source.line(place).strip():
            count, place = count + 1, place - 1
        above = self._source.line(place).strip() if place >= 1 else ":"
        return None if above.endswith(":") and not above.startswith("#") else count

    def _blank_below(self, line: int) -> int | None:
        """Count blank lines; None if nothing of the same block follows."""
        count, place, last = 0, line + 1, len(self._source.starts)
        while place <= last and not self._source.line(place).strip():
            count, place = count + 1, place + 1
        if place > last:
            return None
        return count if self._source.indent_at(place) == self._source.indent_at(line) else None

    def is_replaced_after(self, line: int) -> bool:
        """Whether the next statement is replaced as well, with blank lines of its own."""
        last = len(self._source.starts)
        while line <= last and not self._source.line(line).strip():
            line += 1
        while line <= last and self._source.line(line).lstrip().startswith("#"):
            line += 1  # comments that are attached to it
        return line in self._replaced
