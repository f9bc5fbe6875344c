"""The guide shows what the command does with its projects, and explains every code."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from migrating import cache

from aldis._cli import run
from aldis._migrate._codes import CODES
from pages.blocks import DOCS, ROOT, blocks_of
from pages.programs import parts_of

GUIDE = DOCS / "howto" / "from-blinker.md"
PROJECTS = {0: ["signals", "accounts"], 1: ["members"]}  # of which diff of the page


def lay_out(folder: Path, modules: list[str]) -> None:
    parts = {part.module: part.blocks[0].text for part in parts_of(GUIDE) if part.blocks}
    for module in modules:
        (folder / f"{module}.py").write_text(parts[module])


def shown(language: str) -> list[str]:
    return [block.text for block in blocks_of(GUIDE) if block.language == language]


@pytest.fixture
def migrate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> pytest.CaptureFixture[str]:
    """Run the command in a folder of its own, with what mypy knows already."""
    pytest.importorskip("mypy")
    pytest.importorskip("flask")
    monkeypatch.setattr("aldis._cli._migrating.TemporaryDirectory", lambda: nullcontext(cache()))
    monkeypatch.chdir(tmp_path)
    return capfd


@pytest.mark.parametrize("place", PROJECTS)
def test_the_diffs_of_the_guide_are_those_of_the_command(
    migrate: pytest.CaptureFixture[str], tmp_path: Path, place: int
) -> None:
    lay_out(tmp_path, PROJECTS[place])
    assert run(["migrate", "."]) == 1
    told = migrate.readouterr()
    assert told.out == shown("diff")[place]
    if place == 0:
        assert told.err == shown("text")[0]


def test_the_project_of_the_guide_runs_before_and_after(
    migrate: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lay_out(tmp_path, PROJECTS[0])
    command = [sys.executable, "accounts.py"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert run(["migrate", ".", "--write", "--force"]) == 3
    assert "@typed" in (tmp_path / "signals.py").read_text()
    subprocess.run(command, cwd=tmp_path, check=True)


def test_the_lines_of_the_readme_are_in_the_diff_of_the_guide() -> None:
    (lines,) = [b.text for b in blocks_of(ROOT / "README.md") if b.language == "diff"]
    assert lines in shown("diff")[0]


@pytest.mark.parametrize("name", sorted(CODES))
def test_the_guide_explains_each_code_where_reports_point_to(name: str) -> None:
    code = CODES[name]
    page, _, anchor = code.anchor.partition("#")
    row = f'| <a id="{anchor}"></a>{name} | {code.meaning} | {code.advice} |'
    assert row in (ROOT / page).read_text().splitlines()
