"""Writes down what signals send, for the length of a `with` block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from aldis._core import ANY, AnySender, AsyncSenders
from aldis._core._identity import is_any
from aldis._core._observing import observe, unobserve
from aldis._testing._sent import AnySent, AsyncSent, Recording, Sent
from aldis._testing._targets import each_signal, is_sender, target_of
from aldis._typevars import Q, R, S

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from aldis import (
        AsyncBoundSignal,
        AsyncEvent,
        AsyncEventMethod,
        AsyncSignal,
        BoundSignal,
        Event,
        EventMethod,
        Signal,
        blinker,
    )
    from aldis._core._observing import Send, Watch
    from aldis._testing._targets import OneSignal, Target, WholeSignal

SentT = TypeVar("SentT", bound=AnySent[Any, Any])

# those that are being written, by their addresses, the innermost last
_open: Final[dict[int, Sends[Any]]] = {}


class Sends(list[SentT], Generic[SentT]):
    """A list of sends, in the order in which they began; it grows in the blocks that it is used by.

    It is what `capture` returns.

    Example:
        >>> from aldis import Signal
        >>> from aldis.testing import capture
        >>> signal = Signal()
        >>> sends = capture(signal)
        >>> with sends:
        ...     _ = signal.send("inside", n=1)
        >>> _ = signal.send("outside", n=2)
        >>> sends
        [<Sent <unnamed>.send('inside', n=1)>]
    """

    _targets: tuple[Target, ...] = ()

    def _aim(self, targets: Iterable[Target]) -> None:
        """Say what is meant."""
        self._targets = tuple(targets)
        self._observer = self._begun  # one object, which observers are told by
        # a bound signal and another of the same signal: each send is told once
        self._registries = list({id(t.registry): t.registry for t in self._targets}.values())

    def __enter__(self) -> Self:
        """Begin to capture.

        Raises:
            RuntimeError: It is capturing already.
        """
        if id(self) in _open:
            message = "it is capturing already; give each block a capture of its own"
            raise RuntimeError(message)
        for registry in self._registries:
            observe(self._observer, registry)
        _open[id(self)] = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        del _open[id(self)]
        for registry in self._registries:
            unobserve(self._observer, registry)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def _begun(self, send: Send) -> Watch | None:
        """Take down a send that is meant."""
        if not any(target.is_hit(send.signal, send.sender) for target in self._targets):
            return None
        kind: Any = AsyncSent if isinstance(send.signal, AsyncSenders) else Sent
        sent: SentT = kind(
            signal=send.signal,
            name=send.name,
            sender=send.sender,
            payload=send.payload,
            kind=send.kind,
        )
        self.append(sent)
        return Recording(sent)


@overload
def capture(signal: BoundSignal[S, Q, R], /) -> Sends[Sent[S, R]]: ...
@overload
def capture(signal: AsyncBoundSignal[S, Q, R], /) -> Sends[AsyncSent[S, R]]: ...
@overload
def capture(signal: Event[Q, R], /) -> Sends[Sent[Any, R]]: ...
@overload
def capture(signal: AsyncEvent[Q, R], /) -> Sends[AsyncSent[Any, R]]: ...
@overload
def capture(signal: EventMethod[S, Q, R], /, sender: S | AnySender = ANY) -> Sends[Sent[S, R]]: ...
@overload
def capture(
    signal: AsyncEventMethod[S, Q, R], /, sender: S | AnySender = ANY
) -> Sends[AsyncSent[S, R]]: ...
@overload
def capture(signal: Signal[S, Q, R], /, sender: S | AnySender = ANY) -> Sends[Sent[S, R]]: ...
@overload
def capture(
    signal: AsyncSignal[S, Q, R], /, sender: S | AnySender = ANY
) -> Sends[AsyncSent[S, R]]: ...
@overload
def capture(
    signal: blinker.Signal[S, Q], /, sender: S | AnySender = ANY
) -> Sends[Sent[S, Any]]: ...
@overload
def capture(
    signal: Iterable[OneSignal] | Mapping[str, WholeSignal], /, sender: object = ANY
) -> Sends[Sent[Any, Any] | AsyncSent[Any, Any]]: ...
def capture(signal: object, /, sender: object = ANY) -> Sends[Any]:
    """Write down every send of a signal, for the length of a `with` or `async with` block.

    Whoever sends it, by whatever method and in whichever thread, the send is there from its
    beginning, with what its receivers return and raise; also if nobody listens. The signal does
    what it does otherwise, only slower. Where a subclass overrides `send`, what that hands to
    `super().send` is what is sent.

    Args:
        signal: A signal, or a bound one, or an event; or several, or a namespace, of which all are
            written into one list, in the order of their sends. Of a namespace, the signals that it
            has now. `View.changed`, where that is an event, stands for all instances.
        sender: The one sender that is meant; `ANY` for all of them.

    Returns:
        The list of sends, which is the context manager, too.

    Raises:
        TypeError: It is not a signal; signals of blinker itself are not.

    Example:
        >>> from aldis import Signal
        >>> from aldis.testing import capture
        >>> @Signal
        ... def user_created(sender: object, /, *, user_id: int, name: str = "nobody") -> None: ...
        >>> with capture(user_created) as sends:
        ...     _ = user_created.send("the shop", user_id=1)
        >>> [(sent.sender, sent.payload) for sent in sends]
        [('the shop', {'user_id': 1, 'name': 'nobody'})]
    """
    sends = Sends[Any]()
    sends._aim([target_of(one, sender) for one in each_signal(signal)])
    return sends


def latest_of(target: Target) -> Sends[Any] | None:
    """Return the innermost list into which what is meant is being written, if it is."""
    innermost_first: list[Sends[Any]] = [*reversed([*_open.values()])]
    for sends in innermost_first:
        for each in sends._targets:
            means_all = is_any(target.sender)
            is_for_it = means_all or is_sender(target.sender, each.sender)
            if each.signal is target.signal and is_for_it:
                return sends
    return None
