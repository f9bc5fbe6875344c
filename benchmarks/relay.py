"""What the relay costs: by itself, and on Redis beside redis-py used by hand (`make bench-relay`).

By hand means a stream, a consumer group, 32 messages at once and an acknowledgement for each, with
the payload as JSON and nothing else: no id, no time, no sender, no retries, no dead letters. Both
are measured in turn in one process; a ratio is the median of the rounds.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import redis

from aldis import Signal
from aldis.relay import Delivery, Message, RedisStreams, Relay, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

MICROSECONDS = 12.0  # what a publish and a delivery may cost, without an engine
RATIO = 1.6  # how much longer than by hand they may take on Redis
AT_ONCE = 32
PATIENCE = 0.25  # seconds that `run` waits at a time
TOPIC = "shop.order_paid"


@Signal
def order_paid(sender: str, /, *, order_id: int, total: Decimal, note: str) -> None:
    """Sent after an order was paid."""


class Payload(msgspec.Struct):
    """What is sent by hand."""

    order_id: int
    total: Decimal
    note: str


def send_all(messages: int) -> None:
    for number in range(messages):
        order_paid.send("shop", order_id=number, total=Decimal("9.99"), note="by card")


class Null:
    """An engine that packs messages, and keeps the last ones."""

    def __init__(self) -> None:
        self.packed: list[bytes] = []

    def publish(self, topic: str, message: Message) -> None:
        self.packed.append(message.pack())

    def subscribe(self, topics: Sequence[str], group: str | None) -> Subscription:
        return Given(self.packed)

    def close(self) -> None:
        """Do nothing."""


class Given:
    """Hands out messages, without an engine."""

    attempt = 1
    is_exact = True
    message = b""

    def __init__(self, packed: list[bytes]) -> None:
        self.packed = packed[::-1]

    def receive(self, timeout: float) -> Given | None:
        if not self.packed:
            return None
        self.message = self.packed.pop()
        return self

    def ack(self) -> None:
        """Do nothing."""

    def retry(self, delay: float) -> None:
        raise AssertionError

    def bury(self, reason: str) -> None:
        raise AssertionError(reason)

    def close(self) -> None:
        """Do nothing."""


def own_seconds(action: Callable[[], object]) -> float:
    """Return the processor's time, since nothing is waited for."""
    began = process_time()
    action()
    return process_time() - began


def seconds(action: Callable[[], object]) -> float:
    began = perf_counter()
    action()
    return perf_counter() - began


class Cost(NamedTuple):
    """How many microseconds a publish and a delivery take without an engine."""

    publish: float
    delivery: float


def heard(sender: str, **payload: object) -> None:
    """Do nothing, as the one receiver."""


def own_cost(rounds: int, messages: int) -> Cost:
    """Measure what the relay adds to a send and to its receivers; the least of the rounds."""
    sends: list[float] = []
    publishes: list[float] = []
    deliveries: list[float] = []
    for _ in range(rounds):
        sends.append(own_seconds(partial(send_all, messages)))
        engine = Null()
        relay = Relay(engine, name="bench")
        relay.publish(order_paid, topic=TOPIC)
        publishes.append(own_seconds(partial(send_all, messages)))
        relay.close()
        relay = Relay(engine, name="bench")
        relay.deliver(order_paid, group="bench", topic=TOPIC)
        order_paid.connect(heard)
        deliveries.append(own_seconds(partial(relay.run, until_idle=0)))
        order_paid.disconnect(heard)
        relay.close()
    per_message = 1e6 / messages
    return Cost((min(publishes) - min(sends)) * per_message, min(deliveries) * per_message)


class Ratios(NamedTuple):
    """How much longer it takes on Redis than by hand, and microseconds by hand."""

    publish: float
    consume: float
    publish_by_hand: float
    consume_by_hand: float


@contextmanager
def server() -> Generator[int]:
    """Run a server on a free port, with a folder of its own, and give the port."""
    binary = shutil.which("redis-server")
    if binary is None:
        sys.exit("bench-relay: needs Debian's package redis-server")
    with socket.socket() as free, TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        free.close()
        options = f"--port {port} --bind 127.0.0.1 --appendonly yes --dir {folder} --save"
        running = subprocess.Popen([binary, *options.split(), ""], stdout=subprocess.DEVNULL)  # noqa: S603  # what was found
        try:
            wait_for(port)
            yield port
        finally:
            running.kill()
            running.wait()


