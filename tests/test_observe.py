"""`aldis.observe`: a listener's notifications and their order, and no cost for other code."""

from __future__ import annotations

import copy
import gc
import logging
import subprocess
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from types import CodeType, FunctionType
from typing import Any

import anyio
import blinker
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import aldis
import aldis.blinker
from aldis import AsyncSignal, Event, Signal
from aldis._core._observing import is_observed
from aldis.observing import Delivery, Listener, Observation, Send
from helpers import calls_of, in_another_thread, returns, takes, untyped


class Log(Listener):
    """Records all notifications in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def send_began(self, send: Send) -> None:
        assert send.ended is None
        self.events.append(("send began", send))

    def receiver_began(self, delivery: Delivery) -> None:
        assert delivery.ended is None
        self.events.append(("receiver began", delivery))

    def receiver_ended(self, delivery: Delivery) -> None:
        assert delivery.ended is not None
        self.events.append(("receiver ended", delivery))

    def send_ended(self, send: Send) -> None:
        assert send.ended is not None
        self.events.append(("send ended", send))

    def story(self) -> list[str]:
        return [f"{event} {self.name(what)}" for event, what in self.events]

    @property
    def sends(self) -> list[Send]:
        return [what for event, what in self.events if event == "send began"]

    @property
    def deliveries(self) -> list[Delivery]:
        return [what for event, what in self.events if event == "receiver began"]

    @staticmethod
    def name(what: Send | Delivery) -> str:
        return what.name if isinstance(what, Send) else untyped(what.receiver).__name__


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    yield
    assert not is_observed()


def named(name: str) -> Signal[Any, ..., Any]:
    return Signal(name=name)


# -- notifications


def test_a_send_and_its_deliveries_are_told_from_beginning_to_end(log: Log) -> None:
    signal = named("signal")

    @signal.connect
    def one(sender: object, *, n: int) -> int:
        return n + 1

    @signal.connect
    def two(sender: object, *, n: int) -> int:
        return n + 2

    with aldis.observe(log):
        sent = signal.send("me", n=40)
    assert log.story() == [
        "send began signal",
        "receiver began one",
        "receiver ended one",
        "receiver began two",
        "receiver ended two",
        "send ended signal",
    ]
    (send,) = log.sends
    assert send is log.events[-1][1]
    assert (send.signal, send.name, send.sender, send.kind) == (signal, "signal", "me", "send")
    assert (send.payload, send.parent, send.error) == ({"n": 40}, None, None)
    assert [*send.results] == sent
    first, second = log.deliveries
    assert (first.send, first.receiver, first.result, first.error) == (send, one, 41, None)
    assert (second.send, second.receiver, second.result) == (send, two, 42)


def test_what_is_raised_is_told_of_the_delivery_and_of_the_send(log: Log) -> None:
    signal = named("signal")
    error = KeyError("no")

    @signal.connect
    def fail(sender: object) -> None:
        raise error

    with aldis.observe(log), pytest.raises(KeyError):
        signal.send(None)
    assert log.deliveries[0].error is error
    assert log.sends[0].error is error
    assert log.sends[0].results == ()
    with aldis.observe(log):
        signal.send_robust(None)
    assert log.deliveries[1].error is error
    assert log.sends[1].error is None
    assert log.sends[1].results == ((fail, error),)


def test_a_send_that_a_receiver_makes_has_its_delivery_as_parent(log: Log) -> None:
    outer, inner = named("outer"), named("inner")

    @outer.connect
    def forward(sender: object) -> None:
        inner.send(sender)

    @inner.connect
    def hear(sender: object) -> None: ...

    with aldis.observe(log):
        outer.send(1)
        inner.send(2)
    first, second, third = log.sends
    assert [send.name for send in log.sends] == ["outer", "inner", "inner"]
    assert second.parent is log.deliveries[0]
    assert log.deliveries[0].send is first
    assert first.parent is third.parent is None


def test_a_parent_is_of_the_same_observation(log: Log) -> None:
    outer, inner = named("outer"), named("inner")
    other = Log()

    @outer.connect
    def forward(sender: object) -> None:
        inner.send(sender)

    with aldis.observe(log), aldis.observe(other), aldis.observe(log):
        outer.send(1)
    assert other.sends[1].parent is other.deliveries[0]
    # the same listener, notified twice
    assert log.sends[2].parent is log.deliveries[0]
    assert log.sends[3].parent is log.deliveries[1]


def test_only_the_signals_that_are_named_are_told_of(log: Log) -> None:
    one, two, three = named("one"), named("two"), named("three")
    with aldis.observe(log, one, three, one):
        for signal in (one, two, three):
            signal.send(None)
    assert [send.name for send in log.sends] == ["one", "three"]


def test_the_signals_of_the_adapter_are_told_of_too(log: Log) -> None:
    untyped_signal = aldis.blinker.NamedSignal("plain")
    other = aldis.blinker.Signal()

    @untyped_signal.connect
    def hear(sender: object, **_: object) -> int:
        return 1

    def declaration(sender: object, /, *, n: int) -> object: ...

    view = aldis.blinker.typed(untyped_signal, declaration)
    for observed in ((), (untyped_signal,), (view,)):
        log.events.clear()
        with aldis.observe(log, *observed):
            untyped_signal.send("me", n=1)
        if observed:
            other.send("me")
        assert [event for event, _ in log.events] == [
            "send began",
            "receiver began",
            "receiver ended",
            "send ended",
        ]
        send = log.sends[0]
        assert (send.signal, send.name, send.payload) == (untyped_signal, "plain", {"n": 1})


def test_each_way_in_which_the_adapter_sends_is_told(log: Log) -> None:
    plain, other = aldis.blinker.NamedSignal("plain"), aldis.blinker.NamedSignal("other")

    def declaration(sender: object, /, *, n: int) -> object: ...

    async def hear(sender: object, *, n: int) -> int:
        return n

    def fail(sender: object, *, n: int) -> int:
        raise ValueError(n)

    async def main() -> None:
        with plain.connected_to(hear), other.connected_to(hear):
            await plain.send_async("me", n=1)
            await other.send_async("me", n=1)

    with aldis.observe(log, plain):
        other.send("me", n=1)
        anyio.run(main)
        with plain.connected_to(fail):
            aldis.blinker.typed(plain, declaration).send_robust("me", n=2)
    assert [(send.name, send.kind) for send in log.sends] == [
        ("plain", "send_async"),
        ("plain", "send_robust"),
    ]
    assert log.deliveries[0].result == 1
    assert isinstance(log.deliveries[1].error, ValueError)


def test_a_copy_of_a_signal_of_the_adapter_is_told_of_by_its_name(log: Log) -> None:
    with aldis.observe(log):
        copy.copy(aldis.blinker.NamedSignal("plain")).send("me")
        copy.copy(aldis.blinker.Signal()).send("me")
    assert [send.name for send in log.sends] == ["plain", "Signal"]


def test_blinkers_own_signals_cannot_be_observed(log: Log) -> None:
    def declaration(sender: object, /) -> None: ...

    one = named("one")
    view = aldis.blinker.typed(pytest.importorskip("blinker").Signal(), declaration)
    with pytest.raises(TypeError, match="signal of blinker itself, whose sends cannot be observed"):
        aldis.observe(log, one, view)
    one.send(None)
    assert log.events == []


class Door:
    @Signal.method
    def opened(self) -> None: ...


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (Door().opened, "BoundSignal"),
        (aldis.Namespace(), "Namespace"),
        (blinker.Signal(), "blinker.base.Signal"),
        ([Signal()], "builtins.list"),
        (Door.opened.send, "builtins.function"),
        (None, "NoneType"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_signal_cannot_be_observed_and_nothing_is(
    log: Log, given: Any, named: str
) -> None:
    signal = Signal()
    with pytest.raises(
        TypeError, match=rf"expected a signal or an event, got .*{named}: .*of its class"
    ):
        aldis.observe(log, signal, given)
    assert not is_observed()


@pytest.mark.parametrize("given", [Log, Listener])
def test_the_class_of_a_listener_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match=r"pass an instance, .*\(\)"):
        aldis.observe(given)
    assert not is_observed()


@pytest.mark.parametrize("interrupted", ["receiver_began", "receiver_ended", "send_began"])
def test_after_an_interruption_in_a_listener_a_send_is_in_the_course_of_nothing(
    interrupted: str, log: Log
) -> None:
    class Interrupting(Log):
        def __getattribute__(self, name: str) -> Any:
            if name == interrupted:
                raise KeyboardInterrupt
            return super().__getattribute__(name)

    signal = Signal()
    signal.connect(print, weak=False)
    first, last = Log(), Interrupting()
    with aldis.observe(first), aldis.observe(last), aldis.observe(log):
        with pytest.raises(KeyboardInterrupt):
            signal.send("interrupted")
        interrupted = "nothing"
        signal.send("again")
    for listener in (first, last, log):
        assert [send.parent for send in listener.sends if send.sender == "again"] == [None]


def test_a_listener_need_not_hear_everything() -> None:
    signal = named("signal")
    signal.connect(returns(1), weak=False)
    with aldis.observe(Listener()):
        assert len(signal.send(None)) == 1


# -- async


def test_the_deliveries_of_a_gather_overlap_and_have_children_of_their_own(
    log: Log, backend: str
) -> None:
    outer: AsyncSignal[Any, ..., Any] = AsyncSignal(name="outer")
    inner = named("inner")

    async def main() -> None:
        both = anyio.Event()

        @outer.connect
        async def one(sender: object) -> None:
            await both.wait()
            inner.send("one")

        @outer.connect
        async def two(sender: object) -> None:
            both.set()
            await anyio.lowlevel.checkpoint()
            inner.send("two")

        await outer.gather(None)

    with aldis.observe(log):
        anyio.run(main, backend=backend)
    overlapping = log.story()
    assert overlapping[:3] != ["send began outer", "receiver began one", "receiver ended one"]
    assert overlapping[-1] == "send ended outer"
    parents = {send.sender: Log.name(untyped(send.parent)) for send in log.sends[1:]}
    assert parents == {"one": "one", "two": "two"}
    assert log.sends[0].kind == "gather"


def test_tasks_that_send_at_once_do_not_take_each_other_for_parents(log: Log, backend: str) -> None:
    outer: AsyncSignal[Any, ..., Any] = AsyncSignal(name="outer")
    inner = named("inner")

    async def main() -> None:
        @outer.connect
        async def hear(sender: object) -> None:
            await anyio.lowlevel.checkpoint()
            inner.send(sender)

        async with anyio.create_task_group() as tasks:
            for sender in ("a", "b", "c"):
                tasks.start_soon(outer.send, sender)
        inner.send("alone")

    with aldis.observe(log):
        anyio.run(main, backend=backend)
    for send in log.sends:
        if send.name == "inner":
            parent = None if send.parent is None else send.parent.send.sender
            assert parent == (None if send.sender == "alone" else send.sender)


def test_a_coroutine_that_is_closed_elsewhere_ends_its_delivery(log: Log) -> None:
    outer: AsyncSignal[Any, ..., Any] = AsyncSignal(name="outer")

    class Never:
        def __await__(self) -> Generator[None]:
            yield

    @outer.connect
    async def hear(sender: object) -> None:
        await Never()

    with aldis.observe(log):
        coroutine = untyped(outer.send(None))
        coroutine.send(None)
        in_another_thread(coroutine.close)  # it has a context of its own
    assert [event for event, _ in log.events] == [
        "send began",
        "receiver began",
        "receiver ended",
        "send ended",
    ]
    assert isinstance(log.sends[0].error, GeneratorExit)


# -- threads


def test_sends_of_other_threads_are_told_and_have_no_parent_here(log: Log) -> None:
    outer, inner = named("outer"), named("inner")

    @outer.connect
    def start(sender: object) -> None:
        in_another_thread(lambda: inner.send(None))

    with aldis.observe(log):
        outer.send(None)
    assert [send.name for send in log.sends] == ["outer", "inner"]
    assert log.sends[1].parent is None


def test_many_threads_are_told_of_each_with_its_own_tree(tiny_switch_interval: None) -> None:
    outer, inner = named("outer"), named("inner")

    @outer.connect
    def forward(sender: object) -> None:
        inner.send(sender)

    @inner.connect
    def hear(sender: object) -> None: ...

    class Check(Listener):
        def __init__(self) -> None:
            self.wrong: list[object] = []
            self.heard: list[object] = []

        def send_ended(self, send: Send) -> None:
            self.heard.append(send.sender)
            if send.name == "inner" and (
                send.parent is None or send.parent.send.sender != send.sender
            ):
                self.wrong.append(send)

    check = Check()
    barrier = threading.Barrier(4)

    def work(number: int) -> None:
        barrier.wait()
        for n in range(50):
            outer.send((number, n))

    with aldis.observe(check):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    assert not check.wrong
    assert len(check.heard) == 2 * 4 * 50


# -- beginning and ending


def test_what_began_before_is_not_told_of_and_what_is_under_way_is_told_to_its_end(
    log: Log,
) -> None:
    signal = named("signal")
    observations: list[Observation] = []

    @signal.connect
    def begin(sender: object) -> None:
        observations.append(aldis.observe(log))

    @signal.connect
    def end(sender: object) -> None:
        for observation in observations:
            observation.close()

    signal.send(None)
    assert log.events == []
    with aldis.observe(log):
        signal.disconnect(begin)

        @signal.connect
        def close(sender: object) -> None:
            observation.close()

        observation = aldis.observe(log, signal)
        signal.send(None)
        signal.send(None)
    assert log.story().count("send began signal") == 3
    assert log.story().count("send ended signal") == 3


def test_closing_twice_is_as_closing_once(log: Log) -> None:
    observation = aldis.observe(log)
    with observation as entered:
        assert entered is observation
    observation.close()
    named("signal").send(None)
    assert log.events == []


def test_an_exception_in_the_block_ends_the_observation_and_propagates(log: Log) -> None:
    with pytest.raises(LookupError), aldis.observe(log):
        raise LookupError
    named("signal").send(None)
    assert log.events == []


def test_a_listener_is_kept_alive_until_it_is_told_no_more(log: Log) -> None:
    observation = aldis.observe(Log())
    listener = weakref.ref(observation._listener)
    assert listener() is not None
    observation.close()
    del observation
    gc.collect()
    assert listener() is None


def test_a_signal_that_is_observed_is_not_kept_alive(log: Log) -> None:
    signal = named("signal")
    gone = weakref.ref(signal)
    with aldis.observe(log, signal):
        del signal
        gc.collect()
        assert gone() is None


# -- listeners that fail


@pytest.mark.parametrize("event", ["send_began", "receiver_began", "receiver_ended", "send_ended"])
def test_what_a_listener_raises_is_logged_and_the_rest_is_told(
    event: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Clumsy(Log):
        def __repr__(self) -> str:
            raise AssertionError("it is not asked")

    log = Clumsy()
    told = getattr(log, event)

    def fail(what: object) -> None:
        told(what)
        raise LookupError(event)

    setattr(log, event, fail)
    signal = named("signal")

    @signal.connect
    def hear(sender: object) -> int:
        return 1

    with aldis.observe(log), caplog.at_level(logging.ERROR, "aldis"):
        assert signal.send(None) == [(hear, 1)]
    assert len(log.events) == 4
    (record,) = caplog.records
    assert record.name == "aldis"
    assert record.getMessage().startswith("an object of type 'test_what_a_listener_raises")
    assert record.getMessage().endswith(f"Clumsy' failed at {event} of signal signal")
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == event


def test_what_is_no_exception_propagates_from_a_listener() -> None:
    class Interrupted(Listener):
        def receiver_began(self, delivery: Delivery) -> None:
            raise KeyboardInterrupt

    signal = named("signal")
    signal.connect(returns(1), weak=False)
    with aldis.observe(Interrupted()), pytest.raises(KeyboardInterrupt):
        signal.send(None)


def test_a_listener_that_sends_is_told_of_that_too() -> None:
    signal, other = named("signal"), named("other")

    class Sends(Log):
        def send_ended(self, send: Send) -> None:
            super().send_ended(send)
            if send.name == "signal":
                other.send(None)

    log = Sends()
    with aldis.observe(log):
        signal.send(None)
    assert log.story() == [
        "send began signal",
        "send ended signal",
        "send began other",
        "send ended other",
    ]


# -- times


class Clock:
    """A clock that only advances on demand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000
        monkeypatch.setattr("aldis._observe.perf_counter_ns", lambda: self.now)

    def wait(self, seconds: int) -> None:
        self.now += seconds * 1_000_000_000


