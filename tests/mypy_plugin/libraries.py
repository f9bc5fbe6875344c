"""Run mypy over other people's programs, with the plugin and without, and compare the reports.

    python tests/mypy_plugin/libraries.py [NAME ...]

The programs are packages and test suites of other projects: many use blinker, some have signals of
their own, and none uses aldis. Each is copied and checked as a program of your own would be, with
all options of the plugin on. The plugin must not fail, and must not change what mypy says. Whatever
it adds must be in `libraries.txt`, which holds true reports alone; one that is not there is a
failure, and so is one that is missing.

`make check-libraries` makes an environment with the pinned versions of the dependency group
`libraries`, and nothing else. A test suite comes from the source distribution of the same version,
which pip downloads into `build/libraries` once.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
DOWNLOADS = HERE.parents[1] / "build" / "libraries"
LISTED = HERE / "libraries.txt"

# the module, and its distribution where that is called otherwise
PACKAGES = {
    # which use blinker
    "blinker": "blinker",
    "elasticapm": "elastic-apm",
    "flask": "Flask",
    "flask_appbuilder": "Flask-AppBuilder",
    "flask_login": "Flask-Login",
    "flask_mail": "Flask-Mail",
    "flask_security": "Flask-Security",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "indico": "indico",
    "invenio_accounts": "invenio-accounts",
    "invenio_records": "invenio-records",
    "mongoengine": "mongoengine",
    "nikola": "Nikola",
    "pelican": "pelican",
    "quart": "Quart",
    "sentry_sdk": "sentry-sdk",
    "streamlit": "streamlit",
    "udata": "udata",
    # which have signals of their own, or of another library
    "celery": "celery",
    "django": "django",
    "magicgui": "magicgui",
    "napari": "napari",
    "psygnal": "psygnal",
    "scrapy": "Scrapy",
    "sqlalchemy": "SQLAlchemy",
    # which have none
    "attr": "attrs",
    "hypothesis": "hypothesis",
    "mypy": "mypy",
    "pip": "pip",
    "sphinx": "Sphinx",
}
SUITES = ("blinker", "Flask", "psygnal")
# blinker's tests once more, as a program that has moved to the adapter
ADAPTER = "blinker's tests on aldis.blinker"

_INI = "[mypy]\nstrict = True\nignore_missing_imports = True\nshow_traceback = True\n"
_PLUGIN = """\
plugins = aldis.mypy
[aldis-mypy]
strict_names = true
disallow_untyped_signals = true
"""
# another mypy than the one that runs, whose tests need what is not installed with it
_NOT_OURS = shutil.ignore_patterns("typeshed", "*.so", "__pycache__")
_REPORT = re.compile(r"(\S+?):\d+: error: .*  \[(aldis-\w+)\]")
_NOTE = re.compile(r"\S+?:\d+: note: \S+ is declared (?:in|at) \S+")
_ROW = "{:<34}{:>12}{:>7}{:>9}{:>9}{:>10}{:>8}{:>7}"


class Program(NamedTuple):
    """The files to check: a package, or the tests of a project."""

    name: str
    version: str
    package: Path  # where it is copied from
    is_suite: bool = False

    @property
    def prefix(self) -> str:
        """Where its files are, in `libraries.txt`."""
        return f"{self.name}: " if self.is_suite else ""


class Run(NamedTuple):
    """mypy's report about a program, and its processor time."""

    lines: Counter[str]
    seconds: float


class Outcome(NamedTuple):
    """The plugin's additions to mypy's report."""

    program: Program
    files: int
    plain: float
    ours: float
    reports: Counter[str]  # `file code`
    changed: Counter[str]  # all else


def programs(names: list[str]) -> list[Program]:
    """Return the programs with these names, or all of them."""
    found = [
        *(_package(module, project) for module, project in PACKAGES.items()),
        *(_suite(f"{project}'s tests", project) for project in SUITES),
        _suite(ADAPTER, "blinker"),
    ]
    unknown = {*names} - {each.name for each in found}
    if unknown:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}")
    return [each for each in found if not names or each.name in names]


def _package(module: str, project: str) -> Program:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{project} is not installed: run `make check-libraries`")
    return Program(module, version(project), Path(spec.origin).parent)


