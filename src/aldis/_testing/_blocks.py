"""Blocks in which signals are muted, or have no connections."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any

from aldis import _blocks
from aldis._bound import BoundConnectable
from aldis._core import ANY
from aldis._core._ending import surely
from aldis._core._isolating import Isolation, end_all
from aldis._event_identity import EventMethodIdentity, OfInstance
from aldis._testing._targets import each_signal, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from aldis._core import Registry
    from aldis._testing._targets import Signals, WholeSignals


class Block(ABC):
    """A block over signals, which may be entered more than once, and nested."""

    def __init__(self, signals: tuple[object, ...]) -> None:
        self._signals = signals
        # for each time that it was entered, the callables that undo it
        self._entered: list[list[Callable[[], object]]] = []
        for _ in self._each():
            pass  # raises for wrong arguments here, not when the block is entered

    def _each(self) -> Iterator[Any]:
        for given in self._signals:
            yield from each_signal(given)

    @abstractmethod
    def _enter(self, left: list[Callable[[], object]]) -> None:
        """Enter the block, and append the callables that undo it."""

    def __enter__(self) -> None:
        left: list[Callable[[], object]] = []
        self._entered.append(left)
        try:
            self._enter(left)
        except BaseException:
            self._leave()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """Undo everything, even if a signal handler raises in the middle."""
        surely(partial(_end_all, self._entered[-1]))
        self._entered.pop()

    async def __aenter__(self) -> None:
        self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)


class Muted(Block):
    """The block of `muted`."""

    def _enter(self, left: list[Callable[[], object]]) -> None:
        for signal in self._each():
            # the event of a class has no `muted`, which is for single instances
            is_of_all = isinstance(signal, EventMethodIdentity)
            muted = _blocks.muted(signal._registry, ANY) if is_of_all else signal.muted()
            muted.__enter__()
            left.append(partial(muted.__exit__, None, None, None))


class Isolated(Block):
    """The block of `isolated`."""

    def _enter(self, left: list[Callable[[], object]]) -> None:
        registries = {id(registry): registry for registry in self._registries()}
        left.append(partial(self._end_new, registries))
        for registry in registries.values():
            isolation = Isolation(registry)
            left.append(isolation.end)
            isolation.begin(registry)

    def _each(self) -> Iterator[Any]:
        for signal in super()._each():
            if isinstance(signal, BoundConnectable):
                message = f"{signal!r} has no connections of its own; isolate its `.signal`"
                raise TypeError(message)
            if isinstance(signal, OfInstance):
                name = signal._method.__qualname__
                message = f"{signal!r} has no connections of its own; isolate `{name}`"
                raise TypeError(message)
            yield signal

    def _registries(self) -> Iterator[Registry]:
        for signal in self._each():
            yield target_of(signal).registry

    def _end_new(self, known: dict[int, Registry]) -> None:
        """Disconnect the receivers of signals that were added to a namespace in the block."""
        for registry in self._registries():
            if id(registry) not in known:
                end_all(registry)


def _end_all(left: list[Callable[[], object]]) -> None:
    """Call these, the last one first; remove each after its call."""
    while left:
        left[-1]()
        del left[-1]


def muted(*signals: Signals) -> Block:
    """Mute signals during a `with` or `async with` block: sends call no receivers.

    The payload is still checked, and captures still record the sends. Blocks may be nested and
    overlap.

    Args:
        *signals: Signals and events, iterables of these, and namespaces. A bound signal mutes only
            its sender, and the event of an instance only that instance; the event of a class mutes
            all instances.

    Returns:
        A context manager.

    Raises:
        TypeError: Something is not a signal.

    Example:
        >>> from aldis import Signal
        >>> from aldis.testing import muted
        >>> saved, closed = Signal(), Signal()
        >>> for signal in (saved, closed):
        ...     _ = signal.connect(print)
        >>> with muted(saved, closed):
        ...     saved.send("nobody hears this"), closed.send("nor this")
        ([], [])
    """
    return Muted(signals)


def isolated(*signals: WholeSignals) -> Block:
    """Remove all connections of signals during a `with` or `async with` block.

    At the end of the block, connections that were made inside it end, and the former connections
    are restored: in the same order, with the same priorities, senders and options. Receivers and
    senders that were garbage-collected meanwhile do not come back, nor do connections of
    `connected_to` blocks that ended meanwhile. Muted signals stay muted. Blocks may be nested and
    overlap.

    Args:
        *signals: Signals, events, iterables of these, and namespaces. Signals that are added to a
            namespace inside the block lose their receivers at its end.

    Returns:
        A context manager.

    Raises:
        TypeError: Something is not a signal, or belongs to a single sender: isolate its signal, or
            the event of its class.

    Example:
        >>> from aldis import Signal
        >>> from aldis.testing import isolated
        >>> signal = Signal()
        >>> _ = signal.connect(print)
        >>> with isolated(signal):
        ...     signal.send("nobody hears this")
        []
        >>> _ = signal.send("hello")
        hello
    """
    return Isolated(signals)
