"""CI runs on the CPythons that the metadata names, and does not mistake one for another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CI = ROOT / ".ci"

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not CI.is_dir(),
    reason="the scripts of CI are for bash, and not in the source distribution",
)

# the interpreter of this test, which says that it is another one
FAKE = """#!/bin/sh
exec {real} "$1" -c 'import sys
sys.version_info, sys.abiflags, sys.executable = (3, {minor}, 0), "{flags}", sys.argv[1]
exec(sys.argv[2])' "$0" "$3"
"""


@dataclass
class Machine:
    """A machine with CPython 3.77 and later, which the real one does not have."""

    folder: Path

    def install(self, place: str, minor: int, flags: str = "") -> Path:
        python = self.folder / place
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text(FAKE.format(real=sys.executable, minor=minor, flags=flags))
        python.chmod(0o755)
        return python

    def run(self, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [CI / script, *arguments],
            env={
                **os.environ,
                "PATH": os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]]),
                "PYENV_ROOT": str(self.folder / "pyenv"),
                "ALDIS_PYTHONS": str(self.folder / "made"),
            },
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    def find(self, *versions: str) -> Path | None:
        done = self.run("find-python", *versions)
        assert (done.returncode == 0) is bool(done.stdout), done
        return Path(done.stdout.rstrip("\n")) if done.stdout else None


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_what_is_nowhere_is_not_found(machine: Machine) -> None:
    machine.install("bin/python3.77", 77)
    assert machine.find("3.78", "3.77t") is None


@pytest.mark.parametrize(
    "place", ["bin/python3.77", "pyenv/versions/3.77.1/bin/python", "made/bin/python3.77"]
)
def test_an_interpreter_is_found_on_the_path_in_pyenv_and_where_it_was_made(
    machine: Machine, place: str
) -> None:
    python = machine.install(place, 77)
    assert machine.find("3.77") == python


@pytest.mark.parametrize(
    "place", ["bin/python3.77t", "pyenv/versions/3.77.1t/bin/python", "made/bin/python3.77t"]
)
def test_a_free_threaded_interpreter_is_found_in_the_same_places(
    machine: Machine, place: str
) -> None:
    python = machine.install(place, 77, "t")
    assert machine.find("3.77t") == python


def test_a_free_threaded_interpreter_is_not_taken_for_an_ordinary_one(machine: Machine) -> None:
    machine.install("bin/python3.77", 77, "t")
    machine.install("pyenv/versions/3.77.1t/bin/python", 77, "t")
    assert machine.find("3.77") is None
    ordinary = machine.install("made/bin/python3.77", 77)
    assert machine.find("3.77") == ordinary


def test_an_ordinary_interpreter_is_not_taken_for_a_free_threaded_one(machine: Machine) -> None:
    machine.install("bin/python3.77t", 77)
    machine.install("pyenv/versions/3.77.1/bin/python", 77)
    assert machine.find("3.77t") is None
    free_threaded = machine.install("made/bin/python3.77t", 77, "t")
    assert machine.find("3.77t") == free_threaded


def test_a_program_of_the_right_name_and_another_version_is_not_taken(machine: Machine) -> None:
    machine.install("bin/python3.77", 78)
    assert machine.find("3.77") is None


def test_the_first_version_that_is_asked_for_comes_first(machine: Machine) -> None:
    older = machine.install("bin/python3.77t", 77, "t")
    newer = machine.install("made/bin/python3.78t", 78, "t")
    assert machine.find("3.79t", "3.78t", "3.77t") == newer
    assert machine.find("3.77t", "3.78t") == older


def test_what_is_there_is_not_made_again(machine: Machine) -> None:
    here = machine.install("bin/python3.77", 77)
    made = machine.install("made/bin/python3.78t", 78, "t")
    done = machine.run("pythons", machine.folder / "made", "3.77", "3.79t/3.78t")
    assert done.stdout.splitlines() == [
        f"pythons: 3.77: found {here}",
        f"pythons: 3.79t/3.78t: found {made}",
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_no_address_of_a_mirror_is_written_down() -> None:
    assert "://" not in (CI / "pythons").read_text(encoding="utf-8")


# -- the versions


def listed(name: str) -> list[str]:
    """Return a list of versions in `.ci/run`."""
    text = (CI / "run").read_text(encoding="utf-8")
    found = re.search(rf"^{name}=\((.*)\)$", text, flags=re.MULTILINE)
    assert found
    return found[1].split()


def test_ci_runs_on_the_versions_that_the_metadata_names() -> None:
    metadata = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    versions = listed("versions")
    assert versions == re.findall(r'"Programming Language :: Python :: (3\.\d+)"', metadata)
    assert f'requires-python = ">={versions[0]}"' in metadata


def test_ci_runs_on_the_newest_free_threaded_build_of_one_of_them() -> None:
    # 3.13 is the first that has such builds
    assert listed("free_threaded") == [
        f"{version}t" for version in reversed(listed("versions")) if int(version[2:]) >= 13
    ]
