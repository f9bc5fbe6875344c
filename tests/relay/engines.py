"""The engines that the contract suite runs on.

To add one, write a context manager that gives an `Engine`, and name it in `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from aldis.relay import DeadLetter, Memory, Transport


class Engine(NamedTuple):
    """One engine, empty at the beginning of a test."""

    connect: Callable[[], Transport]  # a client of its own, as another process would have
    put: Callable[[str, bytes], None]  # puts anything into a topic, as a stranger may
    dead: Callable[[], Sequence[DeadLetter]]  # all dead letters, the oldest first
    left: Callable[[str], int]  # how many messages of a topic are kept
    patience: float  # after how many seconds without a message nothing more is to come


@contextmanager
def memory() -> Generator[Engine]:
    engine = Memory()

    def left(topic: str) -> int:
        return len(engine._kept.get(topic, ()))

    yield Engine(lambda: engine, engine._put, lambda: engine.dead, left, 0)


ENGINES: Mapping[str, Callable[[], AbstractContextManager[Engine]]] = {"memory": memory}
