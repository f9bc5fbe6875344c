"""How long a send takes, against the loop that a person would write by hand, and other libraries.

    python benchmarks/send.py [--quick] [--json PATH]

The loop, with the payload's names spelled out, is

    [(r, r(sender, user_id=1, username="x", active=True)) for r in receivers]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from _measure import Candidate, Case, Effort, Outcome, measure, timer
from _names import METHOD
from _peers import (
    DISTRIBUTIONS,
    OURS,
    PEERS,
    WITH_SENDERS,
    Aldis,
    Blinker,
    CachingDjango,
    Django,
    Loop,
    Psygnal,
    PyDispatcher,
    Undeclared,
    prove_all,
    psygnal,
)
from _results import script
from _typed_peers import Ezpubsub, NiceGui
from _way import here

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _way import Kind, Receiver, Way

REFERENCES = ("the loop", "blinker")
COUNTS = (1, 3, 10, 100, 1000)
PAYLOADS = (0, 3, 8)
KINDS: tuple[Kind, ...] = ("function", "method")


def counted(count: int, thing: str) -> str:
    """Return the name of a case: so many of these things."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def heard_from_all(count: int, kind: Kind, values: int = 3) -> Case:
    """Receivers of every sender."""
    name = counted(count, kind)
    if values != 3:  # noqa: PLR2004  # the payload of all other cases
        name = f"{name}, {values} names"
    return Case(name, [*_filled((*OURS, *PEERS), count, kind, values)], REFERENCES)


def _filled(
    ways: Sequence[type[Way]],
    count: int,
    kind: Kind,
    values: int = 3,
    sender: object = None,
    *,
    one: bool = False,
) -> Iterator[Candidate]:
    for each in ways:
        if kind in each.kinds:
            way = each(values, sender)
            way.fill(count, kind, one=one)
            yield way.candidate()


def heard_from_one(count: int, kind: Kind) -> Case:
    """Receivers of one sender only."""
    ways = _filled((*OURS, *WITH_SENDERS), count, kind, one=True)
    return Case(f"{counted(count, kind)} of one sender", [*ways], REFERENCES)


def heard_from_a_str() -> Case:
    """Receivers of a sender that is compared by value; Django caches weakly referenced ones."""
    ways = (*OURS, Blinker, Django, PyDispatcher)
    candidates = _filled(ways, 3, "function", sender="a sender", one=True)
    return Case("3 functions of a str", [*candidates], REFERENCES)


def heard_from_all_and_one() -> Case:
    """Some receivers of every sender, and some of this one."""
    candidates: list[Candidate] = []
    for each in (*OURS, *WITH_SENDERS):
        way = each()
        way.fill(3)
        way.fill(3, one=True)
        candidates.append(way.candidate())
    return Case("3 functions of every sender, 3 of one", candidates, REFERENCES)


class ByHand:
    """A hand-written class that calls the receivers of one object."""

    def __init__(self) -> None:
        self.receivers: list[Receiver] = []

    def done(self, *, user_id: int, username: str, active: bool) -> None:
        for r in self.receivers:
            r(self, user_id=user_id, username=username, active=active)


def sending_class() -> type:
    """Return a class with a signal of each library that can belong to an instance."""

    def done(self: object, *, user_id: int, username: str, active: bool) -> None: ...

    signals: dict[str, object] = {"done": Aldis.library.Signal.method(done)}
    if Psygnal.is_here:
        signals["emitted"] = psygnal.Signal(int, str, bool)
    return type("Sends", (), signals)


