"""`pytest --aldis-record`, in runs in this process: what it says, and where it is a worker."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from aldis._recording._reading import read_one

pytest_plugins = ["pytester"]

TESTS = """
    from aldis.blinker import Signal

    sold = Signal()

    def test_selling():
        sold.send(None, n=1)
    """


@pytest.fixture
def run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., pytest.RunResult]]:
    for name in ("blinker", "blinker.base", "blinker._utilities"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for variable in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "ALDIS_RECORD"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_of_shop=dedent(TESTS))

    def runs(*arguments: str) -> pytest.RunResult:
        plugins = ("-p", "aldis.pytest_plugin", "-p", "no:cacheprovider")
        return pytester.runpytest_inprocess(*plugins, *arguments)

    yield runs
    assert "ALDIS_RECORD" not in os.environ


def symbols_in(path: Path) -> list[str]:
    return [*read_one(path).signals]


def test_a_run_says_what_it_has_recorded(run: Callable[..., Any], pytester: Any) -> None:
    ran = run("--aldis-record", "r.json")
    path = pytester.path / "r.json"
    ran.stdout.fnmatch_lines([f"aldis: recorded 1 send of 1 signal at 1 line in {path}"])
    assert symbols_in(path) == ["test_of_shop.sold"]


def test_a_run_without_a_terminal_says_it_too(run: Callable[..., Any], pytester: Any) -> None:
    ran = run("--aldis-record", "r.json", "-p", "no:terminal", "-p", "no:logging")
    assert ran.ret == 0
    assert "aldis: recorded 1 send" in ran.stderr.str()
    assert symbols_in(pytester.path / "r.json") == ["test_of_shop.sold"]


def test_a_file_that_cannot_be_written_ends_the_run_before_it_begins(
    run: Callable[..., Any],
) -> None:
    ran = run("--aldis-record", "nowhere/r.json")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["ERROR: --aldis-record: * cannot be written: there is no folder *"])


def test_a_file_that_cannot_be_written_at_the_end_is_told(
    run: Callable[..., Any], pytester: Any
) -> None:
    pytester.makeconftest(
        """
        import pathlib

        def pytest_sessionfinish():
            pathlib.Path("r.json").mkdir()
        """
    )
    ran = run("--aldis-record", "r.json")
    assert ran.ret == 0
    ran.stdout.fnmatch_lines(["aldis: * cannot be written: Is a directory"])


def test_a_run_that_is_not_to_be_recorded_loads_nothing_for_it(
    run: Callable[..., Any], pytester: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "aldis._recording._in_pytest", raising=False)
    run()
    assert "aldis._recording._in_pytest" not in sys.modules
    assert not [*pytester.path.glob("*.json")]


@pytest.mark.parametrize("arguments", [[], ["--aldis-record", "r.json"]])
def test_a_worker_writes_its_part(
    run: Callable[..., Any],
    pytester: Any,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    file = pytester.path / "r.json"
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    told = json.dumps([os.getppid(), str(file), str(pytester.path)])
    monkeypatch.setenv("ALDIS_RECORD", told)
    ran = run(*arguments)
    monkeypatch.delenv("ALDIS_RECORD")
    assert "aldis:" not in ran.stdout.str()
    (part,) = pytester.path.glob("*.part")
    assert symbols_in(part) == ["test_of_shop.sold"]
    assert not file.exists()


def test_a_worker_of_a_run_that_is_not_recorded_writes_nothing(
    run: Callable[..., Any], pytester: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    assert run().ret == 0
    assert not [*pytester.path.glob("*json*")]


def test_a_run_that_a_test_in_a_worker_starts_is_one_of_its_own(
    run: Callable[..., Any], pytester: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    assert run("--aldis-record", "r.json").ret == 0
    assert symbols_in(pytester.path / "r.json") == ["test_of_shop.sold"]
