"""`aldis record` runs a program, and writes down what it sends."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterator

import pytest

from aldis._recording._reading import read_one
from cli.workplace import Ran, Workplace

PROGRAM = """\
import sys
import blinker

sold = blinker.Signal()
print(__name__, sys.argv, blinker.__name__)
sold.send(None, n=1)
"""


@pytest.fixture
def record(here: Workplace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Ran]]:
    """Run the command in this process, up to the end that a process of its own would have."""
    at_exit: list[Callable[[], object]] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(atexit, "unregister", at_exit.remove)
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    for name in ("blinker", "blinker.base", "blinker._utilities"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def run(*arguments: str) -> Ran:
        return here.aldis("record", *arguments, at_exit=at_exit)

    yield run
    assert at_exit == []
    assert "blinker" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "argv"),
    [
        (["-o", "r.json", "program.py", "-o", "x"], "['program.py', '-o', 'x']"),
        (["--output", "r.json", "--", "program.py", "-m"], "['program.py', '-m']"),
        (["-o", "r.json", "-m", "program", "-o", "x"], "['{file}', '-o', 'x']"),
        (["-o", "r.json", "-mprogram"], "['{file}']"),
        (["-o", "r.json", "--", "-m", "program", "-o", "x"], "['{file}', '-o', 'x']"),
    ],
)
def test_a_program_runs_as_it_does_by_itself_and_is_recorded(
    here: Workplace, record: Callable[..., Ran], arguments: list[str], argv: str
) -> None:
    here.write(program=PROGRAM)
    ran = record(*arguments)
    told = argv.format(file=here.folder / "program.py")
    assert ran.out == f"__main__ {told} aldis.blinker\n"
    assert ran.err == "aldis: recorded 1 send of 1 signal at 1 line in r.json\n"
    assert ran.code == 0
    (send,) = read_one(here.folder / "r.json").signals["program.sold"].sends
    assert (send.place, send.payload) == (
        ("program.py", 6, "program.<module>"),
        {"n": ("builtins.int",)},
    )


NOWHERE = "{folder}/a/r.json cannot be written: there is no folder {folder}/a"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-o", "r.json", "nowhere.py"], "there is no program nowhere.py"),
        (["-o", "r.json", "-m", "nowhere"], "there is no module nowhere that can be run"),
        (["-o", "a/r.json", "program.py"], NOWHERE),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(
    here: Workplace, record: Callable[..., Ran], arguments: list[str], line: str
) -> None:
    here.write(program=PROGRAM)
    ran = record(*arguments)
    assert ran == Ran(2, "", f"aldis: {line.format(folder=here.folder)}\n")
    assert not (here.folder / "r.json").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "r.json"], "say which PROGRAM to run, or which MODULE with -m"),
        (["-o", "r.json", "--", "-m"], "say which PROGRAM to run, or which MODULE with -m"),
        (["program.py"], "Missing option '--output'"),
    ],
)
def test_a_wrong_command_line_is_told_with_exit_code_2(
    record: Callable[..., Ran], arguments: list[str], said: str
) -> None:
    ran = record(*arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


def test_a_file_that_cannot_be_written_at_the_end_and_a_broken_part_are_told(
    here: Workplace, record: Callable[..., Ran]
) -> None:
    breaks = "import pathlib; pathlib.Path('r.json.1-a.part').write_text('')"
    here.write(breaks=breaks, blocks="import pathlib; pathlib.Path('r.json').mkdir()")
    ran = record("-o", "r.json", "breaks.py")
    broken = f"{here.folder / 'r.json.1-a.part'} is not a recording of aldis: it is empty"
    nothing = "recorded 0 sends of 0 signals at 0 lines in r.json"
    assert ran.err == f"aldis: {broken}\naldis: {nothing}\n"
    (here.folder / "r.json").unlink()
    ran = record("-o", "r.json", "blocks.py")
    assert ran.err == f"aldis: {here.folder / 'r.json'} cannot be written: Is a directory\n"


def test_a_process_that_has_written_a_part_says_nothing(
    here: Workplace, record: Callable[..., Ran]
) -> None:
    program = """\
        import aldis
        from aldis._recording import _children
        _children._begin_in_child()  # as after a fork
        """
    here.write(program=program)
    try:
        assert record("-o", "r.json", "program.py") == Ran(0, "", "")
    finally:
        os.environ.pop("ALDIS_RECORD")  # a real child takes it with it when it ends


def test_help_names_the_command(record: Callable[..., Ran]) -> None:
    ran = record("--help")
    assert ran.code == 0
    assert "No values are written." in " ".join(ran.out.split())
