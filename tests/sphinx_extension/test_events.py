"""`aldis.sphinx`: an event is documented as a signal is, without a sender."""

from __future__ import annotations

import re
import zlib

import pytest

from sphinx_extension.conftest import Project
from sphinx_extension.test_tables import EXTENSIONS

# what napoleon of Sphinx 9 itself asks for
pytestmark = pytest.mark.filterwarnings("ignore:The mapping interface for autodoc options")

VIEWS = '''
"""Views."""

from __future__ import annotations

import enum

from aldis import AsyncEvent, Event, Namespace


class Flow:
    """A flow."""


@Event
def saved(path: str, *, size: int = 0) -> bool:
    """Sent after a file was saved.

    Args:
        size: In bytes.
    """


moved = Event[[int, list[str]]]()
"""Sent when something moved."""


class View:
    """It shows flows."""

    def start(self) -> None:
        """Begin."""

    @Event.method
    def flow_added(self, flow: Flow, index: int = 0) -> None:
        """Sent after a flow was added."""

    @AsyncEvent.method
    async def drawn(self) -> int:
        """Sent when it is drawn."""

    @Event.method
    def untold(self) -> None: ...

    def stop(self) -> None:
        """End."""


class Colour(enum.Enum):
    """A colour."""

    RED = 1

    @Event.method
    def chosen(self, by: str) -> None:
        """Sent when it is chosen."""


view = View()
of_one = view.flow_added
events = Namespace()


@events.event
def renamed(name: str) -> None:
    """Sent after a change of a name."""


events.event("untyped")
'''


@pytest.fixture
def views(project: Project) -> Project:
    project.module("views", VIEWS)
    return project


def test_an_event_shows_its_payload_and_no_sender(views: Project) -> None:
    assert views.described(".. autosignal:: views.saved") == (
        """event views.saved(path: str, *, size: int = 0) -> bool

   Sent after a file was saved.

   Payload:
      * **path** (*str*)

      * **size** (*int*) -- In bytes.

   Type of a result:
      bool"""
    )


def test_an_event_of_instances_shows_what_receivers_get(views: Project) -> None:
    text = views.described(".. autosignal:: views.View.flow_added")
    assert text.startswith("event View.flow_added(flow: Flow, index: int = 0) -> None\n")
    assert "self" not in text
    text = views.described(".. autosignal:: views.View.drawn")
    assert text.startswith("async event View.drawn() -> int\n")


def test_an_event_by_types_shows_them(views: Project) -> None:
    text = views.described(".. autosignal:: views.moved")
    assert text.startswith("event views.moved(arg1: int, arg2: list[str], /)\n")
    assert "Sent when something moved." in text


def test_the_members_of_a_class_have_its_events_among_them(views: Project) -> None:
    text = views.described(".. autoclass:: views.View\n   :members:\n   :member-order: bysource\n")
    shown = [line.strip() for line in text.splitlines()]
    places = [
        shown.index(line)
        for line in (
            "start() -> None",
            "event flow_added(flow: Flow, index: int = 0) -> None",
            "async event drawn() -> int",
            "stop() -> None",
        )
    ]
    assert places == sorted(places)
    assert shown.count("Sent after a flow was added.") == 1
    assert "untold" not in text


def test_an_event_without_documentation_is_shown_where_that_is_wanted(views: Project) -> None:
    text = views.described(".. autoclass:: views.View\n   :members:\n   :undoc-members:\n")
    assert "event untold() -> None" in text


def test_the_members_of_a_module_have_its_events_among_them(views: Project) -> None:
    text = views.described(".. automodule:: views\n   :members:\n   :undoc-members:\n")
    assert "event views.saved(path: str, *, size: int = 0) -> bool" in text
    assert "event views.moved(arg1: int, arg2: list[str], /)" in text
    assert "event chosen(by: str) -> None" in text
    assert "event views.of_one" not in text


def test_events_of_a_namespace_are_listed_with_it(views: Project) -> None:
    text = views.described(".. autodata:: views.events")
    assert '""renamed"": "renamed"' in text
    assert 'event events["untyped"](*args, **kwargs)' in text


def test_the_event_of_an_instance_is_documented_on_its_class(views: Project) -> None:
    views.build("Page\n====\n\n.. autosignal:: views.of_one\n")
    (warning,) = views.warnings
    assert "it is the event of one instance; name that of the class, views.View.flow_added" in (
        warning
    )


def test_references_to_events_are_found_by_either_role(views: Project) -> None:
    html = views.build(
        "Page\n====\n\n:py:event:`views.saved`, :py:signal:`views.View.flow_added`,"
        " :py:obj:`views.saved`\n\n.. automodule:: views\n   :members:\n",
        builder="html",
        nitpicky=True,
    )
    assert html.count('href="#views.saved"') >= 2
    assert 'href="#views.View.flow_added"' in html
    assert views.warnings == []
    inventory = (views.folder / "out" / "html" / "objects.inv").read_bytes()
    lines = zlib.decompress(inventory.split(b"\n", 4)[4]).decode().splitlines()
    assert "views.View.flow_added py:signal 1 index.html#$ -" in lines


def test_the_index_says_that_it_is_an_event(views: Project) -> None:
    views.build("Page\n====\n\n.. autosignal:: views.saved\n", builder="html")
    index = (views.folder / "out" / "html" / "genindex.html").read_text(encoding="utf-8")
    assert "saved (event in views)" in index


def test_an_event_can_be_written_by_hand(project: Project) -> None:
    text = project.described(".. py:signal:: saved(path: str) -> None\n   :event:\n   :async:\n")
    assert text.startswith("async event saved(path: str) -> None")


def test_tables_show_the_payload_of_events(views: Project) -> None:
    page = "Page\n====\n\n.. autosummary::\n\n   views.View.flow_added\n"
    html = views.build(page, builder="html", extensions=EXTENSIONS)
    assert views.warnings == []
    row = re.sub("<[^>]*>", "", html.partition("<tr ")[2]).replace("\xa0", " ")
    assert "views.View.flow_added(flow[, index])" in row
    assert "Sent after a flow was added." in row
