"""Delivers a message: reads it, calls the receivers, and decides what becomes of it."""

from __future__ import annotations

import logging
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from aldis._callables import name_of
from aldis.exceptions import MessageError
from aldis.relay._current import Arrival, arriving
from aldis.relay._logs import told_without_text
from aldis.relay._message import Message
from aldis.relay._topics import stream_of
from aldis.relay._tracing import trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from aldis.relay._codec import Codec
    from aldis.relay._transport import Delivery

_log: Final = logging.getLogger("aldis.relay")
_DOUBLINGS: Final = 30  # longer than a life

Around: TypeAlias = "Callable[[], AbstractContextManager[object]]"


class Route(NamedTuple):
    """A signal that is delivered here."""

    signal: Any
    codec: Codec
    topic: str
    group: str | None
    hears_own: bool
    is_async: bool


class Failure(NamedTuple):
    """Who failed at a message, and how."""

    who: str
    error: Exception

    def __str__(self) -> str:
        # no more of the error: its text may have the payload in it
        return f"{self.who} raised {type(self.error).__name__}"


class Rules(NamedTuple):
    """What one relay has decided."""

    attempts: int
    delay: float
    max_hops: int
    around: Around | None
    is_own: Callable[[str], bool]


class Due(NamedTuple):
    """A message that has been read, and is due to be delivered."""

    message: Message
    route: Route


def due(packed: bytes, routes: Mapping[str, Route], rules: Rules) -> Due | None:
    """Read a message; return None if it is none of those that are delivered here.

    That is a message of this very process, or one of another signal that shares its topic.

    Raises:
        MessageError: It cannot be read, nobody delivers it, or it goes in circles.
    """
    message = Message.unpack(packed)
    route = routes.get(message.type)
    if route is None:
        if _is_shared(message.type, routes):
            return None
        raise MessageError(
            f"no signal is delivered here from topic {message.type!r}; "
            "call `deliver` for a signal that has this topic"
        )
    if not route.hears_own and rules.is_own(message.aldisorigin):
        return None
    if message.aldishops > rules.max_hops:
        reason = (
            f"it was sent in answer to {message.aldishops} messages in turn, and so in a circle"
        )
        raise MessageError(f"{reason}; the limit is max_hops={rules.max_hops}")
    return Due(message, route)


def _is_shared(topic: str, routes: Mapping[str, Route]) -> bool:
    """Whether a signal is delivered here that shares a topic with another one."""
    stream, slash, _ = topic.partition("/")
    return bool(slash) and any(stream_of(each) == stream for each in routes)


class _Arriving:
    """Gives what sends a signal again, in the context of its message."""

    __slots__ = ("_attempt", "_found", "_token")

    def __init__(self, found: Due, attempt: int) -> None:
        self._found = found
        self._attempt = attempt

    def __enter__(self) -> Callable[[], Any]:
        message, (signal, codec, *_) = self._found
        args, kwargs = codec.decode(message.data)
        self._token = arriving.set(Arrival(message, self._attempt, signal, args, kwargs))
        return partial(signal.send_robust, *args, **kwargs)

    def __exit__(self, *error: object) -> None:
        arriving.reset(self._token)


def arrived(found: Due, attempt: int, rules: Rules) -> AbstractContextManager[Callable[[], Any]]:
    """Return a context that gives what sends a signal again.

    Entering it raises:
        MessageError: The payload does not fit the declaration.
        Exception: What `around` or `Key.load` raises.
    """
    entering = _Arriving(found, attempt)
    if rules.around is None and found.message.traceparent is None:
        return entering  # as most are, with little cost
    return _surrounded(entering, found.message, rules.around or nullcontext)


@contextmanager
def _surrounded(
    entering: _Arriving, message: Message, around: Around
) -> Generator[Callable[[], Any], None, None]:
    with around(), trace_of(message), entering as send:
        yield send


def failures(results: Sequence[tuple[Callable[..., object], object]]) -> list[Failure]:
    """Return those receivers whose result is an exception."""
    return [
        Failure(str(name_of(receiver)), result)
        for receiver, result in results
        if isinstance(result, Exception)
    ]


