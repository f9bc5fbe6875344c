"""`aldis trace` shows which message a send has become, and which one it delivers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("rich", reason="the extra `cli` needs it")
pytest.importorskip("typer", reason="the extra `cli` needs it")

PROGRAM = """
from aldis import Signal
from aldis.relay import Memory, Relay

def paid(sender: str, /, *, order_id: int) -> None: ...
here, there = Signal(paid, name="here"), Signal(paid, name="there")
engine = Memory()
web, mailer = Relay(engine, name="web"), Relay(engine, name="mailer")
web.publish(here, topic="paid")
web.deliver(here, topic="other", group="web")
mailer.deliver(there, topic="paid", group="mailer")
mailer.publish(there, topic="paid.again")
echo = Signal(paid, name="echo")

@there.connect
def mail(sender: str, *, order_id: int) -> None:
    echo.send("mailer", order_id=order_id)

here.send("shop", order_id=1)
mailer.run(until_idle=0)
echo.send("shop", order_id=2)
"""


def test_both_ends_of_a_message_have_its_id(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    ran = subprocess.run(
        [sys.executable, "-m", "aldis", "trace", "--chrome", "trace.json", "program.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    published = re.findall(r"Publisher.* as message (\w{8})", ran.stderr)
    arrived = re.findall(
        r"^there.*, message (\w{8}) from web, attempt 1", ran.stderr, re.MULTILINE
    )
    assert published == arrived
    assert len(published) == 1  # what arrived is not published again
    assert ran.stderr.count(", message ") == 1
    events = json.loads((tmp_path / "trace.json").read_text())["traceEvents"]
    arrows = [(event["ph"], event["id"][:8]) for event in events if event.get("cat") == "relay"]
    assert arrows == [("s", published[0]), ("f", published[0])]
