"""Read the case files by every type checker, and compare what each reports with the marks.

A case file is never run. Its wrong lines end in a mark, every other line is right:

    `# E`, `# E: reason`                 every checker reports the line
    `# E! not ty, pyrefly: explanation`  every checker but these reports it
    `# E? only mypy: explanation`        these report it, no other does

The last two pin a disagreement. They demand what they say, so the day a checker is fixed the
comparison fails and the mark can go.

Run as a script, this writes the table, and what differs:

    python tests/typing/harness.py [checker ...]
"""

from __future__ import annotations

import argparse
import ast
import atexit
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Self

HERE = Path(__file__).parent
CASES = HERE / "cases"
CONFIG = HERE / "config"

# A checker that takes longer than this hangs.
PATIENCE = 120.0


class HarnessError(Exception):
    """A checker could not be run, or said what is not understood; a mark cannot be read."""


# --- the case files ---


class Line(NamedTuple):
    """A line of a case file, or of whatever else a checker complains of."""

    file: str
    number: int


@dataclass(frozen=True)
class Mark:
    """The claim of a line that it is wrong, and to whom."""

    reason: str
    but_not: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    @property
    def disputed(self) -> bool:
        """Whether the checkers are known to disagree about the line."""
        return bool(self.but_not or self.only)

    def holds_for(self, checker: str) -> bool:
        return checker in self.only if self.only else checker not in self.but_not


@dataclass(frozen=True)
class Case:
    """A case file: its text, its marks by line number, and its right lines."""

    path: Path
    source: tuple[str, ...]
    marks: dict[int, Mark]
    right: frozenset[int]

    @property
    def name(self) -> str:
        return self.path.name

    def expected_of(self, checker: str) -> set[Line]:
        return {Line(self.name, n) for n, mark in self.marks.items() if mark.holds_for(checker)}


_MARK = re.compile(
    r"""\# \s E (?:
        (?: : \s (?P<reason>\S.*) )?
      | ! \s not  \s (?P<but_not>[a-z, ]+) : \s (?P<explained>\S.*)
      | \? \s only \s (?P<only>[a-z, ]+) : \s (?P<explained_only>\S.*)
    )""",
    re.VERBOSE,
)
_MEANT_AS_MARK = re.compile(r"#\s*E\b")


def read_cases(folder: Path = CASES) -> tuple[Case, ...]:
    """Read every case file of a folder.

    Raises:
        HarnessError: There is none, or a mark cannot be read.
    """
    cases = tuple(read_case(path) for path in sorted(folder.glob("*.py")))
    if not cases:
        reason = f"no case files in {folder}"
        raise HarnessError(reason)
    return cases


def read_case(path: Path) -> Case:
    """Read one case file.

    Raises:
        HarnessError: A mark cannot be read, or stands on a line without code.
    """
    text = path.read_text(encoding="utf-8")
    marks: dict[int, Mark] = {}
    # from the tokens, not from the text: a string may hold what looks like a mark
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and _MEANT_AS_MARK.match(token.string):
            number, column = token.start
            if not token.line[:column].strip():
                reason = f"{path.name}:{number}: the mark stands on a line without code"
                raise HarnessError(reason)
            marks[number] = _read_mark(token.string, f"{path.name}:{number}")
    right = frozenset(_judged_lines(ast.parse(text))) - marks.keys()
    return Case(path, tuple(text.splitlines()), marks, right)


def _read_mark(comment: str, place: str) -> Mark:
    match = _MARK.fullmatch(comment)
    if match is None:
        reason = f"{place}: this mark is not understood: {comment}"
        raise HarnessError(reason)
    but_not, only = (_names(match[group], place) for group in ("but_not", "only"))
    reasons = (match["reason"], match["explained"], match["explained_only"])
    return Mark(next(filter(None, reasons), ""), but_not, only)


def _names(listed: str | None, place: str) -> frozenset[str]:
    names = frozenset(name.strip() for name in listed.split(",")) if listed else frozenset[str]()
    if unknown := names - {checker.name for checker in CHECKERS}:
        reason = f"{place}: the mark names an unknown checker: {', '.join(sorted(unknown))}"
        raise HarnessError(reason)
    return names


