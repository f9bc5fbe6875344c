"""Check the stubs in `typings/` by `aldis migrate --level types --check`, and recorded programs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from real_sources import BUILD, HERE, LIBRARIES, ROOT

PYTHON = LIBRARIES[0].python
PROGRAMS = HERE.parent / "stubs" / "programs"
PACKAGES = (
    "flask",
    "flask_login",
    "flask_security",
    "flask_sqlalchemy",
    "mongoengine",
    "pelican",
    "quart",
)
_SAID = {0, 1}  # exit codes of `aldis migrate --check`: all agrees, and something does not
_DISAGREEMENT = re.compile(r"  (?P<place>\S+:\d+): (?P<symbol>[\w.]+): (?P<sentence>.*)")


def checked() -> dict[str, str]:
    """Return what disagrees with the stubs, by the keys of verdicts."""
    folder = BUILD / "typings"
    folder.mkdir(parents=True, exist_ok=True)
    findings: dict[str, str] = {}
    for package in PACKAGES:
        log = folder / f"{package}.txt"
        if not log.exists():
            print(f"typings: {package}", flush=True)
            record = folder / f"{package}.json"
            _record(package, record, folder)
            log.write_text(_check(package, record), encoding="utf-8")
        for key, sentence in disagreements(log.read_text("utf-8")):
            findings[f"typings {package} {key}"] = sentence
    return findings


def disagreements(said: str) -> Iterator[tuple[str, str]]:
    """Yield what a report says under M27: the symbol with the line, and the sentence."""
    is_there = False
    for line in said.splitlines():
        if not line.startswith(" "):
            is_there = line.startswith("M27")
        elif is_there and (found := _DISAGREEMENT.fullmatch(line)):
            place = re.sub(r".*site-packages/", "", found["place"])
            yield f"{found['symbol']} {place} {found['sentence']}", found["sentence"]
    if any(line.startswith("+++ ") for line in said.splitlines()):
        yield "declarations", "signals are not in the stubs"


def _record(package: str, record: Path, folder: Path) -> None:
    """Run the program of a package, and record what it sends."""
    program = PROGRAMS / f"{package}_signals.py"
    runs = str(HERE / "recorded_program.py")
    command = [str(PYTHON), "-m", "aldis", "record", "-o", str(record), "--", runs, str(program)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"typings: {program.name} fails when it is recorded: {done.stderr}")


def _check(package: str, record: Path) -> str:
    where = subprocess.run(
        [PYTHON, "-c", f"import {package}; print({package}.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    stubs = ROOT / "typings"
    options = ("--level", "types", "--check", "--record", str(record), "--stubs", str(stubs))
    done = subprocess.run(
        [PYTHON, "-m", "aldis", "migrate", where, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode not in _SAID:
        raise SystemExit(f"typings: {package}: aldis migrate ended with {done.returncode}")
    return done.stdout
