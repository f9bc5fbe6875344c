"""The seam through which a send can be seen: by captures in tests, and by traces.

**The contract.** An observer is called with a `Send` when one begins: of the signal whose registry
it was given to `observe` with, or of every signal, also one that is made later. What it returns is
told how that send goes on, if it returns anything: see `Watch`. So whatever belongs to one send is
kept in its watch, however sends nest or overlap.

- A send begins once its payload was found to be what is declared, also where nobody listens or the
  signal is muted; an async one when it is awaited. A bound signal's send is that of its signal.
  What an overridden `send` hands to `super().send` is seen, and nothing else of it.
- Sends that are under way when `observe` is called are not told of; those under way when
  `unobserve` is called are told of to their end.
- Events come in the thread, and task, of the send. Those of one send come one after another; of a
  `gather`, the turns of its receivers overlap, each known by the receiver it is told with, which is
  the same object in `called` and in `returned` or `raised`.
- What an observer or a watch raises is logged on `aldis` and changes nothing for the send, except
  what is no `Exception`, which propagates. Neither may change what it is told with.
- An observer is kept alive until it is taken away again; a registry is not kept alive.

**The cost.** None, while nobody observes: the code of a signal's sending functions is the same, to
the byte, as if there were no such seam. `observe` puts their stubs back, which write the code at
the next send (`_outlets`), and while a registry is observed they write another that calls
`deliver` here and is not kept. So whoever holds `signal.send` is observed, too, and `unobserve` has
nothing to undo. What sends without such functions, as the adapter does, adds to `on_change` what is
to be done when observation begins or ends.
"""

from __future__ import annotations

import weakref
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeGuard, TypeVar

from aldis._core._exclusive import locked, release
from aldis._core._failures import failed, observer_failed
from aldis._core._gather import gather
from aldis._core._snapshots import turn_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from aldis._core._books import SignalBooks
    from aldis._core._links import AnyReceiver
    from aldis._core._outlets import Outlets
    from aldis._core._registry import Registry

T = TypeVar("T")

# the method by which is sent; `send_async` is the adapter's
Kind: TypeAlias = Literal["send", "send_robust", "gather", "send_async"]
Event: TypeAlias = Literal["called", "returned", "raised", "ended", "failed"]  # methods of `Watch`


class Send:
    """One send, as it begins.

    Attributes:
        signal: The signal; None if it is gone, as that of `Signal().send(...)` is.
        name: Its qualified name.
        sender: Who sends.
        payload: What is sent, by the names of the declaration's parameters, defaults included. What
            `*args` took, if anything, is under the name with its star.
        kind: By which method.
    """

    __slots__ = ("kind", "name", "payload", "sender", "signal")

    def __init__(
        self, registry: SignalBooks, kind: Kind, sender: object, payload: Mapping[str, object]
    ) -> None:
        self.signal: Outlets | None = registry.owner()
        self.name: str = registry.name
        self.sender: object = sender
        self.payload: Mapping[str, object] = payload
        self.kind: Kind = kind


class Watch:
    """What is told how one send goes on; each method may be overridden, and does nothing here."""

    __slots__ = ()

    def called(self, receiver: AnyReceiver) -> None:
        """A receiver's turn begins."""

    def returned(self, receiver: AnyReceiver, result: object) -> None:
        """Its turn ends with a result, which was awaited where that was to be done."""

    def raised(self, receiver: AnyReceiver, error: BaseException) -> None:
        """Its turn ends with an exception, also where `send_robust` goes on."""

    def ended(self, results: Sequence[tuple[AnyReceiver, object]]) -> None:
        """The send ends, and returns these."""

    def failed(self, error: BaseException) -> None:
        """The send ends, and raises this."""


Observer: TypeAlias = "Callable[[Send], Watch | None]"


class Observers:
    """Who observes; replaced whole and never changed, so that a send reads it without a lock."""

    __slots__ = ("of_every_signal", "of_one")

    def __init__(
        self,
        of_every_signal: tuple[Observer, ...] = (),
        of_one: Mapping[weakref.ref[SignalBooks], tuple[Observer, ...]] | None = None,
    ) -> None:
        self.of_every_signal = of_every_signal
        self.of_one = of_one or {}

    def of(self, registry: SignalBooks | None) -> tuple[Observer, ...]:
        """Return those of one signal, or of None those of every signal."""
        if registry is None:
            return self.of_every_signal
        return self.of_one.get(weakref.ref(registry), ())

    def but(self, registry: SignalBooks | None, those: tuple[Observer, ...]) -> Observers:
        """Return the same with others of one signal, or of every signal."""
        if registry is None:
            return Observers(those, self.of_one)
        place = weakref.ref(registry, _forget)
        others = {key: value for key, value in self.of_one.items() if key != place}
        return Observers(self.of_every_signal, {**others, place: those} if those else others)


observers = Observers()

# called with the registry whose observers have changed, None for all, after that: so each looks
# for itself whether there are any now
on_change: Final[list[Callable[[SignalBooks | None], object]]] = []


def observe(observer: Observer, registry: SignalBooks | None = None) -> None:
    """Tell an observer of every send of one signal, or of all signals, until `unobserve`."""
    while True:
        before = observers
        if _replace(before, before.but(registry, (*before.of(registry), observer))):
            break
    _tell_change(registry)


