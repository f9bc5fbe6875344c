"""The types of aldis mean the same to six type checkers; `harness` finds out whether they do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from harness import (
    CHECKERS,
    HERE,
    Case,
    Checker,
    Finding,
    HarnessError,
    Line,
    Verdict,
    judge_all,
    read_case,
    read_cases,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

CASES = read_cases()
INSTALLED = [checker for checker in CHECKERS if not checker.missing]

for_each_checker = pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
for_each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


class _Table:
    """Prints the table at the end of the run, where it is not lost among the dots."""

    def __init__(self, text: str) -> None:
        self._text = text

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("type checkers against case files")
        terminalreporter.write_line(self._text)


@pytest.fixture(scope="session")
def verdicts(request: pytest.FixtureRequest) -> Mapping[str, Verdict]:
    """The report of each installed checker on the cases; each is run once for all tests."""
    found = judge_all(INSTALLED, CASES)
    request.config.pluginmanager.register(_Table(table(found.values())))
    return found


def _verdict(checker: Checker, verdicts: Mapping[str, Verdict]) -> Verdict:
    if checker.name not in verdicts:
        pytest.skip(f"{checker.name} is not installed beside this interpreter")
    return verdicts[checker.name]


# --- the cases ---


@for_each_checker
def test_every_checker_reports_exactly_the_marked_lines(
    checker: Checker, verdicts: Mapping[str, Verdict]
) -> None:
    verdict = _verdict(checker, verdicts)
    assert verdict.agrees, verdict.differences()


def test_at_least_sixty_lines_are_marked_and_more_are_right() -> None:
    marked = sum(len(case.marks) for case in CASES)
    right = sum(len(case.right) for case in CASES)
    assert 60 <= marked < right


@pytest.mark.parametrize(
    "method",
    [
        "send",
        "send_robust",
        "gather",
        "gather_robust",
        "limited",
        "connect",
        "connect_via",
        "connected_to",
        "subscribe",
        "disconnect",
        "disconnect_all",
        "next",
        "wait",
        "muted",
        "receivers",
        "receivers_for",
        "has_receivers_for",
        "receiver_connected",
        "receiver_disconnected",
        "signal",
        "async_signal",
    ],
)
def test_every_method_has_a_line_that_is_wrong(method: str) -> None:
    use = re.compile(rf"\.{method}\b")
    marked = [case.source[number - 1] for case in CASES for number in case.marks]
    assert any(use.search(line) for line in marked)


@for_each_case
def test_every_case_is_python_that_the_oldest_supported_version_can_read(case: Case) -> None:
    source = case.path.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 11))
    compile(source, case.name, "exec")


@for_each_case
def test_every_case_says_what_it_proves(case: Case) -> None:
    assert ast.get_docstring(ast.parse(case.path.read_text(encoding="utf-8")))


def test_few_lines_are_disputed_and_each_says_why() -> None:
    disputed = [mark for case in CASES for mark in case.marks.values() if mark.disputed]
    assert len(disputed) < 0.05 * sum(len(case.marks) for case in CASES)
    assert all(mark.reason for mark in disputed)


# --- the harness: a proof that cannot fail is none ---

# line 2 is right, line 3 is wrong; what the marks say of them is up to the test
_SMALL = """\
from aldis import Signal
Signal[int, [str]]().send(1, "a"){right}
Signal[int, [str]]().send(1, 2){wrong}
"""


def _small(folder: Path, name: str, *, right: str = "", wrong: str = "") -> Case:
    path = folder / name
    path.write_text(_SMALL.format(right=right, wrong=wrong), encoding="utf-8")
    return read_case(path)


@pytest.fixture(scope="session")
def small_verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """The report of each installed checker on small files, most of which have wrong marks."""
    folder = tmp_path_factory.mktemp("small")
    names = ", ".join(checker.name for checker in CHECKERS)
    small = (
        _small(folder, "honest.py", wrong="  # E"),
        _small(folder, "unmarked.py"),
        _small(folder, "marked.py", right="  # E: it is right", wrong="  # E"),
        _small(folder, "but_not.py", wrong=f"  # E! not {names}: they do"),
        _small(folder, "only.py", right=f"  # E? only {names}: they do not", wrong="  # E"),
    )
    return judge_all(INSTALLED, small)


@for_each_checker
def test_every_lie_about_a_line_is_found_out(
    checker: Checker, small_verdicts: Mapping[str, Verdict]
) -> None:
    verdict = _verdict(checker, small_verdicts)
    assert verdict.expected - verdict.reported == {Line("marked.py", 2), Line("only.py", 2)}
    assert verdict.reported - verdict.expected == {Line("unmarked.py", 3), Line("but_not.py", 3)}
    assert not verdict.agrees


@for_each_checker
def test_a_difference_shows_the_line_and_what_the_checker_says(
    checker: Checker, small_verdicts: Mapping[str, Verdict]
) -> None:
    verdict = _verdict(checker, small_verdicts)
    told = verdict.differences()
    assert f"{checker.name} {checker.version}: 2 missed, 2 not marked" in told
    assert 'missed      marked.py:2  Signal[int, [str]]().send(1, "a")  # E: it is right' in told
    assert "not marked  unmarked.py:3  Signal[int, [str]]().send(1, 2)" in told
    message = next(
        found.message for found in verdict.findings if found.line == Line("unmarked.py", 3)
    )
    assert message.splitlines()[0] in told
    assert "honest.py" not in told


@pytest.mark.parametrize(("mark", "differing"), [("", 1), ("  # E", 0)])
def test_run_as_a_script_the_harness_tells_how_many_checkers_differ(
    mark: str, differing: int, tmp_path: Path
) -> None:
    ty = next(checker for checker in CHECKERS if checker.name == "ty")
    if ty.missing:
        pytest.skip("ty is not installed beside this interpreter")
    _small(tmp_path, "small.py", wrong=mark)
    ran = subprocess.run(
        [sys.executable, HERE / "harness.py", "ty", "--cases", tmp_path],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == differing, ran.stderr
    assert ran.stdout.startswith("case file")
    assert ("not marked  small.py:3" in ran.stdout) == bool(differing)


def test_the_table_shows_where_a_checker_differs(tmp_path: Path) -> None:
    case = _small(tmp_path, "small.py", wrong="  # E? only ty: for the sake of this test")
    line = Line("small.py", 3)
    shown = table(
        [
            Verdict("mypy", "1.2", (case,), (Finding(line, "no"),), 1.25),
            Verdict("ty", "3.4", (case,), (Finding(line, "no"),), 0.1),
        ]
    )
    assert [row.split() for row in shown.splitlines() if row.strip("-")] == [
        ["case", "file", "right", "marked", "mypy", "ty"],
        ["1.2", "3.4"],
        ["small.py", "1", "1", "!1", "1"],
        ["all", "1", "1", "1", "1"],
        ["seconds", "1.2", "0.1"],
        ["disputed:"],
        ["small.py:3", "only", "ty:", "for", "the", "sake", "of", "this", "test"],
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# E payload type",
        "# E:",
        "# E:payload type",
        "#E: payload type",
        "# E! payload type",
        "# E! not ty",
        "# E! not Ty: why",
        "# E! not nobody: why",
        "# E! not mypy, nobody: why",
        "# E? only: why",
        "# E? only nobody: why",
    ],
)
def test_a_mark_that_cannot_be_read_is_an_error(comment: str, tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match=r"small\.py:3"):
        _small(tmp_path, "small.py", wrong=f"  {comment}")


def test_a_mark_on_a_line_of_its_own_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="without code"):
        _small(tmp_path, "small.py", wrong="\n    # E: the line above")


@pytest.mark.parametrize("text", ['; print("# E: in a string")', "  # Each of them", "  # an E"])
def test_what_only_looks_like_a_mark_is_none(text: str, tmp_path: Path) -> None:
    assert not _small(tmp_path, "small.py", right=text).marks


def test_a_folder_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="no case files"):
        read_cases(tmp_path)


class _Script(Checker):
    """A checker that runs a line of Python, and reports its output."""

    name = "script"

    def __init__(self, script: str) -> None:
        super().__init__()
        self._script = script

    @property
    def program(self) -> str:
        return sys.executable

    @property
    def version(self) -> str:
        return "1"

    def arguments(self) -> Sequence[str]:
        return ("-c", self._script)

    def errors(self, output: str) -> Iterator[Finding]:
        for line in output.splitlines():
            file, number = line.split(":")
            yield Finding(Line(file, int(number)), "found")


def _judge(script: str, cases: Iterable[Case]) -> Verdict:
    return judge_all([_Script(script)], tuple(cases))["script"]


@pytest.mark.parametrize(
    "script",
    [
        "print('small.py:three')",
        "print('internal error')",
        "print('small.py:3'); raise SystemExit(2)",
    ],
)
def test_a_checker_that_fails_is_no_checker_that_found_nothing(script: str, tmp_path: Path) -> None:
    case = _small(tmp_path, "small.py", wrong="  # E")
    with pytest.raises(HarnessError, match=r"script (failed|is not understood): "):
        _judge(script, [case])


def test_an_error_outside_the_cases_is_not_overlooked(tmp_path: Path) -> None:
    case = _small(tmp_path, "small.py", wrong="  # E")
    assert _judge("print('small.py:3')", [case]).agrees
    verdict = _judge("print('small.py:3'); print('elsewhere.py:7')", [case])
    assert not verdict.agrees
    assert "not marked  elsewhere.py:7" in verdict.differences()


def test_a_checker_works_on_a_copy_with_the_configurations_beside_it(tmp_path: Path) -> None:
    case = _small(tmp_path, "small.py", wrong="  # E")
    script = (
        "from pathlib import Path; here = Path.cwd(); "
        "assert (here / 'cases/small.py').read_text() and (here / 'mypy.ini').read_text(); "
        f"assert not here.is_relative_to({str(tmp_path)!r}); "
        "print('small.py:3')"
    )
    assert _judge(script, [case]).agrees
