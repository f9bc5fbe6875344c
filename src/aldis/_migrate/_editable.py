"""A file as it is: its text with its own line ends, its encoding, its comments."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from aldis._migrate._model import Span

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, order=True)
class Edit:
    """What replaces a piece of a text."""

    start: int
    end: int
    text: str


@dataclass
class Source:
    """A file that may be edited.

    Attributes:
        path: Where it is.
        data: Its bytes.
    """

    path: Path
    data: bytes
    encoding: str = field(init=False)
    text: str = field(init=False)
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.encoding, _ = tokenize.detect_encoding(io.BytesIO(self.data).readline)
        self.text = self.data.decode(self.encoding)
        self.tree = ast.parse(self.text)

    @cached_property
    def newline(self) -> str:
        """How its lines end."""
        found = _LINE_END.search(self.text)
        return found.group() if found else "\n"

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Where each comment is, and its text."""
        return [
            (self.starts[line - 1] + column, text) for line, column, text in comments_in(self.text)
        ]

    def line(self, number: int) -> str:
        """Return a line, without its end."""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """Return where a place is in the text; the column counts bytes, as those of `ast` do."""
        return self.starts[line - 1] + len(self.line(line).encode()[:column].decode())

    def start_of(self, place: Span) -> int:
        """Return where a piece starts."""
        return self.offset(place.line, place.column)

    def end_of(self, place: Span) -> int:
        """Return where a piece ends."""
        return self.offset(place.end_line, place.end_column)

    def cut(self, place: Span) -> str:
        """Return the text of a piece."""
        return self.text[self.start_of(place) : self.end_of(place)]

    def ends_of(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node starts and ends."""
        line, column = getattr(node, "lineno"), getattr(node, "col_offset")  # noqa: B009
        end, end_column = getattr(node, "end_lineno"), getattr(node, "end_col_offset")  # noqa: B009
        return self.offset(line, column), self.offset(end, end_column)

    def comments_between(self, start: int, end: int) -> list[str]:
        """Return the comments in a piece."""
        return [text for place, text in self.comments if start <= place < end]

    def indent_at(self, line: int) -> str:
        """Return the white space at the start of a line."""
        text = self.line(line)
        return text[: len(text) - len(text.lstrip())]

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text with all edits.

        Raises:
            ValueError: Two of them overlap.
        """
        pieces: list[str] = []
        place = 0
        for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
            if edit.start < place:
                raise ValueError(f"two edits of {self.path} overlap")
            text = edit.text if self.newline == "\n" else edit.text.replace("\n", self.newline)
            pieces += [self.text[place : edit.start], text]
            place = edit.end
        return "".join([*pieces, self.text[place:]])

    def encoded(self, text: str) -> bytes:
        """Return a text as this file is encoded."""
        return text.encode(self.encoding)


def comments_in(text: str) -> list[tuple[int, int, str]]:
    """Return the line, column and text of each comment."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    return [(*token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]


def loses_comments(before: str, after: str) -> bool:
    """Whether an edit dropped a comment."""
    old, new = (Counter(text.strip() for *_, text in comments_in(one)) for one in (before, after))
    return bool(old - new)
