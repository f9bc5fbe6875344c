"""Prints what each program does, also from a process that is about to be killed."""

from __future__ import annotations


def say(program: str, what: str) -> None:
    """Print a line at once."""
    print(f"{program:7} {what}", flush=True)
