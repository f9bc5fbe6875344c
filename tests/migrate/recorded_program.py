"""Run one of the programs that make a library send its signals, and hear them, but compare nothing.

    aldis record -o FILE -- tests/migrate/recorded_program.py PROGRAM

The programs of `tests/stubs` compare what they hear with the stubs, on blinker itself. A recording
stands in for blinker, so here their `capturing` is one that only connects, and all fits.
"""

from __future__ import annotations

import importlib
import runpy
import sys
from collections import defaultdict
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import blinker


class Capture:
    """Receivers of all signals of a module."""

    def __init__(self, module: str, *, awaited: bool = False) -> None:
        self.signals: dict[str, blinker.NamedSignal[object, ..., object]] = {
            name: value
            for name, value in vars(importlib.import_module(module)).items()
            if isinstance(value, blinker.NamedSignal)
        }
        self.declarations = defaultdict[str, Any](lambda: SimpleNamespace(result=object))
        self._receiver = _hear_awaited if awaited else _hear
        for signal in self.signals.values():
            signal.connect(self._receiver)

    def report(self, **more: object) -> None:
        """Do nothing: the recording tells what was sent."""


def _hear(sender: object, /, *args: object, **payload: object) -> None:
    pass


async def _hear_awaited(sender: object, /, *args: object, **payload: object) -> None:
    pass


def _fits(value: object, kind: object) -> bool:
    return True


def main() -> None:
    program = Path(sys.argv[1])
    capturing = ModuleType("capturing")
    vars(capturing)["Capture"] = Capture
    declared = ModuleType("declared")
    vars(declared)["fits"] = _fits
    sys.modules |= {"capturing": capturing, "declared": declared}
    sys.path.insert(0, str(program.parent))
    runpy.run_path(str(program), run_name="__main__")


if __name__ == "__main__":
    main()
