"""Changes of which one allocation fails, or two in a row, with a tool of CPython's own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "programs" / "without_memory.py"


@pytest.mark.skipif(
    importlib.util.find_spec("_testcapi") is None, reason="this CPython was built without _testcapi"
)
def test_whichever_allocation_of_a_change_fails_it_is_made_wholly_or_not_at_all() -> None:
    """And the lock is free."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    tried = {name: int(count) for name, _, count in map(_parts, done.stdout.splitlines())}
    assert len(tried) > 20
    assert all(count > 10 for count in tried.values()), "too few allocations to have shown anything"


def _parts(line: str) -> tuple[str, str, str]:
    return line.rpartition(": ")
