"""Runs mypy and pyright over `indexer/broken.py` and shows what they say of each mistake in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table
from rich.text import Text

BROKEN = Path(__file__).parent / "indexer" / "broken.py"
MARK = re.compile(r"\s*# mistake \d+: (.+)")

# the messages of a checker, by line number
Reports = dict[int, str]


def main(broken: Path = BROKEN) -> int:
    """Compare what the checkers report with the lines that follow a mark.

    Args:
        broken: The file with the mistakes.

    Returns:
        The exit code: 1 if a checker missed a mistake, or reported a line that has none.
    """
    lines = broken.read_text(encoding="utf-8").splitlines()
    marks = {at + 1: mark[1] for at, line in enumerate(lines, 1) if (mark := MARK.match(line))}
    checkers = {"mypy": run_mypy(broken), "pyright": run_pyright(broken)}

    console = Console(highlight=False)
    table = Table(show_header=False)
    for line, mistake in marks.items():
        table.add_section()
        table.add_row("mistake", Text(mistake, "bold"))
        table.add_row(f"line {line}", Text(lines[line - 1].strip(), "bold"))
        for name, said in checkers.items():
            table.add_row(name, Text(said.get(line, "nothing")))
    console.print(table)
    failures = [
        failure
        for name, said in checkers.items()
        for failure in (
            *(f"{name} did not find line {line}" for line in marks if line not in said),
            *(f"{name}, line {line}: {said[line]}" for line in said if line not in marks),
        )
    ]
    if not marks:
        failures.append("no line is marked as a mistake")
    for failure in failures:
        console.print(Text(f"NOT AS EXPECTED: {failure}", "red"))
    if not failures:
        console.print(
            Text(f"{len(marks)} mistakes, each found by {' and '.join(checkers)}", "bold")
        )
    return 1 if failures else 0


def run_mypy(broken: Path) -> Reports:
    """Return what mypy says, without any settings or plugin."""
    with TemporaryDirectory() as folder:
        options = ["--strict", "--config-file=", "--output=json", "--no-error-summary"]
        output = _output_of(["mypy", *options, str(broken)], folder)
        reports = [json.loads(line) for line in output.splitlines()]
    return {
        report["line"]: f"{report['message']} [{report['code']}]"
        for report in reports
        if report["severity"] == "error" and Path(report["file"]).name == broken.name
    }


def run_pyright(broken: Path) -> Reports:
    """Return what pyright says, likewise."""
    with TemporaryDirectory() as folder:
        Path(folder, "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
        command = ["pyright", "--outputjson", "--pythonpath", sys.executable, str(broken)]
        output = json.loads(_output_of(command, folder))
    return {
        report["range"]["start"]["line"] + 1: f"{_shortened(report['message'])} [{report['rule']}]"
        for report in output["generalDiagnostics"]
        if report["severity"] == "error"
    }


def _shortened(message: str) -> str:
    # the second line says the first again; the reasons are those that are indented by more
    first, *others = message.splitlines()
    reasons = (line.strip() for line in others if len(line) - len(line.lstrip()) > len("  "))
    return "\n".join([first, *reasons])


def _output_of(command: list[str], folder: str) -> str:
    # in a folder of its own, a checker finds no settings of this repository
    done = subprocess.run(  # noqa: S603 -- what is run is written in this file
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    # 1 is for mistakes found, but for a checker that is not installed, too
    if done.returncode and (done.returncode != 1 or not done.stdout):
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(*(Path(name).resolve() for name in sys.argv[1:2])))
