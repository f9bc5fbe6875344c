"""The page of limits says of each of its lines which checkers report it, and they do."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from harness import (
    CHECKERS,
    HERE,
    Case,
    Checker,
    HarnessError,
    Mark,
    Verdict,
    judge_all,
    read_case,
    read_cases,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = HERE.parents[1] / "docs" / "limits.md"

NAMES = tuple(checker.name for checker in CHECKERS)
INSTALLED = [checker for checker in CHECKERS if not checker.missing]

for_each_checker = pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)

_FENCE = re.compile(r"```(\w*)")
_MARK = re.compile(r".*\S  # error: (?:(?P<all>all)(?: but (?P<but>[a-z, ]+))?|(?P<only>[a-z, ]+))")


def program(page: str) -> str:
    """Return the blocks of Python of a page, each line at its number on the page."""
    lines: list[str] = []
    inside = kept = False
    for line in page.splitlines():
        fence = _FENCE.fullmatch(line)
        if fence:
            inside = not inside
            kept = inside and fence[1] in {"py", "python"}
        lines.append(line if kept and not fence else "")
    return "\n".join([*lines, ""])


def mark_of(line: str) -> Mark | None:
    """Return what a comment of the page claims of its line.

    Raises:
        HarnessError: It cannot be read, or names an unknown checker.
    """
    if "# error" not in line:
        return None
    found = _MARK.fullmatch(line)
    if found is None:
        reason = f"this comment is not understood: {line}"
        raise HarnessError(reason)
    but, only = (frozenset(_listed(found[group])) for group in ("but", "only"))
    if unknown := (but | only) - set(NAMES):
        reason = f"unknown checkers {', '.join(sorted(unknown))}: {line}"
        raise HarnessError(reason)
    return Mark("", but_not=but, only=only)


def _listed(names: str | None) -> list[str]:
    return names.split(", ") if names else []


def read_page(page: str, folder: Path) -> Case:
    path = folder / "limits.py"
    path.write_text(program(page), encoding="utf-8")
    case = read_case(path)
    marks = {
        number: mark
        for number, line in enumerate(case.source, start=1)
        if (mark := mark_of(line)) is not None
    }
    return Case(path, case.source, marks, case.right - marks.keys())


@pytest.fixture(scope="session")
def limits(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_page(PAGE.read_text(encoding="utf-8"), tmp_path_factory.mktemp("limits"))


@pytest.fixture(scope="session")
def verdicts(limits: Case) -> Mapping[str, Verdict]:
    """The report of each installed checker on the page; each is run once for all of it."""
    return judge_all(INSTALLED, [limits])


@for_each_checker
def test_every_checker_reports_the_lines_that_the_page_says(
    checker: Checker, verdicts: Mapping[str, Verdict]
) -> None:
    if checker.name not in verdicts:
        pytest.skip(f"{checker.name} is not installed beside this interpreter")
    verdict = verdicts[checker.name]
    # the line numbers of `limits.py` are those of the page
    assert verdict.agrees, f"docs/limits.md is out of date: {verdict.differences()}"


def _reporting(mark: Mark) -> frozenset[str]:
    return frozenset(name for name in NAMES if mark.holds_for(name))


def test_every_dispute_of_the_cases_is_on_the_page(limits: Case) -> None:
    shown = {_reporting(mark) for mark in limits.marks.values()}
    for case in read_cases():
        for number, mark in case.marks.items():
            if mark.disputed:
                assert _reporting(mark) in shown, f"{case.name}:{number}"


def test_every_section_with_examples_shows_a_line_that_is_wrong_or_runs() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for section in re.split(r"^##+ ", page, flags=re.MULTILINE)[1:]:
        title = section.splitlines()[0]
        if "```py\n" in section:
            assert "# error: " in section, title


def test_the_page_is_python_that_the_oldest_supported_version_can_read(limits: Case) -> None:
    ast.parse("\n".join(limits.source), feature_version=(3, 11))


def test_a_page_that_lies_is_found_out_by_line_and_checker(tmp_path: Path) -> None:
    ty = next(checker for checker in CHECKERS if checker.name == "ty")
    if ty.missing:
        pytest.skip("ty is not installed beside this interpreter")
    page = (
        "Text.\n\n```py\nfrom aldis import Signal\n\n"
        'Signal[int, [str]]().send(1, "a")  # error: all\n'
        "Signal[int, [str]]().send(1, 2)  # error: all but ty\n```\n"
    )
    verdict = judge_all([ty], [read_page(page, tmp_path)])["ty"]
    told = verdict.differences()
    assert 'missed      limits.py:6  Signal[int, [str]]().send(1, "a")  # error: all' in told
    assert "not marked  limits.py:7  Signal[int, [str]]().send(1, 2)  # error: all but ty" in told


@pytest.mark.parametrize(
    "text", ["f()  # error", "f()  # error: nobody", "# error: all", "f() # error: all"]
)
def test_a_comment_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(HarnessError):
        mark_of(text)
