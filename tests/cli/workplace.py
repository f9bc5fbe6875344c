"""Modules that are written for one test, and the command run on them in this process."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from aldis._cli import run

# the head of a program: one that is started in the background of a shell ignores interrupts
LISTENS_TO_INTERRUPTS = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Workplace:
    """A folder that is the current one, in which modules are written and imported."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def write(self, **modules: str) -> None:
        """Write modules: `shop__signals`, or `shop/signals`, is that of a package."""
        for name, text in modules.items():
            *parents, last = name.split("/" if "/" in name else "__")
            folder = self.folder.joinpath(*parents)
            folder.mkdir(parents=True, exist_ok=True)
            if parents:
                (folder / "__init__.py").touch()
            (folder / f"{last}.py").write_text(dedent(text), encoding="utf-8")
        importlib.invalidate_caches()

    def aldis(self, *arguments: str, at_exit: list[Callable[[], object]] | None = None) -> Ran:
        """Run the command, and then what it left to do at the end of the process."""
        self._capture.readouterr()
        code = run([*arguments])
        while at_exit:
            at_exit.pop()()
        out, err = self._capture.readouterr()
        return Ran(code, out, err)
