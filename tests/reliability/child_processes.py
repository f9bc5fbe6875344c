"""Programs that tests run in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


def run(program: str | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = ["-c", textwrap.dedent(program)] if isinstance(program, str) else [str(program)]
    return subprocess.run(
        [sys.executable, "-W", "error", *code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_silent(done: subprocess.CompletedProcess[str]) -> None:
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
