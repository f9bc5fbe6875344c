"""New reports of mypy and pyright about a migrated library, and the verdicts on them."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from real_sources import HERE, Library
from real_suites import environment

VERDICTS = HERE / "verdicts.json"
_MYPY = re.compile(
    r"(?P<path>[^:]+):(?P<line>\d+): error: (?P<message>.*?)(?:  \[(?P<code>[\w-]+)\])?"
)


@dataclass(frozen=True)
class Report:
    """An error."""

    path: str
    line: int
    code: str
    message: str

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}:{self.code}"

    @property
    def kind(self) -> tuple[str, str, str]:
        """Its name before and after: a migration moves lines, also those in texts."""
        return self.path, self.code, re.sub(r"\bline \d+", "line", self.message)


def mypy(library: Library, folder: Path) -> list[Report]:
    """Return the errors that mypy finds in a library, untyped functions included."""
    said = _said(
        library,
        folder,
        "-m",
        "mypy",
        "--config-file=",
        "--cache-dir=/dev/null",
        "--check-untyped-defs",
        "--ignore-missing-imports",
        "--hide-error-context",
        "--no-error-summary",
        "--no-pretty",
        "--show-error-codes",
        *library.paths,
    )
    return [
        Report(found["path"], int(found["line"]), found["code"] or "misc", found["message"])
        for line in said.splitlines()
        if (found := _MYPY.fullmatch(line))
    ]


def pyright(library: Library, folder: Path) -> list[Report]:
    """Return the errors that pyright finds, as it is set up by itself."""
    project = library.folder / "pyrightconfig.json"
    # paths are relative to the configuration; imports are looked up in the root first
    settings = {
        "include": [f"{folder.name}/{each}" for each in library.paths],
        "executionEnvironments": [{"root": folder.name}],
    }
    project.write_text(json.dumps(settings), encoding="utf-8")
    said = _said(
        library,
        folder,
        *("-m", "pyright", "--outputjson", "--project", str(project)),
        *("--pythonpath", str(library.python)),
    )
    found = json.loads(said)["generalDiagnostics"]
    return [_of_pyright(each, folder) for each in found if each["severity"] == "error"]


CHECKERS = {"mypy": mypy, "pyright": pyright}


def _of_pyright(diagnostic: dict[str, Any], folder: Path) -> Report:
    return Report(
        str(Path(diagnostic["file"]).relative_to(folder)),
        diagnostic["range"]["start"]["line"] + 1,
        diagnostic.get("rule", "error"),
        diagnostic["message"],
    )


def _said(library: Library, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [library.python, *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{library.name}: {' '.join(arguments[:2])}: {done.stdout}{done.stderr}")
    return done.stdout


def new(before: list[Report], after: list[Report]) -> Iterator[Report]:
    """Yield what is said more often than before; where a kind is, the last of its lines."""
    more = Counter(each.kind for each in after) - Counter(each.kind for each in before)
    for each in reversed(after):
        if more[each.kind]:
            more[each.kind] -= 1
            yield each


def save(reports: list[Report], path: Path) -> None:
    path.write_text(json.dumps([asdict(each) for each in reports]), encoding="utf-8")


def load(path: Path) -> list[Report]:
    return [Report(**each) for each in json.loads(path.read_text("utf-8"))]


def keyed(reports: Iterator[Report], start: str) -> dict[str, str]:
    """Return the messages by the keys of verdicts.

    A verdict is on a line, or on all lines with the same message: its key then has the code and the
    message in place of the line.
    """
    verdicts: dict[str, str] = json.loads(VERDICTS.read_text("utf-8"))
    findings: dict[str, str] = {}
    for each in reports:
        of_all = f"{start} {each.code}: {each.message}"
        key = of_all if of_all in verdicts else f"{start} {each.place}"
        findings[key] = each.message
    return findings


def judged(findings: dict[str, str], of: str) -> list[str]:
    """Return the findings that nobody has judged, and the verdicts that are about none of them.

    Args:
        findings: What was found, by the key that a verdict has.
        of: How the keys of these findings begin, each of which must be found.
    """
    verdicts: dict[str, str] = json.loads(VERDICTS.read_text("utf-8"))
    lines = [
        f"{key}: {sentence} (no verdict in {VERDICTS.name})"
        for key, sentence in findings.items()
        if key not in verdicts
    ]
    gone = [key for key in verdicts if key.startswith(of) and key not in findings]
    return [*lines, *(f"{key}: has a verdict, and is not found any more" for key in gone)]
