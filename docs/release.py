"""Writes into the pages what a release changes: how aldis is installed, and where its files are.

    python docs/release.py [--check]

Both stand in `[tool.aldis-release]` of `pyproject.toml`. With `--check` nothing is written, and the
exit code is 1 if a page says something else.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = (README, ROOT / "typings" / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

# aldis with its extras or without, or the stubs; to install these editable is for a clone alone
_INSTALL = re.compile(
    r"pip install (?P<quote>'?)(?:(?:\./|aldis-)(?P<typings>typings)|(?:\.|aldis))"
    r"(?P<extras>\[[\w,]+\])?(?P=quote)(?=[\s`'\")]|$)"
)
_LINK = re.compile(
    r"(?P<picture>!?)\[(?P<text>[^]]*)\]\((?:https?://[^)\s]+?/)?"
    r"(?P<file>(?:benchmarks|docs|examples|tests|typings)/[^)\s]*|[A-Z]+(?:\.md)?(?:#[\w-]+)?)\)"
)


class Release(NamedTuple):
    """What a release changes."""

    install: str
    install_typings: str
    pages: str
    pictures: str

    @classmethod
    def current(cls) -> Release:
        """Return what `pyproject.toml` says."""
        with (ROOT / "pyproject.toml").open("rb") as file:
            said = tomllib.load(file)["tool"]["aldis-release"]
        return cls(**{name.replace("-", "_"): value for name, value in said.items()})

    def line(self, extras: str = "", *, typings: bool = False) -> str:
        """Return the command that installs aldis, with extras such as `[cli]`, or its stubs."""
        what = self.install_typings if typings else f"{self.install}{extras}"
        return f"pip install '{what}'" if extras else f"pip install {what}"

    def written(self, page: str, *, has_links: bool) -> str:
        """Return a page with the lines that install, and with the links of this release."""
        page = _INSTALL.sub(
            lambda found: self.line(found["extras"] or "", typings=bool(found["typings"])), page
        )
        return _LINK.sub(self._link, page) if has_links else page

    def _link(self, found: re.Match[str]) -> str:
        start = self.pictures if found["picture"] else self.pages
        return f"{found['picture']}[{found['text']}]({start}{found['file']})"


def outdated() -> list[Path]:
    """Return the pages that say something else."""
    release = Release.current()
    return [page for page in PAGES if _written(page, release) != page.read_text(encoding="utf-8")]


def _written(page: Path, release: Release) -> str:
    # only the README is read away from the files that it links to
    return release.written(page.read_text(encoding="utf-8"), has_links=page == README)


def main() -> int:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description="Writes into the pages what a release changes.")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    check = parser.parse_args().check
    pages = outdated()
    for page in pages:
        if check:
            print(f"{page.relative_to(ROOT)} is not of this release: run docs/release.py")
        else:
            page.write_text(_written(page, Release.current()), encoding="utf-8")
    return int(check and bool(pages))


if __name__ == "__main__":
    sys.exit(main())
