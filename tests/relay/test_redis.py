"""What is true of Redis alone: connections that are lost, claims, dead letters, strangers."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, cast

import pytest

from aldis.exceptions import MissingExtraError
from aldis.relay import DeadLetter, Delivery, Message, RedisStreams
from aldis.relay._redis_entries import Names, message_of
from aldis.relay._redis_errors import check_version
from aldis.relay._redis_group import GroupDelivery, GroupSubscription
from aldis.relay._redis_live import LiveSubscription
from aldis.relay._redis_scripts import FORGET
from aldis.relay._redis_streams import TRIMMED
from redis_server import Server, running, shared

TOPIC = "counted"
ROOT = Path(__file__).parents[2]
NUMBERS = count()


class Engine:
    """One topic of a server, with a prefix of its own."""

    def __init__(self, server: Server, **settings: float) -> None:
        self.server = server
        self.prefix = f"own-{next(NUMBERS)}"
        self.key = Names(self.prefix).stream(TOPIC)
        self.opened: list[RedisStreams] = []
        self.engine = self.connect(**settings)

    def connect(self, **settings: float) -> RedisStreams:
        prefetch = int(settings.pop("prefetch", 1))
        options = {"idle": 20.0, "away": 0.0, **settings}
        engine = RedisStreams(self.server.url, prefix=self.prefix, prefetch=prefetch, **options)
        self.opened.append(engine)
        return engine

    def publish(self, *numbers: int) -> None:
        for number in numbers:
            data = b'{"payload":{"number":%d}}' % number
            self.engine.publish(TOPIC, Message.of(topic=TOPIC, source="test", data=data))

    def group(self, name: str = "group", **settings: float) -> GroupSubscription:
        found = (self.connect(**settings) if settings else self.engine).subscribe([TOPIC], name)
        assert isinstance(found, GroupSubscription)
        return found

    def live(self) -> LiveSubscription:
        found = self.engine.subscribe([TOPIC], None)
        assert isinstance(found, LiveSubscription)
        return found

    def left(self) -> int:
        found = self.server.say("XLEN", self.key)
        assert isinstance(found, int)
        return found

    def ids(self) -> list[bytes]:
        found = cast("list[list[bytes]]", self.server.say("XRANGE", self.key, "-", "+"))
        return [id_ for id_, _ in found]

    def pending(self) -> int:
        found = cast("list[int]", self.server.say("XPENDING", self.key, "group"))
        return found[0]

    def consumers(self, group: str = "group") -> set[str]:
        found = cast("list[list[bytes]]", self.server.say("XINFO", "CONSUMERS", self.key, group))
        return {facts[facts.index(b"name") + 1].decode() for facts in found}


def number_of(delivery: Delivery | None) -> int | None:
    """Return the number of a message; None if there is none."""
    if delivery is None:
        return None
    return int(delivery.message.split(b'"number":')[1].split(b"}")[0])


def die(subscription: GroupSubscription) -> None:
    """Let it be as if its process had been killed."""
    subscription._claims.stop()


def receive(subscription: GroupSubscription, timeout: float = 0) -> GroupDelivery:
    found = subscription.receive(timeout)
    assert found is not None
    return found


@pytest.fixture
def here() -> Iterator[Engine]:
    """A topic of a server that all tests share."""
    engine = Engine(shared())
    yield engine
    for each in engine.opened:
        each.close()


@pytest.fixture
def alone() -> Iterator[Engine]:
    """A topic of a server that may be killed."""
    with running() as server:
        server.say("CONFIG", "SET", "appendfsync", "always")  # else it may lose a second
        engine = Engine(server, timeout=1)
        yield engine
        for each in engine.opened:
            each.close()


# lost connections


def test_what_was_confirmed_arrives_when_the_server_is_killed_and_started_again(
    alone: Engine,
) -> None:
    alone.engine = alone.connect(timeout=30)
    confirmed: list[int] = []
    is_under_way, is_refused, is_back = (threading.Event() for _ in range(3))

    def publish() -> None:
        for number in count():
            try:
                alone.publish(number)
            except ConnectionError:
                is_refused.set()
                is_back.wait(30)
                continue
            confirmed.append(number)
            if len(confirmed) == 50:
                is_under_way.set()
            if is_back.is_set() and len(confirmed) >= 100:
                return

    publisher = threading.Thread(target=publish)
    publisher.start()
    assert is_under_way.wait(30)
    alone.server.kill()
    assert is_refused.wait(30)
    alone.server.start()
    is_back.set()
    publisher.join(30)
    subscription = alone.group()
    arrived: list[int | None] = []
    while (delivery := subscription.receive(0)) is not None:
        arrived.append(number_of(delivery))
        delivery.ack()
    subscription.close()
    assert len(confirmed) >= 100
    assert set(confirmed) <= set(arrived)


def test_to_publish_raises_in_time_if_the_server_is_stopped(alone: Engine) -> None:
    alone.publish(1)
    began = monotonic()
    with (
        alone.server.stopped(),
        pytest.raises(TimeoutError, match=r"Redis at 127.0.0.1:\d+ did not answer in time") as met,
    ):
        alone.publish(2)
    assert isinstance(met.value, ConnectionError)
    assert monotonic() - began < 10
    with alone.server.stopped(), pytest.raises(ConnectionError):
        alone.connect(timeout=0.1).publish(TOPIC, Message.of(topic="", source="", data=b"{}"))
    alone.publish(3)


def test_a_command_whose_connection_is_lost_is_not_sent_again(alone: Engine) -> None:
    client, refused = alone.connect(timeout=60)._client(), threading.Event()

    def ask() -> None:
        with pytest.raises(ConnectionError):
            client("BLPOP", "nothing", 0)
        refused.set()

    asking = threading.Thread(target=ask)
    asking.start()
    while "blocked_clients:1" not in alone.server.info():
        assert asking.is_alive()
    alone.server.drop_connections()
    assert refused.wait(30)  # it does not wait for another answer
    asking.join()


def test_without_a_group_there_is_no_gap_when_the_connection_is_lost_and_found(
    alone: Engine,
) -> None:
    live = alone.live()
    alone.publish(1)
    assert number_of(live.receive(0)) == 1
    alone.server.kill()
    with pytest.raises(ConnectionError, match=r"Redis at 127\.0\.0\.1"):
        live.receive(0)
    alone.server.start()
    alone.publish(2, 3)
    alone.server.drop_connections()
    alone.publish(4)
    assert [number_of(live.receive(0)) for _ in range(4)] == [2, 3, 4, None]


def test_an_answer_that_is_lost_is_not_counted_as_an_attempt(alone: Engine) -> None:
    subscription = alone.group()
    subscription.receive(0)  # so that it is connected
    alone.publish(1)
    subscription._next_look = monotonic() + 100  # so that it is new messages that it asks for
    with alone.server.stopped(), pytest.raises(ConnectionError):
        subscription.receive(0.1)  # the server hands it out when it goes on, to nobody
    found = subscription.receive(1)
    while found is None:
        found = subscription.receive(1)
    assert (number_of(found), found.attempt) == (1, 1)
    found.ack()
    subscription.close()


def test_a_claim_whose_answer_is_lost_is_not_counted_and_others_stay_as_they_are(
    alone: Engine,
) -> None:
    subscription = alone.group()
    alone.publish(1, 2, 3)
    in_hand, far, near = (receive(subscription) for _ in range(3))
    far.retry(10)
    near.retry(0)
    subscription._streams._next_trimming = subscription._next_forgetting = monotonic() + 100
    with alone.server.stopped(), pytest.raises(ConnectionError):
        subscription.receive(0)  # the server counts it when it goes on
    found = subscription.receive(1)
    while found is None:
        found = subscription.receive(1)
    assert (number_of(found), found.attempt) == (3, 2)
    assert subscription.receive(0) is None
    in_hand.ack()
    other = alone.group()
    subscription.close()
    assert receive(other).attempt == 2  # given back, uncounted
    other.close()


def test_a_message_is_acknowledged_over_another_connection_if_that_was_lost(here: Engine) -> None:
    subscription = here.group()
    here.publish(1, 2)
    for _ in range(2):
        delivery = receive(subscription)
        here.server.drop_connections()
        delivery.ack()
    assert here.pending() == 0
    subscription.close()


def test_an_acknowledgement_is_not_repeated_if_the_server_does_not_answer(alone: Engine) -> None:
    subscription = alone.group(timeout=1)
    alone.publish(1)
    delivery = receive(subscription)
    with alone.server.stopped(), pytest.raises(TimeoutError):
        delivery.ack()
    assert subscription.receive(0) is None
    assert alone.pending() == 0
    subscription.close()


def test_a_server_that_goes_while_one_subscribes_is_an_error_of_the_connection(
    alone: Engine,
) -> None:
    client = alone.engine._client()
    client("PING")
    alone.server.kill()
    with pytest.raises(ConnectionError, match=r"Redis at 127\.0\.0\.1"):
        client.apart()


def test_an_acknowledgement_that_fails_is_made_later(alone: Engine) -> None:
    subscription = alone.group()
    alone.publish(1)
    delivery = receive(subscription)
    alone.server.kill()
    with pytest.raises(ConnectionError):
        delivery.ack()
    with pytest.raises(ConnectionError):
        subscription.receive(0)
    alone.server.start()
    assert subscription.receive(0) is None
    assert alone.pending() == 0
    subscription.close()


def test_a_server_that_has_forgotten_everything_is_told_again(here: Engine) -> None:
    subscription = here.group()
    here.server.say("DEL", here.key)
    here.publish(1)
    subscription._interrupted = True
    first = receive(subscription)
    here.server.say("DEL", here.key)
    first.ack()
    here.publish(2)
    subscription._next_look = subscription._next_forgetting = 0
    assert number_of(receive(subscription)) == 2
    here.server.say("DEL", here.key)
    here.publish(3)
    subscription._claims.renew()
    subscription._next_look = monotonic() + 100
    assert number_of(receive(subscription, 1)) == 3
    here.server.say("DEL", here.key)
    subscription.close()


def test_renewals_go_on_after_an_error(here: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = here.group(idle=0.03)
    here.publish(1)
    delivery = receive(subscription)
    failed, renewed = threading.Event(), threading.Event()
    run = subscription._client.run

    def fail(*command: Any) -> object:
        if threading.current_thread() is subscription._claims._thread:
            if not failed.is_set():
                failed.set()
                raise ConnectionError
            renewed.set()
        return run(*command)

    monkeypatch.setattr(subscription._client, "run", fail)
    assert renewed.wait(30)
    delivery.ack()
    subscription.close()


def test_a_subscription_that_cannot_tell_the_server_ends_all_the_same(alone: Engine) -> None:
    subscription, live = alone.group(), alone.live()
    alone.publish(1)
    receive(subscription)
    alone.server.kill()
    subscription.close()
    subscription.close()
    live.close()
    alone.server.start()
    other = alone.group(idle=0.01)
    assert receive(other, 30).attempt == 2
    other.close()


# claims


def test_a_retry_that_is_far_away_is_renewed_until_it_is_near(here: Engine) -> None:
    one, other = here.group(idle=0.15), here.group(idle=0.15)
    here.publish(1)
    began = monotonic()
    receive(one).retry(0.4)
    found = other.receive(0.1)
    while found is None:
        found = other.receive(0.1)
    assert monotonic() - began >= 0.4
    assert found.attempt == 2
    found.ack()
    # it is forgotten where it waited
    while one._claims.waiting:
        assert one.receive(0.1) is None
    for each in (one, other):
        each.close()


def test_what_others_have_claimed_while_the_process_was_stopped_is_not_delivered_here(
    here: Engine,
) -> None:
    one = here.group(idle=0.05, prefetch=3)
    here.publish(1, 2, 3)
    first = receive(one)
    die(one)
    other = here.group(idle=0.05)
    claimed = [number_of(receive(other, 30)), number_of(receive(other, 30))]
    assert sorted(claimed, key=str) == [1, 2]
    rest = one.receive(0)  # renews what it has, since it was silent for so long
    assert number_of(rest) in {3, None}
    first.ack()
    for each in (one, other):
        each.close()


def test_what_was_fetched_with_another_message_is_given_back_uncounted(here: Engine) -> None:
    one = here.group(prefetch=3)
    here.publish(1, 2, 3)
    assert receive(one).is_exact is False
    one.close()
    other = here.group()
    assert [receive(other).attempt for _ in range(3)] == [1, 1, 1]
    other.close()


def test_a_deleted_message_is_passed_over(here: Engine) -> None:
    one = here.group()
    here.publish(1, 2)
    for _ in range(2):
        receive(one)
    here.server.say("XDEL", here.key, here.ids()[0])
    one.close()
    other = here.group()
    assert number_of(receive(other)) == 2
    assert other.receive(0) is None
    other.close()


def test_messages_of_several_topics_come_one_at_a_time(here: Engine) -> None:
    engine = here.engine
    for topic in ("one", "two"):
        data = b'{"payload":{"number":1}}'
        engine.publish(topic, Message.of(topic=topic, source="test", data=data))
    first = engine.subscribe(["one", "two"], "group")
    assert isinstance(first, GroupSubscription)
    receive(first)  # the other is fetched with it, and not counted
    die(first)
    pending = [
        here.server.say("XPENDING", Names(here.prefix).stream(topic), "group", "-", "+", 9)
        for topic in ("one", "two")
    ]
    assert sorted(cast("list[list[Any]]", found)[0][-1] for found in pending) == [0, 1]


# consumers


def test_a_consumer_is_forgotten_only_when_it_owes_nothing(here: Engine) -> None:
    dead = here.group()
    here.publish(1)
    receive(dead)
    die(dead)
    other = here.group()
    assert other.receive(0) is None

    def forget() -> set[str]:
        other._client.run(FORGET, [here.key], "group", 0, "")
        return here.consumers()

    assert forget() == {dead._claims.consumer}
    assert here.pending() == 1
    claimer = here.group(idle=0.01)
    receive(claimer, 30)
    assert forget() == {claimer._claims.consumer}
    for each in (claimer, other):
        each.close()


def test_a_consumer_that_is_silent_is_forgotten_in_time_and_one_that_ends_at_once(
    here: Engine,
) -> None:
    dead = here.group()
    here.publish(1)
    receive(dead).ack()
    die(dead)
    other = here.group(idle=0.02)
    while dead._claims.consumer in here.consumers():
        assert other.receive(0.1) is None
    here.publish(2)
    receive(other).ack()
    assert here.consumers() == {other._claims.consumer}
    other.close()
    assert here.consumers() == set()


# trimming


def test_a_message_stays_for_listeners_that_are_away_for_a_while(here: Engine) -> None:
    engine = here.connect(away=60)
    subscription = engine.subscribe([TOPIC], "group")
    here.publish(1)
    delivery = subscription.receive(0)
    assert delivery is not None
    delivery.ack()
    subscription.close()
    assert here.left() == 1
    live = engine.subscribe([TOPIC], None)
    here.publish(2)
    assert number_of(live.receive(0)) == 2
    live.close()
    assert here.left() == 2


def test_without_a_group_messages_stay_for_a_time_of_their_own(here: Engine) -> None:
    live = here.live()
    here.publish(1)
    live.close()
    assert here.left() == 1
    engine = here.connect(keep=0)
    engine.subscribe([TOPIC], None).close()
    assert here.left() == 0


def test_streams_are_trimmed_meanwhile(here: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aldis.relay._redis_streams.TRIMMED", 0 * TRIMMED)
    subscription = here.group()
    here.publish(1)
    receive(subscription).ack()
    assert subscription.receive(0) is None
    assert here.left() == 0
    here.server.say("XADD", here.key, "18446744073709551614-18446744073709551614", "name", "value")
    receive(subscription).ack()
    assert subscription.receive(0) is None  # its id has no successor that Lua can reckon
    assert here.left() == 1
    subscription.close()


def test_a_listener_that_was_away_for_too_long_says_that_it_may_have_missed_some(
    here: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    live = here.live()
    live._asked -= 10
    with caplog.at_level(logging.WARNING, "aldis.relay"):
        live.receive(0)
    [record] = caplog.records
    assert record.getMessage() == (
        "Redis was not asked for 10 seconds, and messages that nobody owes are kept for 0: some of"
        " counted may have been missed"
    )


# strangers, dead letters, errors


def test_to_close_in_a_forked_process_leaves_the_connections_of_its_parent(
    here: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.publish(1)
    of_parent = here.engine._client()
    with monkeypatch.context() as forked:
        forked.setattr(os, "getpid", lambda: -1)
        here.engine.close()
        assert here.engine._client() is not of_parent


def test_what_a_stranger_adds_is_a_message_too() -> None:
    assert message_of([b"__data__", b"{}"]) == b"{}"
    assert message_of([b"event", b"{}"]) == b"{}"
    assert message_of([b"a", b"1", b"__data__", b"2"]) == b"2"
    assert (
        message_of([b"a", b"__data__", b"b", b"\xff"]) == '{"a":"__data__","b":"\ufffd"}'.encode()
    )
    assert message_of(None) == b""


def test_dead_letters_of_a_group_and_of_none_are_read(here: Engine) -> None:
    live, subscription = here.live(), here.group()
    here.publish(1)
    alone, grouped = live.receive(0), receive(subscription)
    assert alone is not None
    alone.retry(0.01)
    alone = live.receive(30)
    assert alone is not None
    alone.bury("heard enough")
    grouped.bury("too much")
    message = grouped.message
    assert here.engine.dead_letters() == [
        DeadLetter(TOPIC, message, None, 2, "heard enough"),
        DeadLetter(TOPIC, message, "group", 1, "too much"),
    ]
    assert here.engine.dead_letters(1) == here.engine.dead_letters()[:1]
    live.close()
    subscription.close()


def test_an_old_server_is_refused() -> None:
    check_version(b"# Server\r\nredis_version:6.2.0\r\n", "here")
    with pytest.raises(
        RuntimeError, match=r"Redis at here is version 5.0.7: RedisStreams needs 6.2 or newer"
    ):
        check_version(b"# Server\r\nredis_version:5.0.7\r\nos:Linux\r\n", "here")


def test_to_subscribe_to_an_old_server_is_refused(
    here: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aldis.relay._redis_errors.OLDEST", (99, 0))
    for group in ("group", None):
        with pytest.raises(RuntimeError, match=r"Redis at 127\.0\.0\.1:\d+ is version .* needs"):
            here.engine.subscribe([TOPIC], group)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="RedisStreams: prefetch must be at least 1, got 0"):
        RedisStreams("redis://127.0.0.1", prefetch=0)
    with pytest.raises(ValueError, match="idle must be at least"):
        RedisStreams("redis://127.0.0.1", idle=0)
    with pytest.raises(ValueError, match="scheme"):
        RedisStreams("127.0.0.1")


def test_an_error_of_the_server_is_one_of_the_connection(here: Engine) -> None:
    here.server.say("SET", here.key, "no stream")
    with pytest.raises(ConnectionError, match="WRONGTYPE"):
        here.publish(1)
    with pytest.raises(ConnectionError, match="WRONGTYPE"):
        here.group()


def test_a_socket_is_named_by_its_path() -> None:
    assert RedisStreams("unix:///nowhere/redis.sock")._client().where == "/nowhere/redis.sock"


def test_without_redis_py_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "aldis.relay._redis_client", raising=False)
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingExtraError, match=r"aldis.relay.RedisStreams needs .* 'redis'"):
        RedisStreams("redis://127.0.0.1")


def test_a_missing_part_of_redis_py_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "aldis.relay._redis_client", raising=False)
    monkeypatch.setitem(sys.modules, "redis.backoff", None)
    with pytest.raises(ModuleNotFoundError, match=r"redis\.backoff"):
        RedisStreams("redis://127.0.0.1")


# processes


def test_the_two_programs_of_the_guide_reach_each_other(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "howto" / "relay-redis.md").read_text(encoding="utf-8")
    programs = re.findall(
        r"<!-- program: (\w+\.py) -->\n\n```py(?:thon)?\n(.*?)```", page, re.DOTALL
    )
    assert [name for name, _ in programs] == ["orders.py", "sell.py", "mail.py"]
    for name, text in programs:
        (tmp_path / name).write_text(text.replace("redis://127.0.0.1:6379/0", shared().url))
    subprocess.run([sys.executable, "sell.py"], cwd=tmp_path, check=True, timeout=60)
    with subprocess.Popen(
        [sys.executable, "mail.py"], cwd=tmp_path, stdout=subprocess.PIPE
    ) as mail:
        assert mail.stdout is not None
        assert mail.stdout.readline() == b"order 1 is paid\n"
        mail.terminate()
        assert mail.wait(60) == 0


FORKED = """
import os, sys, threading
from aldis import Event
from aldis.relay import RedisStreams, Relay