def wait_for(port: int) -> None:
    client: Any = redis.Redis(port=port)
    for _ in range(500):
        try:
            client.ping()
        except redis.ConnectionError:
            sleep(0.01)
        else:
            return
    raise TimeoutError("the server has not started")


class ByHand:
    """A stream as redis-py gives it."""

    def __init__(self, port: int) -> None:
        self.client: Any = redis.Redis(port=port, socket_timeout=5, protocol=2)
        self.encode = msgspec.json.Encoder().encode
        self.decode = msgspec.json.Decoder(Payload).decode
        self.client.xgroup_create("by-hand", "bench", id="0", mkstream=True)

    def publish(self, messages: int) -> None:
        for number in range(messages):
            payload = Payload(number, Decimal("9.99"), "by card")
            self.client.xadd("by-hand", {"data": self.encode(payload)})

    def consume(self, messages: int) -> None:
        client, left = self.client, messages
        while left:
            found = client.xreadgroup("bench", "me", {"by-hand": ">"}, count=AT_ONCE, block=1000)
            [[_, entries]] = found
            for id_, fields in entries:
                payload = self.decode(fields[b"data"])
                heard("shop", order_id=payload.order_id, total=payload.total, note=payload.note)
                client.xack("by-hand", "bench", id_)
                left -= 1


class Kept:
    """An engine whose one subscription stays for all rounds, as that of a consumer does."""

    def __init__(self, engine: RedisStreams) -> None:
        self.publish = engine.publish
        self.subscription = engine.subscribe([TOPIC], "bench")
        self.left = 0

    def subscribe(self, topics: Sequence[str], group: str | None) -> Kept:
        return self

    def receive(self, timeout: float) -> Delivery | None:
        """Wait as `run` does, until it was all."""
        if not self.left:
            return None
        self.left -= 1
        return self.subscription.receive(PATIENCE)

    def close(self) -> None:
        """Do nothing."""


def on_redis(port: int, rounds: int, messages: int) -> Ratios:
    """Publish and consume by both, in turn."""
    hand = ByHand(port)
    engine = Kept(RedisStreams(f"redis://127.0.0.1:{port}", prefetch=AT_ONCE))
    times: list[tuple[float, float, float, float]] = []
    for round_ in range(rounds + 1):
        order = [0, 1] if round_ % 2 else [1, 0]
        relay = Relay(engine, name="bench")
        relay.publish(order_paid, topic=TOPIC)
        actions = [partial(hand.publish, messages), partial(send_all, messages)]
        published = {which: seconds(actions[which]) for which in order}
        relay.close()
        relay = Relay(engine, name="bench")
        relay.deliver(order_paid, group="bench", topic=TOPIC)
        order_paid.connect(heard)
        engine.left = messages
        actions = [partial(hand.consume, messages), partial(relay.run, until_idle=0)]
        consumed = {which: seconds(actions[which]) for which in order}
        order_paid.disconnect(heard)
        relay.close()
        if round_:  # the first one makes what the others use
            times.append((published[0], published[1], consumed[0], consumed[1]))
    engine.subscription.close()
    return Ratios(
        median(each[1] / each[0] for each in times),
        median(each[3] / each[2] for each in times),
        median(each[0] for each in times) * 1e6 / messages,
        median(each[2] for each in times) * 1e6 / messages,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=60)
    options.add_argument("--messages", type=int, default=256, help="in each round")
    options.add_argument("--check", action="store_true", help="fail if a figure is not reached")
    chosen = options.parse_args(arguments)
    cost = own_cost(2 * chosen.rounds, 200)
    with server() as port:
        ratios = on_redis(port, chosen.rounds, chosen.messages)
    rows = [
        ("publish, without an engine", cost.publish, "us", MICROSECONDS),
        ("delivery, without an engine", cost.delivery, "us", MICROSECONDS),
        (f"publish, to {ratios.publish_by_hand:.0f} us by hand", ratios.publish, "x", RATIO),
        (f"consume, to {ratios.consume_by_hand:.0f} us by hand", ratios.consume, "x", RATIO),
    ]
    for name, figure, unit, limit in rows:
        print(f"{name:32} {figure:6.2f} {unit:2}  at most {limit:g} {unit}")
    missed = [name for name, figure, _, limit in rows if figure > limit]
    if missed:
        print(f"not reached: {'; '.join(missed)}")
    return int(chosen.check and bool(missed))


if __name__ == "__main__":
    sys.exit(main())
