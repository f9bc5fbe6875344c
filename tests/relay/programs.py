"""Programs of the tests: what each process would have, in one process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import engines

from aldis import Signal
from aldis.relay import Delivery, Message, Relay, Subscription, Transport

TOPIC = "shop.order_paid"


def order_paid(sender: str, /, *, order_id: int, total: Decimal = Decimal(1)) -> None:
    """Sent after an order was paid."""


class Program:
    """A program with a signal of its own, declared as all others declare it."""

    def __init__(
        self,
        engine: engines.Engine,
        name: str,
        spec: Callable[..., object] = order_paid,
        **rules: Any,
    ) -> None:
        self.engine = engine
        self.signal: Any = Signal(spec)
        self.heard: list[Any] = []
        given: dict[str, Any] = {"delay": 0.0, **rules}
        self.relay = Relay(engine.connect(), name=name, **given)

    def publishes(self, **options: Any) -> Program:
        given: dict[str, Any] = {"topic": TOPIC, **options}
        self.relay.publish(self.signal, **given)
        return self

    def delivers(self, group: str | None, **options: Any) -> Program:
        given: dict[str, Any] = {"topic": TOPIC, **options}
        self.relay.deliver(self.signal, group=group, **given)
        return self

    def hears(self) -> Program:
        """Connect a receiver that writes down what it is called with."""

        def hear(*args: Any, **kwargs: Any) -> None:
            self.heard.append(args if not kwargs else (*args, kwargs))

        self.signal.connect(hear, weak=False)
        return self

    def ids(self) -> list[int]:
        return [call[-1]["order_id"] for call in self.heard]

    def send(self, *numbers: int) -> None:
        for number in numbers:
            self.signal.send("shop", order_id=number)

    def run(self) -> None:
        self.relay.run(until_idle=self.engine.patience)


class Subscribed:
    """An engine that tells when it has been subscribed to."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner
        self.subscribed = threading.Event()
        self.publish = inner.publish
        self.close = inner.close

    def subscribe(self, topics: Sequence[str], group: str | None) -> Subscription:
        found = self.inner.subscribe(topics, group)
        self.subscribed.set()
        return found


@contextmanager
def running(*programs: Program) -> Generator[None]:
    """Run programs in threads, until the block ends."""
    threads: list[threading.Thread] = []
    for program in programs:
        watched = Subscribed(program.relay._runs._transport)
        program.relay._runs._transport = watched
        threads.append(threading.Thread(target=program.relay.run))
        threads[-1].start()
        assert watched.subscribed.wait(30)
    try:
        yield
    finally:
        for program in programs:
            program.relay.close()
        for thread in threads:
            thread.join(30)


class Given:
    """A delivery of any bytes, which writes down how it was settled."""

    def __init__(self, message: bytes, attempt: int = 1, *, is_exact: bool = True) -> None:
        self.message = message
        self.attempt = attempt
        self.is_exact = is_exact
        self.settled: list[Any] = []

    def ack(self) -> None:
        self.settled.append("ack")

    def retry(self, delay: float) -> None:
        self.settled.append(delay)

    def bury(self, reason: str) -> None:
        self.settled.append(reason)


class Scripted:
    """An engine that hands out given deliveries, and fails as it is told."""

    def __init__(self, *deliveries: Delivery | ConnectionError | None) -> None:
        self.deliveries = [*deliveries]
        self.published: list[Message] = []
        self.refuses: Exception | None = None
        self.closed = 0

    def publish(self, topic: str, message: Message) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.published.append(message)

    def subscribe(self, topics: Sequence[str], group: str | None) -> Subscription:
        return self

    def receive(self, timeout: float) -> Delivery | None:
        if not self.deliveries:
            return None
        found = self.deliveries.pop(0)
        if isinstance(found, ConnectionError):
            raise found
        return found

    def close(self) -> None:
        self.closed += 1
