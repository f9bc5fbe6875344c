"""Runs the command: analyse, decide, show or write."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aldis._migrate._changes import changes_of, keep_back
from aldis._migrate._check import disagreements
from aldis._migrate._deciding import decide, needs_person
from aldis._migrate._diff import diff_of
from aldis._migrate._model import Finding, Span
from aldis._migrate._report import as_json, as_text
from aldis._migrate._request import InputError, Request
from aldis._migrate._stubs import stub_changes
from aldis._migrate._verifying import verified_changes
from aldis._migrate._writing import WriteError, is_read_only, uncommitted, write_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._migrate._changes import Change
    from aldis._migrate._deciding import Recording
    from aldis._migrate._model import Program
    from aldis._migrate._plan import Plan

NOTHING_TO_DO, WOULD_CHANGE, WRONG_INPUT, NEEDS_PERSON = 0, 1, 2, 3
_SHOWN = 5
_STANDARD_ERROR = 2  # the diff alone goes to standard output


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run.

    Attributes:
        code: The exit code.
        output: What goes to standard output: the diff, or JSON.
        report: What goes to standard error.
    """

    code: int
    output: bytes
    report: str


def migrate(request: Request, program: Program, recording: Recording | None = None) -> Outcome:
    """Carry out a request.

    Args:
        request: The request.
        program: What is known of its files.
        recording: The recording.

    Returns:
        The exit code, and the texts to print.

    Raises:
        InputError: The request cannot be carried out.
    """
    if not program.files:
        raise InputError(_nothing_read(request, program))
    plan = decide(program, request.wishes, recording)
    changes = _verified_changes(plan, request, recording)
    if request.write and not request.check and request.wishes.level != "types":
        changes = _without_read_only(plan, changes)
    disagreeing = request.check and any(one.code == "M27" for one in plan.findings)
    if request.check and request.wishes.level != "types":
        found = list(disagreements(program, recording))
        plan.findings += found
        disagreeing = bool(found)
    code = WOULD_CHANGE if changes or disagreeing else NOTHING_TO_DO
    if request.write and not request.check:
        code = _written(request, plan, changes)
    report = as_text(plan, request.root)
    diff = diff_of(changes, request.root)
    if request.format == "json":
        shown = diff.decode("utf-8", "backslashreplace")
        return Outcome(code, as_json(plan, changes, shown, request.root).encode(), "")
    return Outcome(code, diff, report)


def _nothing_read(request: Request, program: Program) -> str:
    """Return the reason why nothing could be done."""
    if program.findings:
        first = program.findings[0]
        return f"no file could be read; {first.span.path}:{first.span.line}: {first.sentence}"
    where = ", ".join(str(path) for path in request.paths)
    return f"there is no Python file in {where}; name the folder of the package"


def _verified_changes(plan: Plan, request: Request, recording: Recording | None) -> list[Change]:
    if request.wishes.level == "types":
        return stub_changes(plan, request.stubs, recording)
    return verified_changes(plan)


def _without_read_only(plan: Plan, changes: list[Change]) -> list[Change]:
    """Keep the signals that would change a read-only file."""
    while read_only := [one.path for one in changes if is_read_only(one.path)]:
        for path in read_only:
            reason = f"{path.name} is read-only; make it writable, and run the command again"
            keep_back(plan, path, reason)
        changes = changes_of(plan)
    return changes


def _written(request: Request, plan: Plan, changes: Sequence[Change]) -> int:
    if changes:
        if not request.force:
            _refuse_dirty(changes)
        before = _tested(request)
        try:
            write_all(changes)
        except WriteError as error:
            raise InputError(str(error)) from None
        after = _tested(request)
        if before or after:
            plan.findings.append(_failed_test(request, changes, before, after))
    return NEEDS_PERSON if needs_person(plan) else NOTHING_TO_DO


def _refuse_dirty(changes: Sequence[Change]) -> None:
    lines = uncommitted([change.path for change in changes])
    if lines:
        more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        names = ", ".join(line.strip() for line in lines[:_SHOWN])
        raise InputError(
            f"there are changes that git could not restore ({names}{more}); "
            "commit them, or pass --force"
        )


def _tested(request: Request) -> int | None:
    """Run the tests; return their exit code."""
    if request.test is None:
        return None
    try:
        command = shlex.split(request.test)
        run = subprocess.run(command, check=False, stdout=_STANDARD_ERROR)  # noqa: S603  # the user's own command
    except OSError as error:
        raise InputError(f"the tests cannot be run: {error}") from None
    return run.returncode


def _failed_test(
    request: Request, changes: Sequence[Change], before: int | None, after: int | None
) -> Finding:
    sentence = (
        f"`{request.test}` exited with {before} before the files were written "
        f"and with {after} after"
    )
    if before == after:
        sentence += ", so its exit code says nothing about the migration; compare the output"
    else:
        sentence += "; look at its output, or undo everything with `git checkout`"
    return Finding("M26", Span(changes[0].path, 1, 0, 1, 0), sentence)
