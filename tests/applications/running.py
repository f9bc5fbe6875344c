"""Runs a program as itself and under the adapter, and makes what both report comparable."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from helpers import untyped

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"

FLASKS_SIGNALS = {
    "template_rendered",
    "before_render_template",
    "request_started",
    "request_finished",
    "request_tearing_down",
    "got_request_exception",
    "appcontext_tearing_down",
    "appcontext_pushed",
    "appcontext_popped",
    "message_flashed",
}
PROGRAMS = Path(__file__).parent / "programs"
ADAPTER = ("-m", "aldis.blinker")
# the same in every run: the order of what an application keeps in sets
ENVIRONMENT = os.environ | {"PYTHONHASHSEED": "0"}
PATIENCE = 120.0  # seconds after which a program hangs


def needs(*modules: str) -> pytest.MarkDecorator:
    """Skip where one of these is not installed; none of them is imported here."""
    absent = [module for module in modules if importlib.util.find_spec(module) is None]
    return pytest.mark.skipif(bool(absent), reason=f"not installed: {', '.join(absent)}")


@dataclass(frozen=True)
class Report:
    """The report of a program: its blinker library, and its own output."""

    signal_class: str  # the module of `blinker.Signal`
    blinker_modules: list[str]  # those of real blinker that were loaded
    told: dict[str, Any]  # as the program likes

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every call of a receiver that the program reported."""
        found: list[dict[str, Any]] = untyped(list(_events(self.told)))
        return found

    @property
    def signals(self) -> set[str]:
        """The names of the signals that somebody heard."""
        return {event["signal"] for event in self.events}


@dataclass(frozen=True)
class Pair:
    """The reports of two runs."""

    real: Report
    ours: Report


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with these arguments."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def reported(done: subprocess.CompletedProcess[str], *, ordered: bool = False) -> Report:
    """Return the report that a program printed as the last line that looks like one.

    Unless the receivers of a send must be called in one order, by blinker, too, they are sorted.
    """
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"blinker": ')]
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines, done.stdout + done.stderr
    told = json.loads(lines[-1])
    ran_on = told["blinker"]
    report = told["report"] if ordered else _in_one_order(told["report"])
    return Report(ran_on["Signal"], ran_on["modules"], untyped(report))


def run_on_both(*arguments: str | Path) -> Pair:
    """Run a program with blinker, then with the adapter."""
    return Pair(reported(run(*arguments)), reported(run(*ADAPTER, *arguments)))


def _in_one_order(told: Json) -> Json:
    """Sort the receivers of each send: blinker calls them in the order of their addresses."""
    if isinstance(told, dict):
        return {name: _in_one_order(value) for name, value in told.items()}
    if not isinstance(told, list):
        return told
    events = [each for each in told if isinstance(each, dict) and "signal" in each]
    if len(events) < len(told):
        return [_in_one_order(each) for each in told]
    sends = groupby(events, key=_send)
    return [event for _, calls in sends for event in sorted(calls, key=_receiver)]


def _send(event: dict[str, Json]) -> tuple[Json, Json, Json]:
    return (event["signal"], event["sender"], event["payload"])


def _receiver(event: dict[str, Json]) -> str:
    return str(event["receiver"])


def _events(told: Json) -> Iterator[dict[str, Json]]:
    if isinstance(told, dict):
        if "signal" in told:
            yield told
        for value in told.values():
            yield from _events(value)
    elif isinstance(told, list):
        for each in told:
            yield from _events(each)
