"""`python -m aldis.blinker`: programs and modules start as they would start themselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from running import ADAPTER, ENVIRONMENT, PATIENCE, PROGRAMS, needs, run

ARGUMENTS = str(PROGRAMS / "arguments.py")


def told_by(*arguments: str, cwd: Path | None = None) -> tuple[dict[str, Any], int, str]:
    """Run a program; return its report, its exit code and the last line of its errors."""
    done = run(*arguments, cwd=cwd)
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done.returncode, done.stderr.strip().rpartition("\n")[2]


@pytest.mark.parametrize(
    "words",
    [
        [ARGUMENTS],
        [ARGUMENTS, "one", "-m", "--two", "-h"],
        ["programs/arguments.py", "one"],
        ["programs/arguments.py", "exit"],
        ["programs/arguments.py", "fail"],
        ["-m", "arguments", "one", "--two"],
        ["-m", "arguments", "exit"],
        ["-m", "arguments", "fail"],
    ],
    ids=lambda words: " ".join(Path(word).name for word in words),
)
@needs("blinker")
def test_a_program_starts_and_ends_under_the_adapter_as_by_itself(words: list[str]) -> None:
    cwd = PROGRAMS if words[0] == "-m" else PROGRAMS.parent
    real, *end = told_by(*words, cwd=cwd)
    ours, *our_end = told_by(*ADAPTER, *words, cwd=cwd)
    assert real.pop("Signal") == ["blinker.base", True]
    assert ours.pop("Signal") == ["aldis.blinker.base", True]
    assert (ours, our_end) == (real, end)


@pytest.mark.parametrize("words", [["late.py"], ["-m", "late"]], ids=" ".join)
def test_a_program_is_the_main_module_until_its_process_ends(words: list[str]) -> None:
    done = run(*ADAPTER, *words, cwd=PROGRAMS)
    assert done.stdout.splitlines() == ["in a thread: True", "at exit: True"]
    assert done.stderr == "aldis.blinker.base"


@pytest.mark.parametrize(
    ("words", "code"), [([], 2), (["--unknown"], 2), (["-m"], 2), (["no_such.py"], 2), (["-h"], 0)]
)
def test_who_names_no_program_is_told_the_usage(words: list[str], code: int) -> None:
    done = run(*ADAPTER, *words)
    assert "usage: python -m aldis.blinker PROGRAM ARGS..." in done.stdout + done.stderr
    assert done.returncode == code


def test_a_module_that_is_not_there_is_named() -> None:
    done = run(*ADAPTER, "-m", "no_such_module")
    assert "no_such_module" in done.stderr
    assert done.returncode == 1


@contextmanager
def flask_running(*first: str, cwd: Path) -> Generator[int, None, None]:
    """Run `flask run` on a port that is free, and give the port once it is served."""
    command = [sys.executable, *first, "-m", "flask", "--app", "flask_served", "run", "--port", "0"]
    with subprocess.Popen(
        command, cwd=cwd, env=ENVIRONMENT, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        patience = threading.Timer(PATIENCE, process.kill)  # then there is no more to read
        patience.start()
        try:
            assert process.stderr is not None
            lines: list[str] = []
            for line in process.stderr:
                lines.append(line)
                if port := re.search(r"Running on http://127\.0\.0\.1:(\d+)", line):
                    yield int(port[1])
                    break
            else:
                pytest.fail("".join(lines))
        finally:
            patience.cancel()
            process.terminate()


def answer_of(port: int) -> tuple[dict[str, Any], str | None]:
    """Ask the application once."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/heard")
    response = connection.getresponse()
    told: dict[str, Any] = json.loads(response.read())
    connection.close()
    return told, response.headers["X-Heard"]


@pytest.mark.parametrize(
    ("first", "library"), [((), "blinker.base"), (ADAPTER, "aldis.blinker.base")]
)
@needs("flask", "blinker")
def test_flask_run_serves_with_the_signals_of_the_library_it_is_started_with(
    first: tuple[str, ...], library: str
) -> None:
    with flask_running(*first, cwd=PROGRAMS) as port:
        told, header = answer_of(port)
    assert told == {
        "Signal": library,
        "argv": ["--app", "flask_served", "run", "--port", "0"],
        "heard": ["started /heard"],
        "debug": False,
    }
    assert header == "finished 200"
