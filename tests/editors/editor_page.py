"""The tables of docs/editors.md: what was seen of each server, and why it is not all.

Run as a script, this starts the servers and writes what is seen into the page:

    python tests/editors/editor_page.py
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from editor_expectations import deviation
from editor_scenes import SCENES, Ability
from editor_servers import SERVERS
from editor_sights import Observation, observe_all

PAGE = Path(__file__).parents[2] / "docs" / "editors.md"
BEGIN = "<!-- begin: made by tests/editors/editor_page.py -->\n"
END = "<!-- end -->\n"

YES = "yes"
UNEXPLAINED = "Nobody knows yet."


def tables(seen: Mapping[str, Observation]) -> str:
    """Lay out what was seen: a table for each kind of signal, then the reasons."""
    reasons: list[str] = []
    parts = [_table(scene.kind, scene.abilities, seen, reasons) for scene in SCENES]
    notes = "\n".join(f"{number}. {reason}" for number, reason in enumerate(reasons, 1))
    return "\n\n".join([*parts, f"Why:\n\n{notes}"]) + "\n"


def _table(
    kind: str,
    abilities: Sequence[Ability],
    seen: Mapping[str, Observation],
    reasons: list[str],
) -> str:
    def cell(server: str, ability: Ability) -> str:
        words = seen[server].sights[kind, ability]
        if not words:
            return YES
        known = deviation(server, kind, ability)
        why = known.why if known is not None and known.does == words else (UNEXPLAINED,)
        reasons.extend(reason for reason in why if reason not in reasons)
        numbers = ", ".join(str(reasons.index(reason) + 1) for reason in why)
        return f"{words} ({numbers})"

    servers = [f"{name} {observation.server.version}" for name, observation in seen.items()]
    rows = [
        [kind, *servers],
        ["---"] * (1 + len(servers)),
        *([ability.value, *(cell(server, ability) for server in seen)] for ability in abilities),
    ]
    escaped = ([text.replace("|", "\\|") for text in row] for row in rows)
    return f"## {kind.capitalize()}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in escaped)


def made_part(page: str) -> str:
    """Return what is between the marks of the page."""
    return page.partition(BEGIN)[2].partition(END)[0]


def with_tables(page: str, made: str) -> str:
    """Return the page with these tables.

    Raises:
        ValueError: It lacks the marks between which they stand.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        reason = f"the page lacks its marks: {BEGIN}{END}"
        raise ValueError(reason)
    return f"{before}{begin}\n{made}\n{end}{after}"


def main() -> None:
    """Start all servers, and write what is seen of them into the page."""
    if absent := [server.name for server in SERVERS if server.missing]:
        sys.exit(f"not installed beside this interpreter: {', '.join(absent)}")
    made = tables(observe_all(SERVERS))
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")


if __name__ == "__main__":
    main()
