"""The report on a plan, as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from aldis._migrate._codes import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._migrate._changes import Change
    from aldis._migrate._model import Finding, Span
    from aldis._migrate._plan import Plan


def place(span: Span, root: Path) -> str:
    """Return `file:line`."""
    return f"{shown(span.path, root)}:{span.line}"


def shown(path: Path, root: Path) -> str:
    """Return the shortest form of a path."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)


def summary(plan: Plan) -> str:
    """Return the line that counts all signals."""
    changed, total = len(plan.changed), len(plan.choices)
    return f"{total} declarations = {changed} changed + {total - changed} stay"


def as_text(plan: Plan, root: Path) -> str:
    """Return the report: by code, then by place, with the counts at the end."""
    lines: list[str] = []
    by_code: dict[str, list[Finding]] = {}
    for finding in plan.all_findings:
        by_code.setdefault(finding.code, []).append(finding)
    for name, findings in sorted(by_code.items()):
        code = code_of(name)
        lines.append(f"{name}: {code.meaning}")
        for finding in findings:
            symbol = f"{finding.symbol}: " if finding.symbol else ""
            lines.append(f"  {place(finding.span, root)}: {symbol}{finding.sentence}")
        lines.append(f"  -> {code.advice} ({code.anchor})")
    left_out = sum(not choice.is_selected for choice in plan.choices)
    tail = f" ({left_out} not selected)" if left_out else ""
    resolved = sum(send.symbol is not None for send in plan.program.sends)
    sends = len(plan.program.sends)
    lines.append(f"{summary(plan)}{tail}")
    lines.append(f"{sends} sends = {resolved} resolved + {sends - resolved} listed as M07")
    if plan.wishes.level == "own" and plan.changed:
        lines.append(
            "level own: files that were not read cannot find these signals by name any more"
        )
    return "".join(f"{line}\n" for line in lines)


def as_json(plan: Plan, changes: Sequence[Change], diff: str, root: Path) -> str:
    """Return the same as one JSON object."""
    counts = Counter(finding.code for finding in plan.all_findings)
    document = {
        "level": plan.wishes.level,
        "declarations": len(plan.choices),
        "changed": len(plan.changed),
        "stay": len(plan.choices) - len(plan.changed),
        "codes": dict(sorted(counts.items())),
        "signals": [
            {
                "symbol": choice.declaration.symbol,
                "place": place(choice.declaration.statement, root),
                "way": choice.way,
                "sends": [place(send.span, root) for send in choice.sends],
                "codes": sorted({finding.code for finding in choice.findings}),
            }
            for choice in plan.choices
        ],
        "findings": [
            {
                "code": finding.code,
                "place": place(finding.span, root),
                "symbol": finding.symbol,
                "sentence": finding.sentence,
            }
            for finding in plan.all_findings
        ],
        "files": [shown(change.path, root) for change in changes],
        "diff": diff,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
