"""`aldis migrate` on the command line."""

from __future__ import annotations

import subprocess
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
        "aldis: migrate needs the extra 'migrate': "
        "pip install 'mypy>=2.0' 'rich>=13.8' 'typer>=0.26'\n"
    )


def test_what_is_missing_beside_mypy_is_no_matter_of_extras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "aldis._migrate._running", None)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="_running"):
        run(["migrate", "."])


def test_each_file_that_cannot_be_used_is_one_line_and_the_rest_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = {
        "shut.py": "from blinker import signal\n\ny = signal('y')\ny.send(None)\n",
        "torn.py": "def (:\n",
        "one/conftest.py": "",
        "two/conftest.py": "",
    }
    write(tmp_path, {**SOURCES, **bad})
    (tmp_path / "latin.py").write_bytes(b"x = 1\ny = 2\nz = '\xe9'\n")
    (tmp_path / "shut.py").chmod(0o444)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    monkeypatch.setattr("aldis._cli._migrating.TemporaryDirectory", lambda: nullcontext(cache()))
    monkeypatch.chdir(tmp_path)
    assert run(["migrate", ".", "--write", "--force"]) == 3
    report = capfd.readouterr().err
    for path, sentence in {
        "latin.py:3": "the file is left out: line 3 is not utf-8",
        "shut.py:3": "shut.y: shut.py is read-only",
        "torn.py:1": "the file is left out: invalid syntax",
        "two/conftest.py:1": "the module conftest is also",
    }.items():
        (line,) = [each for each in report.splitlines() if each.startswith(f"  {path}: ")]
        assert sentence in line
    changed = [path.name for path, data in before.items() if path.read_bytes() != data]
    assert changed == ["app.py"]


def test_changes_that_are_not_committed_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, SOURCES)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.setattr("aldis._cli._migrating.TemporaryDirectory", lambda: nullcontext(cache()))
    monkeypatch.chdir(tmp_path)
    before = Path("app.py").read_bytes()
    assert run(["migrate", "app.py", "--write"]) == 2
    out, error = capfd.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert "app.py" in error
    assert "--force" in error
    assert Path("app.py").read_bytes() == before


def test_an_interrupt_while_files_are_written_leaves_all_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {**SOURCES, "more.py": SOURCES["app.py"].replace("x", "y")})
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    replace = Path.replace

    def interrupted(path: Path, target: Path) -> Path:
        replace(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    monkeypatch.setattr("aldis._cli._migrating.TemporaryDirectory", lambda: nullcontext(cache()))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyboardInterrupt):  # which `python -m aldis` tells in one line
        run(["migrate", ".", "--write", "--force"])
    assert capfd.readouterr() == ("", "")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before
    assert [each for each in tmp_path.rglob(".*") if each.is_file()] == []


def test_a_mypy_that_crashes_is_one_line_and_the_syntax_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, SOURCES)

    def crash(*arguments: object, **options: object) -> None:
        raise RuntimeError("internal error")

    monkeypatch.setattr("aldis._migrate._mypy_pass.build", crash)
    monkeypatch.chdir(tmp_path)
    assert run(["migrate", "app.py", "--write", "--force"]) == 3
    report = capfd.readouterr().err
    assert report.count("mypy failed, so most types are unknown: RuntimeError") == 1
    assert report.count("the result is not checked") == 1
    assert '@typed(signal("x"))' in Path("app.py").read_text()
