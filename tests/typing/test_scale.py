"""The programs that `benchmarks/scale.py` lets checkers read are right, and are what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from harness import CHECKERS, HERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ROOT = HERE.parents[1]
BENCHMARKS = ROOT / "benchmarks"
RESULT = BENCHMARKS / "results" / "scale.json"

PARTS = 8  # as many as the three that hear of another part need

needs_checkers = pytest.mark.skipif(
    any(checker.missing for checker in CHECKERS),
    reason="the six checkers are not installed beside this interpreter",
)


def run(script: str, *arguments: str | Path) -> str:
    ran = subprocess.run(
        [sys.executable, BENCHMARKS / script, *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def calls_of(folder: Path) -> Mapping[str, int]:
    """Run a program, and return how often each of its receivers was called."""
    ran = subprocess.run(
        [sys.executable, "-m", "shop"],
        cwd=folder,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    found: dict[str, int] = json.loads(ran.stdout)
    return found


def text_of(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))


def test_both_programs_call_every_receiver_as_often_as_its_signal_is_sent(tmp_path: Path) -> None:
    run("_synthetic.py", tmp_path / "signals", "--parts", str(PARTS))
    run("_synthetic.py", tmp_path / "plain", "--plain", "--parts", str(PARTS))
    calls = calls_of(tmp_path / "signals")
    assert len(calls) == PARTS * 100
    assert set(calls.values()) == {20}
    assert calls_of(tmp_path / "plain") == calls


def test_the_whole_application_is_as_large_as_promised(tmp_path: Path) -> None:
    told = run("_synthetic.py", tmp_path / "signals")
    assert told == "1,000 signals, 10,000 connects and 20,000 sends in 500 modules\n"
    text = text_of(tmp_path / "signals")
    modules = [path for path in (tmp_path / "signals").rglob("*/part*/*.py") if path.stem[0] != "_"]
    assert len(modules) == 500
    assert len(re.findall(r"^ *@Signal(?:\.method)?$", text, flags=re.MULTILINE)) == 1_000
    assert len(re.findall(r"\.connect\b", text)) == 10_000
    assert len(re.findall(r"\.send\(", text)) == 20_000


def test_the_plain_program_has_the_same_functions_annotations_and_calls(tmp_path: Path) -> None:
    run("_synthetic.py", tmp_path / "signals", "--parts", str(PARTS))
    run("_synthetic.py", tmp_path / "plain", "--plain", "--parts", str(PARTS))
    signals, plain = text_of(tmp_path / "signals"), text_of(tmp_path / "plain")
    # a result is a list of results there
    headers = [
        sorted(re.findall(r"^ *def .*:$", text.replace("list[int]:", "int:"), flags=re.MULTILINE))
        for text in (signals, plain)
    ]
    assert headers[0] == headers[1]
    assert "aldis" not in plain
    connects = len(re.findall(r"\.connect\b", signals))
    assert len(re.findall(r"receivers_\d+\.on_\w+\(", plain)) == connects
    sends = len(re.findall(r"\.send\(", signals))
    # a send of one program is a call of the other
    steps = re.compile(r"^.*\b(?:signals|job)\.[a-z]+\(.*$", flags=re.MULTILINE)
    assert len(steps.findall(plain)) == sends
    assert sorted(steps.findall(signals.replace(".send(", "(").replace("for _, ", "for "))) == (
        sorted(steps.findall(plain))
    )


@needs_checkers
def test_every_checker_accepts_both_programs_and_its_cost_is_written_down(tmp_path: Path) -> None:
    result = tmp_path / "scale.json"
    run("scale.py", "--parts", "1", "--rounds", "1", "--json", result)
    measured = json.loads(result.read_bytes())
    assert measured["size"] == {"modules": 5, "signals": 10, "connects": 100, "sends": 200}
    names = [found["checker"] for found in measured["outcomes"]]
    assert names == [checker.name for checker in CHECKERS]
    for found in measured["outcomes"]:
        for cost in (found["plain"], found["signals"], found["ratio"]):
            assert min(cost["seconds"], cost["processor"], cost["megabytes"]) > 0


@needs_checkers
def test_every_checker_finds_the_mistakes_that_are_seeded() -> None:
    told = run("scale.py", "--mistakes")
    assert told.splitlines() == [f"{checker.name}: both mistakes" for checker in CHECKERS]


@needs_checkers
def test_a_program_with_an_error_is_not_measured(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import scale; from pathlib import Path\n"
        "from _synthetic import write\n"
        "folder = Path(sys.argv[2]); write(folder, plain=False, parts=1, mistakes=True)\n"
        "zuban = scale.CHECKERS[-1]; scale.prepare(folder, (zuban,))\n"
        "scale.measure(zuban, (folder, folder), 1, 0.0)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, BENCHMARKS, tmp_path],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == 1
    assert "ScaleError: zuban exits with 1" in ran.stderr


def test_the_page_shows_what_was_measured_last() -> None:
    shown = run("scale.py", "--table", RESULT)
    assert shown in (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")


def test_what_is_kept_was_measured_with_the_whole_application() -> None:
    measured = json.loads(RESULT.read_bytes())
    size = {"modules": 500, "signals": 1_000, "connects": 10_000, "sends": 20_000}
    assert measured["size"] == size
    assert [found["checker"] for found in measured["outcomes"]] == [each.name for each in CHECKERS]
