"""pytest where aldis is imported before it: by the launchers, or by a program that calls pytest."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent

import pytest

import aldis

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "from-blinker.md").read_text("utf-8")
(COMMAND,) = re.findall(r"^\$ python (.*)$", PAGE, re.MULTILINE)
(CONFTEST,) = re.findall(r"^```py\n(# conftest.py.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

TESTS = """
    import blinker
    from aldis import Signal
    from aldis.testing import assert_sent

    saved = Signal(name="saved")

    def test_which_one_it_is(signals):
        signals.capture(saved)
        saved.send(None, path="a")
        assert_sent(saved, times=1, path="{path}")
        assert blinker.__name__ == "{blinker}"
"""


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder in which aldis is installed as from a wheel, for which pytest looks at its files."""
    pytest.importorskip("blinker")
    site = pytester.mkdir("site")
    (site / "aldis").symlink_to(Path(aldis.__file__).parent, target_is_directory=True)
    info = site / "aldis-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: aldis\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pytest11]\naldis = aldis.pytest_plugin\n")
    files = (
        "aldis/__init__.py",
        "aldis/pytest_plugin.py",
        *(f"{info.name}/{name.name}" for name in info.iterdir()),
    )
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in files))
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


# Those of other libraries, which are three quarters of what a start takes.
PLUGINS = {plugin.name for plugin in entry_points(group="pytest11")} - {"aldis"}


def run(folder: pytest.Pytester, *command: str) -> pytest.RunResult:
    wanted = {"xdist", "xdist.looponfail"} if "-n" in command else set[str]()
    without = [f"-pno:{name}" for name in sorted({"cacheprovider", *PLUGINS} - wanted)]
    return folder.run(sys.executable, *command, *without)


LAUNCHERS = {
    "none": (["-m", "pytest"], "blinker"),
    "the adapter's": (COMMAND.split(), "aldis.blinker"),
    "trace": (["-m", "aldis", "trace", "--summary", "-m", "pytest"], "blinker"),
    "both": (
        ["-m", "aldis.blinker", "-m", "aldis", "trace", "--summary", "-m", "pytest"],
        "aldis.blinker",
    ),
    "a program": (["program.py"], "blinker"),
}
PROGRAM = """
    import sys
    import aldis, aldis.observing, aldis.exceptions
    import pytest
    sys.exit(pytest.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("python", "filters"), [((), "default"), (("-W", "error"), "error")])
@pytest.mark.parametrize(("launcher", "blinker"), LAUNCHERS.values(), ids=LAUNCHERS)
def test_pytest_runs_without_a_warning_however_it_is_started(
    folder: pytest.Pytester,
    launcher: list[str],
    blinker: str,
    python: tuple[str, ...],
    filters: str,
) -> None:
    folder.makeini(f"[pytest]\nfilterwarnings = {filters}\n")
    folder.makepyfile(program=dedent(PROGRAM))
    folder.makepyfile(test_it=dedent(TESTS.format(path="a", blinker=blinker)))
    ran = run(folder, *python, *launcher)
    ran.assert_outcomes(passed=1, warnings=0)
    assert ran.ret == 0
    if "trace" in launcher:
        ran.stderr.fnmatch_lines(["saved *"])


@pytest.mark.parametrize("launcher", ["none", "the adapter's", "trace"])
def test_assertions_are_explained_however_pytest_is_started(
    folder: pytest.Pytester, launcher: str
) -> None:
    command, _ = LAUNCHERS[launcher]
    folder.makepyfile(test_it=dedent(TESTS.format(path="b", blinker="aldis.blinker")))
    ran = run(folder, *command)
    ran.assert_outcomes(failed=1)
    assert ran.ret == 1
    ran.stdout.fnmatch_lines(["E*path: assert 'a' == 'b'"])


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_suite_is_on_the_adapter_by_the_conftest_of_the_page(
    folder: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytest.importorskip("xdist")
    folder.makeini("[pytest]\nfilterwarnings = error\n")
    folder.makeconftest(CONFTEST)
    folder.makepyfile(test_it=dedent(TESTS.format(path="a", blinker="aldis.blinker")))
    run(folder, "-m", "pytest", *workers).assert_outcomes(passed=1, warnings=0)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_plugin_that_imports_blinker_comes_after_the_adapter_if_that_is_named_first(
    folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    folder.makepyfile(test_it=dedent(TESTS.format(path="a", blinker="aldis.blinker")))
    folder.makepyfile(holds="import blinker")
    folder.makepyfile(on_aldis=CONFTEST)
    first, second = ("on_aldis", "holds") if is_first else ("holds", "on_aldis")
    monkeypatch.setenv("PYTHONPATH", str(folder.path), prepend=os.pathsep)
    ran = run(folder, "-m", "pytest", "-p", first, "-p", second)
    if is_first:
        ran.assert_outcomes(passed=1)
    else:
        assert "blinker is already loaded, and used by holds" in ran.stderr.str()
