"""The command without what its extra installs."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

import aldis
from aldis.__main__ import main

LINE = "aldis: the command needs the extra 'cli': pip install 'rich>=13.8' 'typer>=0.26'\n"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command be imported again."""
    monkeypatch.setattr(sys, "argv", ["aldis", "list", "nowhere"])
    for name in [name for name in sys.modules if name.startswith("aldis._cli")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(aldis, "_cli")


@pytest.mark.parametrize("missing", ["typer", "rich.text"])
def test_without_the_extra_there_is_one_line_that_says_how_to_get_it(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert main() == 2
    assert capsys.readouterr() == ("", LINE)


def test_another_module_that_is_missing_is_not_taken_for_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = builtins.__import__

    def fail(name: str, *rest: Any) -> Any:
        if name == "aldis._cli":
            raise ModuleNotFoundError(name="aldis._cli")
        return find(name, *rest)

    monkeypatch.setattr(builtins, "__import__", fail)
    with pytest.raises(ModuleNotFoundError):
        main()


def test_an_interrupt_is_one_line_and_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(name: str, *rest: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "__import__", interrupt)
    assert main() == 130
    monkeypatch.undo()
    assert capsys.readouterr() == ("", "aldis: interrupted\n")


def test_with_it_the_command_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 2
    assert capsys.readouterr() == ("", "aldis: there is no module nowhere\n")
