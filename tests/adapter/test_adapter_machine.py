"""Random operations on a signal of blinker and on one of the adapter, compared after each."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from adapter_libraries import ADAPTER, BLINKER, await_each, finished, run_each
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from helpers import untyped

ANY = "every sender"  # in the machine, each library has its own
KINDS = ["function", "method", "object", "partial", "slots", "async function", "async method"]
VALUES: list[str | int] = ["bridge", "deck", "", 7, 8, -1]  # 0 is another sender in blinker
MUTED = st.sampled_from([None, None, None, "block", "by hand"])
PAYLOADS: list[dict[str, object]] = [
    {},
    {"x": 1},
    {"x": 1, "y": 2},
    {"self": 1, "receiver": 2, "weak": 3},
    {"two words": 1, "class": 2},
]


@dataclass(frozen=True)
class Value:
    """A sender that is compared by value."""

    value: str | int


class MistakeError(Exception):
    """The error that a receiver raises on demand."""


def hear(number: int, sender: object, fail: int = 0, **payload: object) -> object:
    if number == fail:
        raise MistakeError(number)
    return (number, sender, payload)


class Receiver:
    """A callable object, and the owner of methods."""

    def __init__(self, number: int) -> None:
        self.number = number

    def on(self, sender: object, /, **payload: Any) -> object:
        return hear(self.number, sender, **payload)

    async def on_async(self, sender: object, /, **payload: Any) -> object:
        return hear(self.number, sender, **payload)

    def __call__(self, sender: object, /, **payload: Any) -> object:
        return hear(self.number, sender, **payload)


class Slotted:
    """A callable object that has no weak reference."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, sender: object, /, **payload: Any) -> object:
        return hear(self.number, sender, **payload)


class Sender:
    """A sender that can die, and whose method is a sender, too."""

    def on(self) -> None: ...


def make(number: int, kind: str) -> Callable[[], Callable[..., Any]]:
    """Make a receiver, and return what accesses it as a program would."""
    if kind in {"method", "async method"}:
        owner = Receiver(number)
        return (lambda: owner.on) if kind == "method" else (lambda: owner.on_async)
    receiver: Callable[..., Any]
    if kind == "object":
        receiver = Receiver(number)
    elif kind == "slots":
        receiver = Slotted(number)
    elif kind == "partial":
        receiver = functools.partial(hear, number)
    elif kind == "function":

        def function(sender: object, /, **payload: Any) -> object:
            return hear(number, sender, **payload)

        receiver = function
    else:

        async def async_function(sender: object, /, **payload: Any) -> object:
            return hear(number, sender, **payload)

        receiver = async_function
    return lambda: receiver


class World:
    """One library, and all that is used with its signal: nothing is shared with the other's."""

    def __init__(self, library: Any) -> None:
        self.library = library
        self.make_id: Callable[[object], Hashable] = library.base.make_id
        self.signal: Any = library.Signal()
        self.receivers: dict[int, Callable[[], Callable[..., Any]]] = {}  # those held
        self.numbers: dict[Hashable, int] = {}  # of every receiver, by its identifier
        self.senders: dict[int, object] = {}  # those held
        self.kept: list[object] = []  # senders that no library sees die: their ids stay taken
        self.told: list[object] = []  # of connections and disconnections
        self._listeners = (self._listener("connected"), self._listener("disconnected"))

    def make_receiver(self, number: int, kind: str) -> None:
        self.receivers[number] = make(number, kind)
        self.numbers[self.make_id(self.receivers[number]())] = number

    def make_sender(self, number: int, *, mortal: bool) -> None:
        sender = Sender() if mortal else object()
        self.senders[number] = sender
        if not mortal:
            self.kept.append(sender)

    def sender(self, name: object) -> object:
        """Return the sender of a name: a number's, or by its negative a method of that."""
        if name is ANY:
            return self.library.ANY
        if isinstance(name, Value):
            return name.value
        number: int = untyped(name)
        return self.senders[number] if number > 0 else untyped(self.senders[-number]).on

    def names(self) -> dict[Hashable, object]:
        """Return the names of all senders that are held, by their identifiers."""
        names: dict[Hashable, object] = {self.library.base.ANY_ID: ANY}
        names |= {value: Value(value) for value in VALUES}
        for number, sender in self.senders.items():
            names[self.make_id(sender)] = number
            if isinstance(sender, Sender):
                names[self.make_id(sender.on)] = -number
        return names

    def listen(self) -> None:
        connected, disconnected = self._listeners
        self.signal.receiver_connected.connect(connected)
        self.signal.receiver_disconnected.connect(disconnected)

    def _listener(self, what: str) -> Callable[..., None]:
        def listener(about: object, receiver: object, sender: object, weak: object = None) -> None:
            assert about is self.signal
            name = ANY if sender is self.library.ANY else self.names()[self.make_id(sender)]
            self.told.append((what, self.numbers[self.make_id(receiver)], name, weak))

        return listener

    def outcome(self, action: Callable[[], Any], sender: object = None) -> object:
        """Tell what an action gave, in words that both worlds have in common."""
        try:
            sent = action()
        except TypeError as error:
            return ("TypeError", "weak" in str(error))
        except (MistakeError, RuntimeError) as error:
            return (type(error), error.args)
        heard: list[tuple[int, str]] = []
        for receiver, (number, seen, payload) in sent:
            assert receiver == self.receiver(receiver)
            assert self.numbers[self.make_id(receiver)] == number
            assert seen is sender or seen == sender
            heard.append((number, repr(payload)))
        return sorted(heard)

    def receiver(self, receiver: object) -> object:
        """Return the receiver as it is held, if it is."""
        number = self.numbers[self.make_id(receiver)]
        return self.receivers[number]() if number in self.receivers else receiver

    def held(self) -> dict[int, bool]:
        """Return the numbers in `receivers`, and whether they are held weakly."""
        found: dict[int, bool] = {}
        for key, value in self.signal.receivers.items():
            weak = issubclass(type(value), weakref.ref)
            assert self.make_id(value() if weak else value) == key
            found[self.numbers[key]] = weak
        return found

    def by_sender(self) -> dict[object, list[int]]:
        names = self.names()
        return {
            names[key]: sorted(self.numbers[one] for one in bucket)
            for key, bucket in self.signal._by_sender.items()
            if bucket
        }

    def by_receiver(self) -> dict[int, list[str]]:
        names = self.names()
        return {
            self.numbers[key]: sorted(repr(names[one]) for one in bucket)
            for key, bucket in self.signal._by_receiver.items()
            if bucket
        }


