"""The page about the plugin shows what mypy says of its examples."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mypy.version import __version__ as mypy_version

from aldis.mypy._codes import CODES
from aldis.mypy._config import OPTIONS
from mypy_plugin.running import INI, mypy, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = (Path(__file__).parents[2] / "docs" / "mypy.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(found[1], found[2]) for found in BLOCK.finditer(PAGE)]
SIGNALS, *RIGHT = [text for language, text in BLOCKS if language == "python"]
# a wrong example is followed by what is said of it
WRONG = [
    (text, said)
    for (language, text), (following, said) in pairwise(BLOCKS)
    if (language, following) == ("py", "text")
]
STRICT = BLOCKS[1][1]  # the options of the page


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, cache_for: Callable[[str], Path]) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "mypy.ini").write_text(INI + STRICT, encoding="utf-8")
    shutil.copytree(cache_for(INI + STRICT), folder / "cache")
    write(folder, shop=SIGNALS)
    return folder


def said_of(example: str, shop: Path) -> str:
    """Return what mypy says of an example, with its own lines."""
    # sizes tell the examples apart, not times
    names = "from shop import *; from aldis import Signal"
    text = f"{names}\n{example}# {len(example) * '-'}\n"
    write(shop, app=text)
    said = mypy(shop, f"--cache-dir={shop / 'cache'}", "app.py")
    return re.sub(
        r"(app\.py:|which line )(\d+)", lambda found: f"{found[1]}{int(found[2]) - 1}", said
    )


@pytest.mark.parametrize(("example", "said"), WRONG)
def test_a_wrong_example_is_reported_as_shown(example: str, said: str, shop: Path) -> None:
    assert said_of(example, shop) == said


@pytest.mark.parametrize("example", RIGHT)
def test_a_right_example_is_right(example: str, shop: Path) -> None:
    assert said_of(example, shop) == ""


def headings() -> Iterator[str]:
    for line in PAGE.splitlines():
        if line.startswith("### "):
            yield line.removeprefix("### ")


def test_every_code_has_a_section_with_a_wrong_and_a_right_example() -> None:
    assert list(headings()) == [
        "aldis-receiver",
        "aldis-weak",
        "aldis-name",
        "aldis-send",
        "aldis-portable",
        "aldis-untyped",
    ]
    assert {code.code for code in CODES} == set(headings())
    for section in re.split(r"^##+ ", PAGE, flags=re.MULTILINE):
        code = section.partition("\n")[0]
        if code in set(headings()):
            assert f"[{code}]" in section
            languages = [found[1] for found in BLOCK.finditer(section)]
            assert languages == ["py", "text", "python"]


def test_every_option_is_in_the_table_and_in_the_example() -> None:
    for option in OPTIONS:
        assert f"| `{option} = true` |" in PAGE
        assert f"{option} = true\n" in STRICT


def test_the_page_names_the_oldest_version_that_is_supported() -> None:
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    oldest = re.search(r'mypy = \["mypy>=([\d.]+)"\]', pyproject)
    assert oldest is not None
    assert f"mypy from {oldest[1]} on" in PAGE
    assert tuple(map(int, mypy_version.split(".")[:2])) >= tuple(map(int, oldest[1].split(".")))
