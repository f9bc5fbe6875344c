"""Blank lines around new functions, as formatters put them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._migrate._model import Span
    from aldis._migrate._editable import Source


class Spacing:
    """Says how many blank lines a declaration needs."""

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

    def around(self, span: Span) -> tuple[str, str]:
        """Return what goes before and after a function that replaces a statement.

        Lines in between that are blank already are counted; comments above stay attached.
        """
        indent = self._source.indent_at(span.line)
        wanted = 1 if indent else 2
        before = ""
        if self.start_of_comments(span.line) == span.line:
            have = self._blank_above(span.line)
            if have is not None:
                before = "\n" * max(wanted - have, 0)
        following = span.end_line + 1
        have = self._blank_below(span.end_line)
        has_own = have is None or self._is_replaced_after(following)
        return before, "" if has_own else "\n" * max(wanted - (have or 0), 0)

    def _blank_above(self, line: int) -> int | None:
        """Count blank lines; None if this is the beginning of a block."""
        count = 0
        place = line - 1
        while place >= 1 and not self._source.line(place).strip():
            count, place = count + 1, place - 1
        if place < 1 or self._source.line(place).rstrip().endswith(":"):
            return None
        return count

    def _blank_below(self, line: int) -> int | None:
        """Count blank lines; None if nothing of the same block follows."""
        count, place, last = 0, line + 1, len(self._source.starts)
        while place <= last and not self._source.line(place).strip():
            count, place = count + 1, place + 1
        if place > last:
            return None
        return count if self._source.indent_at(place) == self._source.indent_at(line) else None

    def _is_replaced_after(self, line: int) -> bool:
        """Whether the next statement is replaced as well, and brings its own lines."""
        last = len(self._source.starts)
        while line <= last and not self._source.line(line).strip():
            line += 1
        return line in self._replaced