def failed_before(error: Exception) -> list[Failure]:
    """Log what failed around the receivers, and where, without the text of the error."""
    _log.error("a message was not delivered\n%s", told_without_text(error))
    return [Failure("what is around its receivers", error)]


def verdict(
    delivery: Delivery, failed: Sequence[Failure], rules: Rules, found: Due
) -> Callable[[], None]:
    """Return what settles a message whose receivers have been called."""
    if not failed:
        return delivery.ack
    said = "; ".join(map(str, failed))
    if delivery.attempt < rules.attempts:
        delay = rules.delay * 2 ** min(delivery.attempt - 1, _DOUBLINGS)
        return partial(delivery.retry, delay)
    return burial(delivery, f"attempt {delivery.attempt} of {rules.attempts}: {said}", found)


def killed(delivery: Delivery, rules: Rules) -> str | None:
    """Return why a message is given up unheard: the processes that tried it have died."""
    if not delivery.is_exact or delivery.attempt <= rules.attempts:
        return None
    return f"{delivery.attempt - 1} attempts ended with their processes, or were not settled"


def burial(delivery: Delivery, reason: str, found: Due | None = None) -> Callable[[], None]:
    """Log that a message is given up, and return what makes it a dead letter."""
    which = "" if found is None else f" {found.message.id} of topic {found.message.type}"
    _log.error("message%s is given up: %s", which, reason)
    return partial(delivery.bury, reason)


def settle(verdict: Callable[[], None]) -> None:
    """Tell the engine what becomes of a message; if that fails, it comes again."""
    try:
        verdict()
    except ConnectionError as error:
        _log.warning("a message was not settled, and will come again: %s", error)


def count_attempt(delivery: Delivery) -> None:
    """Let a message that ends its process come again, at once, and not for ever.

    As what is given back at the end of a run it would not be counted.
    """
    settle(partial(delivery.retry, 0))


def judged(
    delivery: Delivery, routes: Mapping[str, Route], rules: Rules
) -> Due | Callable[[], None]:
    """Return a message that is due; for any other, what settles it."""
    try:
        found = due(delivery.message, routes, rules)
    except MessageError as error:
        return burial(delivery, error.reason)
    if found is None:
        return delivery.ack
    reason = killed(delivery, rules)
    return found if reason is None else burial(delivery, reason, found)


def handle(delivery: Delivery, routes: Mapping[str, Route], rules: Rules) -> Callable[[], None]:
    """Deliver a message, and return what settles it."""
    found = judged(delivery, routes, rules)
    if not isinstance(found, Due):
        return found
    try:
        with arrived(found, delivery.attempt, rules) as send:
            failed = failures(send())
    except MessageError as error:
        return burial(delivery, error.reason, found)
    except Exception as error:  # noqa: BLE001  # of `around` or a key's `load`
        failed = failed_before(error)
    except BaseException:
        count_attempt(delivery)
        raise
    return verdict(delivery, failed, rules, found)


async def handle_async(
    delivery: Delivery, routes: Mapping[str, Route], rules: Rules
) -> Callable[[], None]:
    """As `handle`, in the task of an event loop."""
    found = judged(delivery, routes, rules)
    if not isinstance(found, Due):
        return found
    try:
        with arrived(found, delivery.attempt, rules) as send:
            failed = failures(await send() if found.route.is_async else send())
    except MessageError as error:
        return burial(delivery, error.reason, found)
    except Exception as error:  # noqa: BLE001  # as above
        failed = failed_before(error)
    except (SystemExit, KeyboardInterrupt):  # to be cancelled is no attempt
        count_attempt(delivery)
        raise
    return verdict(delivery, failed, rules, found)


def raise_failures(failed: Sequence[Failure], route: Route) -> None:
    """Raise what receivers have raised.

    Raises:
        ExceptionGroup: They have.
    """
    if failed:
        errors = [each.error for each in failed]
        raise ExceptionGroup(f"receivers of signal {route.codec.signal} have failed", errors)
