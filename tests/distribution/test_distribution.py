"""The contents of `dist/` are complete and work when installed: run by `make check-dist`.

pytest does not come here by itself, since there is nothing to test before it is built.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
from clean_environment import Environment, unpack

ROOT = Path(__file__).parents[2]
(WHEEL,) = (ROOT / "dist").glob("aldis-*.whl")
(SDIST,) = (ROOT / "dist").glob("aldis-*.tar.gz")

# They are about other tools than Python's, or about the repository itself; those of reliability
# take as long as all others, and it is the same code that they would test.
ELSEWHERE = [
    f"--ignore=tests/{folder}"
    for folder in ("built_site", "editors", "reliability", "stubs", "typing")
]
TWO = ["-n", "2", "--dist", "loadfile"]  # a file is one worker's
REPOSITORY = "test_no_file_of_the_repository_names_a_registry_or_a_place_on_a_machine"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("clean") / "environment")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, less the source."""
    folder = tmp_path_factory.mktemp("sdist")
    tree = unpack(SDIST, folder)
    source = tree / "src"
    assert (source / "aldis" / "py.typed").is_file()
    source.rename(folder / "taken away")
    return tree


def names_in_wheel() -> set[str]:
    with zipfile.ZipFile(WHEEL) as archive:
        return set(archive.namelist())


def metadata(name: str) -> str:
    (path,) = (path for path in names_in_wheel() if path.endswith(f".dist-info/{name}"))
    with zipfile.ZipFile(WHEEL) as archive:
        return archive.read(path).decode()


def test_the_metadata_are_valid() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *(ROOT / "dist").iterdir()],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "300"},
    )
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.count("PASSED") == 4  # the stubs, too


def test_the_wheel_holds_the_package_with_its_mark_of_types_and_nothing_else() -> None:
    source = ROOT / "src"
    files = {
        str(path.relative_to(source))
        for path in (source / "aldis").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "aldis/py.typed" in files
    found = names_in_wheel()
    assert {name for name in found if ".dist-info/" not in name} == files
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in found)
    assert "aldis = aldis.pytest_plugin" in metadata("entry_points.txt")


def test_typing_extensions_is_the_only_requirement_that_is_no_extra() -> None:
    required = HeaderParser().parsestr(metadata("METADATA")).get_all("Requires-Dist")
    assert required is not None
    always = [each for each in required if "extra ==" not in each]
    assert [re.split(r"[><=!~]", each)[0] for each in always] == ["typing-extensions"]


def test_the_source_distribution_holds_no_environment_and_no_result() -> None:
    with tarfile.open(SDIST) as archive:
        names = archive.getnames()
    parts = {name.split("/")[1] for name in names if "/" in name}
    assert {"src", "tests", "docs", "README.md", "CHANGELOG.md", "LICENSE"} <= parts
    assert not {part for part in parts if part.startswith((".venv", ".ci", "dist", "build"))}


def test_installing_it_installs_typing_extensions_and_no_more(
    environment: Environment, tmp_path: Path
) -> None:
    before = installed(environment, tmp_path)
    environment.pip("install", "--quiet", WHEEL, cwd=tmp_path)
    assert installed(environment, tmp_path) - before == {"aldis", "typing_extensions"}
    said = environment.python("-c", "import aldis; print(aldis.Signal())", cwd=tmp_path)
    assert said.strip() == "<Signal <unnamed>, 0 receivers>"


def installed(environment: Environment, folder: Path) -> set[str]:
    listed = environment.pip("list", "--format=freeze", cwd=folder)
    return {line.partition("==")[0] for line in listed.splitlines()}


def test_the_tests_pass_on_what_is_installed(environment: Environment, unpacked: Path) -> None:
    environment.pip("install", "--quiet", "--upgrade", "pip>=25.1", cwd=unpacked)
    environment.pip("install", "--quiet", "--group", "test", WHEEL, cwd=unpacked)
    where = environment.python("-c", "import aldis; print(aldis.__file__)", cwd=unpacked)
    assert Path(where.strip()).is_relative_to(environment.folder)
    # pytest finds the plugin by itself
    assert "--aldis-strict" in environment.python("-m", "pytest", "--help", cwd=unpacked)
    options = [*ELSEWHERE, f"--deselect=tests/test_surface.py::{REPOSITORY}"]
    told = environment.python("-m", "pytest", "-q", *TWO, *options, "tests", cwd=unpacked)
    passed = re.search(r"^(\d+) passed", told, flags=re.MULTILINE)
    assert passed is not None, told
    assert int(passed[1]) > 1000, told
