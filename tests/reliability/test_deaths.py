"""Receivers and senders that die at the worst moment, by hand or in the garbage collector."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from growing import Growth, Held, grown
from interrupting import interrupted

import aldis.blinker
from aldis import ANY, BoundSignal, Signal
from aldis._core import _connections, _snapshots
from aldis._core._admission import VERDICTS_KEPT
from aldis._core._invariants import faults
from helpers import functions_of_modules_die, results, returns, takes, untyped


class Owner:
    """Owns a receiver, and is a sender."""

    itself: object = None

    def hear(self, sender: object, **payload: object) -> str:
        return "heard"


def cycle() -> Owner:
    """Return an object that only the collector can end."""
    owner = Owner()
    owner.itself = owner
    return owner


@pytest.fixture
def collecting() -> Iterator[None]:
    """Let the garbage collector run as often as it can."""
    before = gc.get_threshold()
    gc.set_threshold(1, 1, 1)
    yield
    gc.set_threshold(*before)


def test_a_receiver_that_dies_while_a_snapshot_is_made_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receivers = Signal(), [returns(1), returns(2), returns(3)]
    for number in range(3):
        signal.connect(receivers[number])
        signal.connect(receivers[number], "sender")

    def overtaken(*arguments: Any) -> object:
        monkeypatch.undo()
        made = _snapshots.snapshot(*arguments)
        receivers.pop(1)
        return made

    monkeypatch.setattr(_connections, "snapshot", overtaken)
    assert results(signal.send("sender")) == [1, 3]
    assert not faults(signal._registry)


def test_a_receiver_that_is_being_called_lives_until_it_has_returned() -> None:
    """The send holds it."""
    signal, owners, alive = Signal(), [Owner()], list[bool]()

    class Last:
        def __init__(self) -> None:
            self.reference = weakref.ref(self)

        def __call__(self, sender: object) -> None:
            kept.clear()
            alive.append(self.reference() is not None)

    kept = [Last()]
    signal.connect(kept[0])
    signal.connect(owners[0].hear)
    assert results(signal.send(None)) == [None, "heard"]
    assert alive == [True]
    assert results(signal.send(None)) == ["heard"]
    assert not faults(signal._registry)


def test_a_sender_that_dies_inside_a_receiver_is_sent_from_to_the_end() -> None:
    signal: Signal[Any, ..., Any] = Signal()
    senders = [Owner()]

    @signal.connect_via(senders[0])
    def forget(sender: object) -> None:
        senders.clear()

    signal.connect(type, senders[0], weak=False)
    assert results(signal.send(senders[0])) == [None, Owner]
    assert not signal._registry.routes
    assert not faults(signal._registry)


CHANGES: dict[str, Callable[[Any, Owner, Owner], object]] = {
    "connect": lambda signal, owner, sender: signal.connect(owner.hear, sender),
    "connect again": lambda signal, owner, sender: signal.connect(owner.hear),
    "disconnect": lambda signal, owner, sender: signal.disconnect(owner.hear),
    "send": lambda signal, owner, sender: signal.send(sender),
    "block": lambda signal, owner, sender: use(signal.connected_to(owner.hear, sender)),
    "mute": lambda signal, owner, sender: use(signal.muted()),
}


def use(block: Any) -> None:
    with block:
        pass


@pytest.fixture
def few_to_look_at() -> Iterator[None]:
    """Let the collector look at no object that was there before."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("few_to_look_at")
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("make", [Signal, aldis.blinker.Signal])
def test_a_cycle_may_be_collected_at_any_step_of_a_change(
    make: Callable[[], Any], change: str
) -> None:
    """With receivers of all and of one, and with a sender that is heard."""
    steps = 0
    there_is_more = True
    while there_is_more:
        steps += 1
        signal: Any = make()
        owner, sender, dying = Owner(), Owner(), [cycle(), cycle()]
        signal.connect(owner.hear)
        signal.connect(dying[0].hear)
        signal.connect(dying[0].hear, sender)
        signal.connect(owner.hear, dying[1])
        signal.connect(dying[1].hear, dying[1])
        signal.send(sender)
        dying.clear()
        there_is_more = interrupted(
            steps,
            gc.collect,
            lambda: CHANGES[change](signal, owner, sender),  # noqa: B023
        )
        gc.collect()
        registry = signal._registry
        assert not faults(registry), steps
        assert len(registry.routes) <= 2, steps
        assert (results(signal.send(sender)) == ["heard"]) is (change != "disconnect"), steps
    assert steps > 5


