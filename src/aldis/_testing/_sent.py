"""The record of one captured send."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aldis._core._observing import Watch
from aldis._testing._showing import show_call

if TYPE_CHECKING:
    from collections.abc import Awaitable as Awaitable  # noqa: PLC0414  # used in a string annotation of a base
    from collections.abc import Callable, Mapping, Sequence

    from aldis._core import Kind as SignalKind
    from aldis._core._observing import Kind

S = TypeVar("S")
R = TypeVar("R")
PairT = TypeVar("PairT")

_order = count(1)  # numbers all captured sends of this process


class AnySent(Generic[S, PairT]):
    """The record of a send of any kind of signal; see `Sent`."""

    __slots__ = {
        "ended": "Whether it is over.",
        "errors": "Each receiver that raised, with its exception.",
        "kind": "The method that sent it.",
        "name": "The qualified name of the signal.",
        "order": "Its place among all captured sends of this process.",
        "payload": "The payload, by name.",
        "raised": "The exception that the send itself raised, or None.",
        "results": "Each receiver that returned, with its result.",
        "sender": "The sender; None for an event without an instance.",
        "signal": "The signal.",
    }

    def __init__(
        self, *, signal: object, name: str, sender: S, payload: Mapping[str, Any], kind: Kind
    ) -> None:
        self.signal: object = signal
        self.name: str = name
        self.sender: S = sender
        self.payload: Mapping[str, Any] = payload
        self.kind: Kind = kind
        self.order: int = next(_order)
        self.results: list[PairT] = []
        self.errors: list[tuple[Callable[..., Any], BaseException]] = []
        self.raised: BaseException | None = None
        self.ended: bool = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._shown(f'{self.name}.{self.kind}')}>"

    def _shown(self, method: str) -> str:
        """Show it as a call of this method."""
        kind: SignalKind = getattr(self.signal, "_kind", "signal")
        return show_call(method, self.sender, self.payload, kind)


class Sent(AnySent[S, "tuple[Callable[..., R], R]"], Generic[S, R]):
    """One captured send of a `Signal` or of an `Event`.

    It keeps the objects in its attributes alive.

    Attributes:
        signal: The signal; for a bound signal, its signal. For an event of instances, the event of
            the class.
        name: Its qualified name.
        sender: The sender. For an event of instances, the instance; for any other event, None.
        payload: The payload, by the parameter names of the declaration, including defaults. The
            arguments of `*args`, if any, are under that name with its star.
        kind: The method that sent it: `"send"`, `"send_robust"` or, for an `AsyncSignal`,
            `"gather"`.
        order: Its place among all captured sends of this process, of any signal.
        results: Each receiver that returned, with its result, as `send` returns them.
        errors: Each receiver that raised, with its exception.
        raised: The exception that the send itself raised; None if it did not raise, as with
            `send_robust`.
        ended: Whether it has ended; false while a receiver is still running.

    Example:
        >>> from aldis import Signal
        >>> from aldis.testing import capture
        >>> @Signal
        ... def asked(sender: str, /, *, question: str) -> int: ...
        >>> @asked.connect
        ... def count(sender: str, *, question: str) -> int:
        ...     return len(question)
        >>> with capture(asked) as sends:
        ...     _ = asked.send("me", question="why?")
        >>> sends[0]
        <Sent asked.send('me', question='why?')>
        >>> sends[0].sender, sends[0].payload, sends[0].results == [(count, 4)]
        ('me', {'question': 'why?'}, True)
    """

    __slots__ = ()


class AsyncSent(AnySent[S, "tuple[Callable[..., R | Awaitable[R]], R]"], Generic[S, R]):
    """One captured send of an `AsyncSignal` or `AsyncEvent`; see `Sent` for its attributes.

    Example:
        >>> import asyncio
        >>> from aldis import AsyncSignal
        >>> from aldis.testing import capture
        >>> @AsyncSignal
        ... async def stored(sender: object, /, *, key: str) -> None: ...
        >>> with capture(stored) as sends:
        ...     _ = asyncio.run(stored.gather(None, key="a"))
        >>> sends[0].kind, sends[0].payload
        ('gather', {'key': 'a'})
    """

    __slots__ = ()


class Recording(Watch):
    """Records the course of a send."""

    __slots__ = ("_sent",)

    def __init__(self, sent: AnySent[Any, Any]) -> None:
        self._sent = sent

    def returned(self, receiver: Callable[..., object], result: object) -> None:
        """Record a result."""
        self._sent.results.append((receiver, result))

    def raised(self, receiver: Callable[..., object], error: BaseException) -> None:
        """Record an exception."""
        self._sent.errors.append((receiver, error))

    def ended(self, results: Sequence[tuple[Callable[..., object], object]]) -> None:
        """Record the end of the send."""
        if self._sent.kind == "gather":
            self._sent.results[:] = results  # in connection order
        self._sent.ended = True

    def failed(self, error: BaseException) -> None:
        """Record the exception that ended the send."""
        self._sent.raised = error
        self._sent.ended = True
