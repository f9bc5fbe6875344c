"""`install`, and programs that are run on the adapter, in this very process."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

import aldis.blinker
from aldis.blinker import __main__ as runner
from aldis.blinker import _utilities, base, install, uninstall

REPORT = """\
import sys
import blinker
print(blinker.__name__, __name__, sys.argv[1:], sys.path[0])
"""


@pytest.fixture(autouse=True)
def no_blinker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget blinker for the length of a test, and put back what a program changes."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "blinker"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    yield
    uninstall()


def test_installed_twice_and_uninstalled_twice_it_is_as_once() -> None:
    for _ in range(2):
        install()
        assert sys.modules["blinker"] is aldis.blinker
        assert sys.modules["blinker.base"] is base
        assert sys.modules["blinker._utilities"] is _utilities
    for _ in range(2):
        uninstall()
        assert "blinker" not in sys.modules
        assert "blinker.base" not in sys.modules


def test_who_holds_blinker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    blinker = importlib.import_module("blinker")
    holders = {"holds_the_module": blinker, "holds_a_signal": blinker.Signal()}
    for name, held in holders.items():
        module = ModuleType(name)
        module.__dict__["held"] = held
        monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(ImportError, match=r"used by .*holds_a_signal, holds_the_module") as caught:
        install()
    assert caught.value.name == "blinker"
    assert sys.modules["blinker"] is blinker


def test_a_program_runs_with_its_arguments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.py"
    program.write_text(REPORT)
    assert runner.main([str(program), "-x", "y"]) == 0
    assert capsys.readouterr().out == f"aldis.blinker __main__ ['-x', 'y'] {tmp_path}\n"


def test_a_module_runs_with_its_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "program.py").write_text(REPORT)
    monkeypatch.chdir(tmp_path)
    assert runner.main(["-m", "program", "z"]) == 0
    assert capsys.readouterr().out == f"aldis.blinker __main__ ['z'] {tmp_path}\n"
    assert runner.main(["-mprogram", "z"]) == 0
    assert capsys.readouterr().out == f"aldis.blinker __main__ ['z'] {tmp_path}\n"


def test_a_zip_file_runs_by_its_main_module(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.zip"
    with ZipFile(program, "w") as archive:
        archive.writestr("__main__.py", REPORT)
    assert runner.main([str(program)]) == 0
    assert capsys.readouterr().out == f"aldis.blinker __main__ [] {program}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "usage: python -m aldis.blinker PROGRAM ARGS..."),
        (["-m"], 2, "usage: python -m aldis.blinker PROGRAM ARGS..."),
        (["no_such_program.py"], 2, "no such program: no_such_program.py"),
        (["--help"], 0, "usage: python -m aldis.blinker PROGRAM ARGS..."),
    ],
)
def test_what_cannot_be_run_is_told(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(arguments) == code
    written = capsys.readouterr()
    assert said in (written.err if code else written.out)