def _suite(name: str, project: str) -> Program:
    """Return the tests of a project, from the source distribution of what is installed."""
    folder = DOWNLOADS / f"{project.lower()}-{version(project)}"
    if not folder.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet"]
        what = ["--no-binary", ":all:", "--no-deps", f"{project}=={version(project)}"]
        subprocess.run([*pip, *what, "--dest", DOWNLOADS], check=True)
        with tarfile.open(f"{folder}.tar.gz") as archive:
            archive.extractall(DOWNLOADS, filter="data")
    return Program(name, version(project), folder / "tests", is_suite=True)


def lay_out(program: Program, folder: Path) -> Path:
    """Copy a program into a folder, and return where it is there."""
    target = folder / program.package.name
    shutil.copytree(program.package, target, ignore=None if program.is_suite else _NOT_OURS)
    if program.name == ADAPTER:
        for path in target.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            text = re.sub(r"(?m)^import blinker$", "import aldis.blinker as blinker", text)
            text = re.sub(r"(?m)^from blinker\b", "from aldis.blinker", text)
            path.write_text(text, encoding="utf-8")
    return target


def run(folder: Path, what: str, name: str, ini: str) -> Run:
    """Return what mypy says of a program with a configuration."""
    (folder / name).write_text(ini, encoding="utf-8")
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen(
            [
                Path(sys.executable).parent / "mypy",
                f"--config-file={name}",
                f"--cache-dir={os.devnull}",
                "--no-error-summary",
                what,
            ],
            cwd=folder,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        written.seek(0)
        said = written.read().decode()
    lines = said.splitlines()
    if process.returncode not in {0, 1} or not all(re.match(r"\S+?:\d+: ", each) for each in lines):
        raise SystemExit(f"{what} with {name}: {said}")
    return Run(Counter(lines), used.ru_utime)


def check(program: Program) -> Outcome:
    """Return what the plugin adds to what mypy says of a program."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = lay_out(program, folder)
        files = sum(1 for _ in place.rglob("*.py"))
        plain = run(folder, place.name, "plain.ini", _INI)
        ours = run(folder, place.name, "ours.ini", _INI + _PLUGIN)
    reports, changed = Counter[str](), plain.lines - ours.lines
    for line, times in (ours.lines - plain.lines).items():
        if report := _REPORT.fullmatch(line):
            reports[f"{program.prefix}{report[1]} {report[2]}"] += times
        elif not _NOTE.fullmatch(line):
            changed[line] += times
    return Outcome(program, files, plain.seconds, ours.seconds, reports, changed)


def listed() -> Counter[str]:
    """Return the reports that are true: `file code: how many, why`, a line for each file."""
    found = Counter[str]()
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            what, _, reason = line.rpartition(": ")
            found[what] = int(reason.partition(",")[0])
    return found


def is_of(program: Program, report: str) -> bool:
    """Whether a line of `libraries.txt` is about a program."""
    if program.is_suite:
        return report.startswith(program.prefix)
    return re.match(re.escape(program.package.name) + r"[/ ]", report) is not None


def show(*outcomes: Outcome) -> None:
    """Print rows of the table, whose seconds are those of the processor."""
    for each in outcomes:
        print(
            _ROW.format(
                each.program.name,
                each.program.version,
                each.files,
                each.reports.total(),
                each.changed.total(),
                f"{each.plain:.1f}",
                f"{each.ours:.1f}",
                f"{each.ours / each.plain:.2f}",
            ),
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Looks for false reports of the mypy plugin.")
    parser.add_argument("names", nargs="*", help="all, unless named")
    chosen = programs(parser.parse_args().names)
    expected = listed()
    print(_ROW.format("", "version", "files", "reports", "changed", "s without", "s with", "ratio"))
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(2) as pool:
        for outcome in pool.map(check, chosen):
            show(outcome)
            outcomes.append(outcome)
    faults: list[str] = []
    for outcome in outcomes:
        known = Counter({w: n for w, n in expected.items() if is_of(outcome.program, w)})
        faults += [f"changed: {line}" for line in outcome.changed]
        for difference, what in (
            (outcome.reports - known, "not listed"),
            (known - outcome.reports, "missing"),
        ):
            faults += [f"{what}: {each}: {times}" for each, times in sorted(difference.items())]
    print(*faults, sep="\n", end="\n" if faults else "")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
