"""The cost of a send and a change, counted in calls, memory blocks and steps; no clock is used.

That code is generated once for each signature, and that a send waits for no lock, is claimed in
`test_send.py`; what connecting costs, in `test_connections.py`.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import mode
from types import FrameType
from typing import Any, NamedTuple

import pytest

import helpers
from aldis import ANY, AsyncSignal, Signal
from helpers import returns

COUNTS = (1, 3, 100)


class Sender:
    @Signal.method
    def done(self, *, user_id: int, username: str) -> None: ...

    @AsyncSignal.method
    async def stored(self, *, user_id: int, username: str) -> None: ...


class Listener:
    def hear(self, sender: object, *, user_id: int, username: str) -> None: ...


def function() -> Callable[..., Any]:
    def hear(sender: object, *, user_id: int, username: str) -> None: ...

    return hear


def method() -> Callable[..., Any]:
    return Listener().hear


def coroutine_function() -> Callable[..., Any]:
    async def hear(sender: object, *, user_id: int, username: str) -> None: ...

    return hear


def send(sender: Any) -> object:
    return Sender.done.send(sender, user_id=1, username="ada")


def send_robust(sender: Any) -> object:
    return Sender.done.send_robust(sender, user_id=1, username="ada")


def send_bound(sender: Sender) -> object:
    return sender.done.send(user_id=1, username="ada")


def send_and_await(sender: Any) -> object:
    """Drive a send to its end: nobody in it waits."""
    try:
        Sender.stored.send(sender, user_id=1, username="ada").send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


class Way(NamedTuple):
    """A way to send, and to whom."""

    send: Callable[[Any], object]
    make: Callable[[], Callable[..., Any]] = function  # a receiver
    of_one: bool = False  # do the receivers hear this sender alone?
    calls: int = 2  # of Python functions, from the one that is written here to the receivers
    blocks: int = 6  # at the turn of the last of three receivers, two of them to tell the number


WAYS = {
    "functions": Way(send),
    "methods": Way(send, method, blocks=10),
    "functions of one sender": Way(send, of_one=True),
    "methods of one sender": Way(send, method, of_one=True, blocks=10),
    "robustly": Way(send_robust),
    "a bound signal": Way(send_bound, of_one=True, calls=5, blocks=7),
    "coroutine functions": Way(send_and_await, coroutine_function, blocks=8),
}


@pytest.fixture(params=WAYS.values(), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


@pytest.fixture(autouse=True)
def nobody_stays_connected() -> Iterator[None]:
    yield
    for signal in (Sender.done, Sender.stored):
        for receiver in signal.receivers:
            signal.disconnect(receiver)


def connect(way: Way, many: int, sender: Sender) -> list[Callable[..., Any]]:
    """Connect so many receivers, send once, and return the receivers, so that they live."""
    receivers = [way.make() for _ in range(many)]
    signal: Any = Sender.stored if way.make is coroutine_function else Sender.done
    for receiver in receivers:
        signal.connect(receiver, sender if way.of_one else ANY)
    way.send(sender)
    return receivers


@contextmanager
def undisturbed() -> Generator[None, None, None]:
    """Keep the garbage collector and coverage out of the counts.

    Free memory is released first, so that every block is a new one.
    """
    before = sys.gettrace()
    gc.freeze()  # so that there is little to collect
    gc.collect()
    gc.disable()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(before)
        gc.enable()
        gc.unfreeze()


def calls_of(action: Callable[[Any], object], argument: object) -> tuple[list[str], list[str]]:
    """Return the names of what an action calls, of Python and of C."""
    calls = helpers.calls_of(partial(action, argument))
    python = [name for file, name in calls if file != "C"]
    builtin = [name.rpartition(".")[2] for file, name in calls if file == "C"]
    assert builtin.pop() == "setprofile"
    return python, builtin


@pytest.mark.parametrize("many", COUNTS)
def test_a_send_calls_its_receivers_and_next_to_nothing_else(many: int, way: Way) -> None:
    """With the snapshots up to date; of C it calls one thing for each receiver at most, no lock."""
    sender = Sender()
    kept = connect(way, many, sender)
    python, builtin = calls_of(way.send, sender)
    assert python.count("hear") == len(kept)
    # before them: the property `Sender.done`, and what sends
    ours = [name for name in python if name not in {"hear", "__get__"}]
    assert python[-many:] == ["hear"] * many
    assert len(ours) <= way.calls
    assert not {"acquire", "release", "__enter__", "__exit__"} & {*builtin}
    assert len(builtin) <= many + 4


def blocks_after(way: Way, many: int) -> float:
    """Return how many blocks of memory the result of a send takes."""
    sender, rounds = Sender(), 50
    kept = connect(way, many, sender)
    results: list[object] = [None] * rounds
    with undisturbed():
        before = sys.getallocatedblocks()
        for number in range(rounds):
            results[number] = way.send(sender)
        after = sys.getallocatedblocks()
    assert kept
    return (after - before) / rounds


@pytest.mark.parametrize("many", COUNTS)
def test_a_send_allocates_its_result_and_leaves_nothing_else(many: int, way: Way) -> None:
    """A list of two blocks, a pair for each receiver; a bound method is made again each time."""
    expected = 2 + many * (2 if way.make is method else 1)
    assert blocks_after(way, many) == pytest.approx(expected, abs=0.5)


def blocks_at_the_last_turn(way: Way, many: int) -> int:
    """Return how many blocks a send has allocated when its last receiver is called."""
    sender, blocks = Sender(), list[int]()

    def hear(sender: object, *, user_id: int, username: str) -> None:
        blocks.append(sys.getallocatedblocks())

    async def hear_async(sender: object, *, user_id: int, username: str) -> None:
        blocks.append(sys.getallocatedblocks())

    class Last:
        def hear(self, sender: object, *, user_id: int, username: str) -> None:
            blocks.append(sys.getallocatedblocks())

    last = Last()
    kept = connect(way, many - 1, sender)
    signal: Any = Sender.stored if way.make is coroutine_function else Sender.done
    receiver: Any = {method: last.hear, coroutine_function: hear_async}.get(way.make, hear)
    signal.connect(receiver, sender if way.of_one else ANY)
    counts: list[int] = []
    for _ in range(5):
        with undisturbed():
            before = sys.getallocatedblocks()
            way.send(sender)
        counts.append(blocks[-1] - before)
    assert len(kept) == many - 1
    return mode(counts)  # the first ones prepare, and some make room for more numbers


def test_a_payload_is_packed_for_no_receiver(way: Way) -> None:
    """From turn to turn a send adds a result and nothing else; a dict would be two blocks more."""
    few, many = (blocks_at_the_last_turn(way, count) for count in (3, 100))
    assert many - few == 97 * (2 if way.make is method else 1)
    assert few <= way.blocks


class Crowded:
    """A signal of which a function hears so many senders, and one of them another function, too."""

    def __init__(self, senders: int) -> None:
        self.signal = Signal()
        self.other = returns(0)
        self.receiver = returns(1)
        self.kept = returns(2)
        self.senders = [Sender() for _ in range(senders)]
        for sender in self.senders:
            self.signal.connect(self.other, sender)
        self.sender = self.senders[0]
        self.signal.connect(self.kept, self.sender)

    def connect_for_all(self) -> None:
        self.signal.connect(self.receiver)
        self.signal.disconnect(self.receiver)

    def connect_for_one(self) -> None:
        self.signal.connect(self.receiver, self.sender)
        self.signal.disconnect(self.receiver, self.sender)

    def connect_for_a_str(self) -> None:
        self.signal.connect(self.receiver, "bridge")
        self.signal.disconnect(self.receiver)

    def connect_for_a_new_sender(self) -> None:
        sender = Sender()
        self.signal.connect(self.receiver, sender)
        self.signal.send(sender)
        self.signal.disconnect(self.receiver, sender)

    def connect_for_a_while(self) -> None:
        with self.signal.connected_to(self.receiver, self.sender):
            pass

    def connect_for_once(self) -> None:
        self.signal.connect(self.receiver, self.sender, once=True)
        self.signal.send(self.sender)

    def connect_with_priority(self) -> None:
        self.signal.connect(self.receiver, priority=1)
        self.signal.send(self.sender)
        self.signal.disconnect(self.receiver)

    def connect_strongly(self) -> None:
        self.signal.connect(returns(3), self.sender, weak=False)
        self.signal.disconnect(self.signal.receivers_for(self.sender)[-1])

    def receiver_dies(self) -> None:
        receiver = returns(3)
        self.signal.connect(receiver)
        self.signal.connect(receiver, self.sender)

    def sender_dies(self) -> None:
        self.signal.connect(self.receiver, Sender())

    def send(self) -> None:
        self.signal.send(self.sender)

    def send_as_a_stranger(self) -> None:
        self.signal.send(Sender())

    def send_after_a_change(self) -> None:
        self.signal.connect(self.receiver)
        self.signal.send(self.sender)
        self.signal.disconnect(self.receiver)
        self.signal.send(self.sender)

    def send_robust(self) -> None:
        self.signal.send_robust(self.sender)

    def mute(self) -> None:
        with self.signal.muted():
            self.signal.send(self.sender)
        self.signal.send(self.sender)

    def look(self) -> None:
        assert self.signal.has_receivers_for(self.sender)
        assert not self.signal.has_receivers_for(self.other)
        assert len(self.signal.receivers_for(self.sender)) == 2
        assert self.signal.receivers


def steps_of(action: Callable[[], object]) -> int:
    """Count the steps of the interpreter in an action, all functions that it calls included."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event in {"call", "opcode"}
        return trace

    with undisturbed():
        sys.settrace(trace)
        action()
        sys.settrace(None)
    return count


def bytes_of(action: Callable[[], object]) -> int:
    """Return how much memory an action needs temporarily; copying a large object is not a step."""
    tracemalloc.start()
    try:
        action()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        action()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


ACTIONS = [name for name in vars(Crowded) if not name.startswith("_")]


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_takes_more_steps_or_memory_with_more_unrelated_senders(name: str) -> None:
    steps: list[int] = []
    memory: list[int] = []
    for senders in (10, 10_000):
        action = getattr(Crowded(senders), name)
        for _ in range(2):  # on 3.12 steps of code that is traced for the first time are not told
            steps_of(action)
        steps.append(steps_of(action))
        memory.append(bytes_of(action))
    assert steps[0] == steps[1]
    assert steps[0] > 10, "too few steps to have shown anything"
    assert memory[1] < memory[0] + 10_000  # a copy of what is known of 10,000 takes 80,000
