"""A trace of OpenTelemetry goes on where a message arrives."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engines import ENGINES
from opentelemetry import baggage, context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from programs import TOPIC, Program, Scripted, order_paid

import aldis
from aldis import Signal
from aldis.opentelemetry import SpanListener
from aldis.relay import Relay
from redis_server import shared


def published(engine: Scripted) -> Any:
    signal = Signal(order_paid)
    Relay(engine, name="web").publish(signal, topic=TOPIC)
    return signal


@pytest.mark.parametrize("name", ENGINES)
def test_spans_of_two_programs_are_of_one_trace(name: str) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with ENGINES[name]() as engine:
        web = Program(engine, "web").publishes()
        mailer = Program(engine, "mailer").delivers("mailer").hears()
        with aldis.observe(SpanListener(provider)):
            web.send(1)
            mailer.run()
    spans: list[Any] = [*exporter.get_finished_spans()]
    (publishing,) = (span for span in spans if "Publisher" in span.name)
    children = [span for span in spans if span.parent is not None]
    (again,) = (span for span in children if span.parent.span_id == publishing.context.span_id)
    assert again.name == "send order_paid"
    assert len({span.context.trace_id for span in spans}) == 1
    assert mailer.ids() == [1]


def test_baggage_is_carried_along_and_gone_afterwards() -> None:
    engine = Scripted()
    here, there = published(engine), Signal(order_paid)
    exporter = TracerProvider().get_tracer("test")
    seen: list[object] = []

    @there.connect
    def mail(sender: str, /, **payload: Any) -> None:
        seen.append(baggage.get_baggage("customer"))

    with exporter.start_as_current_span("request") as span:
        token = context.attach(baggage.set_baggage("customer", "gold"))
        here.send("shop", order_id=1)
        context.detach(token)
    (message,) = engine.published
    assert message.baggage == "customer=gold"
    assert message.traceparent is not None
    assert f"-{span.get_span_context().span_id:016x}-" in message.traceparent
    mailer = Relay(Scripted(), name="mailer")
    mailer.deliver(there, group="mailer", topic=TOPIC)
    mailer.receive(message.pack())
    assert seen == ["gold"]
    assert baggage.get_baggage("customer") is None


def test_without_opentelemetry_there_is_no_trace_and_one_that_arrives_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Scripted()
    here = published(engine)
    with TracerProvider().get_tracer("test").start_as_current_span("request"):
        here.send("shop", order_id=1)
    monkeypatch.delitem(sys.modules, "opentelemetry.trace")
    here.send("shop", order_id=2)
    traced, plain = engine.published
    assert (traced.traceparent is None, plain.traceparent) == (False, None)
    there: Any = Signal(order_paid)
    mailer = Relay(Scripted(), name="mailer")
    mailer.deliver(there, group="mailer", topic=TOPIC)
    heard: list[object] = []

    def hear(sender: str, /, **payload: Any) -> None:
        heard.append(payload["order_id"])

    there.connect(hear)
    mailer.receive(traced.pack())
    assert heard == [1]


PROGRAM = """\
import sys
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
import aldis
from aldis import Event
from aldis.opentelemetry import SpanListener
from aldis.relay import RedisStreams, Relay

@Event
def paid(order_id: int, /) -> None: ...

does, url, prefix = sys.argv[1:]
provider = TracerProvider()
one_line = ConsoleSpanExporter(formatter=lambda span: span.to_json(indent=None) + "\\n")
provider.add_span_processor(SimpleSpanProcessor(one_line))
relay = Relay(RedisStreams(url, prefix=prefix), name=does)
with aldis.observe(SpanListener(provider)):
    if does == "web":
        relay.publish(paid, topic="paid")
        paid.send(1)
    else:
        relay.deliver(paid, topic="paid", group="mailers")
        @paid.connect
        def mail(order_id: int) -> None: ...
        relay.run(until_idle=0)
relay.close()
"""


def test_two_processes_are_one_trace_to_opentelemetry_and_to_aldis_trace(tmp_path: Path) -> None:
    pytest.importorskip("typer", reason="the extra `cli` needs it")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)

    def run(does: str) -> tuple[list[Any], str, list[Any]]:
        """Return its spans, what `aldis trace` prints, and the arrows for Perfetto."""
        chrome = tmp_path / f"{does}.json"
        options = ("-m", "aldis", "trace", "--chrome", str(chrome), str(program))
        command = [sys.executable, *options, does, shared().url, tmp_path.name]
        ran = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
        assert ran.returncode == 0, ran.stderr
        events = json.loads(chrome.read_text())["traceEvents"]
        arrows = [event for event in events if event.get("cat") == "relay"]
        return [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr, arrows

    (published, tree, [start]), (heard, tree_there, [end]) = run("web"), run("mailer")
    spans = {span["context"]["span_id"]: span for span in [*published, *heard]}
    assert len({span["context"]["trace_id"] for span in spans.values()}) == 1
    [publishing] = [span for span in published if "Publisher" in span["name"]]
    [again] = [span for span in heard if span["name"] == "send paid"]
    assert spans[again["parent_id"]] is publishing
    # each end of the arrow is in the process of its own
    assert (start["ph"], end["ph"]) == ("s", "f")
    assert start["id"] == end["id"]
    assert start["pid"] != end["pid"]
    assert start["ts"] <= end["ts"]
    told = re.findall(r"as message (\w{8})", tree)
    assert told == re.findall(
        r"^paid.*, message (\w{8}) from web, attempt 1", tree_there, re.MULTILINE
    )
    assert told == [start["id"][:8]]
