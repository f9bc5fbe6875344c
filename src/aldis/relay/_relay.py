"""The two verbs: a signal is published here, and delivered there."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any, Final, overload

from aldis._core import AsyncSenders
from aldis.relay._codec import codec_of
from aldis.relay._delivering import Route, Rules
from aldis.relay._publishing import LAST, AsyncPublisher, Publisher
from aldis.relay._receiving import Receiving
from aldis.relay._refusals import (
    refuse_less,
    refuse_others,
    refuse_spaces,
    refuse_uncallable,
)
from aldis.relay._running import Runs
from aldis.relay._topics import stream_of, topic_of

if TYPE_CHECKING:
    from aldis._async_event import AsyncEvent
    from aldis._async_signal import AsyncSignal
    from aldis._event import Event
    from aldis._sync_signal import Signal
    from aldis._typevars import Q, S
    from aldis.relay._delivering import Around
    from aldis.relay._key import Key
    from aldis.relay._publishing import When
    from aldis.relay._transport import Transport


relays: Final[weakref.WeakSet[Relay]] = weakref.WeakSet()  # all there are, for `aldis relay`


class Relay(Receiving):
    """Lets signals cross between processes, over an engine.

    A message is delivered at least once: receivers may be called twice for one send, and must be
    idempotent. `current()` gives them the id of the message.

    Args:
        transport: The engine.
        name: What this program is called, in messages and logs, such as `"web"`.
        attempts: How often a message is tried before it becomes a dead letter.
        delay: How many seconds to wait after the first attempt; twice as long after each other.
        max_hops: How many messages in turn may be sent in answer to each other.
        around: Returns a context manager that each arrival is delivered in, such as one that closes
            database connections.

    Raises:
        TypeError: The transport is not one, or `around` cannot be called.
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
        refuse_spaces("a relay's name", name)
        refuse_others(transport)
        refuse_less("attempts", attempts, 1)
        refuse_less("delay", delay, 0)
        refuse_less("max_hops", max_hops, 0)
        refuse_uncallable("around= to be a function that returns a context manager", around)
        self.name: Final = name
        self._transport = transport
        self._token = os.urandom(8).hex()
        self._rules = Rules(attempts, delay, max_hops, around, self._is_own)
        self._publishers: dict[str, tuple[Any, Publisher]] = {}  # by topic
        self._routes: dict[str, Route] = {}  # likewise
        self._unsaid: set[str] = set()  # topics of groups that do not say `own`
        self._runs = Runs(transport)
        relays.add(self)

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
        """Publish each send of a signal, after all receivers here have succeeded; see `Relay`.

        `send` then returns once the engine has confirmed it, and raises `ConnectionError` if it has
        not; the message may have been published all the same. `send_robust` publishes whatever the
        receivers raise; if the engine fails, that is logged and among the results. `gather`
        publishes beside the receivers.

        Args:
            signal: The signal or event, one without results.
            topic: What it is called on the engine; its module and qualified name by default. Give
                one before you rename or move it. Signals whose topics differ only after a slash,
                such as `"orders/paid"` and `"orders/refunded"`, arrive in the order of their sends.
            sender: How its sender crosses, unless that is a value, such as a `str`.
            when: Called with what publishes: now, or later as `transaction.on_commit` of Django.

        Raises:
            NotPortableError: The sender or a parameter has a type that cannot cross.
            TypeError: It is not a signal, or one that belongs to a sender; `sender` is not a `Key`
                or is given for an event; `when` cannot be called.
            ValueError: It has no name for a topic, the topic is published already, or `own` should
                have been said.
        """
        self._runs.refuse_if_closed()
        refuse_uncallable("when= to be a function that is called with another one", when)
        codec = codec_of(signal, sender)
        name = topic_of(signal, topic)
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
        """Send a signal here again when another process has sent it; see `Relay`.

        `run` then waits for it. All receivers here are called, by `send_robust`; if one raises, the
        message is tried again later, and then all of them are called again.

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
            ValueError: As for `publish`; the group is not a name, the topic is delivered already,
                or one that it shares a stream with is delivered in another group.
        """
        self._runs.refuse_if_closed()
        codec = codec_of(signal, sender)
        name = topic_of(signal, topic)
        if group is not None:
            refuse_spaces("a group", group)
        self._refuse_second("delivered", name, self._routes)
        self._refuse_second_group(name, group)
        is_unsaid = group is not None and own is None
        self._refuse_unsaid(name, is_unsaid=is_unsaid and name in self._publishers)
        if is_unsaid:
            self._unsaid.add(name)
        hears_own = group is not None if own is None else own
        is_async = isinstance(signal, AsyncSenders)
        self._routes[name] = Route(signal, codec, name, group, hears_own, is_async)

    def close(self) -> None:
        """Publish no more, and let go of the engine; see `Relay`.

        A `run` in another thread ends after the message in hand, and lets go of the engine then.
        """
        for signal, publisher in self._publishers.values():
            signal.disconnect(publisher)
        self._publishers.clear()
        self._runs.close()

    def _origin(self) -> str:
        # a process that was forked is another one
        return f"{self._token}-{os.getpid()}"

    def _is_own(self, origin: str) -> bool:
        return origin == self._origin()

    def _refuse_second(self, verb: str, topic: str, known: dict[str, Any]) -> None:
        if topic in known:
            raise ValueError(
                f"topic {topic} is {verb} already by relay {self.name!r}; signals share a topic "
                f'as topic="{stream_of(topic)}/one" and topic="{stream_of(topic)}/another"'
            )

    def _refuse_second_group(self, topic: str, group: str | None) -> None:
        """Refuse to hear one stream in two groups, each of which would get what is the other's."""
        for each in self._routes.values():
            if stream_of(each.topic) == stream_of(topic) and each.group != group:
                raise ValueError(
                    f"relay {self.name!r} delivers topic {each.topic} with group={each.group!r}: "
                    f"topic {topic}, which shares it, needs the same group, or another relay"
                )

    def _refuse_unsaid(self, topic: str, *, is_unsaid: bool) -> None:
        if is_unsaid:
            raise ValueError(
                f"relay {self.name!r} publishes topic {topic} and delivers it in a group: say "
                "deliver(..., own=False) to leave out what this process has published, or own=True "
                "to call its receivers again"
            )
