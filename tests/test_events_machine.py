"""Events against a naive model: connecting, subscribing, disconnecting, dying and sending."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
)

from aldis import Event, Subscription
from helpers import untyped


class Owner(Protocol):
    @property
    def told(self) -> Event[[int], int]: ...


def new_kind() -> type[Owner]:
    class Sending:
        @Event.method
        def told(self, n: int) -> int:
            raise NotImplementedError

    kind: type[Owner] = untyped(Sending)
    return kind


@dataclass(eq=False)
class Entry:
    """A connection of the model."""

    receiver: int
    serial: int
    priority: int = 0
    once: bool = False
    strong: bool = False
    subscribed: bool = False  # made by a subscription, and by nothing else
    subscriptions: set[int] = field(default_factory=set[int])
    lasting: set[int] = field(default_factory=set[int])  # those that are not `once`

    @property
    def ends_with_call(self) -> bool:
        return self.once and not self.lasting


Receiver = Callable[[int], int]

# few, and the first most often: what is done with one meets what was done with it before
EVENTS = st.sampled_from([0, 0, 0, 1, 2])
PLACES = st.sampled_from([0, 0, 1])
PRIORITIES = st.sampled_from([0, 0, -1, 1])


class Events(RuleBasedStateMachine):
    """The events of two instances, and a plain one; receivers are known by their numbers."""

    subscriptions = Bundle[int]("subscriptions")

    def __init__(self) -> None:
        super().__init__()
        self.kind = new_kind()
        self.owners = [self.kind(), self.kind()]
        self.plain = Event[[int], int]()
        self.model: list[list[Entry]] = [[], [], []]
        self.functions: dict[int, Receiver] = {}
        self.open: dict[int, tuple[Subscription, Entry | None, int]] = {}
        self.calls: list[tuple[int, int]] = []
        self.serial = 0
        self.places = [self.make(), self.make()]

    def event(self, which: int) -> Event[[int], int]:
        return self.plain if which == 2 else self.owners[which].told

    def entry(self, which: int, receiver: int) -> Entry | None:
        return next((each for each in self.model[which] if each.receiver == receiver), None)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def expected(self, which: int) -> list[Entry]:
        return sorted(self.model[which], key=lambda each: (-each.priority, each.serial))

    def tidy(self) -> None:
        """Forget entries whose receivers nobody keeps: neither the test nor any connection."""
        every = [each for entries in self.model for each in entries]
        kept = {each.receiver for each in every if each.strong or each.subscriptions}
        for entries in self.model:
            entries[:] = [
                each for each in entries if each.receiver in self.functions or each.receiver in kept
            ]

    def make(self) -> int:
        number = self.next_serial()
        calls = self.calls

        def receiver(n: int) -> int:
            calls.append((number, n))
            return number

        self.functions[number] = receiver
        return number

    @rule(
        which=EVENTS,
        receiver=PLACES,
        weak=st.booleans(),
        once=st.booleans(),
        priority=PRIORITIES,
    )
    def connect(self, which: int, receiver: int, weak: bool, once: bool, priority: int) -> None:
        receiver = self.places[receiver]
        function = self.functions[receiver]
        self.event(which).connect(function, weak=weak, once=once, priority=priority)
        known = self.entry(which, receiver)
        if known is None:
            entry = Entry(receiver, self.next_serial(), priority, once, strong=not weak)
            self.model[which].append(entry)
        else:
            known.strong = known.strong or not weak
            known.subscribed = False

    @rule(
        target=subscriptions,
        which=EVENTS,
        receiver=PLACES,
        once=st.booleans(),
        priority=PRIORITIES,
    )
    def subscribe(self, which: int, receiver: int, once: bool, priority: int) -> int:
        number, receiver = self.next_serial(), self.places[receiver]
        event, function = self.event(which), self.functions[receiver]
        subscription = event.subscribe(function, once=once, priority=priority)
        entry = self.entry(which, receiver)
        if entry is None:
            entry = Entry(receiver, self.next_serial(), priority, once, subscribed=True)
            self.model[which].append(entry)
        entry.subscriptions.add(number)
        if not once:
            entry.lasting.add(number)
        self.open[number] = (subscription, entry, which)
        return number

    @rule(number=subscriptions)
    def close(self, number: int) -> None:
        subscription, entry, which = self.open[number]
        subscription.close()
        assert subscription.closed
        self.open[number] = (subscription, None, which)
        if entry is not None:
            entry.subscriptions.discard(number)
            entry.lasting.discard(number)
            if entry.subscribed and not entry.subscriptions and entry in self.model[which]:
                self.model[which].remove(entry)
        del entry
        self.tidy()

    @rule(which=EVENTS, receiver=PLACES)
    def disconnect(self, which: int, receiver: int) -> None:
        receiver = self.places[receiver]
        known = self.entry(which, receiver)
        assert self.event(which).disconnect(self.functions[receiver]) == (known is not None)
        if known is not None:
            self.model[which].remove(known)
        self.tidy()

    @rule(which=EVENTS)
    def disconnect_all(self, which: int) -> None:
        assert self.event(which).disconnect_all() == len(self.model[which])
        self.model[which].clear()
        self.tidy()

    @rule(place=PLACES)
    def drop(self, place: int) -> None:
        """Let go of a receiver, and have another one in its place."""
        del self.functions[self.places[place]]
        self.places[place] = self.make()
        self.tidy()

    @rule(which=st.integers(0, 1))
    def die(self, which: int) -> None:
        gone = weakref.ref(self.owners[which])
        self.owners[which] = self.kind()
        assert gone() is None
        self.model[which].clear()
        self.tidy()

    @rule(which=EVENTS, n=st.integers(), robust=st.booleans())
    def send(self, which: int, n: int, robust: bool) -> None:
        expected = self.expected(which)
        self.calls.clear()
        event = self.event(which)
        sent = event.send_robust(n) if robust else event.send(n)
        assert [result for _, result in sent] == [each.receiver for each in expected]
        assert self.calls == [(each.receiver, n) for each in expected]
        self.model[which] = [each for each in self.model[which] if not each.ends_with_call]
        del sent, expected
        self.tidy()

    @invariant()
    def receivers_are_those_of_the_model(self) -> None:
        for which in range(3):
            expected = [self.functions.get(each.receiver) for each in self.expected(which)]
            event = self.event(which)
            found = event.receivers_for()
            assert len(found) == len(expected)
            assert all(
                mine is None or mine is yours for mine, yours in zip(expected, found, strict=True)
            )
            assert event.has_receivers_for() == bool(expected)

    @invariant()
    def subscriptions_are_closed_when_their_connection_has_ended(self) -> None:
        for subscription, entry, which in self.open.values():
            assert subscription.closed == (entry is None or entry not in self.model[which])

    def teardown(self) -> None:
        self.owners.clear()
        self.open.clear()
        gc.collect()
        assert len(untyped(self.kind).told._registry) == 0


TestEvents = untyped(Events).TestCase  # hypothesis leaves its type open
TestEvents.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
