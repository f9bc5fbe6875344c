"""Each form of real code, and what `aldis migrate` must make of it.

The fixtures were written before the command; `fixtures/README.md` says what is in them. Most are
migrated together, for each run asks mypy about all that it is given.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from laid_out import Fixture, fixtures, module_of
from meaning import Meaning, comments
from migrating import LEVELS, Finding, Level, Outcome, cache, record, run

from aldis.blinker import typed

FIXTURES = fixtures()
TOGETHER = [each for each in FIXTURES if each.group == "together"]
Groups: TypeAlias = Callable[[Fixture, Level], tuple[Path, Outcome, Outcome]]

each_fixture = pytest.mark.parametrize("fixture", FIXTURES, ids=[each.name for each in FIXTURES])
at_each_level = pytest.mark.parametrize("level", LEVELS)

# the rows of what was found in real code, and the fixtures that have them
ROWS = {
    "x = ns.signal('x') in a module": "module_namespace",
    "self.x = Signal()": "instance",
    "blinker's ANY": "blinkers_any",
    "x = Signal() in a class body": "class_body",
    "x = signal('x') in a module": "module_global",
    "looked up in a class": "named_in_class",
    "looked up in a function, on self": "named_in_function",
    "looked up in place": "lookup_in_place",
    "name computed": "name_computed",
    "namespaces of the same names": "colliding_names",
    "documentation": "documented",
    "annotated": "annotated",
    "senders": "senders",
    "send() without sender": "without_sender",
    "**spread": "spread",
    "result used": "result_used",
    "result used, and recorded": "result_recorded",
    "send_async": "send_async",
    "_async_wrapper": "async_wrapper",
    "connect forms and options": "connect_forms",
    "receivers": "receivers",
    "a lambda that mypy cannot infer": "lambda_receiver",
    "receivers that are generator functions": "generator_receiver",
    "stacked connects": "stacked",
    ".send handed on": "handed_on",
    "subclass, isinstance": "subclass",
    "tests": "tests_forms",
    "Django": "django",
    "PyDispatcher": "pydispatcher",
}
CODES = {f"M{number:02}" for number in range(1, 21)} - {"M16", "M18"}  # which nothing has


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Groups:
    """Migrate each group of fixtures once at each level, and once more what came of it."""
    made: dict[tuple[str, Level], tuple[Path, Outcome, Outcome]] = {}

    def outcome(fixture: Fixture, level: Level) -> tuple[Path, Outcome, Outcome]:
        key = (fixture.group, level)
        if key not in made:
            folder = tmp_path_factory.mktemp(fixture.group)
            made[key] = _migrated(_group(fixture), folder, level)
        return made[key]

    return outcome


def _group(fixture: Fixture) -> list[Fixture]:
    return [each for each in FIXTURES if each.group == fixture.group]


def _migrated(group: list[Fixture], folder: Path, level: Level) -> tuple[Path, Outcome, Outcome]:
    for fixture in group:
        fixture.lay_out(folder)
    programs = [each.options["record"] for each in group if "record" in each.options]
    records = tuple(record(folder, each) for each in programs)
    unsafe = any(each.options.get("unsafe", False) for each in group)
    first = run(folder, level, records=records, unsafe=unsafe)
    for path, text in first.files.items():
        (folder / path).write_text(text, encoding="utf-8")
    return folder, first, run(folder, level, records=records, unsafe=unsafe)


@each_fixture
@at_each_level
def test_a_program_becomes_what_was_expected(
    fixture: Fixture, level: Level, outcomes: Groups
) -> None:
    _, outcome, _ = outcomes(fixture, level)
    if fixture.is_free(level):
        pytest.skip(fixture.options["why"])
    for path, before in fixture.before.items():
        text = outcome.files.get(path, before)
        expected = fixture.after(level).get(path, before)
        if text == expected:
            continue
        assert Meaning.of(text, module_of(path)) == Meaning.of(expected, module_of(path)), path


@each_fixture
@at_each_level
def test_what_needs_a_person_is_told_with_its_line(
    fixture: Fixture, level: Level, outcomes: Groups
) -> None:
    _, outcome, _ = outcomes(fixture, level)
    findings = [each for each in outcome.findings if each.path in fixture.before]
    missing, extra = _compared(fixture, level, findings)
    assert (missing, extra) == ([], [])


def _compared(
    fixture: Fixture, level: Level, findings: list[Finding]
) -> tuple[list[str], list[str]]:
    expected = fixture.codes(level)
    missing = [
        str(each)
        for each in expected
        if not each.may_be and not any(each.is_met_by(finding) for finding in findings)
    ]
    extra = [
        str(finding)
        for finding in findings
        if not any(each.is_met_by(finding) for each in expected)
    ]
    return missing, extra


@each_fixture
@at_each_level
def test_no_comment_is_lost_and_every_file_parses(
    fixture: Fixture, level: Level, outcomes: Groups
) -> None:
    _, outcome, _ = outcomes(fixture, level)
    for path in fixture.before.keys() & outcome.files.keys():
        ast.parse(outcome.files[path])
        assert comments(fixture.before[path]) <= comments(outcome.files[path]), path


@each_fixture
@at_each_level
def test_nothing_but_aldis_is_newly_imported_at_run_time(
    fixture: Fixture, level: Level, outcomes: Groups
) -> None:
    _, outcome, _ = outcomes(fixture, level)
    for path in fixture.before.keys() & outcome.files.keys():
        before = Meaning.of(fixture.before[path], module_of(path))
        after = Meaning.of(outcome.files[path], module_of(path))
        assert after.imported <= before.imported, path


@each_fixture
@at_each_level
def test_a_second_run_changes_nothing(fixture: Fixture, level: Level, outcomes: Groups) -> None:
    _, _, second = outcomes(fixture, level)
    assert second.files.keys() & fixture.before.keys() == set()


@each_fixture
@at_each_level
def test_every_declaration_is_changed_or_stays(
    fixture: Fixture, level: Level, outcomes: Groups
) -> None:
    _, outcome, _ = outcomes(fixture, level)
    declared = sum(each.declarations for each in _group(fixture))
    assert outcome.changed + outcome.stay == declared


# --------------------------------------------------------------- what the fixtures promise


def test_there_is_a_fixture_for_every_row_and_every_code() -> None:
    names = {each.name for each in FIXTURES}
    assert set(ROWS.values()) <= names
    told = {code.code for each in FIXTURES for level in LEVELS for code in each.codes(level)}
    assert told >= CODES


@each_fixture
def test_a_fixture_names_lines_that_are_there(fixture: Fixture) -> None:
    for level in LEVELS:
        assert fixture.after(level).keys() <= fixture.before.keys()
        for code in fixture.codes(level):
            lines = fixture.before[code.path].splitlines()
            assert code.line is None or lines[code.line - 1].strip(), code


@each_fixture
@at_each_level
def test_what_is_expected_keeps_all_comments_and_imports_nothing_new(
    fixture: Fixture, level: Level
) -> None:
    for path, after in fixture.after(level).items():
        before = fixture.before[path]
        assert comments(before) <= comments(after), path
        was, is_now = Meaning.of(before, module_of(path)), Meaning.of(after, module_of(path))
        assert is_now.imported <= was.imported, path
        assert is_now != was, path


@pytest.mark.parametrize("group", sorted({each.group for each in FIXTURES}))
def test_programs_that_are_migrated_together_have_names_of_their_own(group: str) -> None:
    paths = [path for each in FIXTURES if each.group == group for path in each.before]
    assert len(paths) == len(set(paths))


needs_the_decorator = pytest.mark.skipif(
    inspect.signature(typed).parameters["declaration"].default is inspect.Parameter.empty,
    reason="`typed` is no decorator yet",
)


@needs_the_decorator
@at_each_level
def test_what_is_expected_can_be_imported(level: Level, tmp_path: Path) -> None:
    """No receiver of a fixture is refused at `connect`, in one process for all of them."""
    for library in ("flask", "django", "pydispatch"):
        pytest.importorskip(library)
    modules: list[str] = []
    for fixture in TOGETHER:
        if fixture.after(level):
            fixture.lay_out(tmp_path, level)
            modules += [module_of(path) for path in fixture.after(level)]
            modules += [module_of(path) for path in fixture.before]
    lines = [f"import {each.removesuffix('.__init__')}" for each in dict.fromkeys(modules)]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


@needs_the_decorator
@at_each_level
def test_mypy_has_nothing_against_what_is_expected(level: Level, tmp_path: Path) -> None:
    for library in ("mypy", "flask"):
        pytest.importorskip(library)
    folders: set[str] = set()
    # of these mypy reports something before, too, or the tool tells of it
    faulty = {"async_wrapper", "blinkers_any", "lambda_receiver", "m03_type_unknown"}
    for fixture in TOGETHER:
        if fixture.after(level) and fixture.name not in faulty:
            fixture.lay_out(tmp_path, level)
            folders |= {Path(path).parts[0] for path in fixture.before}
    done = subprocess.run(
        [
            Path(sys.executable).parent / "mypy",
            "--strict",
            "--config-file=",
            f"--cache-dir={cache() / 'strict'}",
            "--no-error-summary",
            *sorted(folders),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
