"""The mistakes that the README makes are found as it shows them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from harness import CHECKERS, HERE, Checker, judge, read_case

if TYPE_CHECKING:
    from pathlib import Path

README = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")

SHOWN = re.findall(r"^app\.py:(\d+): error: (.*?)(?:  \[[a-z-]+\])$", README, flags=re.MULTILINE)


def block(language: str) -> str:
    """Return the first block of code in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """The program that the README's first two blocks make."""
    path = tmp_path / "app.py"
    path.write_text(f"{block('python')}\n\n{block('py')}", encoding="utf-8")
    return path


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
def test_every_checker_reports_the_three_mistakes(checker: Checker, app: Path) -> None:
    if checker.missing:
        pytest.skip(f"{checker.name} is not installed beside this interpreter")
    findings = judge(checker, [read_case(app)]).findings
    assert sorted({finding.line.number for finding in findings}) == [int(n) for n, _ in SHOWN]
    if checker.name == "mypy":
        assert [(str(finding.line.number), finding.message) for finding in findings] == SHOWN


def test_three_mistakes_are_shown() -> None:
    assert len(SHOWN) == 3


def test_the_error_at_run_time_is_the_one_that_is_shown(app: Path) -> None:
    ran = subprocess.run(
        [sys.executable, app], capture_output=True, check=False, encoding="utf-8", cwd=app.parent
    )
    said = ran.stderr.splitlines()[-1]
    assert said in README.splitlines()
    assert said.startswith("TypeError: signal user_created(sender: App, /")
