"""The programs of the pages, put together from their blocks of Python as a reader would do it.

A page is one program, block after block, unless a comment divides it:

    <!-- program -->                   what follows is a program of its own
    <!-- program: shop.py -->          the same, in a file that other programs of the page import
    <!-- program: after shop.py -->    the same, and begins with all that is in that file
    <!-- excerpt: reason -->           the next block is not a program

A block may be wrong in three ways, all of which a reader sees:

- `# type: ignore[code]` ends the line, which runs and fails;
- the next block shows what mypy says of it;
- `# error: all` ends the line, or another mark of docs/limits.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from test_limits import mark_of

from pages.blocks import Block, name_of

PIECE = re.compile(
    r"^<!-- program(?P<begins>)(?:: (?P<after>after )?(?P<file>\w+)\.py)? -->$"
    r"|^<!-- excerpt: (?P<reason>[^\n]+) -->$"
    r"|^```(?P<language>\S*)(?: [^\n]+)?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
EXCERPT = re.compile(r"^<!-- excerpt: [^\n]+ -->\n\n```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^(?:[\w./]+:(\d+): )?(error: .*)$", re.MULTILINE)
END = Block("", "")


class Error(NamedTuple):
    """A message of mypy on a page, with its line if the page shows it."""

    line: int | None
    message: str


class Program(NamedTuple):
    """A program, and the errors in it that are shown."""

    module: str
    text: str
    shown: list[Error]

    def marked_for(self, checker: str) -> set[int]:
        """Return the lines that end in a mark which says that this checker reports them."""
        lines = enumerate(self.text.splitlines(), 1)
        marks = [(number, mark_of(line)) for number, line in lines]
        return {number for number, mark in marks if mark is not None and mark.holds_for(checker)}


class Part(NamedTuple):
    """The blocks of a program."""

    module: str
    blocks: list[Block]


def module_of(page: Path) -> str:
    return re.sub(r"\W", "_", name_of(page).removesuffix(".md"))


def parts_of(page: Path) -> Iterator[Part]:
    """Divide a page."""
    parts = [Part(module_of(page), [])]
    excerpt = False
    for found in PIECE.finditer(page.read_text(encoding="utf-8")):
        if found["begins"] is not None:
            before = [part.blocks for part in parts if part.module == found["file"]]
            named = found["file"] and not found["after"]
            module = found["file"] if named else f"{module_of(page)}_{len(parts) + 1}"
            parts.append(Part(module, [*before[0]] if found["after"] else []))
        elif found["reason"] is not None:
            excerpt = True
        else:
            if not excerpt:
                parts[-1].blocks.append(Block(found["language"], found["text"]))
            excerpt = False
    yield from parts


def excerpts_of(page: Path) -> Iterator[Block]:
    for found in EXCERPT.finditer(page.read_text(encoding="utf-8")):
        yield Block(found[1], found[2])


def programs_of(page: Path, *, wrong: bool = True) -> Iterator[Program]:
    """Yield the programs of a page; `wrong` says whether blocks of mistakes belong to them."""
    languages = {"python", "py"} if wrong else {"python"}
    for module, blocks in parts_of(page):
        text = [block.text for block in blocks if block.language in languages]
        shown = [
            Error(int(line) if line else None, said)
            for block, following in pairwise([*blocks, END])
            if wrong and block.language == "py" and following.language in {"text", "console"}
            for line, said in SHOWN.findall(following.text)
        ]
        if text:
            yield Program(module, "\n\n".join(text), shown)