def _judged_lines(module: ast.Module) -> Iterator[int]:
    """Yield the lines that a checker has to judge: statements that do something, and decorators.

    Bodies of declarations, docstrings, imports and headers of `def` and `class` prove nothing.
    """
    for node in ast.walk(module):
        match node:
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.With() | ast.AsyncWith():
                yield node.lineno
            case ast.If() | ast.For() | ast.Delete() | ast.Return(value=ast.expr()):
                yield node.lineno
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from (decorator.lineno for decorator in node.decorator_list)
            case _:
                pass


# --- the checkers ---


class Finding(NamedTuple):
    """An error that a checker reports."""

    line: Line
    message: str


class Checker(ABC):
    """How one checker is run in a workspace that holds `cases/` and the files of `config/`."""

    name: ClassVar[str]
    # what it may exit with when it has done its work
    exits: ClassVar[frozenset[int]] = frozenset({0, 1})

    def __init__(self, python: str | Path = sys.executable) -> None:
        # the interpreter whose packages the checker is to see
        self.python = python

    def seeing(self, python: str | Path) -> Self:
        """Return the same checker for the packages of another interpreter."""
        return type(self)(python)

    @property
    def program(self) -> str:
        """The checker that is installed beside the running interpreter."""
        return str(Path(sys.executable).parent / self.name)

    @property
    def missing(self) -> bool:
        return shutil.which(self.program) is None

    @property
    def version(self) -> str:
        return version(self.name)

    @abstractmethod
    def arguments(self) -> Sequence[str]:
        """Return the command line, less the program."""

    @abstractmethod
    def errors(self, output: str) -> Iterator[Finding]:
        """Yield the errors, and only these, of what it wrote; notes and warnings are none.

        Raises:
            ValueError, LookupError: The output is not what this checker is known to write.
        """

    def run(self, workspace: Path) -> list[Finding]:
        """Check a workspace.

        Raises:
            HarnessError: The checker failed itself, or its output is not understood.
        """
        ran = subprocess.run(
            [self.program, *self.arguments()],
            cwd=workspace,
            capture_output=True,
            check=False,
            encoding="utf-8",
            env=environment(),
            timeout=PATIENCE,
        )
        told = f"exit code {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        if ran.returncode not in self.exits:
            reason = f"{self.name} failed: {told}"
            raise HarnessError(reason)
        try:
            return list(self.errors(ran.stdout))
        except (ValueError, LookupError) as error:
            reason = f"{self.name} is not understood: {error!r}\n{told}"
            raise HarnessError(reason) from error


