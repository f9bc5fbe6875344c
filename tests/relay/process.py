"""A process of the tests: `python process.py URL OPTIONS`, the options as JSON.

It writes what happens to standard output, a line at a time. What was written to a pipe is there
when its writer is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from aldis import Event
from aldis.relay import RedisStreams, Relay, current

TOPIC = "shop.counted"


@Event
def counted(*, number: int) -> None:
    """Sent for each number."""


def tell(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def publish(engine: RedisStreams, count: int) -> None:
    """Publish all numbers; try again where the engine did not confirm one."""
    Relay(engine, name="publisher").publish(counted, topic=TOPIC)
    for number in range(count):
        counted.send(number=number)
    tell("published", count)


def consume(engine: RedisStreams, attempts: int, kills: int | None, waits: int | None) -> None:
    """Tell each number; with `kills`, be killed by that one; with `waits`, wait during it."""
    relay = Relay(engine, name="consumer", attempts=attempts)
    relay.deliver(counted, group="consumers", topic=TOPIC)

    @counted.connect
    def hear(*, number: int) -> None:
        arrival = current()
        assert arrival is not None
        tell("heard", number, arrival.attempt)
        if number == kills:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == waits:
            sys.stdin.readline()
        tell("done", number)

    relay.run()
    tell("ended")


def main(url: str, options: dict[str, Any]) -> None:
    engine = RedisStreams(url, idle=options["idle"], prefetch=options["prefetch"])
    if options["publishes"]:
        publish(engine, options["publishes"])
    else:
        consume(engine, options["attempts"], options["kills"], options["waits"])


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
