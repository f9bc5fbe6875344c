"""Reports of mypy and pyright, both strict, about mistakes in code that uses the ports.

The ports themselves are read by `make types`, as all tests are.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from harness import PYRIGHT, environment

ROOT = Path(__file__).parents[2]
# `# E`: both report the line, and no other
MISTAKES = """
from collections.abc import Sequence
from ports.flow_view import Flow, View
from ports.gui_events import Change, Click, Element, exception_raised
from ports.home_dispatcher import (
    SIGNAL_DEVICE_ADDED, SIGNAL_STATE, Hub, async_dispatcher_connect, async_dispatcher_send,
)

view = View()
flow = Flow("/", 0.0)

def on_flow(f: Flow) -> None: ...
def on_removed(old: Flow, place: int) -> None: ...
def on_nothing() -> None: ...
def on_text(text: str) -> None: ...
async def later(f: Flow) -> None: ...

view.flow_added.connect(on_flow)
view.flow_added.connect(on_text)  # E
view.flow_added.connect(later)  # E
view.flow_removed.connect(on_removed)
view.flow_removed.connect(on_flow)  # E
view.refreshed.connect(on_nothing)
view.refreshed.connect(on_flow)  # E
view.flow_added.send(flow)
view.flow_added.send("/")  # E
view.flow_removed.send(flow)  # E
view.refreshed.send(flow)  # E

async def save(path: str, *, flows: Sequence[Flow]) -> int:
    return len(flows)
async def save_text(path: str, *, flows: Sequence[Flow]) -> str:
    return path

view.saving.connect(save)
view.saving.connect(save_text)  # E

hub = Hub()
async def on_state(state: str, when: float) -> None: ...
async_dispatcher_connect(hub, SIGNAL_STATE.of("door"), on_state)
async_dispatcher_connect(hub, SIGNAL_DEVICE_ADDED, on_state)  # E
async_dispatcher_send(hub, SIGNAL_STATE.of("door"), "open", 7.0)
async_dispatcher_send(hub, SIGNAL_STATE, "open")  # E
async_dispatcher_send(hub, SIGNAL_DEVICE_ADDED, 7)  # E

button = Element()
async def on_click(click: Click) -> None: ...
def on_change(change: Change) -> str:
    return change.value
button.on_click(on_click).on_click(on_nothing)
button.on_click(on_change)  # E
button.on_change(on_change)
button.clicked.send(Click(button, x=1))
button.clicked.send(Change(button, ""))  # E
exception_raised.send(ValueError())
exception_raised.send("no")  # E
"""
WRONG = {number for number, line in enumerate(MISTAKES.splitlines(), 1) if line.endswith("# E")}


def said(folder: Path, *command: str) -> str:
    (folder / "mistakes.py").write_text(MISTAKES, encoding="utf-8")
    paths = [f"{ROOT}/src", f"{ROOT}/tests"]
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment() | {"MYPYPATH": os.pathsep.join(paths)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.stderr
    return done.stdout


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_mypy_sees_mistakes_with_the_ports(tmp_path: Path) -> None:
    lines = said(tmp_path, "mypy", "--strict", "--cache-dir=cache", "mistakes.py").splitlines()
    errors = [line for line in lines if line.startswith("mistakes.py:") and " error: " in line]
    assert {int(line.split(":")[1]) for line in errors} == WRONG, lines


@pytest.mark.skipif(bool(PYRIGHT.missing), reason="pyright is not installed")
def test_pyright_sees_mistakes_with_the_ports(tmp_path: Path) -> None:
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT / "tests")]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    options = ("--outputjson", f"--pythonpath={sys.executable}", "mistakes.py")
    found = json.loads(said(tmp_path, "pyright", *options))["generalDiagnostics"]
    errors = [each for each in found if each["severity"] == "error"]
    assert {each["range"]["start"]["line"] + 1 for each in errors} == WRONG, errors
