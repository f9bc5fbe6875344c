"""The cost of many senders: a send among them, and a change of the receivers of every sender.

    python benchmarks/senders.py [--quick] [--json PATH]

One function is connected to each of many senders. Every library is compared with itself among ten
senders, and with the loop over one function. Either the same sender sends every time, which shows
whether the steps of a send grow, or all of them in turn, in random order, which shows the cost of
memory that is not in the processor's caches; the hand-written dict of lists has that cost, too.
Where a library's connecting takes as many steps as there are senders, it stops early.
"""

from __future__ import annotations

import random
from itertools import cycle
from time import process_time_ns
from typing import TYPE_CHECKING, Any

from _measure import Candidate, Case, Effort, Outcome, measure, timer
from _peers import (
    DISTRIBUTIONS,
    Aldis,
    Blinker,
    CachingDjango,
    Django,
    Loop,
    PyDispatcher,
)
from _results import script
from _way import Sender, Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEW = 10
COUNTS = (FEW, 100, 1_000, 10_000, 100_000, 1_000_000)
_SLOW = 1_000  # as many senders as a library has whose connecting takes a step for each
_CHANGES = (FEW, 1_000, 100_000)
_BATCH = 100
_SEED = 2024


class DictBySender(Loop):
    """A dict of lists by the address of the sender, written by hand."""

    name = "dict of lists"
    send = "[(r, r(sender, {keywords})) for r in signal.get(id(sender), ())]"

    def new_signal(self) -> object:
        return dict[int, list[Any]]()

    def connect_one(self, receiver: Any) -> object:
        return self.signal.setdefault(id(self.sender), []).append(receiver)


WAYS = (Aldis, Blinker, Django, CachingDjango, PyDispatcher, DictBySender)
_SLOW_WAYS = (Django, PyDispatcher)


def heard(each: type[Way], senders: Sequence[object]) -> Way:
    """Return a way in which one function is connected to all of these senders."""
    way = each()
    receiver = way.receiver()
    way.kept.append(receiver)
    for sender in senders:
        way.sender = sender
        way.connect_one(receiver)
    way.sender = senders[0]
    return way


def among(count: int) -> str:
    """Return the name of a candidate."""
    return f"among {count:,}"


def sends(each: type[Way], crowd: Sequence[object], counts: Sequence[int]) -> Iterator[Case]:
    """Yield the cases of a library: one sender of many, and each of them in turn."""
    loop = Loop()
    loop.fill(1)
    same, turns = [loop.candidate()], [loop.candidate()]
    for count in counts:
        if count > _SLOW and issubclass(each, _SLOW_WAYS):
            continue
        senders = crowd[:count]
        way = heard(each, senders)
        same.append(way.candidate(name=among(count)))
        text = f"sender = next(turns); {way.statement()}"
        shuffled = random.Random(_SEED).sample(senders, count)  # noqa: S311  # no secret
        known = {**way.known(), "turns": cycle(shuffled)}
        # the first send of a sender looks up its receivers, which is a case of its own
        turns.append(Candidate(among(count), timer(text, **known), warm_up=max(count, 100)))
    references = ("the loop", among(FEW))
    yield Case(f"{each.name}: the same sender", same, references)
    yield Case(f"{each.name}: every sender in turn", turns, references)


def first_sends(each: type[Way], crowd: Sequence[object]) -> Candidate:
    """Return what times a send that is the first one of its sender."""
    way = heard(each, crowd[:FEW])
    send, payload = way.signal.send, {"user_id": 1, "username": "x", "active": True}
    connect, disconnect = way.signal.connect, way.signal.disconnect
    (receiver,) = way.kept
    batch = [Sender() for _ in range(_BATCH)]

    def run(number: int) -> int:
        taken = 0
        for _ in range(0, number, _BATCH):
            for sender in batch:
                connect(receiver, sender)
            begin = process_time_ns()
            for sender in batch:
                send(sender, **payload)
            taken += process_time_ns() - begin
            for sender in batch:
                disconnect(receiver, sender)
        return taken * number // (-(-number // _BATCH) * _BATCH)

    return Candidate(each.name, run)


def changes(each: type[Way], crowd: Sequence[object]) -> Iterator[Case]:
    """Yield the cases of a change of the receivers of every sender, with a send after it or not."""
    alone: list[Candidate] = []
    followed: list[Candidate] = []
    for count in _CHANGES:
        if count > _SLOW and issubclass(each, _SLOW_WAYS):
            continue
        way = heard(each, crowd[:count])
        known = {**way.known(), "receiver": way.receiver()}
        first, last = (text.format(what="receiver") for text in (way.connects, way.disconnects))
        alone.append(Candidate(among(count), timer(f"{first}; {last}", **known), warm_up=3))
        text = f"{first}; {way.statement()}; {last}"
        followed.append(Candidate(among(count), timer(text, **known), warm_up=3))
    yield Case(f"{each.name}: connect and disconnect, every sender", alone)
    yield Case(f"{each.name}: connect, send, disconnect, every sender", followed)


def cases(*, quick: bool) -> Iterator[Case]:
    counts = COUNTS[: -1 if quick else None]
    crowd = [Sender() for _ in range(counts[-1])]
    for each in WAYS:
        yield from sends(each, crowd, counts)
    ways = (Aldis, Blinker, CachingDjango)
    first = [first_sends(each, crowd) for each in ways]
    yield Case("the first send of a sender", first, ("blinker",))
    for each in ways:
        yield from changes(each, crowd)


def outcomes(effort: Effort) -> list[Outcome]:
    return measure(cases(quick=effort.rounds == Effort.of(quick=True).rounds), effort)


if __name__ == "__main__":
    script(__doc__, outcomes, distributions=DISTRIBUTIONS, rounds=100)
