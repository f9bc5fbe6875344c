"""autosummary: the rows of its tables, and the pages that it makes."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from sphinx_extension.conftest import Project
from sphinx_extension.test_members import BASES, COLORS

pytestmark = pytest.mark.filterwarnings("ignore:The mapping interface for autodoc options")

EXTENSIONS = ["aldis.sphinx", "sphinx.ext.autosummary"]
SHOP = '''
"""A shop."""

from aldis import Namespace, Signal


@Signal
def saved(sender: object, /, *, path: str, mode: int = 0) -> None:
    """Sent after a save. It was written.

    More.
    """


@Signal
def untold(sender: object, /) -> None: ...


signals = Namespace()
number = 3
"""A number."""


def plain(a: int) -> None:
    """Do it."""
'''
NAMES = ["shop.saved", "shop.untold", "shop.plain", "shop.number", "shop"]
MEMBERS = ["colors.Color.picked", "colors.Shop.opened", "bases.App.moved"]


@pytest.fixture
def shop(project: Project) -> Project:
    project.module("bases", BASES)
    project.module("colors", COLORS)
    project.module("shop", SHOP)
    return project


def rows(project: Project, *options: str) -> dict[str, list[str]]:
    """Return the words of each row of a table of all of these."""
    lines = [f"   {line}" for line in (*options, "", *NAMES, *MEMBERS)]
    page = "\n".join(["Page", "====", "", ".. autosummary::", *lines, ""])
    html = project.build(page, builder="html", extensions=EXTENSIONS)
    assert project.warnings == []
    found: dict[str, list[str]] = {}
    for row in html.split("<tr ")[1:]:
        first, second = row.partition(">")[2].split("</td>")[:2]
        cells = [part.partition("<")[0] for part in f"{first}{second}".split(">")]
        words = [cell.replace("\xa0", " ").strip() for cell in cells]
        name, *rest = [word for word in words if word]
        found[name] = rest
    return found


def test_a_row_shows_what_is_sent_and_the_first_sentence(shop: Project) -> None:
    assert rows(shop) == {
        "shop.saved": ["(sender, /, *, path[, mode])", "Sent after a save."],
        "shop.untold": ["(sender, /)"],
        "shop.plain": ["(a)", "Do it."],
        "shop.number": ["A number."],
        "shop": ["A shop."],
        "colors.Color.picked": ["(self, *, by)", "Sent when it is chosen."],
        "colors.Shop.opened": ["(sender, arg1, /)", "Sent when it opens."],
        "bases.App.moved": ["(self, *, by)", "Sent when it moves."],
    }


def test_a_row_shows_no_signature_where_none_is_wanted(shop: Project) -> None:
    told = rows(shop, ":nosignatures:")
    assert told["shop.saved"] == ["Sent after a save."]
    assert told["shop.plain"] == ["Do it."]


def test_a_row_shows_a_short_signature_where_that_is_wanted(shop: Project) -> None:
    if version("Sphinx").startswith("8.1."):
        pytest.skip("there is no such option")
    told = rows(shop, ":signatures: short")
    assert told["shop.saved"] == ["(…)", "Sent after a save."]
    assert told["shop.plain"] == ["(…)", "Do it."]
    assert told["shop.number"] == ["A number."]
    assert rows(shop, ":signatures: none")["shop.saved"] == ["Sent after a save."]


def test_the_pages_that_are_made_describe_signals(shop: Project) -> None:
    lines = [f"   {name}" for name in (*NAMES, *MEMBERS, "bases.App")]
    head = ["Page", "====", "", ".. autosummary::", "   :toctree: made", ""]
    shop.build("\n".join([*head, *lines, ""]), extensions=EXTENSIONS, autosummary_generate=True)

    def made(name: str) -> str:
        return (shop.folder / "out" / "text" / "made" / f"{name}.txt").read_text("utf-8")

    for name in ("shop.saved", "shop.untold", *MEMBERS):
        assert f"signal {name.partition('.')[2]}(" in made(name).replace("shop.", "")
    assert "Sent when it is chosen." in made("colors.Color.picked")
    of_module = made("shop")
    for name in ('"saved"', '"untold"', "Sent after a save."):
        assert name in of_module
    of_class = made("bases.App")
    for name in ('"opened"', '"moved"', '"untold"', "Sent when it moves."):
        assert name in of_class
    assert not [line for line in shop.warnings if "duplicate object" not in line]


def test_without_autosummary_there_are_no_tables(shop: Project) -> None:
    shop.build("Page\n====\n\n.. autosummary::\n\n   shop.saved\n")
    assert any('Unknown directive type "autosummary"' in line for line in shop.warnings)
