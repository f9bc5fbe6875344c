"""Tables of the machine, the libraries and the figures to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _figures import NOT_THERE, Figures, markdown
from _goals import Goal, goals
from _names import PEERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def machine(figures: Figures) -> str:
    """Return where all this was measured."""
    abouts = [report.about for report in figures.reports("async_send")]
    everyone = [measured["send"].about for measured in figures.everywhere]
    named = {"python", "compiler", "machine", "load before"}
    distributions = dict.fromkeys(k for about in abouts for k in about if k not in named)
    libraries = ", ".join(f"{each} {figures.release_of(each)}" for each in distributions)
    lines = [
        f"- machine: {abouts[0]['machine']}",
        *(f"- {about['python']}, {about['compiler']}" for about in everyone),
        f"- {libraries}",
        f"- sends: {figures.reports('send')[0].method}",
        "- load of the machine at the beginning, over 1, 5 and 15 minutes: "
        + " / ".join(about["load before"] for about in everyone),
    ]
    return "\n".join(lines)


def peers(figures: Figures) -> str:
    """Return who is compared, and what each does less."""
    rows = [[figures.version_of(name), peer.less] for name, peer in PEERS.items()]
    return markdown(["", "what it does less"], rows, right=False)


def reached(figures: Figures) -> str:
    """Return the figures to reach: a row for each promise, a column for each interpreter."""
    rows: dict[tuple[str, str], dict[str, Goal]] = {}
    for measured in figures.everywhere:
        for goal in goals(measured):
            rows.setdefault((goal.what, goal.of), {})[measured.python] = goal
    pythons = [measured.python for measured in figures.everywhere]
    heads = ["", "times", "at most", *(f"CPython {python}" for python in pythons), "worst"]
    return markdown(heads, [_row(row, pythons) for row in rows.values()])


def _row(goals_of: Mapping[str, Goal], pythons: Iterable[str]) -> list[str]:
    together = list(goals_of.values())
    return [
        together[0].what,
        together[0].of,
        " / ".join(dict.fromkeys(goal.bound_text() for goal in together)),
        *(_cell(goals_of.get(python)) for python in pythons),
        "; ".join(dict.fromkeys(goal.where for goal in together if goal.where)),
    ]


def _cell(goal: Goal | None) -> str:
    if goal is None:
        return NOT_THERE  # not a goal for that interpreter
    text = goal.number(goal.measured)
    return text if goal.measured is None or goal.reached() else f"{text} **missed**"
