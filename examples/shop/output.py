"""Prints what each program does, also from a process that is about to be killed."""

from __future__ import annotations

import sys


def say(program: str, what: str) -> None:
    """Print a line at once and whole: `print` may write the end of a line on its own."""
    sys.stdout.write(f"{program:7} {what}\n")
    sys.stdout.flush()
