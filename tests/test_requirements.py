"""The lowest versions that are promised are those that `make check-lowest` tests."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return what stands between a heading, or the beginning of a list, and the next heading."""
    return re.split(r"\n\[|\n\]", PROJECT.partition(heading)[2], maxsplit=1)[0]


def test_the_lowest_versions_are_tested() -> None:
    promised = dict(
        re.findall(
            r'"([\w-]+)>=([\d.]+)"',
            section("\ndependencies = ") + section("\n[project.optional-dependencies]\n"),
        )
    )
    assert {"typing_extensions", "pytest", "mypy"} <= promised.keys()
    tested = dict(re.findall(r'"([\w-]+)==([\d.]+)"', section("\nlowest = [\n")))
    (mypy,) = re.findall(r"^MYPY_VERSIONS \?= (\S+)", MAKEFILE, flags=re.MULTILINE)
    assert promised.pop("mypy") == mypy  # the target of the plugin's own tests
    for name, version in promised.items():
        assert tested[name] in {version, f"{version}.0"}