def environment() -> dict[str, str]:
    """Return the environment of a checker: that of the tests, less what would configure it."""
    settings = ("MYPY", "PYRIGHT", "BASEDPYRIGHT", "TY_", "PYREFLY", "ZUBAN", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    # pyright looks for `python` there; the launchers of both pyrights for node
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return kept | {"NO_COLOR": "1"}


def _place(file: str, number: int) -> Line:
    """Name a case file by its name, anything else as the checker does."""
    path = Path(file)
    return Line(path.name if path.parent.name == CASES.name else file, number)


@cache
def _mypy_cache() -> str:
    """Return a folder for this process: libraries that files import are read once."""
    folder = tempfile.mkdtemp(prefix="aldis-mypy-")
    atexit.register(shutil.rmtree, folder)
    return folder


class _Mypy(Checker):
    name = "mypy"

    def arguments(self) -> Sequence[str]:
        return (
            "--config-file=mypy.ini",
            f"--python-executable={self.python}",
            f"--cache-dir={_mypy_cache()}",
            "--output=json",
            CASES.name,
        )

    def errors(self, output: str) -> Iterator[Finding]:
        # without any error it writes an empty line
        for line in filter(None, output.splitlines()):
            found: dict[str, Any] = json.loads(line)
            if found["severity"] == "error":
                yield Finding(_place(found["file"], found["line"]), found["message"])


class _Pyright(Checker):
    name = "pyright"

    def arguments(self) -> Sequence[str]:
        return (
            f"--project={self.name}.json",
            f"--pythonpath={self.python}",
            "--outputjson",
        )

    def errors(self, output: str) -> Iterator[Finding]:
        for found in json.loads(output)["generalDiagnostics"]:
            if found["severity"] == "error":
                number = found["range"]["start"]["line"] + 1
                yield Finding(_place(found["file"], number), found["message"])


class _Basedpyright(_Pyright):
    name = "basedpyright"


class _Ty(Checker):
    name = "ty"

    def arguments(self) -> Sequence[str]:
        return (
            "check",
            "--config-file=ty.toml",
            f"--python={self.python}",
            "--output-format=gitlab",
            "--no-progress",
            CASES.name,
        )

    def errors(self, output: str) -> Iterator[Finding]:
        # GitLab's words for ty's `error` and `fatal`
        for found in json.loads(output):
            if found["severity"] in {"major", "critical"}:
                where = found["location"]
                number = where["positions"]["begin"]["line"]
                yield Finding(_place(where["path"], number), found["description"])


class _Pyrefly(Checker):
    name = "pyrefly"

    def arguments(self) -> Sequence[str]:
        return (
            "check",
            "--config=pyrefly.toml",
            f"--python-interpreter-path={self.python}",
            "--output-format=json",
            "--summary=none",
            CASES.name,
        )

    def errors(self, output: str) -> Iterator[Finding]:
        for found in json.loads(output)["errors"]:
            if found["severity"] == "error":
                yield Finding(_place(found["path"], found["line"]), found["description"])


class _Zuban(Checker):
    name = "zuban"

    _line = re.compile(r"(?P<file>.+?):(?P<number>\d+): (?P<severity>error|note): (?P<message>.*)")
    _summary = re.compile(r"Found \d+ errors? in .*|Success: .*")

    def arguments(self) -> Sequence[str]:
        return (
            "check",
            "--mode=mypy",
            "--config-file=zuban.ini",
            f"--python-executable={self.python}",
            CASES.name,
        )

    def errors(self, output: str) -> Iterator[Finding]:
        # it has no format that is made to be read by a program
        for line in output.splitlines():
            if (found := self._line.fullmatch(line)) is not None:
                if found["severity"] == "error":
                    yield Finding(_place(found["file"], int(found["number"])), found["message"])
            elif self._summary.fullmatch(line) is None:
                reason = f"not understood: {line}"
                raise ValueError(reason)


PYRIGHT = _Pyright()
CHECKERS: tuple[Checker, ...] = (
    _Mypy(),
    PYRIGHT,
    _Basedpyright(),
    _Ty(),
    _Pyrefly(),
    _Zuban(),
)


# --- what a checker's findings are worth ---


@dataclass(frozen=True)
class Verdict:
    """The reports of one checker on the case files, compared with their marks."""

    checker: str
    version: str
    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def reported(self) -> set[Line]:
        return {finding.line for finding in self.findings}

    @property
    def expected(self) -> set[Line]:
        return {line for case in self.cases for line in case.expected_of(self.checker)}

    @property
    def agrees(self) -> bool:
        return self.reported == self.expected

    def differences(self) -> str:
        """Return, line by line, missed errors and reports without a mark."""
        sources = {case.name: case.source for case in self.cases}

        def quoted(line: Line) -> str:
            source = sources.get(line.file, ())
            return source[line.number - 1].strip() if 0 < line.number <= len(source) else ""

        missed = sorted(self.expected - self.reported)
        extra = sorted(self.reported - self.expected)
        told = [f"{self.checker} {self.version}: {len(missed)} missed, {len(extra)} not marked"]
        told += [f"  missed      {line.file}:{line.number}  {quoted(line)}" for line in missed]
        for line in extra:
            told.append(f"  not marked  {line.file}:{line.number}  {quoted(line)}")
            told += [
                f"{'':14}{part}"
                for finding in self.findings
                if finding.line == line
                for part in finding.message.splitlines()
            ]
        return "\n".join(told)


def judge(checker: Checker, cases: Sequence[Case]) -> Verdict:
    """Have one checker read the cases.

    It works on a copy, in a folder of its own: so no configuration of the repository, no ignore
    file and no other package of the source tree has a say.

    Raises:
        HarnessError: The checker failed itself.
    """
    with tempfile.TemporaryDirectory(prefix="aldis-typing-") as folder:
        workspace = Path(folder).resolve()
        (workspace / CASES.name).mkdir()
        for case in cases:
            shutil.copy(case.path, workspace / CASES.name)
        for config in CONFIG.iterdir():
            shutil.copy(config, workspace)
        began = time.perf_counter()
        findings = checker.run(workspace)
        seconds = time.perf_counter() - began
    return Verdict(checker.name, checker.version, tuple(cases), tuple(findings), seconds)


def judge_all(checkers: Iterable[Checker], cases: Sequence[Case]) -> dict[str, Verdict]:
    """Have several checkers read the cases, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        verdicts = pool.map(partial(judge, cases=cases), checkers)
        return {verdict.checker: verdict for verdict in verdicts}


# --- the table ---


def table(verdicts: Iterable[Verdict]) -> str:
    """Lay out what each checker reported of each case file; `!` stands where it was to differ."""
    verdicts = tuple(verdicts)
    if not verdicts:
        return "no checker was run"
    cases = verdicts[0].cases
    rows = [
        ("case file", "right", "marked", *(verdict.checker for verdict in verdicts)),
        ("", "", "", *(verdict.version for verdict in verdicts)),
        *(
            (
                case.name,
                str(len(case.right)),
                str(len(case.marks)),
                *(_cell(verdict, case) for verdict in verdicts),
            )
            for case in cases
        ),
        (
            "all",
            str(sum(len(case.right) for case in cases)),
            str(sum(len(case.marks) for case in cases)),
            *(str(len(verdict.reported)) for verdict in verdicts),
        ),
        ("seconds", "", "", *(f"{verdict.seconds:.1f}" for verdict in verdicts)),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    rule = "-" * max(map(len, lines))
    lines = [*lines[:2], rule, *lines[2:-2], rule, *lines[-2:]]
    disputed = [
        f"  {case.name}:{number}  {_who(mark)}: {mark.reason}"
        for case in cases
        for number, mark in case.marks.items()
        if mark.disputed
    ]
    return "\n".join([*lines, *(["", "disputed:", *disputed] if disputed else [])])


def _cell(verdict: Verdict, case: Case) -> str:
    reported = {line for line in verdict.reported if line.file == case.name}
    if reported == case.expected_of(verdict.checker):
        return str(len(reported))
    return f"!{len(reported)}"


def _who(mark: Mark) -> str:
    names, what = (mark.only, "only") if mark.only else (mark.but_not, "not")
    return f"{what} {', '.join(sorted(names))}"


def main() -> int:
    """Write the table and the differences; return how many checkers differ."""
    named = {checker.name: checker for checker in CHECKERS}
    parser = argparse.ArgumentParser(description="Compare the type checkers with the marks.")
    parser.add_argument("checker", nargs="*", help=f"of {', '.join(named)}; all, unless named")
    parser.add_argument("--cases", type=Path, default=CASES, help="the folder of the case files")
    chosen = parser.parse_args()
    if unknown := set(chosen.checker) - named.keys():
        parser.error(f"unknown checker: {', '.join(sorted(unknown))}")
    checkers = [named[name] for name in chosen.checker] or list(CHECKERS)
    verdicts = judge_all(checkers, read_cases(chosen.cases))
    differing = [verdict for verdict in verdicts.values() if not verdict.agrees]
    told = [table(verdicts.values()), *(verdict.differences() for verdict in differing)]
    sys.stdout.write("\n\n".join(told) + "\n")
    return len(differing)


if __name__ == "__main__":
    sys.exit(main())
