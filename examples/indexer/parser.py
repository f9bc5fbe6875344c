"""Reads and parses the files that a walker finds."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from .signals import error_met, source_parsed, source_read

if TYPE_CHECKING:
    from pathlib import Path

    from .walker import Walker

# the fields in which a statement holds others; expressions, most of a tree, hold none
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Parser:
    """Receives `Walker.found`; sends `source_read`, `source_parsed` and `error_met`."""

    def read(self, walker: Walker, /, *, path: Path) -> None:
        """Read a file and parse it."""
        try:
            source = path.read_bytes()
        except OSError as error:
            error_met.send(self, path=path, error=error)
            return
        source_read.send(self, path=path, source=source)
        try:
            # of bytes, since a file says itself how it is encoded
            tree = _parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            # null bytes are a ValueError and deep nesting is one of the last two, by Python version
            error_met.send(self, path=path, error=error)
            return
        if source_parsed.receivers:  # collect the statements only for receivers
            source_parsed.send(
                self,
                path=path,
                module=_module_name(path.relative_to(walker.base)),
                statements=_statements(tree),
            )


def _parse(source: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about old escapes and the like in other people's code
        return ast.parse(source)


def _statements(tree: ast.Module) -> list[ast.AST]:
    # a queue instead of recursion: a long chain of `elif` is nested as deep as it is long
    found: list[ast.AST] = [tree]
    for node in found:
        for field in BLOCKS:
            block = getattr(node, field, None)
            if isinstance(block, list):  # not for a lambda or `a if b else c`
                found += block
    return found


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