def heard_from_bound(count: int, kind: Kind) -> Case:
    """Receivers of the signal of one object, sent by way of the object and by way of the class."""
    sender, by_hand = sending_class()(), ByHand()
    loop, plain, other = Loop(sender=sender), Aldis(sender=sender), Blinker(sender=sender)
    for way in (loop, plain, other):
        way.fill(count, kind, one=True)
    bound, method = Aldis(sender=sender), Loop(sender=by_hand)
    bound.signal, method.signal = sender.done, by_hand.receivers
    candidates = [
        loop.candidate(),
        method.candidate("sender.done({keywords})", METHOD),
        bound.candidate("sender.done.send({keywords})"),
        plain.candidate(name="aldis, plain"),
        other.candidate(),
    ]
    bound.fill(count, kind)
    method.fill(count, kind)
    if Psygnal.is_here:
        emitted = Psygnal(sender=sender)
        emitted.signal = sender.emitted
        emitted.fill(count, kind)
        candidates.append(emitted.candidate("sender.emitted.emit({values})"))
    references = (*REFERENCES, METHOD, "aldis, plain")
    return Case(f"{counted(count, kind)}, bound signal", candidates, references)


_LOOP_ROBUSTLY = """\
results = []
        for r in signal:
            try:
                result = r(sender, {keywords})
            except Exception as error:
                result = error
            results.append((r, result))"""


def robustly(count: int, kind: Kind) -> Case:
    """Every receiver is called, even if others raise; here none does."""
    candidates: list[Candidate] = []
    templates: dict[type[Way], str] = {
        Loop: _LOOP_ROBUSTLY,
        Ezpubsub: Ezpubsub.send,
        NiceGui: NiceGui.send,
    }
    ways: Sequence[type[Way]] = here((*OURS, Django, CachingDjango, Ezpubsub, NiceGui))
    for each in ways:
        way = each()
        way.fill(count, kind)
        template = templates.get(each, "signal.send_robust(sender, {keywords})")
        candidates.append(way.candidate(template))
    return Case(f"{counted(count, kind)}, robustly", candidates, REFERENCES)


def undeclared(count: int) -> Case:
    """A signal that takes any payload."""
    ways = (Loop, Aldis, Undeclared, Blinker)
    return Case(f"{counted(count, 'function')}, undeclared", [*_filled(ways, count, "function")])


def has_receivers() -> Iterator[Case]:
    """The check for receivers that guards an expensive payload."""
    for name, one in (("every sender", False), ("one sender", True), ("another sender", True)):
        candidates: list[Candidate] = []
        for each in (Aldis, Blinker, Django, CachingDjango):
            way = each()
            way.fill(3, one=one)
            asked = type(way.sender)() if name == "another sender" else way.sender
            run = timer(way.asks, **{**way.known(), "sender": asked})
            candidates.append(Candidate(way.name, run))
        yield Case(f"has receivers: 3 functions of {name}", candidates, ("blinker",))


def cases(*, quick: bool = False) -> Iterator[Case]:
    yield heard_from_all(0, "function")
    for kind in KINDS:
        for count in COUNTS[: -1 if quick else None]:
            yield heard_from_all(count, kind)
        for values in PAYLOADS:
            if values != 3:  # noqa: PLR2004
                yield heard_from_all(3, kind, values)
    for other in ("partial", "callable object"):
        for count in (3, 100):
            ways = (*OURS, *PEERS)
            candidates = [*_filled(ways, count, other)]
            yield Case(counted(count, other), candidates, REFERENCES)
    for kind in KINDS:
        yield heard_from_one(3, kind)
    yield heard_from_one(100, "function")
    yield heard_from_a_str()
    yield heard_from_all_and_one()
    yield heard_from_bound(0, "function")
    for kind in KINDS:
        yield heard_from_bound(3, kind)
        yield robustly(3, kind)
    yield robustly(100, "function")
    for count in (1, 3, 10, 100):
        yield undeclared(count)
    yield from has_receivers()


def outcomes(effort: Effort) -> list[Outcome]:
    prove_all()
    return measure(cases(quick=effort == Effort.of(quick=True)), effort)


if __name__ == "__main__":
    script(__doc__, outcomes, distributions=DISTRIBUTIONS)
