"""The results of each interpreter, topic by topic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from _results import TOPICS, Report

if TYPE_CHECKING:
    from pathlib import Path

OPTIONAL = ("before", "events")  # the first needs a clone with its history


class Measured:
    """The figures of one interpreter."""

    def __init__(self, folder: Path, python: str) -> None:
        self.python = python
        self._folder = folder
        self._reports: dict[str, Report] = {}

    def __getitem__(self, topic: str) -> Report:
        if topic not in self._reports:
            path = self._folder / f"{topic}-{self.python}.json"
            is_there = path.exists() or topic not in OPTIONAL
            self._reports[topic] = Report.read(path) if is_there else Report({}, "", [])
        return self._reports[topic]

    def ratio(self, topic: str, case: str, candidate: str, of: str) -> float | None:
        """Return how many times as long a candidate takes; None where that was not measured."""
        try:
            return self[topic].ratio(case, candidate, of)
        except KeyError:
            return None

    def bytes_of_each(self, case: str, library: str, *, traced: bool = False) -> float | None:
        """Return by how much a process grows, in the least of its runs, or what Python counts."""
        document = json.loads((self._folder / f"memory-{self.python}.json").read_bytes())
        for size in document["sizes"]:
            if (size["case"], size["candidate"]) == (case, library):
                grown, counted = min(size["resident"]), float(size["traced"])
                return max(grown, counted) if traced else float(grown)
        return None

    @property
    def is_free_threaded(self) -> bool:
        return self.python.endswith("t")

    @property
    def version(self) -> tuple[int, ...]:
        return tuple(map(int, self.python.rstrip("t").split(".")))

    def with_python(self, python: str) -> Measured | None:
        """Return what was measured with another interpreter, if anything was."""
        is_there = python in pythons(self._folder)
        return Measured(self._folder, python) if is_there else None


def free_threaded(folder: Path) -> list[Measured]:
    """Return the interpreters without a GIL of which a folder has what threads do together."""
    found = sorted(path.stem.partition("-")[2] for path in folder.glob("threads-*t.json"))
    return [Measured(folder, python) for python in found]


def pythons(folder: Path) -> list[str]:
    """Return the interpreters of which a folder has all results."""
    found = [
        python
        for python in (path.stem.partition("-")[2] for path in folder.glob("send-*.json"))
        if all((folder / f"{t}-{python}.json").exists() for t in TOPICS if t not in OPTIONAL)
    ]
    return sorted(found, key=lambda python: (Measured(folder, python).version, python))
