"""Random operations on a signal, compared with a naive model that a person can check by reading."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from aldis import ANY, BoundSignal, Signal
from aldis._core._invariants import faults
from helpers import untyped

Block: TypeAlias = tuple[AbstractContextManager[None], Callable[[], None]]  # real, and the model's


class Owner:
    """Sends the signal of its class, and owns receivers."""

    def __init__(self, number: int) -> None:
        self.number = number

    @Signal.method
    def changed(self, *, n: int) -> object:
        raise NotImplementedError

    def on(self, sender: object, *, n: int) -> object:
        return (self.number, n)


def function(number: int) -> Callable[..., object]:
    def receiver(sender: object, *, n: int) -> object:
        return (number, n)

    return receiver


@dataclass(frozen=True)
class Owned:
    """A sender of the model that has a number; the others are values, and stand for themselves."""

    number: int


@dataclass
class Connection:
    """One connection in the model."""

    order: tuple[int, int]
    once: bool
    strong: bool
    scoped: bool = False
    holds: int = 0

    @property
    def keeps(self) -> bool:
        return self.strong or self.holds > 0


class Machine(RuleBasedStateMachine):
    """Receivers and senders are numbers in the model; the real ones live in boxes here.

    To drop a number is to drop the last reference outside the signal.
    """

    receivers = Bundle("receivers")
    senders = Bundle("senders")
    blocks = Bundle("blocks")

    def __init__(self) -> None:
        super().__init__()
        self.signal = Signal(Owner.changed.__wrapped__)
        self.count = 0
        self.made: dict[int, Callable[[], Callable[..., object]]] = {}  # receivers held
        self.owners: dict[int, object] = {}  # senders held
        self.model: dict[tuple[int, object], Connection] = {}
        self.muted: dict[object, int] = {}

    # -- what there is

    def fresh(self) -> int:
        self.count += 1
        return self.count

    @rule(target=receivers, method=st.booleans())
    def make_receiver(self, method: bool) -> int:
        number = self.fresh()
        if method:
            owner = Owner(number)
            self.made[number] = lambda: owner.on
        else:
            receiver = function(number)
            self.made[number] = lambda: receiver
        return number

    @rule(target=senders, value=st.sampled_from([None, "bridge", 0, 1, ""]))
    def make_sender(self, value: object) -> object:
        if value is not None:
            return value
        number = self.fresh()
        self.owners[number] = Owner(number)
        return Owned(number)

    def by(self, sender: object, bound: bool) -> tuple[Any, tuple[Any, ...]]:
        """Return the signal and the sender to name there; a bound signal has it already."""
        if bound and isinstance(sender, Owned):
            return self.bound(sender), ()
        return self.signal, (self.real(sender),)

    def real(self, sender: object) -> Any:
        return self.owners[sender.number] if isinstance(sender, Owned) else sender

    def held(self, receiver: int) -> bool:
        return receiver in self.made

    # -- operations

    @rule(
        receiver=receivers,
        sender=st.one_of(st.just(ANY), senders),
        weak=st.booleans(),
        once=st.booleans(),
        priority=st.sampled_from([0, 0, 0, 1, -1]),
        bound=st.booleans(),
    )
    def connect(
        self, receiver: int, sender: object, *, weak: bool, once: bool, priority: int, bound: bool
    ) -> None:
        if not self.held(receiver):
            return
        signal, its = self.by(sender, bound)
        signal.connect(self.made[receiver](), *its, weak=weak, once=once, priority=priority)
        self.model_connect(receiver, sender, weak, once, priority)

    def model_connect(
        self, receiver: int, sender: object, weak: bool, once: bool, priority: int
    ) -> Connection:
        connection = self.model.setdefault(
            (receiver, sender), Connection((-priority, self.fresh()), once, strong=False)
        )
        connection.strong = connection.strong or not weak
        return connection

    @rule(receiver=receivers, sender=st.one_of(st.just(ANY), senders), bound=st.booleans())
    def disconnect(self, receiver: int, sender: object, bound: bool) -> None:
        if not self.held(receiver):
            return
        signal, its = self.by(sender, bound)
        real = signal.disconnect(self.made[receiver](), *its)
        ended = [
            key for key in self.model if key[0] == receiver and (sender is ANY or key[1] == sender)
        ]
        for key in ended:
            del self.model[key]
        assert real is bool(ended)

    @rule(
        target=blocks,
        receiver=receivers,
        sender=st.one_of(st.just(ANY), senders),
        bound=st.booleans(),
    )
    def enter_connected_to(
        self, receiver: int, sender: object, bound: bool
    ) -> Block | MultipleResults[Block]:
        if not self.held(receiver):
            return multiple()
        signal, its = self.by(sender, bound)
        block = signal.connected_to(self.made[receiver](), *its)
        block.__enter__()
        new = (receiver, sender) not in self.model
        connection = self.model.setdefault(
            (receiver, sender), Connection((0, self.fresh()), once=False, strong=False)
        )
        connection.scoped = connection.scoped or new
        connection.holds += 1

        def leave() -> None:
            connection.holds -= 1
            if connection.scoped and not connection.holds:
                for key in [key for key, value in self.model.items() if value is connection]:
                    del self.model[key]

        return (block, leave)

    @rule(target=blocks, sender=st.one_of(st.just(ANY), senders))
    def enter_muted(self, sender: object) -> Block | MultipleResults[Block]:
        block: AbstractContextManager[None]
        if isinstance(sender, Owned):
            block = self.bound(sender).muted()
        elif sender is ANY:
            block = self.signal.muted()
        else:
            return multiple()
        block.__enter__()
        self.muted[sender] = self.muted.get(sender, 0) + 1

        def leave() -> None:
            self.muted[sender] -= 1

        return (block, leave)

    @rule(block=consumes(blocks))
    def leave(self, block: Block) -> None:
        block[0].__exit__(None, None, None)
        block[1]()

    @rule(receiver=consumes(receivers))
    def drop_receiver(self, receiver: int) -> None:
        self.made.pop(receiver, None)

    @rule(sender=consumes(senders))
    def drop_sender(self, sender: object) -> None:
        if not isinstance(sender, Owned) or self.muted.get(sender):
            return  # a value stays what it is, and a block that mutes a sender holds it
        self.owners.pop(sender.number, None)
        for key in [key for key in self.model if key[1] == sender]:
            del self.model[key]

    # -- what must hold

    def bound(self, sender: Owned) -> BoundSignal[Any, ..., Any]:
        return BoundSignal(self.signal, self.real(sender))

    def living(self) -> None:
        """Take out of the model what is neither held outside nor kept by a connection."""
        kept = {key[0] for key, connection in self.model.items() if connection.keeps}
        for key in list(self.model):
            if key[0] not in kept and not self.held(key[0]):
                del self.model[key]

    def expected(self, sender: object) -> list[int]:
        self.living()
        if self.muted.get(ANY) or self.muted.get(sender):
            return []
        turns = sorted(
            (connection.order, key[0])
            for key, connection in self.model.items()
            if key[1] is ANY or key[1] == sender
        )
        return list(dict.fromkeys(receiver for _, receiver in turns))

    @rule(sender=senders, bound=st.booleans(), n=st.integers(0, 9))
    def send(self, sender: object, bound: bool, n: int) -> None:
        expected = self.expected(sender)
        signal, its = self.by(sender, bound)
        sent = signal.send(*its, n=n)
        assert [result for _, result in sent] == [(receiver, n) for receiver in expected]
        for receiver in expected:
            for key in ((receiver, ANY), (receiver, sender)):
                if key in self.model and self.model[key].once:
                    del self.model[key]

    @rule(sender=senders, bound=st.booleans())
    def ask(self, sender: object, bound: bool) -> None:
        expected = self.expected(sender)
        signal, its = self.by(sender, bound)
        assert signal.has_receivers_for(*its) is bool(expected)
        asked = signal.receivers_for(*its)
        assert [receiver(None, n=0) for receiver in asked] == [(r, 0) for r in expected]

    @invariant()
    def counts_the_living(self) -> None:
        self.living()
        expected: set[int] = set() if self.muted.get(ANY) else {key[0] for key in self.model}
        found = [receiver(None, n=0) for receiver in self.signal.receivers]
        assert sorted(found, key=repr) == sorted(((r, 0) for r in expected), key=repr)

    @invariant()
    def keeps_no_more_than_it_needs(self) -> None:
        registry = self.signal._registry
        assert len(registry) == len({key[0] for key in self.model})
        senders = {key[1] for key in self.model} | {s for s, n in self.muted.items() if n}
        assert len(registry.routes) + len(registry.values) == len(senders - {ANY})
        assert not faults(registry)


TestMachine = untyped(Machine).TestCase  # hypothesis leaves its type open
TestMachine.settings = settings(stateful_step_count=60)
