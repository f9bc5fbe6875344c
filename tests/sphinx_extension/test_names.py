"""The names of aldis's types in annotations."""

from __future__ import annotations

import pytest

from aldis.sphinx._public import PUBLIC, public
from sphinx_extension.conftest import Project

pytestmark = pytest.mark.filterwarnings("ignore:The mapping interface for autodoc options")

TYPED = '''
"""Typed."""

from typing import Any, Generic, TypeVar, overload

from aldis import AnySender, AsyncSignal, BoundSignal, Namespace, Signal, SignalMethod
from aldis.observing import Listener
from aldis.testing import Sent


class App:
    """The application."""

    kept: Signal["App", [int, "App"], None]
    """One of each."""

    def bound(self) -> BoundSignal["App", [], list[int]]:
        """Return one."""

    @property
    def both(self) -> "Signal[App, [int], None] | AsyncSignal[Any, ..., Any]":
        """Both."""


class Loud(Signal[App, [int, App], None]):
    """A signal."""


class Quiet(Namespace, Listener):
    """A namespace."""


shared: Signal[App, [None | int], None] = Signal()
number: "dict[str, Namespace]" = {}
"""Many."""


@Signal
def saved(sender: App, /, *, which: Signal[App, [App], None]) -> None:
    """Sent of a signal."""


def watch(signal: Signal[App, [int], None], other: Signal, n: tuple[int, ...] = (1, 2)) -> Sent:
    """Take signals."""


@overload
def pick(thing: Signal) -> int: ...
@overload
def pick(thing: AnySender) -> str: ...
def pick(thing: object) -> object:
    """Pick one."""
'''


@pytest.fixture
def typed(project: Project) -> Project:
    project.module("typed", TYPED)
    return project


PAGE = """\
.. automodule:: typed
   :members:
   :undoc-members:
   :show-inheritance:
   :exclude-members: Loud

.. autoclass:: typed.Loud
   :show-inheritance:
"""
SHORT = [
    "bound() -> BoundSignal[App, [], list[int]]",
    "property both: Signal[App, [int], None] | AsyncSignal[Any, ..., Any]",
    'Bases: "Namespace", "Listener"',
    'Bases: "Signal"["App", ["int", "App"], "None"]',
    "number: dict[str, Namespace]",
    "signal typed.saved(sender: App, /, *, which: Signal[App, [App], None]) -> None",
    "typed.watch(signal: Signal[App, [int], None], other: Signal, n: tuple[int, ...] = (1, 2))",
    ") -> Sent\n",
    "typed.pick(thing: Signal) -> int",
    "typed.pick(thing: AnySender) -> str",
]
FULL = [
    "bound() -> aldis.BoundSignal[typed.App, [], list[int]]",
    'Bases: "aldis.Namespace", "aldis.observing.Listener"',
    'Bases: "aldis.Signal"["typed.App", ["int", "App"], "None"]',
    "which: aldis.Signal[typed.App, [typed.App], None]) -> None",
    "typed.watch(signal: aldis.Signal[typed.App, [int], None], other: aldis.Signal, n: ",
    ") -> aldis.testing.Sent\n",
    "typed.pick(thing: aldis.Signal) -> int",
]


@pytest.mark.parametrize(("format_", "lines"), [("short", SHORT), ("fully-qualified", FULL)])
def test_they_have_their_public_names_wherever_they_are(
    typed: Project, format_: str, lines: list[str]
) -> None:
    text = typed.described(PAGE, autodoc_typehints_format=format_)
    for line in lines:
        assert line in text
    assert "aldis._" not in text
    assert "<class" not in text


def test_they_have_them_in_descriptions_of_parameters(typed: Project) -> None:
    text = typed.described(PAGE, autodoc_typehints="description", autodoc_typehints_format="short")
    assert "**signal** (*Signal**[**App**, **[**int**]**, **None**]*)" in text
    assert "aldis._" not in text


def test_they_lead_to_where_they_are_documented(typed: Project) -> None:
    page = f"Page\n====\n\n.. py:class:: aldis.Signal\n\n{PAGE}"
    html = typed.build(page, builder="html")
    assert html.count('href="#aldis.Signal"') >= 6
    assert "aldis._sync_signal" not in html


def test_each_class_has_the_name_of_its_package() -> None:
    assert PUBLIC["aldis._sync_signal.Signal"] == "aldis.Signal"
    assert PUBLIC["aldis._core._identity.AnySender"] == "aldis.AnySender"
    assert not [name for name in PUBLIC.values() if "._" in name]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("~aldis._sync_signal.Signal", "~aldis.Signal"),
        ("aldis._core._nothing.Thing", "aldis._core._nothing.Thing"),
        ("Signal[~shop.App, (<class 'int'>,)]", "Signal[~shop.App, (<class 'int'>,)]"),
        ("aldis._sync_signal.Signal[~T, ~P, ~R]", "aldis.Signal[~T, ~P, ~R]"),
        ("~aldis._sync_signal.Signal[App, ()]", "~aldis.Signal[App, []]"),
        (
            "~aldis.Signal[App, (shop.App | None, typing.Any)]",
            "~aldis.Signal[App, [~shop.App | None, ~typing.Any]]",
        ),
        ("aldis.Signal[App, (<class 'NoneType'>,)]", "aldis.Signal[App, [None]]"),
        ("aldis.Signal[App, (ForwardRef('shop.App'),)]", "aldis.Signal[App, [shop.App]]"),
        (
            "list[~aldis.Signal[A, (~aldis._sync_signal.Signal[B, [int], C], tuple[int, ...])]]",
            "list[~aldis.Signal[A, [~aldis.Signal[B, [int], C], tuple[int, ...]]]]",
        ),
        (
            "(a: aldis.Signal[A, B]) and aldis.Signal[C, (D,)]",
            "(a: aldis.Signal[A, B]) and aldis.Signal[C, [D]]",
        ),
        ("~aldis.Signal[App, (", "~aldis.Signal[App, ("),
    ],
)
def test_a_payload_is_the_list_that_was_written(text: str, said: str) -> None:
    assert public(text) == said
