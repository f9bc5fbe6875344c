"""The two verbs: a signal is published here, and delivered there."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, overload

from aldis._async_event import AsyncEvent
from aldis._async_signal import AsyncSignal
from aldis._core import AsyncSenders
from aldis._event import Event
from aldis._sync_signal import Signal
from aldis._typevars import Q, S
from aldis.relay._codec import Codec
from aldis.relay._declared import declared_by
from aldis.relay._delivering import (
    Route,
    Rules,
    arrived,
    around_nothing,
    due,
    failures,
    handle,
    handle_async,
    settle,
)
from aldis.relay._hearing import PATIENCE, Hearing, Stop, until_sigterm
from aldis.relay._publishing import LAST, AsyncPublisher, Publisher
from aldis.relay._threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis.relay._delivering import Around, Failure
    from aldis.relay._key import Key
    from aldis.relay._publishing import When
    from aldis.relay._transport import Transport


class Relay:
    """Lets signals cross between processes, over an engine.

    A message is delivered at least once: receivers may be called twice for one send, and must not
    mind. `current()` gives them the id of the message.

    Args:
        transport: The engine.
        name: What this program is called, in messages and logs, such as `"web"`.
        attempts: How often a message is tried before it becomes a dead letter.
        delay: How many seconds to wait after the first attempt; twice as long after each other.
        max_hops: How many messages in turn may be sent in answer to each other.
        around: Returns a context manager that each arrival is delivered in, such as one that closes
            database connections.

    Raises:
        ValueError: The name is empty or has spaces in it, or a number is too small.

    Example:
        >>> from decimal import Decimal
        >>> from aldis import Signal
        >>> from aldis.relay import Memory, Relay
        >>> @Signal
        ... def order_paid(sender: str, /, *, order_id: int, total: Decimal) -> None: ...
        >>> engine = Memory()
        >>> web = Relay(engine, name="web")
        >>> web.publish(order_paid, topic="shop.order_paid")
        >>> _ = order_paid.send("shop", order_id=1, total=Decimal("9.99"))

        And in another program:

        >>> mailer = Relay(engine, name="mailer")
        >>> mailer.deliver(order_paid, group="mailer", topic="shop.order_paid")
        >>> @order_paid.connect
        ... def mail(sender: str, *, order_id: int, total: Decimal) -> None:
        ...     print(f"order {order_id}: thank you for {total} EUR")
        >>> mailer.run(until_idle=0)
        order 1: thank you for 9.99 EUR
        >>> web.close()
    """

    def __init__(
        self,
        transport: Transport,
        *,
        name: str,
        attempts: int = 5,
        delay: float = 1.0,
        max_hops: int = 16,
        around: Around | None = None,
    ) -> None:
        if not name or any(letter.isspace() for letter in name):
            raise ValueError(f"a relay needs a name without spaces, such as 'web', got {name!r}")
        for what, number, least in (
            ("attempts", attempts, 1),
            ("delay", delay, 0),
            ("max_hops", max_hops, 0),
        ):
            if number < least:
                raise ValueError(f"{what} must be at least {least}, got {number}")
        self.name: Final = name
        self._transport = transport
        self._token = os.urandom(8).hex()
        self._rules = Rules(attempts, delay, max_hops, around or around_nothing, self._is_own)
        self._publishers: dict[str, tuple[Any, Publisher]] = {}  # by topic
        self._routes: dict[str, Route] = {}  # likewise
        self._unsaid: set[str] = set()  # topics of groups that do not say `own`
        self._runs: set[Stop] = set()
        self._is_closed = False

    @overload
    def publish(
        self,
        signal: Signal[S, Q, None] | AsyncSignal[S, Q, None],
        *,
        topic: str | None = None,
        sender: Key[S, Any] | None = None,
        when: When | None = None,
    ) -> None: ...
    @overload
    def publish(
        self,
        signal: Event[Q, None] | AsyncEvent[Q, None],
        *,
        topic: str | None = None,
        when: When | None = None,
    ) -> None: ...
    def publish(
        self,
        signal: object,
        *,
        topic: str | None = None,
        sender: Key[Any, Any] | None = None,
        when: When | None = None,
    ) -> None:
        """Publish each send of a signal, after all receivers here have succeeded.

        `send` then returns once the engine has confirmed it, and raises `ConnectionError` if it has
        not; the message may have been published all the same. `send_robust` publishes whatever the
        receivers raise; if the engine fails, that is logged and among the results. `gather`
        publishes beside the receivers.

        Args:
            signal: The signal or event, one without results.
            topic: What it is called on the engine; its module and qualified name by default. Give
                one before you rename or move it.
            sender: How its sender crosses, unless that is a value, such as a `str`.
            when: Called with what publishes: now, or later as `transaction.on_commit` of Django.

        Raises:
            NotPortableError: The sender or a parameter has a type that cannot cross.
            TypeError: It is not a signal, or one that belongs to a sender.
            ValueError: It has no name for a topic, the topic is published already, or `own` should
                have been said.
        """
        codec = Codec(declared_by(signal, with_sender=sender is None), sender)
        name = _topic_of(signal, topic)
        self._refuse_second("published", name, self._publishers)
        self._refuse_unsaid(name, is_unsaid=name in self._unsaid)
        kind = AsyncPublisher if isinstance(signal, AsyncSenders) else Publisher
        publisher = kind(
            signal,
            codec,
            name,
            when,
            transport=self._transport,
            source=self.name,
            origin=self._origin,
        )
        connectable: Any = signal
        connectable.connect(publisher, weak=False, priority=LAST)
        self._publishers[name] = (signal, publisher)

    @overload
    def deliver(
        self,
        signal: Signal[S, Q, None] | AsyncSignal[S, Q, None],
        *,
        group: str | None,
        own: bool | None = None,
        topic: str | None = None,
        sender: Key[S, Any] | None = None,
    ) -> None: ...
    @overload
    def deliver(
        self,
        signal: Event[Q, None] | AsyncEvent[Q, None],
        *,
        group: str | None,
        own: bool | None = None,
        topic: str | None = None,
    ) -> None: ...
    def deliver(
        self,
        signal: object,
        *,
        group: str | None,
        own: bool | None = None,
        topic: str | None = None,
        sender: Key[Any, Any] | None = None,
    ) -> None:
        """Send a signal here again when another process has sent it; `run` then waits for it.

        All receivers here are called, by `send_robust`; if one raises, the message is tried again
        later, and then all of them are called again.

        Args:
            signal: The signal or event.
            group: Of each group, one process gets the message, and it is kept until one has. With
                None every process gets it that runs at that time.
            own: Whether to deliver what this very process has published. Without a group it does
                not by default; with one, say it where the relay publishes the same topic.
            topic: As for `publish`.
            sender: As for `publish`.

        Raises:
            NotPortableError: As for `publish`.
            TypeError: As for `publish`.
            ValueError: As for `publish`; or the topic is delivered already.
        """
        codec = Codec(declared_by(signal, with_sender=sender is None), sender)
        name = _topic_of(signal, topic)
        self._refuse_second("delivered", name, self._routes)
        is_unsaid = group is not None and own is None
        self._refuse_unsaid(name, is_unsaid=is_unsaid and name in self._publishers)
        if is_unsaid:
            self._unsaid.add(name)
        hears_own = group is not None if own is None else own
        is_async = isinstance(signal, AsyncSenders)
        self._routes[name] = Route(signal, codec, name, group, hears_own, is_async)

    def receive(self, message: bytes, *, attempt: int = 1) -> None:
        """Deliver one message that another engine has brought, in its own worker.

        Args:
            message: The bytes that `Message.pack` returned.
            attempt: Which attempt this is, if the engine tells.

        Raises:
            MessageError: It cannot be read; trying it again is useless.
            ExceptionGroup: Receivers have failed; it should be tried again.
            RuntimeError: The signal is async; use `receive_async`.
        """
        found = due(message, self._routes, self._rules)
        if found is None:
            return
        if found.route.is_async:
            raise RuntimeError(f"signal {found.route.codec.signal} is async: use receive_async()")
        with arrived(found, attempt, self._rules) as send:
            _raise(failures(send()), found.route)

    async def receive_async(self, message: bytes, *, attempt: int = 1) -> None:
        """As `receive`, in the task of an event loop, and also for async signals.

        Args:
            message: The bytes that `Message.pack` returned.
            attempt: Which attempt this is, if the engine tells.

        Raises:
            MessageError: As for `receive`.
            ExceptionGroup: As for `receive`.
        """
        found = due(message, self._routes, self._rules)
        if found is None:
            return
        with arrived(found, attempt, self._rules) as send:
            results = await send() if found.route.is_async else send()
            _raise(failures(results), found.route)

    def run(self, *, until_idle: float | None = None) -> None:
        """Deliver messages, one at a time, until SIGTERM or `close`.

        The message in hand is finished; the rest is given back to the engine at once. In a thread
        that is not the main one, only `close` ends it.

        Args:
            until_idle: Return, too, when there was nothing to deliver for so many seconds: 0 to
                deliver what is there, as tests do.

        Raises:
            RuntimeError: Nothing is delivered here, a signal is async, or the relay is closed.
            ConnectionError: The engine cannot be reached when it begins.
        """
        awaited = [route for route in self._routes.values() if route.is_async]
        if awaited:
            raise RuntimeError(f"signal {awaited[0].codec.signal} is async: await run_async()")
        with self._hearing(until_idle) as (hearing, stop):
            while not stop.asked:
                delivery = hearing.next(PATIENCE if until_idle is None else until_idle)
                if delivery is not None:
                    settle(handle(delivery, self._routes, self._rules))
                elif until_idle is not None:
                    return

    async def run_async(self, *, until_idle: float | None = None) -> None:
        """As `run`, in a task of asyncio or trio; the engine is waited for in a thread.

        It delivers signals that are not async, too: in the thread of the event loop, which waits
        for their receivers. To end it, cancel the task, or call `close`.

        Args:
            until_idle: As for `run`.

        Raises:
            RuntimeError: Nothing is delivered here, or the relay is closed.
            ConnectionError: The engine cannot be reached when it begins.
        """
        with self._hearing(until_idle) as (hearing, stop):
            timeout = PATIENCE if until_idle is None else until_idle
            while not stop.asked:
                delivery = await in_thread(partial(hearing.next, timeout))
                if delivery is not None:
                    verdict = await handle_async(delivery, self._routes, self._rules)
                    await in_thread(partial(settle, verdict))
                elif until_idle is not None:
                    return

    def close(self) -> None:
        """Publish no more, and let go of the engine.

        A `run` in another thread ends after the message in hand, and lets go of the engine then.
        """
        self._is_closed = True
        for signal, publisher in self._publishers.values():
            signal.disconnect(publisher)
        self._publishers.clear()
        for stop in self._runs.copy():
            stop.asked = True
        if not self._runs:
            self._transport.close()

    @contextmanager
    def _hearing(self, until_idle: float | None) -> Iterator[tuple[Hearing, Stop]]:
        if not self._routes:
            raise RuntimeError("nothing is delivered here; call deliver() before run()")
        if self._is_closed:
            raise RuntimeError("the relay is closed")
        topics: dict[str | None, list[str]] = {}
        for route in self._routes.values():
            topics.setdefault(route.group, []).append(route.topic)
        stop = Stop()
        self._runs.add(stop)
        try:
            subscriptions = [
                self._transport.subscribe(each, group) for group, each in topics.items()
            ]
            hearing = Hearing(subscriptions, raises=until_idle is not None)
            try:
                with until_sigterm(stop):
                    yield hearing, stop
            finally:
                hearing.close()
        finally:
            self._runs.discard(stop)
            if self._is_closed and not self._runs:
                self._transport.close()

    def _origin(self) -> str:
        # a process that was forked is another one
        return f"{self._token}-{os.getpid()}"

    def _is_own(self, origin: str) -> bool:
        return origin == self._origin()

    def _refuse_second(self, verb: str, topic: str, known: dict[str, Any]) -> None:
        if topic in known:
            raise ValueError(f"topic {topic} is {verb} already by relay {self.name!r}")

    def _refuse_unsaid(self, topic: str, *, is_unsaid: bool) -> None:
        if is_unsaid:
            raise ValueError(
                f"relay {self.name!r} publishes topic {topic} and delivers it in a group: say "
                "deliver(..., own=False) to leave out what this process has published, or own=True "
                "to call its receivers again"
            )


def _topic_of(signal: Any, topic: str | None) -> str:
    """Return the topic of a signal.

    Raises:
        ValueError: It has no name that other processes know.
    """
    if topic is not None:
        if not topic or any(letter.isspace() for letter in topic):
            raise ValueError(f"a topic is a name without spaces, got {topic!r}")
        return topic
    module: str | None = signal.__module__
    if module == "__main__":
        module = getattr(vars(sys.modules["__main__"]).get("__spec__"), "name", None)
    if module is None or "<" in signal.__qualname__:
        raise ValueError(
            f"signal {signal.__qualname__} is not declared in a module that others can import; "
            "give it a `topic=`"
        )
    return f"{module}.{signal.__qualname__}"


def _raise(failed: list[Failure], route: Route) -> None:
    """Raise what receivers have raised.

    Raises:
        ExceptionGroup: They have.
    """
    if failed:
        errors = [each.error for each in failed]
        raise ExceptionGroup(f"receivers of signal {route.codec.signal} have failed", errors)
