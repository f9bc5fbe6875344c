"""What a release changes is the same on all pages; every line that installs has a known form."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from badges import badges

import aldis
from aldis import _extras
from aldis.exceptions import MissingExtraError
from pages.blocks import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = SETTINGS["project"]["optional-dependencies"]
SPECIFICATION = importlib.util.spec_from_file_location("release", ROOT / "docs" / "release.py")
assert SPECIFICATION is not None
assert SPECIFICATION.loader is not None
release = importlib.util.module_from_spec(SPECIFICATION)
sys.modules["release"] = release  # for its named tuple
SPECIFICATION.loader.exec_module(release)

INSTALL = re.compile(r"pip install [^`\n)]+(?=[`\n)])")
README = (ROOT / "README.md").read_text(encoding="utf-8")
RELEASED = release.Release(
    "aldis", "aldis-typings", "https://example.org/p/", "https://example.org/raw/"
)
LINK = re.compile(r"\]\(([^)#][^)]*)\)")


def test_the_pages_are_of_this_release() -> None:
    assert not release.outdated(), "run `python docs/release.py`"


@pytest.mark.parametrize("page", release.PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_line_of_a_page_that_installs_has_a_known_form(page: Path) -> None:
    current = release.Release.current()
    forms = {
        current.line(),
        current.line(typings=True),
        "pip install -e ./typings",
        "pip install Flask",
        "pip install mypy",
        *(current.line(f"[{extra}]") for extra in EXTRAS),
        current.line("[cli,mypy]"),
    }
    assert set(INSTALL.findall(page.read_text(encoding="utf-8"))) <= forms


def test_a_release_makes_every_link_of_the_readme_absolute_and_can_be_undone() -> None:
    page = RELEASED.written(README, has_links=True)
    assert all(link.startswith("https://example.org/") for link in LINK.findall(page))
    assert "](https://example.org/raw/docs/pictures/graph.svg)" in page
    assert "](https://example.org/p/docs/comparison.md)" in page
    assert release.Release.current().written(page, has_links=True) == README


def test_a_release_changes_every_line_that_installs_and_can_be_undone() -> None:
    page = RELEASED.written(README, has_links=False)
    assert set(INSTALL.findall(page)) == {
        "pip install aldis",
        "pip install 'aldis[cli]'",
        "pip install Flask",
        "pip install mypy",
    }
    assert RELEASED.line(typings=True) == "pip install aldis-typings"
    assert release.Release.current().written(page, has_links=False) == README


def test_the_comparison_in_the_readme_has_ten_rows_and_leads_to_more() -> None:
    part = README.partition("\n## Compare\n")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| [^|]", part, re.MULTILINE)) == 10
    assert "](docs/comparison.md)" in part


def test_the_badges_of_the_readme_say_what_the_metadata_say() -> None:
    for badge in badges():
        assert badge.path.read_text(encoding="utf-8") == badge.drawn(), "run python docs/badges.py"
        picture = badge.path.relative_to(ROOT).as_posix()
        assert f"![{badge.name} {badge.value}]({picture})" in README


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    for link in LINK.findall(README):
        assert (ROOT / link.partition("#")[0]).is_file(), link


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_error_names_the_requirements_of_an_extra(extra: str) -> None:
    line = " ".join(
        ["pip install", *(f"'{each}'" for each in sorted(EXTRAS[extra], key=str.lower))]
    )
    said = str(MissingExtraError("it", extra))
    assert said == f"it needs the extra {extra!r}: {line}".replace("'Sphinx", "'sphinx")


def test_an_extra_that_is_not_known_is_named_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "install what the extra 'cli' of aldis requires"
    assert _extras.install_line("nothing") == words.replace("cli", "nothing")

    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(_extras, "requires", absent)
    assert _extras.install_line("cli") == words


def test_no_message_names_an_extra_of_aldis_to_install() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        assert not re.search(r"install '?aldis", path.read_text(encoding="utf-8")), path


def test_the_readme_names_the_version_and_the_pythons_that_are_tested() -> None:
    listed = [
        found[1]
        for each in SETTINGS["project"]["classifiers"]
        if (found := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each))
    ]
    first, last = listed[0], listed[-1]
    assert f"![version {aldis.__version__}]" in README
    assert f"![CPython {first} to {last}, " in README
    assert f"The version is {aldis.__version__}:" in README
    if not (ROOT / ".ci").is_dir():
        return  # it is not in the source distribution
    tested = re.search(r"^versions=\((.*)\)$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert tested is not None
    assert tested[1].split() == listed
