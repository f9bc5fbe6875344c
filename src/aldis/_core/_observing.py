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
  `gather`, the calls of its receivers overlap, each known by the receiver it is told with, which is
  the same object in `called` and in `returned` or `raised`.
- A receiver that is called by the `via` of its connection counts as called, and as having
  returned, when that was given the call.
- What an observer or a watch raises is logged on `aldis` and changes nothing for the send, except
  what is no `Exception`, which propagates. Neither may change what it is told with.
- An observer is kept alive until it is taken away again; a registry is not kept alive.

**Recorders.** A recorder is an observer of every signal that need not be told of each call, so that
it costs less: where it is all that observes a signal, its receivers are called as if nobody did. It
is called with the facts that `Recorder` names, and what it returns is told how the send goes on. It
logs itself what goes wrong in it.

**The cost.** None, while nobody observes: the code of a signal's sending functions asks for no
observer. `observe` lets their next send make its snapshot anew, and that says "ask first"
(`_snapshots.ASK`) as long as the signal is observed; then a function is made for each send, which
calls `deliver` here. So whoever holds `signal.send` is observed, too.
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

# the method by which is sent; `send_async` is the adapter's
Kind: TypeAlias = Literal["send", "send_robust", "gather", "gather_robust", "send_async"]
GATHERING: Final = ("gather", "gather_robust")  # those that deliver in tasks
Event: TypeAlias = Literal["called", "returned", "raised", "ended", "failed"]  # methods of `Watch`


class Send:
    """One send, as it begins.

    Attributes:
        signal: The signal; None if it is gone, as that of `Signal().send(...)` is.
        name: Its qualified name.
        sender: Who sends; None of an event that has no instance.
        payload: What is sent, by the names of the declaration's parameters, defaults included. What
            `*args` took, if anything, is under the name with its star.
        kind: By which method.
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
    """What is told how one send goes on; each method may be overridden, and does nothing here."""

    __slots__ = ()

    def called(self, receiver: AnyReceiver) -> None:
        """A receiver is about to be called."""

    def returned(self, receiver: AnyReceiver, result: object) -> None:
        """It has returned a result, which was awaited where it could be."""

    def raised(self, receiver: AnyReceiver, error: BaseException) -> None:
        """It has raised an exception, also where `send_robust` goes on."""

    def ended(self, results: Sequence[tuple[AnyReceiver, object]]) -> None:
        """The send ends, and returns these."""

    def failed(self, error: BaseException) -> None:
        """The send ends, and raises this."""


Observer: TypeAlias = "Callable[[Send], Watch | None]"


class Recorded(Watch):
    """What a recorder has told how one send goes on.

    It is told of each call, as any watch, or at the end of all that were made: by `ended`, which
    has them, or by `stopped`.
    """

    __slots__ = ()

    def stopped(
        self, results: Sequence[tuple[AnyReceiver, object]], receiver: AnyReceiver | None
    ) -> None:
        """The send ends by an exception of this receiver; these have returned before it."""


class Recorder(Protocol):
    """What is told of every send."""

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
            registry: That of the signal.
            sender: As in `Send`; None of an event that has no instance.
            payload: As in `Send`.
            shape: What two sends have in common if their methods, the names of their payloads and
                all types are the same; types are told by their addresses. Empty if nobody knows.
            depth: By how many frames the line that sends is above the recorder's own, if that is no
                line of ours; 0 if nobody knows.
        """


class Observers:
    """Who observes; replaced whole and never changed, so that a send reads it without a lock."""

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
        """Return those of one signal, or of None those of every signal."""
        if registry is None:
            return self.of_every_signal
        return self.of_one.get(weakref.ref(registry), ()) if self.of_one else ()

    def but(self, registry: Registry | None, those: tuple[Observer, ...]) -> Observers:
        """Return the same with others of one signal, or of every signal."""
        if registry is None:
            return Observers(those, self.of_one, self.recorders)
        place = weakref.ref(registry, _forget)
        others = {key: value for key, value in self.of_one.items() if key != place}
        of_one = {**others, place: those} if those else others
        return Observers(self.of_every_signal, of_one, self.recorders)

    def recorded_by(self, recorders: tuple[Recorder, ...]) -> Observers:
        """Return the same with other recorders."""
        return Observers(self.of_every_signal, self.of_one, recorders)


observers = Observers()


def observe(observer: Observer, registry: Registry | None = None) -> None:
    """Tell an observer of every send of one signal, or of all signals, until `unobserve`."""
    while True:
        before = observers
        if _replace(before, before.but(registry, (*before.of(registry), observer))):
            break
    _outdate(registry)


def unobserve(observer: Observer, registry: Registry | None = None) -> None:
    """Undo one `observe`, the last one of this very observer.

    Raises:
        ValueError: There is none.
    """
    while True:
        before = observers
        those = before.of(registry)
        places = [place for place, each in enumerate(those) if each is observer]
        if not places:
            raise ValueError("this observer does not observe; it was taken away before")
        others = (*those[: places[-1]], *those[places[-1] + 1 :])
        if _replace(before, before.but(registry, others)):
            break
    _outdate(registry)


def begin_recording(recorder: Recorder) -> None:
    """Tell a recorder of every send of all signals, until `end_recording`."""
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
    """Whether anybody is to be told of a signal's sends; of None, whether of any signal's."""
    now = observers
    if now.of_every_signal or now.recorders:
        return True
    if not now.of_one:
        return False
    return registry is None or weakref.ref(registry) in now.of_one


def _replace(before: Observers, after: Observers) -> bool:
    """Let others observe from now on, unless somebody else has changed who does."""
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
    """Let go of who observed a signal that is gone."""
    while place in (before := observers).of_one:
        others = {key: value for key, value in before.of_one.items() if key is not place}
        _replace(before, Observers(before.of_every_signal, others, before.recorders))


def _outdate(registry: Registry | None) -> None:
    """Let the signals whose observers have changed look for them at their next send."""
    while True:
        now = observers
        tables = [home() for home in [*homes.values()]] if registry is None else [registry]
        for table in tables:
            if table is not None:
                outdate(table, asks=weakref.ref(table) in now.of_one)
        if observers is now:  # else another thread may have done this from what was before
            return
