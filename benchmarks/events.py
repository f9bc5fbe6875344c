"""How long the send of an event takes, against a signal, and against classes written by hand.

    python benchmarks/events.py [--quick] [--json PATH]

By hand, a class of events is one that typed code bases have: it keeps receivers in a list, and its
`send(*args, **kwargs)` calls each of them. One returns nothing, one returns the results, and one
keeps weak references. Beside them are classes of other programs and of a library, as they are.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from _measure import Candidate, Case, Effort, Outcome, measure, timer
from _names import EVENT, EVENT_BY_HAND, EVENT_WEAKLY, EVENT_WITH_RESULTS, SIGNAL
from _peers import DISTRIBUTIONS, Blinker, Psygnal, psygnal
from _results import script
from _typed_peers import Ezpubsub, Mitmproxy, NiceGui, ezpubsub, mitmproxy_signals, nicegui

from aldis import Event, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _way import Receiver

REFERENCES = (SIGNAL, EVENT_BY_HAND, EVENT_WITH_RESULTS, EVENT_WEAKLY, "blinker")


class ByHand:
    """Receivers in a list."""

    def __init__(self) -> None:
        self.receivers: list[Receiver] = []

    def connect(self, receiver: Receiver) -> None:
        self.receivers.append(receiver)

    def send(self, *args: object, **kwargs: object) -> object:
        for receiver in self.receivers:
            receiver(*args, **kwargs)
        return None


class WithResults(ByHand):
    """The same, with results."""

    def send(self, *args: object, **kwargs: object) -> object:
        return [(receiver, receiver(*args, **kwargs)) for receiver in self.receivers]


class Weak(ByHand):
    """Weak references in a list, with results; a send removes dead ones."""

    def __init__(self) -> None:
        self.references: list[weakref.ref[Receiver]] = []

    def connect(self, receiver: Receiver) -> None:
        self.references.append(weakref.ref(receiver))

    def send(self, *args: object, **kwargs: object) -> object:
        results: list[tuple[Receiver, object]] = []
        for reference in self.references:
            receiver = reference()
            if receiver is not None:
                results.append((receiver, receiver(*args, **kwargs)))
        if len(results) < len(self.references):
            self.references = [each for each in self.references if each() is not None]
        return results


@dataclass
class Added:
    """What ezpubsub sends: one object."""

    flow: str
    index: int


class Held(NamedTuple):
    """What an instance has as an attribute."""

    attribute: str
    connects: str
    send: str


HELD = {
    EVENT_BY_HAND: Held("by_hand", "connect", 'send("a", 1)'),
    EVENT_WITH_RESULTS: Held("with_results", "connect", 'send("a", 1)'),
    EVENT_WEAKLY: Held("weak", "connect", 'send("a", 1)'),
    Mitmproxy.name: Held("of_mitmproxy", "connect", 'send("a", 1)'),
    Ezpubsub.name: Held("of_ezpubsub", "subscribe", 'publish(Added("a", 1))'),
}
if NiceGui.is_here:
    HELD[NiceGui.name] = Held("of_nicegui", "subscribe", 'emit("a", 1)')


class View:
    """Has an event of each kind."""

    def __init__(self) -> None:
        self.by_hand = ByHand()
        self.with_results = WithResults()
        self.weak = Weak()
        self.of_mitmproxy = mitmproxy_signals.SyncSignal(_flow_added)
        self.of_ezpubsub = ezpubsub.Signal[Added]("flow added")
        if NiceGui.is_here:
            self.of_nicegui = nicegui.Event[str, int]()

    def fill_held(self, count: int) -> list[Receiver]:
        """Connect so many receivers to each attribute, and return all of them."""
        kept: list[Receiver] = []
        for name, held in HELD.items():
            make = receiver_of_object if name == Ezpubsub.name else receiver
            connect = getattr(getattr(self, held.attribute), held.connects)
            kept += _filled(connect, [make() for _ in range(count)])
        return kept

    @Event.method
    def event(self, flow: str, index: int) -> None: ...

    @Signal.method
    def signal(self, *, flow: str, index: int) -> None: ...

    if Psygnal.is_here:
        emitted = psygnal.Signal(str, int)


def _flow_added(flow: str, index: int) -> None: ...


def receiver() -> Receiver:
    """Return a new receiver of an event."""

    def hear(flow: str, index: int) -> None: ...

    return hear


def receiver_of_object() -> Receiver:
    """Return a new receiver that reads what it needs of one object."""

    def hear(added: Added) -> None:
        flow, index = added.flow, added.index  # noqa: F841  # pyright: ignore[reportUnusedVariable]

    return hear


def receiver_of_sender() -> Receiver:
    """Return a new receiver of a signal."""

    def hear(sender: object, *, flow: str, index: int) -> None: ...

    return hear


def _filled(connect: Callable[[Receiver], object], made: list[Receiver]) -> list[Receiver]:
    for each in made:
        connect(each)
    return made


def counted(count: int) -> str:
    """Return the name of a case: so many functions."""
    return f"{count} function{'' if count == 1 else 's'}"


def of_a_module(count: int) -> Case:
    """Events that belong to no instance."""

    @Event
    def event(flow: str, index: int) -> None: ...
    @Signal
    def signal(sender: object, /, *, flow: str, index: int) -> None: ...

    theirs, view, sender = Blinker().signal, View(), View()
    kept = [
        *_filled(theirs.connect, [receiver_of_sender() for _ in range(count)]),
        *_filled(signal.connect, [receiver_of_sender() for _ in range(count)]),
        *_filled(event.connect, [receiver() for _ in range(count)]),
        *view.fill_held(count),
    ]
    known: dict[str, object] = {"sender": sender, "kept": kept}
    candidates = [
        Candidate(EVENT, timer('event.send("a", 1)', event=event, **known)),
        Candidate(SIGNAL, timer('event.send(sender, flow="a", index=1)', event=signal, **known)),
        Candidate("blinker", timer('event.send(sender, flow="a", index=1)', event=theirs, **known)),
        *_held(view, known),
    ]
    return Case(counted(count), candidates, REFERENCES)


def _held(view: View, known: dict[str, object]) -> list[Candidate]:
    """Return the sends by what an instance has as attributes."""
    return [
        Candidate(
            name, timer(f"view.{held.attribute}.{held.send}", view=view, Added=Added, **known)
        )
        for name, held in HELD.items()
    ]


def of_an_instance(count: int) -> Case:
    """Events of an instance, which are found by way of it at each send."""
    view, theirs = View(), Blinker().signal
    kept = [
        *_filled(view.signal.connect, [receiver_of_sender() for _ in range(count)]),
        *_filled(
            lambda each: theirs.connect(each, view), [receiver_of_sender() for _ in range(count)]
        ),
        *_filled(view.event.connect, [receiver() for _ in range(count)]),
        *view.fill_held(count),
    ]
    known: dict[str, object] = {"kept": kept, "theirs": theirs}
    sends = {
        EVENT: 'view.event.send("a", 1)',
        SIGNAL: 'view.signal.send(flow="a", index=1)',
        "blinker": 'theirs.send(view, flow="a", index=1)',
    }
    if Psygnal.is_here:
        kept += _filled(view.emitted.connect, [receiver() for _ in range(count)])
        sends["psygnal"] = 'view.emitted.emit("a", 1)'
    candidates = [
        *(Candidate(name, timer(text, view=view, **known)) for name, text in sends.items()),
        *_held(view, known),
    ]
    return Case(f"{counted(count)} of an instance", candidates, REFERENCES)


def cases() -> Iterator[Case]:
    for count in (0, 1, 3, 10):
        yield of_a_module(count)
    for count in (0, 1, 3, 10):
        yield of_an_instance(count)


def outcomes(effort: Effort) -> list[Outcome]:
    return measure(cases(), effort)


if __name__ == "__main__":
    script(__doc__, outcomes, distributions=DISTRIBUTIONS)