@pytest.mark.usefixtures("collecting")
@pytest.mark.parametrize("seed", range(3))
def test_the_collector_may_run_as_often_as_it_can(seed: int) -> None:
    chance = random.Random(seed)
    signal: Signal[Any, ..., Any] = Signal()
    kept = [Owner() for _ in range(4)]
    dying: Any = None
    heard: Any = None
    for number in range(400):
        dying = cycle()
        heard = chance.choice((ANY, kept[0], dying, "value"))
        signal.connect(dying.hear, heard, once=number % 7 == 0)
        signal.connect(kept[number % 4].hear, heard)
        if chance.random() < 0.3:
            signal.disconnect(kept[number % 4].hear)
        with BoundSignal(signal, dying).muted():
            signal.send(dying)
        signal.send(chance.choice(("value", kept[0])))
    del dying, heard
    gc.collect()
    assert not faults(signal._registry)
    for owner in kept:
        signal.disconnect(owner.hear)
    assert len(signal._registry) == 0


@pytest.mark.parametrize("by_collector", [False, True])
def test_a_sender_that_comes_back_to_life_is_heard_if_weak_references_say_that_it_lived(
    by_collector: bool,
) -> None:
    """The collector ends them before it calls the destructor; else they end after that."""
    saved: list[object] = []

    class Phoenix(Owner):
        def __del__(self) -> None:
            saved.append(self)

    signal, receiver = Signal(), returns(1)
    phoenix: list[Phoenix] = [Phoenix()]
    if by_collector:
        phoenix[0].itself = phoenix[0]
    signal.connect(receiver, phoenix[0])
    # one that calls something, as those of signals do: from 3.15 on, others end later
    reference = weakref.ref(phoenix[0], saved.count)
    phoenix.clear()
    gc.collect()
    [risen] = saved
    assert results(signal.send(risen)) == ([] if reference() is None else [1])
    signal.connect(receiver, risen)
    assert results(signal.send(risen)) == [1]
    assert not faults(signal._registry)


def test_after_many_fresh_senders_and_receivers_nothing_has_grown() -> None:
    """The short form of the soak; weak references and all objects are counted."""
    growth = Growth(1)
    growth.run(20_000)
    before = Held.now()
    growth.run(100_000)
    after = Held.now()
    assert not grown(before._replace(rss=0), after._replace(rss=0))
    assert not faults(growth.signal._registry)
    assert not faults(growth.adapter._registry)


def declare_and_drop(number: int) -> None:
    """Declare a signal whose payload has a name of its own, use it once, and drop all."""
    module: dict[str, Any] = {}
    name = f"name_{number}"
    exec(f"def spec(sender, /, *, {name}: int, more: str = '') -> None: ...", module)
    signal = untyped(Signal(module["spec"]))
    signal.connect(heard := takes("sender, **payload"))
    signal.send(None, **{name: 1})
    with pytest.raises(TypeError):
        signal.send(None)
    open_one = untyped(Signal())
    open_one.connect(heard)
    open_one.send(None, **{name: 1})
    Signal[object, [int]]().send(None, 1)


def held_beside_verdicts() -> Held:
    """Look, without the verdicts on receivers of open signals.

    No more than a few hundred are remembered, and how many depends on which addresses of code are
    used again. Sources of dead code are removed when other code is compiled.
    """
    gc.collect()
    declare_and_drop(0)
    remembered = untyped(Signal())._registry.payload.admitted
    assert len(remembered) <= VERDICTS_KEPT
    remembered.clear()
    return Held.now()


@functions_of_modules_die
def test_declarations_that_are_made_at_run_time_and_dropped_leave_nothing_behind() -> None:
    # multiples of how much is remembered of each kind, so that both times as much of it is
    for number in range(1_024):
        declare_and_drop(number)
    before = held_beside_verdicts()
    for number in range(1_024, 4_096):
        declare_and_drop(number)
    after = held_beside_verdicts()
    assert not grown(before._replace(rss=0), after._replace(rss=0))


def test_growth_is_found() -> None:
    before = Held(rss=1000, objects=1000, references=1000)
    assert len(grown(before, Held(rss=1021, objects=1201, references=1051))) == 3
    assert not grown(before, Held(rss=1020, objects=1200, references=1050))
