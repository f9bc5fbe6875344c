"""Small programs, and what becomes of them without a run of mypy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from by_hand import program_in

from aldis._migrate._changes import changes_of
from aldis._migrate._deciding import Recording, decide
from aldis._migrate._plan import Plan, Wishes


def write(root: Path, sources: Mapping[str, str]) -> None:
    for name, text in sources.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dedent(text).lstrip("\n").encode())


def plan_of(
    root: Path, sources: Mapping[str, str], recording: Recording | None = None, **wishes: Any
) -> Plan:
    write(root, sources)
    return decide(program_in(root), Wishes(**wishes), recording)


def rewritten(
    root: Path, sources: Mapping[str, str], recording: Recording | None = None, **wishes: Any
) -> dict[str, str]:
    """Return the new texts of the files that change."""
    changes = changes_of(plan_of(root, sources, recording, **wishes))
    return {one.path.relative_to(root).as_posix(): one.new.decode() for one in changes}


def signature_of(plan: Plan, name: str) -> tuple[str, dict[str, str], str]:
    """Return the types of the sender, the payload and the result of a signal."""
    choice = next(one for one in plan.choices if one.declaration.target == name)
    assert choice.changes, choice.findings
    found = choice.signature
    fields = {one.name: one.type.text for one in found.fields}
    return found.sender.text, fields, found.result.text


def codes_of(plan: Plan) -> list[str]:
    return sorted(finding.code for finding in plan.all_findings)
