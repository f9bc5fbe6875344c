"""Standard output for any text and any reader."""

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
    """Escape characters that the terminal cannot encode, and ignore a closed pipe.

    `aldis list PACKAGE | head` closes the pipe early.
    """
    output: TextIO = sys.stdout
    if isinstance(output, TextIOWrapper):
        output.reconfigure(errors="backslashreplace")
    try:
        yield
        output.flush()
    except BrokenPipeError:
        # otherwise the interpreter reports an error when it flushes the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