@Event
def said(*, who: int) -> None: ...

relay = Relay(RedisStreams(sys.argv[1]), name="forked")
relay.publish(said, topic="said")
relay.deliver(said, group=None, topic="said")
said.send(who=-1)  # the parent has connections of its own before it forks

def worker(me: int, ready: int, go: int, out: int) -> None:
    heard = []
    others = threading.Event()
    end = threading.Event()

    @said.connect
    def hear(*, who: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            heard.append(who)
        if len(heard) == 3:
            others.set()
        if who == 99:
            end.set()

    subscribed = relay._transport.subscribe

    def tell(*arguments):
        found = subscribed(*arguments)
        os.write(ready, b"r")
        return found

    relay._transport.subscribe = tell
    running = threading.Thread(target=relay.run)
    running.start()
    os.read(go, 1)
    said.send(who=me)
    others.wait(30)
    os.write(ready, b"h")
    end.wait(30)
    relay.close()
    running.join()
    os.write(out, f"{me} {sorted(heard)}\\n".encode())
    os._exit(0)

ready, ready_end = os.pipe()
go, go_end = os.pipe()
children = []
for me in range(4):
    child = os.fork()
    if not child:
        worker(me, ready_end, go, 1)
    children.append(child)

def wait() -> None:
    for _ in range(4):
        assert os.read(ready, 1)

wait()
os.write(go_end, b"gggg")
wait()
said.send(who=99)
for child in children:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
said.send(who=100)  # over the connection that it had before
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_each_of_four_forked_workers_hears_the_other_three_and_its_parent_and_not_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORKED, shared().url],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [
        f"{me} {sorted({0, 1, 2, 3, 99} - {me})}" for me in range(4)
    ]
