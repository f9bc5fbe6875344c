"""`aldis migrate` on the command line."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from migrating import cache
from small_programs import write

from aldis._cli import run

SOURCES = {
    "app.py": """
        from blinker import signal

        x = signal("x")
        x.send(None, n=1)
        """
}


def test_a_program_is_migrated_and_then_has_nothing_left_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(tmp_path, SOURCES)
    monkeypatch.setattr("aldis._cli._migrating.TemporaryDirectory", lambda: nullcontext(cache()))
    monkeypatch.chdir(tmp_path)
    assert run(["migrate", "app.py", "--write", "--force"]) == 0
    output, report = capfdbinary.readouterr()
    assert b'\n+@typed(signal("x"))\n' in output
    assert report.startswith(b"1 declarations = 1 changed + 0 stay")
    assert '@typed(signal("x"))' in Path("app.py").read_text()
    assert run(["migrate", ".", "--check"]) == 0
    assert capfdbinary.readouterr().out == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "aldis: there is no nowhere; name files or folders\n"),
        (["."], "aldis: there is no Python file in .; name the folder of the package\n"),
        ([".", "--record", "none.json"], "aldis: none.json cannot be read: No such file"),
    ],
)
def test_wrong_input_is_told_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["migrate", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(message)
    assert error.count("\n") == 1


def test_without_mypy_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [one for one in sys.modules if one.startswith("aldis._migrate._")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mypy", None)
    monkeypatch.setitem(sys.modules, "mypy.build", None)
    monkeypatch.chdir(tmp_path)
    assert run(["migrate", "."]) == 2
    assert capsys.readouterr().err == (
        "aldis: migrate needs an extra: pip install 'aldis[migrate]'\n"
    )
