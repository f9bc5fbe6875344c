"""Every command that the pages and the messages give to install something works when it is typed.

`make check-dist` runs this with what `make dist` built. A line that names this clone is typed in
the source distribution, unpacked; one that names a distribution finds it in `dist/`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from clean_environment import Environment, unpack

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
(WHEEL,) = DIST.glob("aldis-*.whl")
(SDIST,) = DIST.glob("aldis-*.tar.gz")

PAGES = [ROOT / "README.md", ROOT / "typings" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINES = sorted(
    {
        line
        for page in PAGES
        for line in re.findall(r"pip install [^`\n)]+(?=[`\n)])", page.read_text(encoding="utf-8"))
        if line not in {"pip install Flask", "pip install mypy"}
    }
)
# what is there only after an extra was installed, and what is there after every line
USES = {
    "cli": "aldis --version",
    "migrate": "aldis migrate --help && python -c 'import mypy'",
    "opentelemetry": "python -c 'import aldis.opentelemetry'",
    "pytest": "python -m pytest --aldis-strict --version",
    "redis": "python -c 'from aldis.relay import RedisStreams; RedisStreams(\"redis://127.0.0.1:1\")'",
    "relay": "python -c 'from aldis.relay import Memory, Relay; Relay(Memory(), name=\"web\")'",
}
MESSAGES = {
    "cli": "aldis list json",
    "migrate": "aldis migrate empty",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, in a folder whose name has a space."""
    return unpack(SDIST, tmp_path_factory.mktemp("a clone"))


def clean(folder: Path) -> Environment:
    environment = Environment(folder / "environment")
    environment.variables["PIP_FIND_LINKS"] = DIST.as_uri()
    return environment


def test_the_pages_give_lines_that_install_each_thing() -> None:
    assert len(LINES) > len(USES)
    for extra in USES:
        assert any(f"[{extra}]" in line for line in LINES), extra


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_pages_installs_what_it_is_for(line: str, tree: Path, tmp_path: Path) -> None:
    environment = clean(tmp_path)
    environment.type(line, cwd=tree)
    listed = environment.pip("list", "--format=freeze", cwd=tmp_path)
    name = "aldis-typings" if "typings" in line else "aldis"
    assert re.search(rf"^{name}(==| @)", listed.replace("_", "-"), re.MULTILINE), listed
    for extra in re.findall(r"\[(\w+)\]", line):
        environment.type(USES[extra], cwd=tmp_path)


def test_the_commands_of_the_readme_work_in_a_clone(tree: Path, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n((?:(?:pip|cd|python) .*\n)+)```$", readme, re.MULTILINE)
    assert len(blocks) == 2
    environment = clean(tmp_path)
    printed = environment.type(f"set -e; {''.join(blocks)}", cwd=tree)
    assert "flowchart" in printed
    assert "order-placed(item='lamp', amount=1) from one Flask" in printed


def test_what_a_message_says_to_install_is_what_was_missing(tmp_path: Path) -> None:
    environment = clean(tmp_path)
    environment.pip("install", "--quiet", WHEEL, cwd=tmp_path)
    (tmp_path / "empty").mkdir()
    for extra, command in MESSAGES.items():
        said = environment.type(command, cwd=tmp_path, code=2)
        found = re.fullmatch(rf"aldis: .*extra '{extra}': (pip install .*)\n", said)
        assert found is not None, said
        environment.type(found[1], cwd=tmp_path)
        environment.type(USES[extra], cwd=tmp_path)


def test_what_an_error_says_to_install_can_be_typed(tmp_path: Path) -> None:
    environment = clean(tmp_path)
    environment.pip("install", "--quiet", WHEEL, cwd=tmp_path)
    show = (
        "from importlib.metadata import metadata; from aldis.exceptions import MissingExtraError; "
        "[print(MissingExtraError('it', e)) for e in metadata('aldis').get_all('Provides-Extra')]"
    )
    said = environment.python("-c", show, cwd=tmp_path)
    lines = re.findall(r"^it needs the extra '\w+': (pip install .*)$", said, re.MULTILINE)
    assert len(lines) == len(said.splitlines()) >= len(USES)
    for line in lines:
        environment.type(line, cwd=tmp_path)
