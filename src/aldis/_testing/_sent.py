"""What is known of one send."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aldis._core._observing import Watch
from aldis._testing._showing import show_call

if TYPE_CHECKING:
    from collections.abc import Awaitable as Awaitable  # noqa: PLC0414  # in the text of a base
    from collections.abc import Callable, Mapping, Sequence

    from aldis._core import Kind as SignalKind
    from aldis._core._observing import Kind

S = TypeVar("S")
R = TypeVar("R")
PairT = TypeVar("PairT")

_order = count(1)  # of all sends that are captured in this process


class AnySent(Generic[S, PairT]):
    """What there is to know of a send of any kind of signal; see `Sent`."""

    __slots__ = {
        "ended": "Whether it is over.",
        "errors": "Each receiver that raised, with what it raised.",
        "kind": "The method by which it was sent.",
        "name": "The qualified name of the signal.",
        "order": "Its place among all sends that were captured in this process.",
        "payload": "What was sent, by name.",
        "raised": "What the send itself raised, or None.",
        "results": "Each receiver that returned, with its result.",
        "sender": "Who sent it; None for an event that has no instance.",
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
    """One send of a `Signal`, or of an `Event`, that was captured.

    It keeps alive what it tells of, for as long as the list of sends is kept.

    Attributes:
        signal: The signal; that of a bound signal, where that was sent. Of an event of instances,
            the one on the class.
        name: Its qualified name.
        sender: Who sent it: the instance of an event of instances; None for any other event.
        payload: What was sent, by the names of the declaration's parameters and with its defaults.
            What `*args` took, if anything, is under the name with its star.
        kind: The method by which it was sent: `"send"`, `"send_robust"` or, of an `AsyncSignal`,
            `"gather"`.
        order: Its place among all sends that were captured in this process, of whichever signal.
        results: Each receiver that returned, with its result, as `send` returns them.
        errors: Each receiver that raised, with what it raised.
        raised: What the send itself raised; None if it did not, as `send_robust` does not.
        ended: Whether it is over: a send that goes on inside a receiver is not.

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
    """One captured send of an `AsyncSignal` or `AsyncEvent`; it tells what a `Sent` tells.

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
    """Writes down how a send goes on."""

    __slots__ = ("_sent",)

    def __init__(self, sent: AnySent[Any, Any]) -> None:
        self._sent = sent

    def returned(self, receiver: Callable[..., object], result: object) -> None:
        """Note a result."""
        self._sent.results.append((receiver, result))

    def raised(self, receiver: Callable[..., object], error: BaseException) -> None:
        """Note an exception."""
        self._sent.errors.append((receiver, error))

    def ended(self, results: Sequence[tuple[Callable[..., object], object]]) -> None:
        """Note that nothing comes any more."""
        if self._sent.kind == "gather":
            self._sent.results[:] = results  # in connection order, however they came
        self._sent.ended = True

    def failed(self, error: BaseException) -> None:
        """Note why nothing comes any more."""
        self._sent.raised = error
        self._sent.ended = True
