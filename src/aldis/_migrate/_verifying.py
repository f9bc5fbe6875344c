"""Lets mypy check the result, and takes wrong guesses back."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aldis._migrate._changes import changes_of
from aldis._migrate._errors import Checking, new_errors, parsed
from aldis._migrate._model import Finding, Span
from aldis._migrate._plan import Plan
from aldis._migrate._withdrawing import Withdrawing

if TYPE_CHECKING:
    from aldis._migrate._changes import Change
    from aldis._migrate._errors import MypyError

MOST_ROUNDS: Final = 4
"""How often guesses are taken back; mypy runs again after each time."""

_OF_MYPY: Final = frozenset({"M03", "M24"})


def verified_changes(plan: Plan) -> list[Change]:
    """Return the changes once mypy accepts the guesses in them.

    Args:
        plan: The plan, whose signatures and findings change.

    Returns:
        The changes.
    """
    changes = changes_of(plan)
    if not changes:
        return []
    known = plan.program.mypy
    if known is None:
        _say_unverified(plan)
        return changes
    modules = plan.program.modules
    with ExitStack() as stack:
        cache = known.cache or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        left = {path: name for path, name in modules.items() if path not in known.left_out}
        return _verified(plan, changes, Checking(left, cache, known.skipped), parsed(known.errors))


def take_back_guesses(plan: Plan) -> None:
    """Take back guesses that mypy rejects, of a plan that changes no file of the program.

    mypy checks the same declarations in place, at the level `typed`: its errors about sends and
    receivers are the same.

    Args:
        plan: The plan, whose signatures and findings change.
    """
    if not plan.changed:
        return
    twins = {id(one): replace(one, findings=[]) for one in plan.changed}
    twin = Plan(plan.program, replace(plan.wishes, level="typed"), list(twins.values()))
    verified_changes(twin)
    for choice in plan.changed:
        checked = twins[id(choice)]
        told = [one for one in checked.findings if one.code in _OF_MYPY]
        choice.signature = checked.signature
        choice.findings += told
        if any(one.code == "M24" for one in told):
            choice.way = "stays"
    plan.findings += twin.findings


def _verified(
    plan: Plan, changes: list[Change], checking: Checking, before: list[MypyError]
) -> list[Change]:
    rounds = 0
    while changes:
        texts = {one.path: _texts(one) for one in changes}
        after = checking.errors({path: new for path, (_, new) in texts.items()})
        if after is None:
            _say_unverified(plan)
            break
        found = new_errors(before, after, texts)
        if rounds == MOST_ROUNDS or not Withdrawing(plan, texts).take_back(found):
            _report(plan, found)
            break
        changes = changes_of(plan)
        rounds += 1
    return changes


def _texts(change: Change) -> tuple[str, str]:
    old = (change.old or b"").decode(change.encoding)
    return old, change.new.decode(change.encoding)


def _say_unverified(plan: Plan) -> None:
    first = next(iter(plan.program.files))
    sentence = "mypy failed, so the result is not checked"
    plan.findings.append(Finding("M23", Span(first, 1, 0, 1, 0), sentence))


def _report(plan: Plan, found: list[MypyError]) -> None:
    """Report the errors that are left."""
    for error in found:
        line = error.old_line or error.line
        plan.findings.append(Finding("M24", _place(error.path, line), error.text))


def _place(path: Path, line: int) -> Span:
    return Span(path, line, 0, line, 0)