def unobserve(observer: Observer, registry: SignalBooks | None = None) -> None:
    """Undo one `observe`, the last one of this very observer.

    Raises:
        ValueError: There is none.
    """
    while True:
        before = observers
        those = [*before.of(registry)]
        those.reverse()
        place = [*map(id, those)].index(id(observer))
        del those[place]
        those.reverse()
        if _replace(before, before.but(registry, tuple(those))):
            break
    _tell_change(registry)


def is_observed(registry: SignalBooks | None = None) -> bool:
    """Whether anybody is to be told of a signal's sends; of None, whether of any signal's."""
    now = observers
    if now.of_every_signal:
        return True
    if not now.of_one:
        return False
    return registry is None or weakref.ref(registry) in now.of_one


def _replace(before: Observers, after: Observers) -> bool:
    """Let others observe from now on, unless somebody else has changed who does."""
    global observers  # noqa: PLW0603  # read by every send that is observed
    is_ours = False
    for _ in locked:  # pragma: no branch
        try:
            if observers is before:
                observers = after
                is_ours = True
        finally:
            release()
        break
    return is_ours


def _forget(place: weakref.ref[SignalBooks]) -> None:
    """Let go of who observed a signal that is gone."""
    while place in (before := observers).of_one:
        others = {key: value for key, value in before.of_one.items() if key is not place}
        _replace(before, Observers(before.of_every_signal, others))


def _tell_change(registry: SignalBooks | None) -> None:
    while True:
        now = observers
        for change in on_change:
            change(registry)
        if observers is now:  # else another thread may have done this from what was before
            return


class Observed:
    """One send that is observed: it delivers, and tells.

    Args:
        registry: That of the signal.
        kind: By which method is sent.
        sender: Who sends.
        payload: What is sent, by name.
        call: Calls a receiver with that.
    """

    def __init__(
        self,
        registry: SignalBooks,
        kind: Kind,
        sender: object,
        payload: Mapping[str, object],
        call: Callable[[Any], Any],
    ) -> None:
        self._registry = registry
        self._call = call
        self._is_robust = kind == "send_robust"
        self._watches: list[Watch] = []
        send = Send(registry, kind, sender, payload)
        now = observers
        for observer in (*now.of(None), *now.of(registry)):
            watch = self._safely(observer, send)
            if watch is not None:
                self._watches.append(watch)

    def deliver(self, receivers: Iterable[AnyReceiver]) -> list[tuple[AnyReceiver, object]]:
        """Call each receiver in turn."""
        results: list[tuple[AnyReceiver, object]] = []
        try:
            for receiver in receivers:
                self._tell("called", receiver)
                try:
                    result = self._call(receiver)
                except BaseException as error:
                    self._tell("raised", receiver, error)
                    if not self._goes_on_after(error):
                        raise
                    result = failed(self._registry, receiver, error)
                else:
                    self._tell("returned", receiver, result)
                results.append((receiver, result))
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    async def deliver_async(
        self, receivers: Iterable[AnyReceiver]
    ) -> list[tuple[AnyReceiver, object]]:
        """Call each receiver in turn, and await what it returns."""
        results: list[tuple[AnyReceiver, object]] = []
        try:
            for receiver in receivers:
                results.append((receiver, await self._await(receiver)))  # noqa: PERF401  # kept
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    async def gather(self, registry: Registry, sender: object) -> list[tuple[AnyReceiver, object]]:
        """Call all receivers at once, each in a task of its own."""
        try:
            results = await gather(registry.entries_for(sender), self._await, registry.name)
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    async def _await(self, receiver: AnyReceiver) -> object:
        self._tell("called", receiver)
        try:
            result = self._call(receiver)
            if isawaitable(result):
                result = await result
        except BaseException as error:
            self._tell("raised", receiver, error)
            if not self._goes_on_after(error):
                raise
            return failed(self._registry, receiver, error)
        self._tell("returned", receiver, result)
        return result

    def _goes_on_after(self, error: BaseException) -> TypeGuard[Exception]:
        return self._is_robust and isinstance(error, Exception)

    def _tell(self, event: Event, *facts: object) -> None:
        for watch in self._watches:
            self._safely(getattr(watch, event), *facts)

    def _safely(self, listener: Callable[..., T], *facts: object) -> T | None:
        try:
            return listener(*facts)
        except Exception as error:  # noqa: BLE001  # whatever it is, the send goes on
            observer_failed(self._registry, listener, error)
            return None


# -- what the code of an observed signal calls


def deliver(
    registry: Registry,
    kind: Kind,
    sender: object,
    payload: Mapping[str, object],
    call: Callable[[Any], Any],
) -> list[tuple[AnyReceiver, object]]:
    """Send to plain functions."""
    return Observed(registry, kind, sender, payload, call).deliver(_turns(registry, sender))


async def deliver_async(
    registry: Registry,
    kind: Kind,
    sender: object,
    payload: Mapping[str, object],
    call: Callable[[Any], Any],
) -> list[tuple[AnyReceiver, object]]:
    """Send to functions that may be async, in turn or at once."""
    observed = Observed(registry, kind, sender, payload, call)
    if kind == "gather":
        return await observed.gather(registry, sender)
    return await observed.deliver_async(_turns(registry, sender))


def _turns(registry: Registry, sender: object) -> Iterator[AnyReceiver]:
    """Give the receivers of a send, each when its turn comes."""
    for entry in registry.entries_for(sender):
        receiver = turn_of(entry)
        if receiver is not None:
            yield receiver
