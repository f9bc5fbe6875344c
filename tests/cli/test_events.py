"""The command on events: they are found wherever they are kept, and shown as events."""

from __future__ import annotations

import atexit
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from aldis._cli._finding import look
from aldis._cli._graph import Graph
from aldis._cli._listing import show
from aldis._cli._mermaid import mermaid
from cli.workplace import Workplace

MODULE = '''\
from aldis import AsyncEvent, Event, Namespace, Signal


@Event
def saved(path: str, *, size: int = 0) -> None:
    """Sent after a file was saved."""


opened = Event[[str]](name="opened")


@Signal
def closed(sender: object, /) -> None: ...


class View:
    @Event.method
    def added(self, flow: str, index: int = 0) -> None:
        """Sent after a flow was added."""

    @AsyncEvent.method
    async def drawn(self) -> None: ...

    def add(self, flow: str) -> None:
        self.added.send(flow)

    async def draw(self) -> None:
        await self.drawn.gather_robust()


view = View()
of_one = view.added
ns = Namespace()


@ns.event
def named(n: int) -> None: ...


ns.async_event("by-name")


@saved.connect
def report(path: str, *, size: int) -> None:
    opened.send(path)


def show(flow: str, index: int) -> None: ...


def run(call) -> None:
    call()


view.added.connect(show, via=run, priority=2)
opened.connect(saved.send, once=True, weak=False)


def later() -> None:
    saved.subscribe(show)
'''


@pytest.fixture
def shop(here: Workplace) -> Workplace:
    here.write(views=MODULE)
    return here


def test_events_are_listed_with_what_receivers_get(shop: Workplace) -> None:
    lines = [line.partition(": ")[2] for line in shop.aldis("list", "views").lines]
    declared = [line for line in lines if " declared " in line]
    assert declared == [
        "views.saved: declared Event(path: str, *, size: int = 0) -> None",
        "views.opened: declared Event(arg1: str, /)",
        "views.closed: declared Signal(sender: object, /) -> None",
        "views.View.added: declared Event(flow: str, index: int = 0) -> None",
        "views.View.drawn: declared AsyncEvent() -> None",
        "views.ns['by-name']: declared AsyncEvent(untyped)",
        "views.named: declared Event(n: int) -> None",
    ]
    assert "views.View.added: says Sent after a flow was added." in lines


def test_connections_of_events_are_listed_with_their_instance_and_their_via(
    shop: Workplace,
) -> None:
    lines = [line for line in shop.aldis("list", "views").lines if ": receiver " in line]
    connected = [re.sub(r" at .*:\d+", "", line.partition(": ")[2]) for line in lines]
    assert connected == [
        "views.saved: receiver views.report, weak, priority 0",
        "views.opened: receiver views.saved.send, strong, priority 0, once",
        "views.View.added: receiver views.show, weak, sender one View, priority 2, via",
    ]


def test_people_see_events_counted_and_no_sender_where_there_is_none(
    shop: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    show(look("views", []).signals, Console(width=160, highlight=False))
    shown = capsys.readouterr().out
    assert "1 signal and 6 events, 3 with receivers now" in shown
    tables = [line.split() for line in shown.splitlines() if "receiver " in line and "at" in line]
    assert [("sender" in table) for table in tables] == [False, False, True]
    assert "weak, via" in shown
    assert "strong, once" in shown


def test_the_graph_shows_events_as_events_and_who_sends_them(shop: Workplace) -> None:
    graph = Graph(look("views", []))
    titles = {node.key: node.title for node in graph.nodes}
    events = {node.title for node in graph.nodes if node.is_event}
    assert events == {"saved", "opened", "View.added", "View.drawn", "named", "ns['by-name']"}
    sends = {(titles[start], titles[end], guess) for start, end, guess in graph.sends}
    assert sends == {
        ("View.add", "View.added", False),
        ("View.draw", "View.drawn", False),
        ("report", "opened", False),
    }
    deliveries = {
        (titles[start], titles[end], is_connected, notes)
        for start, end, is_connected, notes in graph.deliveries
    }
    assert deliveries == {
        ("saved", "report", True, ()),
        ("saved", "show", False, ()),
        ("opened", "saved", True, ("once",)),
        ("View.added", "show", True, ("from one View", "priority 2", "via")),
    }
    assert ":::event" in mermaid(graph)
    assert "classDef event" in mermaid(graph)


def test_a_graph_without_events_does_not_explain_them(here: Workplace) -> None:
    here.write(plain="from aldis import Signal\nsaved = Signal(name='saved')\n")
    for ending in ("mmd", "dot"):
        assert here.aldis("graph", "plain", "-o", f"plain.{ending}").code == 0
        assert "event" not in (here.folder / f"plain.{ending}").read_text()
    here.write(other="from aldis import Event\nsaved = Event(name='saved')\n")
    assert here.aldis("graph", "other", "-o", "other.dot").code == 0
    assert "green: an event" in (here.folder / "other.dot").read_text()


def test_an_event_of_another_package_is_drawn_where_it_is_used(here: Workplace) -> None:
    here.write(
        far="""
            from aldis import Event
            @Event
            def rung(by: str) -> None: ...
            class Door:
                @Event.method
                def opened(self) -> None: ...
            of_one = Door().opened
        """,
        near="""
            from aldis import Event
            from far import Door, of_one, rung
            own = Event(name="own")
            def ring() -> None:
                rung.send("ada")
                of_one.send()
        """,
    )
    graph = Graph(look("near", []))
    titles = {node.key: node.title for node in graph.nodes}
    assert {(titles[start], titles[end]) for start, end, _ in graph.sends} == {("ring", "rung")}


def test_a_trace_tells_the_instance_that_sends_an_event_and_no_other_sender(
    here: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exit: list[Callable[[], object]] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    here.write(
        program="""
            from aldis import Event
            @Event
            def saved(path: str, *, size: int = 0) -> None: ...
            class View:
                @Event.method
                def added(self, flow: str) -> None: ...
            view = View()
            @view.added.connect
            def show(flow):
                saved.send(flow)
            @saved.connect
            def report(path, size): ...
            view.added.send("GET /")
        """
    )
    told = here.aldis("trace", "program.py", at_exit=at_exit).err.splitlines()
    words = [line.partition("  ")[0] for line in told]
    assert words[:5] == [
        "View.added(flow='GET /') from one View",
        "│ show",
        "│ │ saved(path='GET /', size=0)",
        "│ │ │ report",
        "│ │ └",
    ]