class Machine(RuleBasedStateMachine):
    """Receivers and senders are numbers here; to drop one is to drop its last reference outside.

    Not compared is what differs on purpose: the order of delivery, and `receivers` after an
    explicit disconnect from the last sender, where blinker goes on saying yes.
    """

    receivers = Bundle("receivers")
    senders = Bundle("senders")
    anyone = st.one_of(st.just(ANY), senders)

    def __init__(self) -> None:
        super().__init__()
        self.theirs, self.ours = self.worlds = World(BLINKER), World(ADAPTER)
        self.count = 0
        self.lingering: set[int] = set()  # they are in blinker's `receivers` and hear nobody
        self.block: list[Any] = []

    def fresh(self) -> int:
        self.count += 1
        return self.count

    def both(self, action: Callable[[World], object]) -> Any:
        """Do the same in both worlds, and return what came of it."""
        theirs, ours = action(self.theirs), action(self.ours)
        assert ours == theirs
        return ours

    def is_held(self, receiver: int) -> bool:
        return receiver in self.ours.receivers

    def knows(self, sender: object) -> bool:
        return not isinstance(sender, int) or abs(sender) in self.ours.senders

    # -- what there is

    @initialize(target=receivers, kinds=st.lists(st.sampled_from(KINDS), min_size=3, max_size=3))
    def make_receivers(self, kinds: list[str]) -> MultipleResults[int]:
        return multiple(*(self.make_receiver(kind) for kind in kinds))

    @initialize(target=senders)
    def make_senders(self) -> MultipleResults[object]:
        return multiple(self.make_sender("mortal"), self.make_sender("mortal"))

    @rule(target=receivers, kind=st.sampled_from(KINDS))
    def make_another_receiver(self, kind: str) -> int:
        return self.make_receiver(kind)

    @rule(target=senders, kind=st.sampled_from(["mortal", "lasting", "method", *VALUES]))
    def make_another_sender(self, kind: str | int) -> object:
        return self.make_sender(kind)

    def make_receiver(self, kind: str) -> int:
        number = self.fresh()
        for world in self.worlds:
            world.make_receiver(number, kind)
        return number

    def make_sender(self, kind: str | int) -> object:
        if kind in VALUES:
            return Value(kind)
        number = self.fresh()
        for world in self.worlds:
            world.make_sender(number, mortal=kind != "lasting")
        return -number if kind == "method" else number

    # -- operations

    @rule(receiver=receivers, sender=anyone, weak=st.booleans(), via=st.booleans())
    def connect(self, receiver: int, sender: object, weak: bool, via: bool) -> None:
        if not self.is_held(receiver) or not self.knows(sender):
            return

        def connect(world: World) -> object:
            one = world.receivers[receiver]()
            if via:
                do = functools.partial(world.signal.connect_via(world.sender(sender), weak), one)
            else:
                do = functools.partial(world.signal.connect, one, world.sender(sender), weak)
            returned: list[object] = []

            def keep() -> list[Any]:
                returned.append(do())
                return []

            outcome = world.outcome(keep)
            assert all(each is one for each in returned)
            return outcome

        if self.both(connect) == []:
            self.lingering.discard(receiver)

    @rule(receiver=receivers, sender=anyone)
    def disconnect(self, receiver: int, sender: object) -> None:
        if not self.is_held(receiver) or not self.knows(sender):
            return
        before = receiver in self.theirs.by_receiver()
        for world in self.worlds:
            one = world.receivers[receiver]()
            assert world.signal.disconnect(one, world.sender(sender)) is None
        if sender is ANY:
            self.lingering.discard(receiver)
        elif before and receiver not in self.theirs.by_receiver():
            self.lingering.add(receiver)

    @rule(receiver=receivers, sender=anyone, sent_by=senders)
    def connect_to_for_one_send(self, receiver: int, sender: object, sent_by: object) -> None:
        connected = receiver in self.theirs.by_receiver()
        if connected or not all((self.is_held(receiver), self.knows(sender), self.knows(sent_by))):
            return  # of a receiver that has other connections, blinker would end them, too

        def block(world: World) -> object:
            heard: list[object] = []
            one, by = world.receivers[receiver](), world.sender(sent_by)
            with world.signal.connected_to(one, world.sender(sender)):
                heard.append(
                    world.outcome(lambda: world.signal.send(by, _async_wrapper=run_each), by)
                )
                heard.append(world.held()[receiver])
            return heard

        self.both(block)
        self.lingering.discard(receiver)

    @rule(receiver=consumes(receivers))
    def drop_receiver(self, receiver: int) -> None:
        for world in self.worlds:
            world.receivers.pop(receiver, None)

    @rule(sender=consumes(senders))
    def drop_sender(self, sender: object) -> None:
        if isinstance(sender, int):
            for world in self.worlds:
                if isinstance(world.senders.get(abs(sender)), Sender):
                    del world.senders[abs(sender)]

    @rule()
    def listen(self) -> None:
        for world in self.worlds:
            world.listen()

    @rule(how=st.sampled_from([None, None, None, "loud", "muted"]))
    def clear(self, how: str | None) -> None:
        if how is None:
            return  # or there would be little to compare
        for world in self.worlds:
            world.signal.is_muted = how == "muted"
            assert world.signal._clear_state() is None
            assert world.signal.is_muted is (how == "muted")
            world.signal.is_muted = False
        self.lingering.clear()

    # -- what is compared

    @rule(
        sender=senders,
        payload=st.sampled_from(PAYLOADS),
        wrapped=st.booleans(),
        fail=st.one_of(st.none(), receivers),
        mute=MUTED,
    )
    def send(
        self,
        sender: object,
        payload: dict[str, object],
        wrapped: bool,
        fail: int | None,
        mute: str | None,
    ) -> None:
        if not self.knows(sender) or (fail is not None and not wrapped):
            return  # which of two errors comes first is a matter of order
        told = payload if fail is None else {**payload, "fail": fail}
        wrapper = run_each if wrapped else None

        def send(world: World) -> object:
            by = world.sender(sender)
            return world.outcome(lambda: world.signal.send(by, _async_wrapper=wrapper, **told), by)

        self.muted_or_not(send, mute)

    @rule(
        sender=senders,
        payload=st.sampled_from(PAYLOADS),
        wrapped=st.booleans(),
        mute=MUTED,
    )
    def send_async(
        self, sender: object, payload: dict[str, object], wrapped: bool, mute: str | None
    ) -> None:
        if not self.knows(sender):
            return
        wrapper = await_each if wrapped else None

        def send(world: World) -> object:
            by = world.sender(sender)
            return world.outcome(
                lambda: finished(world.signal.send_async(by, _sync_wrapper=wrapper, **payload)), by
            )

        self.muted_or_not(send, mute)

    def muted_or_not(self, send: Callable[[World], object], mute: str | None) -> None:
        if mute is None:
            self.both(send)
            return

        def muted(world: World) -> object:
            if mute == "block":
                with world.signal.muted():
                    assert world.signal.is_muted is True
                    return send(world)
            world.signal.is_muted = True
            outcome = send(world)
            world.signal.is_muted = False
            return outcome

        assert self.both(muted) == []

    @rule(sender=anyone)
    def ask(self, sender: object) -> None:
        if not self.knows(sender):
            return

        def heard(world: World) -> object:
            found = world.signal.receivers_for(world.sender(sender))
            return sorted(world.numbers[world.make_id(receiver)] for receiver in found)

        expected = self.both(heard)
        self.theirs.signal._cleanup_bookkeeping()  # or it takes an empty bucket for a yes
        answer = self.both(lambda world: world.signal.has_receivers_for(world.sender(sender)))
        assert answer is bool(expected)

    @invariant()
    def tells_the_same(self) -> None:
        self.both(lambda world: world.told)
        self.both(lambda world: world.signal.is_muted)

    @invariant()
    def has_the_same_books(self) -> None:
        self.both(World.by_sender)
        self.both(World.by_receiver)

    @invariant()
    def has_the_same_receivers(self) -> None:
        theirs, ours = self.theirs.held(), self.ours.held()
        assert ours == {one: weak for one, weak in theirs.items() if one not in self.lingering}
        assert bool(self.ours.signal.receivers) is bool(ours)
        assert len(self.ours.signal.receivers) == len(ours)


TestMachine = untyped(Machine).TestCase  # hypothesis leaves its type open
TestMachine.settings = settings(stateful_step_count=60)
