"""Run mypy with the plugin, in this process and in a folder of its own."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mypy import api

if TYPE_CHECKING:
    from collections.abc import Generator

INI = (Path(__file__).parent / "mypy.ini").read_text(encoding="utf-8")

# what every program of these tests begins with; a result makes a receiver's type matter
SIGNALS = """\
from aldis import Namespace, Signal
class App: ...
ns = Namespace()
@ns.signal
def user_created(sender: App, /, *, user_id: int) -> None: ...
"""
RECEIVER = """\
from signals import App, ns, user_created
@user_created.connect
def welcome(sender: App, *, user_id: int) -> None: ...
ns["user_created"].connect(welcome)
"""


def write(folder: Path, **modules: str) -> None:
    """Write modules, and the configuration if there is none."""
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    ini = folder / "mypy.ini"
    if not ini.exists() and not (folder / "pyproject.toml").exists():
        ini.write_text(INI, encoding="utf-8")


@contextmanager
def inside(folder: Path) -> Generator[None]:
    """Work in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def mypy(folder: Path, *arguments: str) -> str:
    """Return what mypy says of a folder."""
    with inside(folder):
        out, err, _ = api.run(["--no-error-summary", "--show-traceback", *arguments])
    return out + err
