"""Applies a plan to the texts of files; nothing is written yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aldis._migrate._editable import Source, loses_comments
from aldis._migrate._methods import may_be_method
from aldis._migrate._model import Finding
from aldis._migrate._rewriting import Rewriting
from aldis._migrate._statements import statement_of, why_not

if TYPE_CHECKING:
    from pathlib import Path

    from aldis._migrate._plan import Choice, Plan


@dataclass(frozen=True)
class Change:
    """A file to write; `old` is None if it does not exist yet."""

    path: Path
    old: bytes | None
    new: bytes
    encoding: str = "utf-8"


def changes_of(plan: Plan) -> list[Change]:
    """Apply a plan to the texts of the files.

    Signals that turn out not to be replaceable stay as they are; the plan then has the reason.

    Args:
        plan: The plan.

    Returns:
        The files that differ afterwards, in the order of their paths.
    """
    sources = _sources(plan)
    for choice in plan.changed:
        _place(choice, sources)
    while True:
        texts: dict[Path, str] = {}
        failed: list[Choice] = []
        for path, source in sources.items():
            text, reason = _rewritten(source, plan)
            if reason is not None:
                failed += keep_back(plan, path, reason)
            texts[path] = text
        if not failed:
            break
    return [
        Change(path, source.data, source.encoded(texts[path]), source.encoding)
        for path, source in sorted(sources.items())
        if texts[path] != source.text
    ]


def _sources(plan: Plan) -> dict[Path, Source]:
    """Read the files in which signals are declared, sent or connected that change."""
    paths = {one.declaration.statement.path for one in plan.changed}
    for choice in plan.changed:
        paths |= _used_in(choice)
    return {
        path: Source(path, path.read_bytes())
        for path in sorted(paths)
        if path in plan.program.files
    }


def _place(choice: Choice, sources: dict[Path, Source]) -> None:
    """Find the statement of a signal; the signal stays if there is none."""
    declaration = choice.declaration
    source = sources[declaration.statement.path]
    statement = statement_of(source, declaration)
    reason = why_not(source, statement, declaration)
    if reason is not None:
        _keep_back(choice, reason)
    elif choice.way == "method" and statement and not may_be_method(choice, statement, sources):
        choice.way = "instance"


def _rewritten(source: Source, plan: Plan) -> tuple[str, str | None]:
    """Return the new text of a file, or the reason why there is none."""
    try:
        text = Rewriting(source, plan).text()
    except (SyntaxError, ValueError) as error:
        return source.text, f"the edited file would be broken: {error}"
    if loses_comments(source.text, text):
        return source.text, "a comment would be lost"
    return text, None


def keep_back(plan: Plan, path: Path, reason: str) -> list[Choice]:
    """Keep the signals that a file declares; if there are none, those that it sends or receives.

    Args:
        plan: The plan.
        path: The file.
        reason: Why it does not change.

    Returns:
        What stays from then on.
    """
    found = [one for one in plan.changed if one.declaration.statement.path == path]
    found = found or [one for one in plan.changed if path in _used_in(one)]
    for choice in found:
        _keep_back(choice, reason)
    return found


def _used_in(choice: Choice) -> set[Path]:
    """Return the files in which a signal is sent or connected."""
    return {send.span.path for send in choice.sends} | {one.span.path for one in choice.receivers}


def _keep_back(choice: Choice, reason: str) -> None:
    choice.way = "stays"
    declaration = choice.declaration
    choice.findings.append(Finding("M25", declaration.statement, reason, declaration.symbol))
