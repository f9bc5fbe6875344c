"""Records the sends of signals during a `with` block."""

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

# the open captures by address, the innermost last
_open: Final[dict[int, Sends[Any]]] = {}


class Sends(list[SentT], Generic[SentT]):
    """The list of captured sends that `capture` returns, in the order in which they began.

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
        """Set the targets to capture."""
        self._targets = tuple(targets)
        self._observer = self._begun  # one object, since observers are compared by identity
        # each registry once, even if there are several bound signals of one signal
        self._registries = list({id(t.registry): t.registry for t in self._targets}.values())

    def __enter__(self) -> Self:
        """Begin to capture.

        Raises:
            RuntimeError: It is already capturing.
        """
        if id(self) in _open:
            message = "this capture is already open; call `capture` for each block"
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
        """Record a send if it has a target."""
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
    """Record every send of a signal during a `with` or `async with` block.

    Every send is recorded from its beginning, by any method and in any thread, with the results and
    exceptions of its receivers, even if there are none. The signal works as usual, only slower. If
    a subclass overrides `send`, its call of `super().send` is recorded.

    Args:
        signal: A signal, a bound signal or an event; or an iterable of these, or a namespace with
            the signals that it has now. All sends are recorded in one list, in their order. The
            event of a class, such as `View.changed`, records all instances.
        sender: The only sender to record; `ANY` for all senders.

    Returns:
        The list of sends, which is also the context manager.

    Raises:
        TypeError: It is not a signal of aldis; signals of blinker itself are not.

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
    """Return the list of the innermost open capture of a target, if there is one."""
    innermost_first: list[Sends[Any]] = [*reversed([*_open.values()])]
    for sends in innermost_first:
        for each in sends._targets:
            means_all = is_any(target.sender)
            is_for_it = means_all or is_sender(target.sender, each.sender)
            if each.signal is target.signal and is_for_it:
                return sends
    return None
