"""The stubs for blinker: true to blinker 1.9.0, and seen by every type checker.

The checkers run in an environment made here, which finds the stubs as an editable install lays
them: by a plain `.pth`. So what is proved holds wherever `pip install -e typings` was run.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import blinker
import pytest

HERE = Path(__file__).parent
TYPINGS = HERE.parents[1] / "typings"
CASE = HERE / "blinker_case.py.txt"  # not `.py`: a run over the whole repository must not read it

_SETTINGS = {
    "pyrightconfig.json": '{"typeCheckingMode": "strict"}',
    "mypy.ini": "[mypy]\nstrict = True\n",
    "pyrefly.toml": "",  # without one, a preset applies that reports next to nothing
}
# `{python}` is the interpreter whose packages the checker is to see, `{case}` the file to read
_COMMANDS = {
    "mypy": "mypy --python-executable {python} --config-file mypy.ini {case}",
    "pyright": "pyright --pythonpath {python} {case}",
    "basedpyright": "basedpyright --pythonpath {python} {case}",
    "ty": "ty check --python {python} --output-format concise {case}",
    "pyrefly": "pyrefly check --python-interpreter-path {python} --output-format min-text {case}",
    "zuban": "zuban check --strict --python-executable {python} {case}",
}


def interpreter(folder: Path, *paths: Path | str) -> Path:
    """Make an environment with these paths in a `.pth`, and return its interpreter."""
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "paths.pth").write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def plain_blinker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with blinker and nothing else: this environment may have the stubs, too."""
    folder = tmp_path_factory.mktemp("packages")
    (folder / "blinker").symlink_to(Path(blinker.__file__).parent)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, plain_blinker: Path) -> Path:
    """An interpreter that has blinker and the stubs."""
    return interpreter(tmp_path_factory.mktemp("environment"), TYPINGS, plain_blinker)


def errors(checker: str, python: Path, folder: Path) -> dict[int, str]:
    """Return what a checker says is wrong in the case file, by line."""
    program, *arguments = _COMMANDS[checker].split()
    tool = Path(sys.executable).parent / program
    if not tool.exists():
        pytest.skip(f"{checker} is not installed beside this interpreter")
    (folder / "case.py").write_text(CASE.read_text(encoding="utf-8"), encoding="utf-8")
    for name, text in _SETTINGS.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [tool, *(word.format(python=python, case="case.py") for word in arguments)],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    found = (re.search(r"\bcase\.py:(\d+)", line) for line in done.stdout.splitlines())
    return {int(line[1]): line.string for line in found if line and "error" in line.string.lower()}


@pytest.mark.parametrize("checker", _COMMANDS)
def test_every_checker_reports_exactly_the_marked_lines(
    checker: str, python: Path, tmp_path: Path
) -> None:
    lines = CASE.read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# E")}
    found = errors(checker, python, tmp_path)
    unseen = {number: lines[number - 1] for number in marked - set(found)}
    unmarked = {number: found[number] for number in set(found) - marked}
    assert (unseen, unmarked) == ({}, {})


def test_without_the_stubs_the_first_mark_is_no_error(plain_blinker: Path, tmp_path: Path) -> None:
    """So that the other test shows that the stubs are read, and not that blinker has types."""
    bare = interpreter(tmp_path / "environment", plain_blinker)
    lines = CASE.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines, 1) if line.endswith("# E"))
    assert first not in errors("mypy", bare, tmp_path)


def test_the_stubs_differ_from_blinker_only_where_the_allowlist_says(tmp_path: Path) -> None:
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed for this interpreter")
    # it imports blinker and mypy where it runs
    python = interpreter(tmp_path / "environment", TYPINGS, sysconfig.get_path("purelib"))
    allowlist = HERE / "blinker.allowlist"
    done = subprocess.run(
        [python, "-m", "mypy.stubtest", "blinker", "--allowlist", allowlist],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues found in 3 modules" in done.stdout
