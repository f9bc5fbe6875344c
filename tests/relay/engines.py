"""The engines that the contract suite runs on.

To add one, write a context manager that gives an `Engine`, and name it in `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import NamedTuple

from aldis.relay import DeadLetter, Memory, RedisStreams, Transport
from aldis.relay._redis_entries import Names
from redis_server import shared


class Engine(NamedTuple):
    """One engine, empty at the beginning of a test."""

    connect: Callable[[], Transport]  # a client of its own, as another process would have
    put: Callable[[str, bytes], None]  # puts anything into a topic, as a stranger may
    dead: Callable[[], Sequence[DeadLetter]]  # all dead letters, the oldest first
    left: Callable[[str], int]  # how many messages of a topic are kept
    patience: float  # after how many seconds without a message nothing more will come
    hasty: Callable[[], Transport]  # as `connect`, but claims of the dead end after `HASTE` seconds
    cut: Callable[[], None]  # closes all connections, if it has any


@contextmanager
def memory() -> Generator[Engine]:
    engine = Memory()

    def left(topic: str) -> int:
        return len(engine._kept.get(topic, ()))

    yield Engine(
        connect=lambda: engine,
        put=engine._put,
        dead=lambda: engine.dead,
        left=left,
        patience=0,
        hasty=lambda: engine,
        cut=lambda: None,
    )


@contextmanager
def redis_streams() -> Generator[Engine]:
    """Redis, with a prefix for each test: nobody empties the server."""
    server = shared()
    prefix = f"test-{next(NUMBERS)}"
    opened: list[RedisStreams] = []

    def connect(idle: float = 20) -> RedisStreams:
        opened.append(RedisStreams(server.url, prefix=prefix, idle=idle, away=0))
        return opened[-1]

    def put(topic: str, message: bytes) -> None:
        server.say("XADD", Names(prefix).stream(topic), "*", "message", message)

    def left(topic: str) -> int:
        found = server.say("XLEN", Names(prefix).stream(topic))
        assert isinstance(found, int)
        return found

    yield Engine(
        connect=connect,
        put=put,
        dead=lambda: connect().dead_letters(10**6),
        left=left,
        patience=0.02,
        hasty=lambda: connect(HASTE),
        cut=server.drop_connections,
    )
    for each in opened:
        each.close()


HASTE = 0.3
NUMBERS = count()
ENGINES: Mapping[str, Callable[[], AbstractContextManager[Engine]]] = {
    "memory": memory,
    "redis": redis_streams,
}
