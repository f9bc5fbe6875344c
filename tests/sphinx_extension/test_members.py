"""Which members of classes are signals to autodoc, wherever they are declared."""

from __future__ import annotations

import re

import pytest

from sphinx_extension.conftest import Project

# what napoleon of Sphinx 9 itself asks for
pytestmark = pytest.mark.filterwarnings("ignore:The mapping interface for autodoc options")

BASES = '''
"""Bases."""

from aldis import AsyncSignal, Signal


class App:
    """The application."""

    opened = Signal[object, [int], None](name="opened")
    """Sent when it opens."""

    #: Sent when it closes.
    closed = Signal()

    bare = AsyncSignal[object, [], None]()

    @Signal.method
    def moved(self, *, by: int) -> None:
        """Sent when it moves."""

    @Signal.method
    def untold(self) -> None: ...
'''
COLORS = '''
"""Colours."""

import enum

import bases

from aldis import AsyncSignal, Signal


class Color(enum.Enum):
    """A colour."""

    RED = 1
    BLUE = 2

    @Signal.method
    def picked(self, *, by: str) -> None:
        """Sent when it is chosen."""

    @AsyncSignal.method
    async def mixed(self) -> None: ...


class Flags(enum.IntFlag):
    """Flags."""

    ONE = 1

    @Signal.method
    def raised(self) -> None:
        """Sent when it is raised."""


class Outer:
    """It has another."""

    class Inner(bases.App):
        """It inherits."""


class Shop(bases.App):
    """It inherits, and has one of its own."""

    sold = Signal(doc="Sent when something is sold.")
'''


@pytest.fixture
def colors(project: Project) -> Project:
    project.module("bases", BASES)
    project.module("colors", COLORS)
    return project


def signals(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "signal " in line and "(" in line]


OF_COLOR = "signal picked(self: Color, *, by: str) -> None"
MIXED = "async signal mixed(self: Color) -> None"
OF_APP = [
    "signal closed(sender, /, *args, **kwargs)",
    "signal moved(self: App, *, by: int) -> None",
    "signal opened(sender: object, arg1: int, /)",
]
BARE = ["async signal bare(sender: object, /)", "signal untold(self: App) -> None"]


def test_signals_of_an_enum_are_signals(colors: Project) -> None:
    page = ".. autoclass:: colors.Color\n   :members:\n   :undoc-members:"
    text = colors.described(page)
    assert sorted(signals(text)) == [MIXED, OF_COLOR]
    assert "Sent when it is chosen." in text
    assert "**by** (*str*)" in text
    assert "RED = 1" in text
    assert "<Signal" not in text


def test_an_undocumented_signal_of_an_enum_is_left_out_as_others_are(colors: Project) -> None:
    text = colors.described(".. automodule:: colors\n   :members:")
    assert MIXED not in text
    assert {OF_COLOR, "signal raised(self: Flags) -> None"} <= set(signals(text))


@pytest.mark.parametrize("options", ["", "   :undoc-members:\n"])
@pytest.mark.parametrize("kind", ["colors.Shop", "colors.Outer.Inner"])
def test_signals_of_base_classes_are_signals_whatever_kind_they_are(
    colors: Project, kind: str, options: str
) -> None:
    page = f".. autoclass:: {kind}\n   :members:\n   :inherited-members:\n{options}"
    text = colors.described(page)
    own = ["signal sold(sender, /, *args, **kwargs)"] if kind.endswith("Shop") else []
    assert sorted(signals(text)) == sorted([*own, *OF_APP, *(BARE if options else [])])
    for told in ("Sent when it opens.", "Sent when it closes.", "Sent when it moves."):
        assert text.count(told) == 1
    assert "<Signal" not in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("colors.Color.picked", "Sent when it is chosen."),
        ("colors.Color.mixed", "Sender:"),
        ("colors.Shop.opened", "Sent when it opens."),
        ("colors.Shop.bare", "Sender:"),
        ("colors.Outer.Inner.closed", "Sent when it closes."),
        ("bases.App.untold", "Sender:"),
    ],
)
@pytest.mark.parametrize("directive", ["autoattribute", "autosignal"])
def test_one_is_a_signal_without_its_class_too(
    colors: Project, directive: str, name: str, said: str
) -> None:
    text = colors.described(f".. {directive}:: {name}")
    # autodoc has the module and the outer classes of some in an option
    assert re.search(rf"signal (Outer\.)?{'.'.join(name.split('.')[-2:])}\(", text)
    assert said in text
