"""Observers of sends: their notifications, and the cost for sends that are not observed."""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FunctionType
from typing import Any, NotRequired, TypedDict, Unpack

import anyio
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from aldis import AsyncSignal, BoundSignal, Namespace, Signal
from aldis._core import _home, _looking, _observing, _senders
from aldis._core._observing import (
    Observer,
    Send,
    Watch,
    is_observed,
    observe,
    unobserve,
)
from helpers import (
    LockThatMeets,
    calls_of,
    echoes,
    in_another_thread,
    results,
    returns,
    untyped,
    while_locked,
)
from test_state_machine import Machine


class Told(Watch):
    """Records the notifications of one send."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.events: list[tuple[Any, ...]] = []

    def called(self, receiver: object) -> None:
        self.events.append(("called", receiver))

    def returned(self, receiver: object, result: object) -> None:
        self.events.append(("returned", receiver, result))

    def raised(self, receiver: object, error: BaseException) -> None:
        self.events.append(("raised", receiver, error))

    def ended(self, results: object) -> None:
        self.events.append(("ended", results))

    def failed(self, error: BaseException) -> None:
        self.events.append(("failed", error))


class Log:
    """An observer that keeps its notifications of each send."""

    def __init__(self) -> None:
        self.sends: list[Told] = []

    def __call__(self, send: Send) -> Watch:
        self.sends.append(Told(send))
        return self.sends[-1]

    def payloads(self) -> list[object]:
        return [told.send.payload for told in self.sends]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    yield
    assert not is_observed()
    gc.collect()
    assert not _observing.observers.of_one


class Seen:
    """`with Seen(observer, signal):` is shorter than a call before and one after."""

    def __init__(self, observer: Observer, signal: Any = None) -> None:
        self.arguments: Any = (observer, None if signal is None else signal._registry)

    def __enter__(self) -> None:
        observe(*self.arguments)

    def __exit__(self, *_: object) -> None:
        unobserve(*self.arguments)


@Signal
def user_created(sender: object, /, *, user_id: int, name: str = "nobody") -> object:
    """Sent after a new account is stored."""
    raise NotImplementedError


def fresh() -> Signal[object, Any, object]:
    return Signal(user_created.__wrapped__)


# -- what it costs


def code_of(signal: object, method: str = "send") -> object:
    function: FunctionType = getattr(signal, method)
    return function.__code__


def test_an_observation_leaves_the_function_that_sends_and_its_code_as_they_are(log: Log) -> None:
    """Another thread may be calling it."""
    signal, other = fresh(), fresh()
    for each in (signal, other):
        each.send(None, user_id=1)
    before = [(each.send, code_of(each)) for each in (signal, other)]
    with Seen(log, signal):
        signal.send(None, user_id=2)
    with Seen(log):
        other.send(None, user_id=3)
    for each in (signal, other):
        each.send(None, user_id=4)
    assert [(each.send, code_of(each)) for each in (signal, other)] == before
    assert log.payloads() == [{"user_id": n, "name": "nobody"} for n in (2, 3)]


def test_a_send_that_is_not_observed_calls_nothing_but_its_receivers(log: Log) -> None:
    signal = fresh()
    receiver = echoes()
    signal.connect(receiver)
    with Seen(log, signal), Seen(log):
        signal.send(None, user_id=1)
    signal.send(None, user_id=1)
    calls = calls_of(lambda: signal.send(None, user_id=1))
    assert [name for file, name in calls if file != "C"] == ["<lambda>", "send", "receiver"]


def test_nothing_is_kept_of_a_signal_that_is_gone(log: Log) -> None:
    gc.collect()
    before = len(_home.homes)
    signal = fresh()
    signal.send(None, user_id=1)
    assert len(_home.homes) == before + 1
    gone = weakref.ref(signal)
    del signal
    assert gone() is None
    assert len(_home.homes) == before


# -- observed sends


def test_who_holds_the_sending_function_is_observed_too(log: Log) -> None:
    signal = fresh()
    early = signal.send
    early(None, user_id=1)
    with Seen(log, signal):
        early(None, user_id=2)
        late = signal.send
    late(None, user_id=3)
    assert log.payloads() == [{"user_id": 2, "name": "nobody"}]


def test_every_signal_is_told_of_also_one_that_is_made_later(log: Log) -> None:
    before = fresh()
    before.send(None, user_id=1)
    with Seen(log):
        later = fresh()
        for signal in (before, later):
            signal.send(None, user_id=2)
            signal.send(None, user_id=3)
    assert [told.send.signal for told in log.sends] == [before, before, later, later]


def test_one_signal_is_told_of_and_no_other(log: Log) -> None:
    signal, other = fresh(), fresh()
    with Seen(log, signal):
        signal.send(None, user_id=1)
        other.send(None, user_id=2)
    assert log.payloads() == [{"user_id": 1, "name": "nobody"}]


def test_several_observers_are_told_those_of_every_signal_first() -> None:
    signal = fresh()
    names: list[str] = []

    def observer(name: str) -> Observer:
        return lambda send: names.append(name)

    with Seen(observer("one"), signal), Seen(observer("all")), Seen(observer("another"), signal):
        signal.send(None, user_id=1)
    assert names == ["all", "one", "another"]


def test_an_observer_that_came_twice_is_told_twice_until_it_went_twice(log: Log) -> None:
    signal = fresh()
    with Seen(log, signal):
        with Seen(log, signal):
            signal.send(None, user_id=1)
        signal.send(None, user_id=2)
    assert [told.send.payload["user_id"] for told in log.sends] == [1, 1, 2]


def test_who_comes_or_goes_while_another_does_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    signal = fresh()
    others = [Log(), Log()]
    monkeypatch.setattr(_observing, "lock", LockThatMeets(partial(observe, others[0])))
    observe(log)
    monkeypatch.setattr(_observing, "lock", LockThatMeets(partial(observe, others[1])))
    unobserve(log)
    monkeypatch.undo()
    signal.send("me", user_id=1)
    for other in others:
        unobserve(other)
    assert [len(each.sends) for each in (log, *others)] == [0, 1, 1]


def test_an_observer_that_comes_while_signals_are_told_of_another_is_told_of_sends(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal, late = fresh(), Log()
    outdate = untyped(_observing).outdate

    def overtaken(*arguments: Any, **options: Any) -> None:
        monkeypatch.undo()
        observe(late, signal._registry)
        outdate(*arguments, **options)

    monkeypatch.setattr(_observing, "outdate", overtaken)
    observe(log, signal._registry)
    signal.send(None, user_id=1)
    for each in (log, late):
        unobserve(each, signal._registry)
    signal.send(None, user_id=2)
    assert [len(each.sends) for each in (log, late)] == [1, 1]


def test_who_never_came_cannot_go(log: Log) -> None:
    signal = fresh()
    with Seen(log, signal), pytest.raises(ValueError, match="this observer is not registered"):
        unobserve(Log(), signal._registry)
    with pytest.raises(ValueError, match="this observer is not registered"):
        unobserve(log)


def test_the_observer_that_goes_is_that_very_one_whatever_equals_it() -> None:
    class Same(Log):
        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 0

    signal, first, second = fresh(), Same(), Same()
    with Seen(first, signal):
        with Seen(second, signal):
            pass
        signal.send(None, user_id=1)
    assert (len(first.sends), len(second.sends)) == (1, 0)


def test_an_observed_signal_is_not_kept_alive(log: Log) -> None:
    signal = fresh()
    observe(log, signal._registry)
    gone = weakref.ref(signal)
    del signal
    gc.collect()
    assert gone() is None


def test_a_send_of_a_signal_that_is_gone_is_told_by_its_name(log: Log) -> None:
    send = fresh().send
    with Seen(log):
        send(None, user_id=1)
    (told,) = log.sends
    assert told.send.signal is None
    assert told.send.name == "user_created"


def test_a_bound_signal_is_told_of_with_its_sender(log: Log) -> None:
    class Door:
        @Signal.method
        def opened(self, *, by: str) -> None:
            raise NotImplementedError

    door = Door()
    with Seen(log, Door.opened):
        BoundSignal(Door.opened, door).send(by="ada")
    (told,) = log.sends
    assert told.send.sender is door
    assert told.send.payload == {"by": "ada"}


def test_what_an_overridden_send_hands_on_is_told(log: Log) -> None:
    class Twice(Signal[Any, ..., Any]):
        def send(self, sender: Any, /, *args: Any, **kwargs: Any) -> Any:
            return super().send(sender, n=2 * kwargs["n"])

    signal = Twice()
    with Seen(log, signal):
        signal.send("me", n=21)
    assert log.payloads() == [{"n": 42}]


def test_what_wraps_the_sending_function_is_told_of(log: Log) -> None:
    signal: Any = fresh()
    signal.send(None, user_id=1)
    inner = signal.send

    def around(*args: Any, **kwargs: Any) -> Any:
        return inner(*args, **kwargs)

    signal.send = around
    with Seen(log, signal):
        signal.send(None, user_id=2)
    assert len(log.sends) == 1


def test_a_declaration_that_comes_later_is_told_by_its_names(log: Log) -> None:
    namespace = Namespace()
    signal = namespace.signal("user_created")
    with Seen(log, signal):
        signal.send(None, whatever=1)
        namespace.signal(user_created.__wrapped__)
        signal.send(None, user_id=2)
    assert log.payloads() == [{"whatever": 1}, {"user_id": 2, "name": "nobody"}]


# -- notifications


class Options(TypedDict):
    key: str
    ttl: NotRequired[int]


def test_the_payload_is_told_by_the_names_of_the_declaration(log: Log) -> None:
    def positional(sender: object, a: int, b: int = 2, /, c: int = 3) -> None: ...
    def starred(sender: object, /, a: int, *more: int, last: int = 0, **rest: int) -> None: ...
    def optional(sender: object, /, **options: Unpack[Options]) -> None: ...

    signals: list[tuple[Any, tuple[Any, ...], dict[str, Any], dict[str, object]]] = [
        (Signal(positional), (1,), {}, {"a": 1, "b": 2, "c": 3}),
        (Signal(starred), (1,), {}, {"a": 1, "last": 0}),
        (Signal(starred), (1, 2, 3), {"z": 9}, {"a": 1, "*more": (2, 3), "last": 0, "z": 9}),
        (Signal(optional), (), {"key": "k"}, {"key": "k"}),
        (Signal(optional), (), {"key": "k", "ttl": 1}, {"key": "k", "ttl": 1}),
        (Signal[Any, [int, str]](), (1, "x"), {}, {"arg1": 1, "arg2": "x"}),
        (Signal(), (), {}, {}),
        (Signal(), (1,), {"args": 2}, {"*args": (1,), "args": 2}),
    ]
    for signal, args, kwargs, expected in signals:
        with Seen(log, signal):
            assert signal.send("me", *args, **kwargs) == []
        send = log.sends[-1].send
        assert (send.sender, send.kind, send.signal) == ("me", "send", signal)
        assert send.payload == expected
        assert list(send.payload) == list(expected)


def test_a_payload_that_is_refused_is_no_send(log: Log) -> None:
    def optional(sender: object, /, **options: Unpack[Options]) -> None: ...

    signal, closed = fresh(), untyped(Signal(optional))
    with Seen(log), pytest.raises(TypeError, match=r"user_created\(sender.*send\(\) missing"):
        signal.send(None)
    with Seen(log), pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        closed.send(None, key="k", other=1)
    assert not log.sends


def test_each_turn_and_the_end_are_told(log: Log) -> None:
    signal, one, two = fresh(), returns(1), returns(2)
    signal.connect(one)
    signal.connect(two)
    with Seen(log, signal):
        sent = signal.send(None, user_id=1)
    assert sent == [(one, 1), (two, 2)]
    assert log.sends[0].events == [
        ("called", one),
        ("returned", one, 1),
        ("called", two),
        ("returned", two, 2),
        ("ended", ((one, 1), (two, 2))),
    ]


def test_a_send_to_nobody_and_one_of_a_muted_signal_are_told(log: Log) -> None:
    signal, receiver = fresh(), returns(1)
    with Seen(log, signal):
        signal.send(None, user_id=1)
        signal.connect(receiver)
        with signal.muted():
            signal.send(None, user_id=2)
    assert [told.events for told in log.sends] == [[("ended", ())]] * 2


def test_who_is_disconnected_before_its_turn_is_not_told_of(log: Log) -> None:
    signal, after = Signal(), returns(2)

    @signal.connect
    def leave(sender: object) -> None:
        signal.disconnect(after)

    signal.connect(after)
    with Seen(log, signal):
        assert signal.send(None) == [(leave, None)]
    assert [event[:2] for event in log.sends[0].events[:-1]] == [
        ("called", leave),
        ("returned", leave),
    ]


def fails(error: BaseException) -> Callable[..., object]:
    def fail(sender: object, **payload: object) -> object:
        raise error

    return fail


def test_an_exception_is_told_and_propagates(log: Log) -> None:
    signal, error = fresh(), KeyError("no")
    fail, after = fails(error), returns(2)
    signal.connect(fail)
    signal.connect(after)
    with Seen(log, signal), pytest.raises(KeyError) as caught:
        signal.send(None, user_id=1)
    assert caught.value is error
    assert log.sends[0].events == [("called", fail), ("raised", fail, error), ("failed", error)]


@pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
def test_a_robust_send_tells_what_was_raised_and_goes_on(
    log: Log, backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = KeyError("no")
    fail, after = fails(error), returns(2)
    signal: Any = fresh() if backend == "sync" else AsyncSignal()
    signal.connect(fail)
    signal.connect(after)
    with Seen(log, signal), caplog.at_level(logging.ERROR, "aldis"):
        if backend == "sync":
            sent = signal.send_robust(None, user_id=1)
        else:
            sent = anyio.run(lambda: signal.send_robust(None), backend=backend)
    assert sent == [(fail, error), (after, 2)]
    assert log.sends[0].send.kind == "send_robust"
    assert log.sends[0].events == [
        ("called", fail),
        ("raised", fail, error),
        ("called", after),
        ("returned", after, 2),
        ("ended", ((fail, error), (after, 2))),
    ]
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [error]


@pytest.mark.parametrize("backend", ["sync", "asyncio"])
def test_what_is_no_exception_ends_a_robust_send(log: Log, backend: str) -> None:
    signal: Any = fresh() if backend == "sync" else AsyncSignal()
    interrupt = SystemExit(3)
    fail = fails(interrupt)
    signal.connect(fail)

    def send() -> object:
        if backend == "sync":
            return signal.send_robust(None, user_id=1)
        return anyio.run(lambda: signal.send_robust(None), backend=backend)

    with Seen(log, signal), pytest.raises(SystemExit):
        send()
    assert log.sends[0].events == [
        ("called", fail),
        ("raised", fail, interrupt),
        ("failed", interrupt),
    ]


@pytest.mark.parametrize("way", ["send", "send_robust", "gather", "gather_robust"])
def test_an_async_send_is_told_when_it_is_awaited(log: Log, backend: str, way: str) -> None:
    @AsyncSignal
    async def stored(sender: object, /, *, key: str) -> object:
        raise NotImplementedError

    @stored.connect
    async def replicate(sender: object, *, key: str) -> object:
        await anyio.lowlevel.checkpoint()
        return f"replicated {key}"

    @stored.connect
    def note(sender: object, *, key: str) -> object:
        return f"noted {key}"

    async def main() -> Any:
        coroutine = getattr(stored, way)("me", key="k")
        assert not log.sends
        return await coroutine

    with Seen(log, stored):
        sent = anyio.run(main, backend=backend)
    assert sent == [(replicate, "replicated k"), (note, "noted k")]
    (told,) = log.sends
    assert (told.send.kind, told.send.payload) == (way, {"key": "k"})
    assert told.events[-1] == ("ended", ((replicate, "replicated k"), (note, "noted k")))
    turns = [event for event in told.events if event[1] is replicate]
    assert turns == [("called", replicate), ("returned", replicate, "replicated k")]
    assert len(told.events) == 5


def test_a_gather_that_fails_tells_the_turn_and_the_group(log: Log, backend: str) -> None:
    signal: Any = AsyncSignal()
    error = KeyError("no")
    fail = fails(error)
    signal.connect(fail)
    with Seen(log, signal), pytest.raises(BaseException) as caught:  # noqa: PT011  # a group
        anyio.run(lambda: signal.gather(None), backend=backend)
    called, raised, failed = log.sends[0].events
    assert (called, raised) == (("called", fail), ("raised", fail, error))
    assert failed == ("failed", caught.value)


def test_an_async_exception_is_told_and_propagates(log: Log, backend: str) -> None:
    signal: Any = AsyncSignal()
    error = KeyError("no")
    fail = fails(error)
    signal.connect(fail)
    with Seen(log, signal), pytest.raises(KeyError):
        anyio.run(lambda: signal.send(None), backend=backend)
    assert log.sends[0].events == [("called", fail), ("raised", fail, error), ("failed", error)]


def test_a_send_inside_a_receiver_has_a_watch_of_its_own(log: Log) -> None:
    outer, inner = Signal(), Signal()

    @outer.connect
    def forward(sender: object) -> object:
        return results(inner.send(sender))

    @inner.connect
    def answer(sender: object) -> object:
        return sender

    with Seen(log):
        outer.send("me")
    first, second = log.sends
    assert (first.send.signal, second.send.signal) == (outer, inner)
    assert first.events[-1] == ("ended", ((forward, ["me"]),))
    assert second.events[-1] == ("ended", ((answer, "me"),))


# -- when it begins and ends


def test_a_send_under_way_is_told_of_to_its_end_or_not_at_all(log: Log) -> None:
    signal = Signal()

    @signal.connect
    def look(sender: object) -> None:
        observe(log, signal._registry)

    @signal.connect
    def look_away(sender: object) -> None:
        unobserve(log, signal._registry)

    signal.send(None)
    assert not log.sends
    with Seen(log, signal):
        signal.send(None)
    assert [event[0] for event in log.sends[0].events] == [
        *("called", "returned", "called", "returned"),
        "ended",
    ]


def test_a_send_whose_function_is_made_while_an_observer_comes_is_observed_from_then_on(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal = fresh()
    code_of_payload = untyped(_senders).code_of

    def overtaken(*arguments: Any, **options: Any) -> Any:
        monkeypatch.undo()
        observe(log, signal._registry)
        return code_of_payload(*arguments, **options)

    monkeypatch.setattr(_senders, "code_of", overtaken)
    signal.send(None, user_id=1)
    signal.send(None, user_id=2)
    unobserve(log, signal._registry)
    signal.send(None, user_id=3)
    assert [told.send.payload["user_id"] for told in log.sends] == [1, 2]


def test_a_snapshot_that_is_made_while_an_observer_comes_is_not_kept(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    for registry in (fresh()._registry, None):
        signal = fresh()
        seen = None if registry is None else signal._registry
        act = partial(observe, log, seen)
        monkeypatch.setattr(_looking, "lock", LockThatMeets(act))
        signal.send(None, user_id=1)
        monkeypatch.undo()
        signal.send(None, user_id=2)
        unobserve(log, seen)
    assert [told.send.payload["user_id"] for told in log.sends] == [1, 2] * 2


def test_an_observer_that_goes_while_a_send_asks_for_it_lets_the_send_go_on(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal, receiver = fresh(), returns(1)
    signal.connect(receiver)
    observe(log, signal._registry)
    code_of_payload = untyped(_senders).code_of
    signal.send  # noqa: B018  # so that the function is there

    def overtaken(*arguments: Any, **options: Any) -> Any:
        monkeypatch.undo()
        unobserve(log, signal._registry)
        return code_of_payload(*arguments, **options)

    monkeypatch.setattr(_senders, "code_of", overtaken)
    assert results(signal.send(None, user_id=1)) == [1]
    assert not log.sends


def test_sends_of_other_threads_are_told_without_waiting(log: Log) -> None:
    signal = fresh()
    with Seen(log, signal):
        signal.send(None, user_id=0)
        with while_locked():
            in_another_thread(lambda: signal.send(None, user_id=1))
    assert len(log.sends) == 2


# -- observers that fail


def test_what_an_observer_raises_is_logged_and_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Clumsy(Watch):
        def called(self, receiver: object) -> None:
            raise LookupError("called")

        def ended(self, results: object) -> None:
            raise LookupError("ended")

    def broken(send: Send) -> Watch | None:
        raise LookupError("begun")

    signal, receiver = fresh(), returns(1)
    signal.connect(receiver)
    with Seen(broken, signal), Seen(lambda send: Clumsy(), signal), Seen(lambda send: None):
        sent = signal.send(None, user_id=1)
    assert sent == [(receiver, 1)]
    errors = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert errors == ["begun", "called", "ended"]
    assert "of signal user_created failed" in caplog.text


def test_an_interrupt_in_an_observer_propagates() -> None:
    def interrupted(send: Send) -> Watch | None:
        raise KeyboardInterrupt

    signal = fresh()
    with Seen(interrupted, signal), pytest.raises(KeyboardInterrupt):
        signal.send(None, user_id=1)


def test_a_watch_that_overrides_nothing_hears_everything_in_silence() -> None:
    signal = fresh()
    signal.connect(returns(1), weak=False)
    fail = fails(KeyError("no"))
    with Seen(lambda send: Watch()):
        assert results(signal.send(None, user_id=1)) == [1]
        signal.connect(fail)
        with pytest.raises(KeyError):
            signal.send(None, user_id=1)


# -- the same as when nobody looks: random operations, compared with the naive model


class Addresses(Watch):
    """Notes the calls and the results of a send, and keeps no receiver alive."""

    def __init__(self, turns: list[tuple[list[int], list[int]]]) -> None:
        self.turns = turns
        self.called_so_far: list[int] = []

    def called(self, receiver: object) -> None:
        self.called_so_far.append(id(receiver))

    def ended(self, results: Sequence[tuple[object, object]]) -> None:
        self.turns.append((self.called_so_far, [id(receiver) for receiver, _ in results]))


class ObservedMachine(Machine):
    """Observed sends are the same as sends without observers."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[tuple[list[int], list[int]]] = []
        self.observer: Observer = lambda send: Addresses(self.turns)
        observe(self.observer, self.signal._registry)

    @rule(sender=Machine.senders, bound=st.booleans(), n=st.integers(0, 9))
    def send(self, sender: object, bound: bool, n: int) -> None:
        before = len(self.turns)
        super().send(sender, bound, n)
        ((called, sent),) = self.turns[before:]
        assert called == sent

    def teardown(self) -> None:
        unobserve(self.observer, self.signal._registry)


TestObservedMachine = untyped(ObservedMachine).TestCase  # hypothesis leaves its type open
TestObservedMachine.settings = settings(stateful_step_count=60)
