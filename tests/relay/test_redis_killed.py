"""Nothing is lost when processes are killed, against a real server: what the guide promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import pytest
from process import TOPIC

from aldis.relay import DeadLetter, Message, RedisStreams
from redis_server import Server, running

PROGRAM = Path(__file__).with_name("process.py")
long = pytest.mark.skipif(
    "not config.getoption('--relay')", reason="takes long: `make check-relay` runs it"
)


class Heard(NamedTuple):
    """A receiver was called."""

    number: int
    attempt: int


class Processes:
    """Processes that write to one pipe, with a server of their own."""

    def __init__(self, server: Server, out: IO[str], end: IO[str]) -> None:
        self.server = server
        self.heard: list[Heard] = []
        self.done: Counter[int] = Counter()
        self._out = out
        self._end = end
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self,
        *,
        publishes: int = 0,
        prefetch: int = 1,
        attempts: int = 5,
        kills: int | None = None,
        waits: int | None = None,
        idle: float = 0.3,
    ) -> subprocess.Popen[str]:
        """Start a process; see there what it does."""
        options = {
            "publishes": publishes,
            "prefetch": prefetch,
            "attempts": attempts,
            "kills": kills,
            "waits": waits,
            "idle": idle,
        }
        self._started.append(
            subprocess.Popen(
                [sys.executable, PROGRAM, self.server.url, json.dumps(options)],
                stdin=subprocess.PIPE,
                stdout=self._end,
                encoding="utf-8",
            )
        )
        return self._started[-1]

    def read(self) -> list[str]:
        """Wait for the next line of any of them, and return its words."""
        words = self._out.readline().split()
        if words[0] == "heard":
            self.heard.append(Heard(int(words[1]), int(words[2])))
        elif words[0] == "done":
            self.done[int(words[1])] += 1
        return words

    def read_until(self, numbers: int) -> None:
        """Wait until so many different numbers were dealt with."""
        while len(self.done) < numbers:
            self.read()

    def end(self) -> None:
        for process in self._started:
            process.kill()
            process.communicate()


@contextmanager
def processes(server: Server) -> Generator[Processes]:
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as out, os.fdopen(write, "w") as end:
        found = Processes(server, out, end)
        try:
            yield found
        finally:
            found.end()


@pytest.fixture
def all_of_them() -> Iterator[Processes]:
    with running() as server, processes(server) as found:
        yield found


def put(server: Server, count: int) -> None:
    engine = RedisStreams(server.url)
    for number in range(count):
        data = json.dumps({"payload": {"number": number}}).encode()
        engine.publish(TOPIC, Message.of(topic=TOPIC, source="test", data=data))
    engine.close()


def dead(server: Server) -> list[DeadLetter]:
    engine = RedisStreams(server.url)
    letters = engine.dead_letters()
    engine.close()
    return letters


@long
@pytest.mark.parametrize("prefetch", [1, 32])
def test_nothing_is_missing_of_10000_when_the_consumer_is_killed_twice(
    all_of_them: Processes, prefetch: int
) -> None:
    publisher = all_of_them.start(publishes=10_000)
    for share in (2_500, 6_000):
        consumer = all_of_them.start(prefetch=prefetch)
        all_of_them.read_until(share)
        consumer.kill()
    consumer = all_of_them.start(prefetch=prefetch)
    all_of_them.read_until(10_000)
    consumer.terminate()
    assert consumer.wait(30) == 0
    assert publisher.wait(30) == 0
    assert all_of_them.done.total() - 10_000 <= 2 * prefetch
    assert not dead(all_of_them.server)


@long
def test_of_two_consumers_the_other_gets_all_when_one_is_killed(all_of_them: Processes) -> None:
    put(all_of_them.server, 2_000)
    one, other = all_of_them.start(prefetch=8), all_of_them.start(prefetch=8)
    all_of_them.read_until(500)
    one.kill()
    all_of_them.read_until(2_000)
    other.terminate()
    assert other.wait(30) == 0
    assert all_of_them.done.total() - 2_000 <= 8


@long
@pytest.mark.parametrize("prefetch", [1, 8])
def test_a_message_that_kills_its_process_is_buried_and_those_beside_it_are_delivered(
    all_of_them: Processes, prefetch: int
) -> None:
    put(all_of_them.server, 20)
    attempts, deaths = 3, 0
    consumer = all_of_them.start(prefetch=prefetch, attempts=attempts, kills=2, idle=0.1)
    while len(all_of_them.done) < 19:
        if all_of_them.read()[:2] == ["heard", "2"]:
            consumer.wait()
            deaths += 1
            consumer = all_of_them.start(prefetch=prefetch, attempts=attempts, kills=2, idle=0.1)
    while not (letters := dead(all_of_them.server)):
        assert consumer.poll() is None
    consumer.terminate()
    assert consumer.wait(30) == 0
    tried = [heard.attempt for heard in all_of_them.heard if heard.number == 2]
    # one that waited behind another one, and was not counted then, is tried once more
    assert tried == ([1, 2, 3] if prefetch == 1 else [1, 1, 2, 3])
    assert deaths == len(tried)
    assert set(all_of_them.done) == {*range(20)} - {2}
    assert set(all_of_them.done.values()) == {1}
    [letter] = letters
    assert (letter.group, letter.topic) == ("consumers", TOPIC)
    assert letter.reason == "3 attempts ended with their processes, or were not settled"


def test_a_process_that_is_told_to_end_finishes_the_message_in_hand_and_gives_back_the_rest(
    all_of_them: Processes,
) -> None:
    put(all_of_them.server, 10)
    consumer = all_of_them.start(prefetch=10, waits=0, idle=60)
    assert all_of_them.read() == ["heard", "0", "1"]
    consumer.terminate()
    assert consumer.stdin is not None
    consumer.stdin.write("go on\n")
    consumer.stdin.flush()
    assert all_of_them.read() == ["done", "0"]
    assert all_of_them.read() == ["ended"]
    assert consumer.wait(30) == 0
    engine = RedisStreams(all_of_them.server.url, idle=60)
    subscription = engine.subscribe([TOPIC], "consumers")
    rest = [subscription.receive(1) for _ in range(9)]  # each within a second
    assert [delivery is not None and delivery.attempt for delivery in rest] == [1] * 9
    assert subscription.receive(0) is None
    subscription.close()
    engine.close()
