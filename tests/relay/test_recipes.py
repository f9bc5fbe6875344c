"""What the page of recipes shows holds with a real worker, a real server, and after a kill."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aldis import Event
from aldis.exceptions import MessageError
from aldis.relay import Memory, Message, RedisStreams, Relay, current
from redis_server import shared

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "relay-recipes.md"


def block(begins: str) -> str:
    """Return the one program of the page that begins so."""
    text = PAGE.read_text(encoding="utf-8")
    [found] = [
        each for each in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if begins in each
    ]
    assert isinstance(found, str)
    return found


def message(number: int) -> Message:
    data = b'{"payload": {"order_id": %d}}' % number
    return Message.of(topic="shop.order_paid", source="web", data=data)


# Celery


def leave_logging(**_: object) -> None:
    """Set up no logging, in place of Celery."""


def test_celery_tries_again_what_a_receiver_refuses_in_a_worker_of_its_own() -> None:
    pytest.importorskip("celery")
    from celery.contrib.testing.worker import start_worker  # noqa: PLC0415  # as above
    from celery.signals import setup_logging  # noqa: PLC0415  # as above

    page: dict[str, Any] = {"__name__": "celery_page"}
    text = block("from celery import").split("order_paid.send")[0]
    # Celery gives the task of the page, where that has run, to this application, too
    text = text.replace('name="shop.deliver"', 'name="shop.deliver_at_once"')
    exec(text.replace("2**task.request.retries", "0"), page)
    app, order_paid = page["app"], page["order_paid"]
    tried: list[tuple[int, int]] = []
    app.conf.task_always_eager = False
    app.conf.result_backend = "cache+memory://"
    app.conf.broker_transport_options = {"polling_interval": 0.01}  # seconds; else it waits for one
    is_done = threading.Event()

    def fail_once(*, order_id: int) -> None:
        arrival = current()
        if arrival is not None:
            tried.append((order_id, arrival.attempt))
            if arrival.attempt == 1:
                raise ValueError("not yet")
            is_done.set()

    order_paid.connect(fail_once)
    setup_logging.connect(leave_logging)  # else it sets the level of all loggers, for other tests
    with start_worker(app, pool="solo", perform_ping_check=False):
        order_paid.send(order_id=7)
        assert is_done.wait(30)
    assert tried == [(7, 1), (7, 2)]
    assert page["mails"] == [7, 7]


# FastStream


def test_faststream_gets_again_from_redis_what_a_receiver_refuses() -> None:
    pytest.importorskip("faststream")
    server = shared()
    text = block("from faststream import").split("async def main")[0]
    text = text.replace("redis://127.0.0.1:6379/0", server.url).replace("30_000", "50")
    text = text.replace("aldis:topic:shop", "recipe:topic:shop")
    page: dict[str, Any] = {"__name__": "faststream_page"}
    exec(text, page)
    engine = RedisStreams(server.url, prefix="recipe")
    engine.publish("shop.order_paid", message(1))  # before anybody listens
    engine.subscribe(["shop.order_paid"], "worker").close()
    tried: list[tuple[int, int]] = []

    async def main() -> None:
        is_done = asyncio.Event()

        def fail_once(*, order_id: int) -> None:
            arrival = current()
            assert arrival is not None
            tried.append((order_id, arrival.attempt))
            if arrival.attempt == 1:
                raise ValueError("not yet")
            if order_id == 2:
                is_done.set()

        page["order_paid"].connect(fail_once)
        async with page["broker"] as broker:
            await broker.start()
            engine.publish("shop.order_paid", message(2))
            engine.publish("shop.order_paid", Message.of(topic="other", source="web", data=b"{}"))
            await asyncio.wait_for(is_done.wait(), 30)
            wait = ("XREAD", "BLOCK", 9_000, "STREAMS", "shop.dead", "0")
            assert await asyncio.to_thread(server.say, *wait)

    asyncio.run(main())
    assert sorted(tried) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    engine.close()


# an outbox


KILLED = """
import os, signal, sys
{program}
class Killing:
    def publish(self, topic, message):
        engine.publish(topic, message)
        os.kill(os.getpid(), signal.SIGKILL)

from aldis.relay import RedisStreams, Relay
database = sqlite3.connect(sys.argv[1])
engine = RedisStreams(sys.argv[2], prefix=sys.argv[3])
if sys.argv[4] == "pays":
    web = Relay(Outbox(database), name="web")
    web.publish(order_paid, topic="shop.order_paid")
    pay(database, 1)
    os.kill(os.getpid(), signal.SIGKILL)
else:
    forward(database, Killing())
"""


def test_an_outbox_forwards_what_was_committed_before_its_process_was_killed(
    tmp_path: Path,
) -> None:
    program, prefix, url = block("class Outbox:"), f"outbox-{tmp_path.name}", shared().url
    file = tmp_path / "shop.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("create table paid (order_id integer)")

    def run_killed(does: str) -> None:
        """Run a process that is killed: after the commit, or before a row is deleted."""
        code = KILLED.replace("{program}", program)
        arguments = [sys.executable, "-c", code, str(file), url, prefix, does]
        assert subprocess.run(arguments, check=False).returncode == -signal.SIGKILL

    engine = RedisStreams(url, prefix=prefix)
    subscription = engine.subscribe(["shop.order_paid"], "worker")
    run_killed("pays")
    assert subscription.receive(0) is None
    run_killed("forwards")
    page: dict[str, Any] = {"__name__": "outbox_page"}
    exec(program, page)
    forward: Callable[..., None] = page["forward"]
    forward(database, engine)
    arrived = [subscription.receive(0) for _ in range(3)]
    assert arrived[2] is None
    # twice, since it was killed in between, and with one id by which to know it
    ids = [each and Message.unpack(each.message).id for each in arrived[:2]]
    assert len(set(ids)) == 1
    forward(database, engine)
    assert subscription.receive(0) is None
    subscription.close()
    engine.close()
    database.close()


# any other worker


def test_receive_tells_a_worker_what_is_useless_to_try_again() -> None:
    @Event
    def order_paid(*, order_id: int) -> None: ...

    worker = Relay(Memory(), name="worker")
    worker.deliver(order_paid, group="worker", topic="shop.order_paid")
    with pytest.raises(MessageError):
        worker.receive(b"no message")