def test_times_are_those_of_receivers_and_not_of_listeners(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    outer, inner = named("outer"), named("inner")
    seen: dict[str, tuple[float, int]] = {}
    so_far: list[float] = []

    @outer.connect
    def forward(sender: object) -> None:
        clock.wait(1)
        inner.send(None)
        clock.wait(2)

    @inner.connect
    def hear(sender: object) -> None:
        clock.wait(4)

    class Slow(Listener):
        def send_began(self, send: Send) -> None:
            clock.wait(100)

        def receiver_began(self, delivery: Delivery) -> None:
            clock.wait(200)

        def receiver_ended(self, delivery: Delivery) -> None:
            self.note(Log.name(delivery), delivery)
            clock.wait(300)

        def send_ended(self, send: Send) -> None:
            self.note(send.name, send)
            clock.wait(400)

        def note(self, name: str, what: Send | Delivery) -> None:
            assert what.ended is not None
            seen[name] = (what.seconds, (what.ended - what.began) // 1_000_000_000)
            if isinstance(what, Send) and what.parent is not None:
                so_far.append(what.parent.seconds)

    with aldis.observe(Slow()):
        outer.send(None)
    assert {name: seconds for name, (seconds, _) in seen.items()} == {
        "hear": 4,
        "inner": 4,
        "forward": 7,
        "outer": 7,
    }
    assert so_far == [5]
    # and by the clock on the wall
    assert seen["hear"][1] == 4
    assert seen["inner"][1] == 200 + 4 + 300
    assert seen["forward"][1] == 1 + 100 + 504 + 400 + 2


# -- the cost without observers


def every_way() -> list[tuple[str, Signal[Any, ..., Any]]]:
    declared = Signal(takes("sender, *, n"), name="declared")
    methods, one = named("methods"), named("one")

    class Receiver:
        def hear(self, sender: object, **payload: object) -> None: ...

    receiver = Receiver()
    for signal in (declared, named("open")):
        signal.connect(takes("sender, *, n"), weak=False)
    methods.connect(receiver.hear, weak=False)
    one.connect(receiver.hear, "sender", weak=False)
    return [(signal.__name__, signal) for signal in (declared, methods, one, named("nobody"))]


def allocated_by(action: Callable[[], object]) -> int:
    """Return how many bytes are taken, at most, while something is done."""
    action()
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        # what `tracemalloc` needs the first time, and blocks that happen to be at hand
        return min(peak_of(action) for _ in range(5))
    finally:
        tracemalloc.stop()
        gc.enable()


def peak_of(action: Callable[[], object]) -> int:
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    action()
    _, peak = tracemalloc.get_traced_memory()
    return peak - before


@pytest.mark.parametrize(("name", "signal"), every_way())
@pytest.mark.parametrize("method", ["send", "send_robust"])
def test_a_send_that_nobody_observes_makes_the_calls_and_takes_the_memory_it_did_before(
    name: str, signal: Signal[Any, ..., Any], method: str
) -> None:
    def send() -> None:
        getattr(signal, method)("sender", n=1)

    def code() -> CodeType:
        function: FunctionType = getattr(signal, method)
        return function.__code__

    send()
    before = (calls_of(send), allocated_by(send), code())
    with aldis.observe(Listener()):
        send()
        assert calls_of(send) != before[0]
    with aldis.observe(Listener(), signal):
        send()
    send()  # it makes a new snapshot
    with aldis.observe(Listener(), Signal()):
        assert (calls_of(send), code()) == (before[0], before[2])
    send()
    assert (calls_of(send), allocated_by(send), code()) == before


def test_who_observes_nothing_does_not_load_it() -> None:
    program = "import sys, aldis; print('aldis._observe' in sys.modules, aldis.observe.__name__)"
    ran = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "False observe\n"


def test_the_module_has_no_other_names_to_load() -> None:
    with pytest.raises(AttributeError, match="module 'aldis' has no attribute 'observer'"):
        untyped(aldis).observer  # noqa: B018


# -- random nesting, compared with a naive model


class Nesting(RuleBasedStateMachine):
    """Receivers send as a random plan says; the model writes the tree down itself."""

    def __init__(self) -> None:
        super().__init__()
        self.signals = [named(f"s{number}") for number in range(3)]
        self.plan: dict[str, list[int]] = {}
        self.model: list[str] = []
        self.depth = 0
        self.told: list[str] = []
        self.receivers: list[Callable[..., object]] = []
        machine = self

        class Teller(Listener):
            def depth(self, send: Send) -> int:
                return 0 if send.parent is None else self.depth(send.parent.send) + 1

            def send_began(self, send: Send) -> None:
                machine.told.append(f"{self.depth(send)} send {send.name}")

            def receiver_began(self, delivery: Delivery) -> None:
                machine.told.append(f"{self.depth(delivery.send)} {Log.name(delivery)}")

            def receiver_ended(self, delivery: Delivery) -> None:
                ended = type(delivery.error).__name__ if delivery.error else "ended"
                machine.told.append(f"{self.depth(delivery.send)} {Log.name(delivery)} {ended}")

        self.observation = aldis.observe(Teller(), *self.signals)

    @rule(number=st.integers(0, 2), sends=st.lists(st.integers(0, 2), max_size=2))
    def connect(self, number: int, sends: list[int]) -> None:
        name = f"r{len(self.receivers)}"
        self.plan[name] = sends

        def receiver(sender: object) -> None:
            self.model.append(f"{self.depth} {name}")
            ended = "ValueError"
            try:
                for inner in self.plan[name]:
                    # what is deeper than that fails
                    if self.depth > 2:
                        raise ValueError(name)
                    self.send_inside(inner)
                ended = "ended"
            finally:
                self.model.append(f"{self.depth} {name} {ended}")

        receiver.__name__ = name
        self.receivers.append(receiver)
        self.signals[number].connect(receiver)

    def send_inside(self, number: int) -> None:
        self.depth += 1
        try:
            self.model.append(f"{self.depth} send s{number}")
            self.signals[number].send(None)
        finally:
            self.depth -= 1

    @rule(number=st.integers(0, 2))
    def send(self, number: int) -> None:
        self.model.append(f"0 send s{number}")
        with suppress(ValueError):
            self.signals[number].send(None)

    @invariant()
    def the_story_is_that_of_the_model(self) -> None:
        assert self.told == self.model

    def teardown(self) -> None:
        self.observation.close()


TestNesting = untyped(Nesting).TestCase  # hypothesis leaves its type open
TestNesting.settings = settings(max_examples=25, stateful_step_count=12)


# --- events ---


class View:
    @Event.method
    def added(self, flow: str) -> None: ...


def test_the_sends_of_an_event_are_told_without_a_sender(log: Log) -> None:
    @Event
    def saved(path: str, *, size: int = 0) -> None: ...

    with aldis.observe(log, saved):
        saved.send("a")
    (send,) = log.sends
    assert (send.signal, send.sender, send.payload) == (saved, None, {"path": "a", "size": 0})


def test_the_sends_of_an_event_on_a_class_tell_the_instance(log: Log) -> None:
    view = View()
    with aldis.observe(log, View.added):
        view.added.send("a")
    (send,) = log.sends
    assert (send.signal, send.sender, send.payload) == (View.added, view, {"flow": "a"})


def test_the_event_of_an_instance_is_observed_on_its_class(log: Log) -> None:
    with pytest.raises(
        TypeError, match=r"View\.added of one instance; pass the event of its class"
    ):
        aldis.observe(log, View().added)
    assert not is_observed()
