"""The libraries that `make check-migrate` migrates, and their sources, which pip fetches."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass, field
from email import message_from_string
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "migrate"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Library:
    """A library with tests that can be run here."""

    name: str  # as `--help` and the folders call it
    project: str
    version: str
    paths: tuple[str, ...]  # what is migrated, and what mypy and pyright read
    tests: tuple[str, ...]  # arguments of pytest
    environment: str = ".venv-migrate"
    is_wheel: bool = False  # there is no source distribution, and the wheel has the tests
    stubs: str | None = None  # in `typings/`
    signals: tuple[str, ...] = field(default=())  # modules whose declarations the stubs describe
    database: str | None = None  # the variable that names one, for tests that need it

    @property
    def key(self) -> str:
        """What its results are kept under: with a database there are more of them."""
        has_database = self.database is not None and self.database in os.environ
        return f"{self.name}-database" if has_database else self.name

    @property
    def folder(self) -> Path:
        """Where everything about it is kept."""
        return BUILD / self.key

    @property
    def recording(self) -> Path:
        """What its tests sent, before it was migrated."""
        return self.folder / "recording.json"

    @property
    def python(self) -> Path:
        return ROOT / self.environment / "bin" / "python"


LIBRARIES = (
    Library(
        "pelican",
        "pelican",
        "4.12.0",
        ("pelican",),
        # the one that is left out asks whether `unittest` was started with warnings as errors
        ("pelican", "--deselect=pelican/tests/test_testsuite.py"),
        stubs="of-untyped/pelican-stubs/plugins/signals.pyi",
        signals=("pelican.plugins.signals",),
    ),
    Library(
        "mongoengine",
        "mongoengine",
        "0.29.3",
        ("mongoengine", "tests"),
        # modules that import `tests.utils`, which the source distribution lacks
        (
            "tests",
            "-p",
            "real_services",
            "--ignore=tests/test_changelog_consistency.py",
            "--ignore=tests/test_context_managers.py",
            "--ignore=tests/test_pymongo_support.py",
        ),
        stubs="of-untyped/mongoengine-stubs/signals.pyi",
        signals=("mongoengine.signals",),
    ),
    Library(
        "flask-security",
        "Flask-Security",
        "5.9.2",
        ("flask_security", "tests"),
        # its own options clear a cache that is off here
        ("tests", "-o", "addopts=--strict-markers"),
        stubs="flask_security-stubs/signals.pyi",
        signals=("flask_security.signals",),
    ),
    Library(
        "indico",
        "indico",
        "3.2.9",
        ("indico",),
        ("indico", "-p", "real_services"),
        environment=".venv-migrate-indico",
        is_wheel=True,
        database="INDICO_TEST_DATABASE_URI",
    ),
)


def fetched(project: str, version: str, folder: Path, *, is_wheel: bool) -> Path:
    """Return the folder of an unpacked distribution, which is fetched if it is not there yet."""
    source = folder / "source"
    if source.exists():
        return source
    folder.mkdir(parents=True, exist_ok=True)
    kind = ["--only-binary", ":all:"] if is_wheel else ["--no-binary", project]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, *kind, "--no-deps", "--dest", folder, f"{project}=={version}"], check=True
    )
    unpacked = folder / "unpacked"
    if is_wheel:
        (archive,) = folder.glob("*.whl")
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(unpacked)
        unpacked.rename(source)
    else:
        (archive,) = folder.glob("*.tar.gz")
        with tarfile.open(archive) as sdist:
            sdist.extractall(unpacked, filter="data")
        (inner,) = unpacked.iterdir()
        inner.rename(source)
        unpacked.rmdir()
    return source


# what Indico pins and aldis cannot do with, or what would have to be compiled
_INSTEAD = {
    "blinker": "blinker==1.9.0",
    "typing-extensions": "typing-extensions==4.15.0",
    "psycopg2": "psycopg2-binary==2.9.6",
}
# what comes with mypy, pytest and the like, in newer versions
_NOT = {"mypy-extensions", "packaging", "pygments", "ipython", "jedi", "parso"}


def requirements(library: Library) -> list[str]:
    """Return what a wheel requires, each in the one version that it names."""
    source = fetched(library.project, library.version, library.folder, is_wheel=library.is_wheel)
    (path,) = source.glob("*.dist-info/METADATA")
    metadata = message_from_string(path.read_text("utf-8"))
    found: list[str] = []
    for each in metadata.get_all("Requires-Dist", []):
        pinned = re.fullmatch(r"(\S+) \(==(\S+)\)", each)
        if pinned and pinned[1] not in _NOT:
            found.append(_INSTEAD.get(pinned[1], f"{pinned[1]}=={pinned[2]}"))
    return found


if __name__ == "__main__":
    named = {each.name: each for each in LIBRARIES}
    print(*requirements(named[sys.argv[1]]), sep="\n")
