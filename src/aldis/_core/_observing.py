"""Lets observers see sends: captures in tests, and traces.

**The contract.** An observer is called with a `Send` when a send begins: of the signal with the
given registry, or of every signal, including later ones. It may return a `Watch`, which is notified
how that send goes on. So all state of one send is in its watch, even if sends nest or overlap.

- A send begins after its payload was checked, even if there are no receivers or the signal is
  muted; an async send begins when it is awaited. The send of a bound signal is a send of its
  signal. If `send` is overridden, only its call of `super().send` is observed.
- Sends that are under way when `observe` is called are not observed. Sends under way when
  `unobserve` is called are observed to their end.
- Events come in the thread and task of the send, one after another. In a `gather`, the calls of
  receivers overlap; the receiver is the same object in `called` and in `returned` or `raised`.
- A receiver with a `via` counts as called and as having returned once the `via` got the call.
- Exceptions of an observer or a watch are logged on `aldis` and do not affect the send, except
  those that are not an `Exception`, which propagate. Observers must not change their arguments.
- An observer is kept alive until it is removed; a registry is not kept alive.

**Recorders.** A recorder is a cheaper observer of every signal, which is not notified of each call:
if it is the only observer of a signal, receivers are called as usual. It is called with the
arguments of `Recorder`, and may return a `Recorded`, which is notified how the send goes on. It
logs its own failures.

**The cost.** There is none without observers: the sending functions do not check for observers.
`observe` makes the next send take a new snapshot, whose kind is "ask first" (`_snapshots.ASK`)
while the signal is observed; the send then goes through another function, which calls `deliver`
here. So stored references to `signal.send` are observed, too.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from aldis._core._home import homes
from aldis._core._lock import lock
from aldis._core._looking import asking, outdate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aldis._core._registry import Registry
    from aldis._core._target import AnyReceiver

# the method that sends; `send_async` is the adapter's
Kind: TypeAlias = Literal["send", "send_robust", "gather", "gather_robust", "send_async"]
GATHERING: Final = ("gather", "gather_robust")  # the methods that use tasks
Event: TypeAlias = Literal["called", "returned", "raised", "ended", "failed"]  # methods of `Watch`


class Send:
    """One send, as it begins.

    Attributes:
        signal: The signal; None if it was garbage-collected, as in `Signal().send(...)`.
        name: Its qualified name.
        sender: The sender; None for an event without an instance.
        payload: The payload, by the parameter names of the declaration, including defaults. The
            arguments of `*args`, if any, are under that name with its star.
        kind: The method that sends.
        has_sender: Whether there is a sender.
    """

    __slots__ = ("has_sender", "kind", "name", "payload", "sender", "signal")

    def __init__(
        self, registry: Registry, kind: Kind, sender: object, payload: Mapping[str, object]
    ) -> None:
        self.signal: object | None = registry.owner()
        self.name: str = registry.name
        self.sender: object = sender
        self.payload: Mapping[str, object] = payload
        self.kind: Kind = kind
        self.has_sender: bool = registry.payload.takes_sender


class Watch:
    """Is notified how one send goes on; override its methods, which do nothing here."""

    __slots__ = ()

    def called(self, receiver: AnyReceiver) -> None:
        """A receiver is about to be called."""

    def returned(self, receiver: AnyReceiver, result: object) -> None:
        """The receiver has returned a result, awaited if it was an awaitable."""

    def raised(self, receiver: AnyReceiver, error: BaseException) -> None:
        """The receiver has raised an exception; also called by `send_robust`."""

    def ended(self, results: Sequence[tuple[AnyReceiver, object]]) -> None:
        """The send ends, and returns these results."""

    def failed(self, error: BaseException) -> None:
        """The send ends, and raises this exception."""


Observer: TypeAlias = "Callable[[Send], Watch | None]"


class Recorded(Watch):
    """The watch of a recorder for one send.

    It is either notified of each call, like any watch, or only at the end: by `ended`, which gets
    all results, or by `stopped`.
    """

    __slots__ = ()

    def stopped(
        self, results: Sequence[tuple[AnyReceiver, object]], receiver: AnyReceiver | None
    ) -> None:
        """The send ends with an exception of this receiver; `results` are of those before it."""


class Recorder(Protocol):
    """A callable that is notified of every send."""

    def __call__(
        self,
        registry: Registry,
        sender: object,
        payload: Mapping[str, object],
        shape: tuple[object, ...] = (),
        depth: int = 0,
        /,
    ) -> Recorded | None:
        """A send begins.

        Args:
            registry: The registry of the signal.
            sender: As in `Send`.
            payload: As in `Send`.
            shape: A key that is equal for two sends with the same method, payload names and types;
                it has the addresses of the types. Empty if unknown.
            depth: The number of frames from the recorder up to the line that sends, if that line is
                not in aldis; 0 if unknown.
        """


class Observers:
    """All observers; replaced as a whole and never changed, so that sends need no lock."""

    __slots__ = ("of_every_signal", "of_one", "recorders")

    def __init__(
        self,
        of_every_signal: tuple[Observer, ...] = (),
        of_one: Mapping[weakref.ref[Registry], tuple[Observer, ...]] | None = None,
        recorders: tuple[Recorder, ...] = (),
    ) -> None:
        self.of_every_signal = of_every_signal
        self.of_one = of_one or {}
        self.recorders = recorders

    def __bool__(self) -> bool:
        return bool(self.of_every_signal or self.of_one or self.recorders)

    def of(self, registry: Registry | None) -> tuple[Observer, ...]:
        """Return the observers of one signal; for None, those of every signal."""
        if registry is None:
            return self.of_every_signal
        return self.of_one.get(weakref.ref(registry), ()) if self.of_one else ()

    def but(self, registry: Registry | None, those: tuple[Observer, ...]) -> Observers:
        """Return a copy with other observers of one signal, or of every signal."""
        if registry is None:
            return Observers(those, self.of_one, self.recorders)
        place = weakref.ref(registry, _forget)
        others = {key: value for key, value in self.of_one.items() if key != place}
        of_one = {**others, place: those} if those else others
        return Observers(self.of_every_signal, of_one, self.recorders)

    def recorded_by(self, recorders: tuple[Recorder, ...]) -> Observers:
        """Return a copy with other recorders."""
        return Observers(self.of_every_signal, self.of_one, recorders)


observers = Observers()


def observe(observer: Observer, registry: Registry | None = None) -> None:
    """Notify an observer of every send of one signal, or of all signals, until `unobserve`."""
    while True:
        before = observers
        if _replace(before, before.but(registry, (*before.of(registry), observer))):
            break
    _outdate(registry)


def unobserve(observer: Observer, registry: Registry | None = None) -> None:
    """Undo the last `observe` of this observer.

    Raises:
        ValueError: There is none.
    """
    while True:
        before = observers
        those = before.of(registry)
        places = [place for place, each in enumerate(those) if each is observer]
        if not places:
            raise ValueError("this observer is not registered, or was removed before")
        others = (*those[: places[-1]], *those[places[-1] + 1 :])
        if _replace(before, before.but(registry, others)):
            break
    _outdate(registry)


def begin_recording(recorder: Recorder) -> None:
    """Notify a recorder of every send of all signals, until `end_recording`."""
    while True:
        before = observers
        if _replace(before, before.recorded_by((*before.recorders, recorder))):
            break
    _outdate(None)


def end_recording(recorder: Recorder) -> None:
    """Undo one `begin_recording`.

    Raises:
        ValueError: There is none.
    """
    while True:
        before = observers
        recorders = [*before.recorders]
        recorders.remove(recorder)
        if _replace(before, before.recorded_by((*recorders,))):
            break
    _outdate(None)


def is_observed(registry: Registry | None = None) -> bool:
    """Whether a signal has observers; for None, whether any signal has."""
    now = observers
    if now.of_every_signal or now.recorders:
        return True
    if not now.of_one:
        return False
    return registry is None or weakref.ref(registry) in now.of_one


def _replace(before: Observers, after: Observers) -> bool:
    """Replace the observers, unless another thread has changed them."""
    global observers  # noqa: PLW0603  # read by every send that is observed
    of_all = bool(after.of_every_signal or after.recorders)
    is_cheap = len(after.recorders) == 1 and not after.of_every_signal
    recorder = after.recorders[0] if is_cheap else None
    with lock:
        if observers is not before:
            return False
        observers = after
        asking.of_all = of_all
        asking.recorder = recorder
    return True


def _forget(place: weakref.ref[Registry]) -> None:
    """Remove the observers of a signal that was garbage-collected."""
    while place in (before := observers).of_one:
        others = {key: value for key, value in before.of_one.items() if key is not place}
        _replace(before, Observers(before.of_every_signal, others, before.recorders))


def _outdate(registry: Registry | None) -> None:
    """Let signals whose observers have changed read them at their next send."""
    while True:
        now = observers
        tables = [home() for home in [*homes.values()]] if registry is None else [registry]
        for table in tables:
            if table is not None:
                outdate(table, asks=weakref.ref(table) in now.of_one)
        if observers is now:  # otherwise another thread may have used the former observers
            return
