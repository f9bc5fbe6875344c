"""`aldis.opentelemetry`: a span of each send and of each receiver, as the SDK exports them."""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

import aldis
from aldis import AsyncSignal, Event, Signal
from aldis.exceptions import MissingExtraError
from helpers import takes, untyped

pytest.importorskip("opentelemetry.sdk")

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from aldis.opentelemetry import SpanListener


def without(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Let `aldis.opentelemetry` be imported again, without a module."""
    for name in [each for each in sys.modules if each.startswith("aldis.opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)


def test_without_its_dependency_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "opentelemetry")
    message = "aldis.opentelemetry needs the extra 'opentelemetry': pip install"
    with pytest.raises(MissingExtraError, match=message):
        __import__("aldis.opentelemetry")


def test_a_missing_part_of_the_dependency_is_not_taken_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without(monkeypatch, "opentelemetry.trace")
    with pytest.raises(ModuleNotFoundError, match=r"opentelemetry\.trace"):
        __import__("aldis.opentelemetry")


class Exported:
    """A provider whose spans are kept."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    @property
    def spans(self) -> dict[str, ReadableSpan]:
        spans = {span.name: span for span in self.exporter.get_finished_spans()}
        assert len(spans) == len(self.exporter.get_finished_spans())
        return spans

    def parents(self) -> dict[str, str | None]:
        """Return the name of each span's parent."""
        names = {self.id_of(span): name for name, span in self.spans.items()}
        return {
            name: None if span.parent is None else names[span.parent.span_id]
            for name, span in self.spans.items()
        }

    @staticmethod
    def id_of(span: ReadableSpan) -> int:
        return int(untyped(span.context).span_id)


@pytest.fixture
def exported() -> Exported:
    return Exported()


@pytest.fixture
def listener(exported: Exported) -> Iterator[SpanListener]:
    listener = SpanListener(exported.provider)
    with aldis.observe(listener):
        yield listener
    assert not listener._sends
    assert not listener._deliveries


def named(name: str) -> Signal[Any, ..., Any]:
    return Signal(name=name)


def test_a_send_and_each_of_its_receivers_have_a_span(
    exported: Exported, listener: SpanListener
) -> None:
    rung = named("rung")

    @rung.connect
    def one(sender: object, **_: object) -> None: ...

    @rung.connect
    def two(sender: object, **_: object) -> None: ...

    rung.send("ada", secret="hidden")
    start = "test_a_send_and_each_of_its_receivers_have_a_span.<locals>"
    assert exported.parents() == {
        f"receive rung: {start}.one": "send rung",
        f"receive rung: {start}.two": "send rung",
        "send rung": None,
    }
    send, first = exported.spans["send rung"], exported.spans[f"receive rung: {start}.one"]
    assert send.attributes == {
        "aldis.signal": "rung",
        "aldis.sender": "ada",
        "aldis.kind": "send",
        "aldis.receivers": 2,
    }
    assert first.attributes == {
        "aldis.signal": "rung",
        "aldis.sender": "ada",
        "code.function.name": f"{__name__}.{start}.one",
        "code.file.path": __file__,
        "code.line.number": one.__code__.co_firstlineno + 1,
    }
    assert (
        Path(__file__)
        .read_text()
        .splitlines()[one.__code__.co_firstlineno]
        .lstrip()
        .startswith("def one(")
    )
    for span in exported.spans.values():
        assert span.kind is SpanKind.INTERNAL
        assert span.status.status_code is StatusCode.UNSET
        assert "hidden" not in span.to_json()
        times = (send.start_time, span.start_time, span.end_time, send.end_time)
        assert [*times] == sorted(untyped(times))


def test_what_a_receiver_does_is_below_its_span(exported: Exported, listener: SpanListener) -> None:
    outer, inner = named("outer"), named("inner")
    tracer = exported.provider.get_tracer("test")

    @outer.connect
    def forward(sender: object) -> None:
        with tracer.start_as_current_span("work"):
            inner.send(sender)

    inner.connect(print, weak=False)
    with tracer.start_as_current_span("request"):
        outer.send(3)
        assert trace.get_current_span().get_span_context().span_id
    parents = {name.rpartition(".")[2]: parent for name, parent in exported.parents().items()}
    assert parents == {
        "request": None,
        "send outer": "request",
        "forward": "send outer",
        "work": f"receive outer: {forward.__qualname__}",
        "send inner": "work",
        "receive inner: print": "send inner",
    }
    builtin = exported.spans["receive inner: print"]
    assert builtin.attributes is not None
    assert "code.file.path" not in builtin.attributes
    assert builtin.attributes["aldis.sender"] == 3
    assert not trace.get_current_span().get_span_context().is_valid


def test_an_exception_is_recorded_where_it_was_raised_and_where_it_came_out(
    exported: Exported, listener: SpanListener
) -> None:
    rung = named("rung")

    @rung.connect
    def fail(sender: object) -> None:
        raise ValueError("no bell")

    with pytest.raises(ValueError, match="no bell"):
        rung.send(listener)
    assert len(exported.spans) == 2
    for span in exported.spans.values():
        assert span.status.status_code is StatusCode.ERROR
        assert span.status.description == "ValueError: no bell"
        (event,) = span.events
        assert event.attributes is not None
        assert event.attributes["exception.message"] == "no bell"
        assert span.attributes is not None
        assert span.attributes["aldis.sender"] == "aldis.opentelemetry._spans.SpanListener"


def test_a_robust_send_is_no_error_where_a_receiver_is(
    exported: Exported, listener: SpanListener, caplog: pytest.LogCaptureFixture
) -> None:
    rung = named("rung")

    @rung.connect
    def fail(sender: object) -> None:
        raise ValueError("no bell")

    rung.send_robust(None)
    codes = {name: span.status.status_code for name, span in exported.spans.items()}
    assert codes == {
        f"receive rung: {fail.__qualname__}": StatusCode.ERROR,
        "send rung": StatusCode.UNSET,
    }


def test_spans_of_receivers_that_run_at_once_are_each_below_their_own_send(
    exported: Exported, listener: SpanListener, backend: str
) -> None:
    outer: AsyncSignal[Any, ..., Any] = AsyncSignal(name="outer")
    one, two = named("one"), named("two")

    async def main() -> None:
        both = anyio.Event()

        @outer.connect
        async def first(sender: object) -> None:
            await both.wait()
            one.send(sender)

        @outer.connect
        async def second(sender: object) -> None:
            both.set()
            await anyio.lowlevel.checkpoint()
            two.send(sender)

        await outer.gather(None)

    anyio.run(main, backend=backend)
    parents = {
        name.rpartition(".")[2]: parent and parent.rpartition(".")[2]
        for name, parent in exported.parents().items()
    }
    assert parents == {
        "send outer": None,
        "first": "send outer",
        "second": "send outer",
        "send one": "first",
        "send two": "second",
    }


def test_without_a_provider_spans_go_to_the_global_one() -> None:
    # nobody set one, so they go nowhere
    rung = named("rung")
    with aldis.observe(SpanListener()):
        assert rung.send(None) == []


def test_a_sender_that_is_an_enum_is_told_by_its_value_as_signals_tell_it(
    exported: Exported, listener: SpanListener
) -> None:
    class Place(enum.IntEnum):
        BRIDGE = 7

    named("rung").send(Place.BRIDGE)
    attributes = untyped(exported.spans["send rung"].attributes)
    assert attributes["aldis.sender"] == 7


def test_the_span_of_an_event_tells_no_sender_where_there_is_none(
    exported: Exported, listener: SpanListener
) -> None:
    class View:
        @Event.method
        def added(self) -> None: ...

    saved = Event(name="saved")
    saved.connect(takes(""), weak=False)
    saved.send()
    View().added.send()
    of_saved = untyped(exported.spans["send saved"].attributes)
    assert "aldis.sender" not in of_saved
    assert of_saved["aldis.signal"] == "saved"
    assert {name for name in exported.spans if name.startswith("receive saved")}
    (of_view,) = (
        untyped(span.attributes) for name, span in exported.spans.items() if "View.added" in name
    )
    assert of_view["aldis.sender"].endswith("View")
