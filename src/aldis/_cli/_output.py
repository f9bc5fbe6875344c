"""The standard output, for what may hold any text and may be read by anybody."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def standard_output() -> Generator[None, None, None]:
    """Let the block print what the terminal's encoding has not, and to who reads no further.

    That is how `aldis list PACKAGE | head` ends.
    """
    output: TextIO = sys.stdout
    if isinstance(output, TextIOWrapper):
        output.reconfigure(errors="backslashreplace")
    try:
        yield
        output.flush()
    except BrokenPipeError:
        # or the interpreter would complain when it flushes what is left
        os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
