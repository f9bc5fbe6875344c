"""Lets a signal handler come in at each step of aldis at which CPython would let one in.

The handler is played by a trace function. The lines on which the lock is held are left out: another
test reads their bytecode, and finds no step there at which CPython looks for signals. So are calls
that stand alone in a `finally`, since CPython looks before that begins and after the call; and
those that a comment says to belong to the line before. And the first line of a weak reference's
callback: what is raised there is lost, and the call with it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import aldis

ROOT = str(Path(aldis.__file__).parent)


@cache
def closed_lines(path: str) -> frozenset[int]:
    """Return the lines of a file at which nobody is let in."""
    if path.startswith("<"):
        return frozenset()  # a generated send, which takes no lock
    text = Path(path).read_text("utf-8")
    lines: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name in {"receiver_died", "sender_died"}:
            lines.update(range(node.lineno, (node.body[1].end_lineno or 0) + 1))
        if isinstance(node, ast.For) and ast.unparse(node.iter) in {"locked", "attempt"}:
            block = node.body[0]
            lines.update(range(block.lineno, (block.end_lineno or 0) + 1))
        if isinstance(node, ast.Try) and len(node.finalbody) == 1:
            last = node.finalbody[0]
            if isinstance(last, ast.Expr) and last.lineno == last.end_lineno:
                lines.add(last.lineno)
    return frozenset(lines)


def interrupted(step: int, act: Callable[[], object], do: Callable[[], object]) -> bool:
    """Do something, and act at one of its steps; return whether there was such a step."""
    left = [step]
    earlier = sys.gettrace()

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        path = frame.f_code.co_filename
        if not path.startswith(ROOT):
            return None
        if event in {"line", "call"} and frame.f_lineno not in closed_lines(path):
            left[0] -= 1
            if not left[0]:
                sys.settrace(earlier)
                act()
        return trace

    sys.settrace(trace)
    try:
        do()
    finally:
        sys.settrace(earlier)
    return left[0] <= 0
