"""Sends that are recorded with one look-up give what sends that are observed in full would give."""

from __future__ import annotations

import _thread
import gc
import logging
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aldis
import aldis.blinker
from aldis._core import _compile, _looking, _observing
from aldis._core._invariants import faults
from aldis._core._observing import Recorded
from aldis._recording import _recorder, _seen
from aldis._recording._classes import Classes
from aldis._recording._paths import Paths
from aldis._recording._recorder import Recorder
from aldis._recording._writing import text_of
from helpers import MAKES_IMMORTAL
from recording.conftest import Bench
from recording.test_recorded_signals import NoSymbols

PROGRAM = """
    import asyncio
    import aldis
    from aldis import AsyncEvent, AsyncSignal, Event, Signal
    from aldis.blinker import Signal as Untyped, typed
    from typing import NotRequired, TypedDict, Unpack

    class Rest(TypedDict):
        note: NotRequired[str]

    @Signal
    def declared(sender: object, /, *, n: object) -> object: ...
    @Signal
    def more(sender: object, /, a: object, *args: object) -> object: ...
    @Signal
    def closed(sender: object, /, **rest: Unpack[Rest]) -> object: ...
    @AsyncSignal
    async def stored(sender: object, /, *, n: object) -> object: ...
    @Event
    def rung(n: object) -> object: ...
    @AsyncEvent
    async def heard(n: object) -> object: ...
    undeclared = Signal()
    plain = Untyped()
    odd = Untyped()
    quiet = Untyped()
    viewed = Untyped()
    def _viewed(sender: object, /, *, n: object) -> object: ...
    view = typed(viewed, _viewed)

    class Shop:
        @Signal.method
        def sold(self, *, n: object) -> object: ...
        @Event.method
        def shut(self, n: object) -> object: ...

    class Quiet(Untyped):
        def receivers_for(self, sender):
            return iter([first])
    other = Quiet()

    shop = Shop()

    def first(*args, **payload): return 1
    def second(*args, **payload): return [1]
    def fails(*args, **payload): raise ValueError("no")
    async def waits(*args, **payload): return "late"
    class Hears:
        def method(self, *args, **payload): return None
        def __call__(self, *args, **payload): return {}
    HEARS = Hears()

    EVERY = [declared, more, closed, stored, rung, heard, undeclared, plain, viewed]

    def connect():
        for signal in EVERY:
            for receiver in (first, HEARS.method, HEARS, second):
                signal.connect(receiver)
        for signal in (stored, heard):
            signal.connect(waits)
        shop.sold.connect(first)
        shop.shut.connect(first)
        declared.connect(fails, "who fails")
        plain.connect(fails, "who fails")
        stored.connect(fails, "who fails")
        declared.connect(Hears().method, "via", via=lambda call: None)
        odd.connect(waits)
        odd.connect(first, "me")
        quiet.connect(waits)

    def main(sender, value):
        declared.send(sender, n=value)
        declared.send_robust("who fails", n=value)
        declared.send("via", n=value)
        try:
            declared.send("who fails", n=value)
        except ValueError:
            pass
        with declared.muted():
            declared.send(sender, n=value)
        for arguments in ((), (value,), (value, 1)):
            more.send(sender, value, *arguments)
        closed.send(sender)
        closed.send(sender, note="a")
        for names in ({"a": value}, {}, {"b": value}):
            undeclared.send(sender, **names)
            plain.send(sender, **names)
        try:
            plain.send("who fails", a=value)
        except ValueError:
            pass
        with plain.muted():
            plain.send(sender, a=value)
        odd.send("me", _async_wrapper=lambda f: lambda *args, **payload: 7, a=value)
        quiet.send(sender, _async_wrapper=lambda f: lambda *args, **payload: 7, a=value)
        other.send(sender, a=value)
        rung.send(value)
        shop.sold.send(n=value)
        shop.shut.send(value)
        view.send(sender, n=value)
        view.send_robust(sender, n=value)
        asyncio.run(wait(sender, value))

    def sync(function):
        async def wrapped(*args, **payload):
            return function(*args, **payload)
        return wrapped

    async def wait(sender, value):
        await stored.send(sender, n=value)
        await stored.send_robust("who fails", n=value)
        await stored.gather(sender, n=value)
        await stored.gather_robust(sender, n=value)
        await stored.limited(2).gather(sender, n=value)
        await heard.send(value)
        await asyncio.create_task(stored.send(sender, n=value))
        await plain.send_async(sender, _sync_wrapper=sync, a=value)
        await odd.send_async("me", _sync_wrapper=sync, a=value)
        await quiet.send_async(sender, a=value)
    """


@pytest.fixture(scope="module")
def program(shared_bench: Bench) -> Any:
    loaded: Any = shared_bench.load("program", PROGRAM)
    loaded.connect()
    return loaded


SENDERS: list[object] = [None, "me", int, object(), [1]]
VALUES: list[object] = [
    1,
    "a",
    None,
    [1],
    ["a"],
    [],
    (1, "a"),
    {"a": 1},
    {1: [2]},
    int,
    Mock(),
    len,
]


def recording_of(program: Any, folder: Path, sends: list[tuple[object, object]]) -> str:
    recorder = Recorder(Paths(folder))
    recorder.begin()
    try:
        for sender, value in sends:
            program.main(sender, value)
    finally:
        recorder.end()
    return text_of(recorder.recording())


def test_a_recording_is_the_same_where_every_call_is_observed(
    program: Any, shared_bench: Bench
) -> None:
    sends = [(sender, value) for sender in SENDERS for value in VALUES]
    alone = recording_of(program, shared_bench.folder, sends)
    with aldis.observe(aldis.observing.Listener()):
        observed = recording_of(program, shared_bench.folder, sends)
    assert alone == observed
    assert alone.count('"count"') == 30  # each line of the program that sends


def test_a_recorded_send_returns_what_one_returns_that_is_not(program: Any) -> None:
    recorder = Recorder(Paths(Path()))

    def sent() -> list[object]:
        return [
            program.declared.send(None, n=1),
            program.more.send(None, 1, 2),
            program.plain.send("me", a=1),
            program.undeclared.send("me", a=1),
            program.rung.send(1),
        ]

    plain = sent()
    recorder.begin()
    recorded = [sent() for _ in range(3)]
    recorder.end()
    assert recorded == [plain] * 3
    assert all(not faults(signal._registry) for signal in [*program.EVERY, program.odd])


def test_the_tables_are_whole_while_something_records(program: Any) -> None:
    def wrapper(_: object) -> object:
        return nothing

    with recorded(nothing):
        for sender in ("me", None):
            for signal in (program.plain, program.odd, program.quiet):
                signal.send(sender, _async_wrapper=wrapper, a=1)
        assert all(not faults(each._registry) for each in [*program.EVERY, program.odd])


# -- notifications of a recorder


@contextmanager
def recorded(recorder: Any) -> Generator[None]:
    _observing.begin_recording(recorder)
    try:
        yield
    finally:
        _observing.end_recording(recorder)


def nothing(*_: object, **__: object) -> None: ...


class Told(Recorded):
    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []

    def ended(self, results: Any) -> None:
        self.events.append(("ended", [*results]))

    def stopped(self, results: Any, receiver: Any) -> None:
        self.events.append(("stopped", [*results], receiver))


def test_a_recorder_is_told_once_of_a_send() -> None:
    told = Told()
    signal: Any = aldis.Signal()

    def hear(sender: object, **_: object) -> int:
        return 1

    def fail(sender: object, **_: object) -> None:
        raise ValueError("no")

    signal.connect(hear)

    def record(*facts: object) -> Recorded:
        told.events.append(facts[1:3])
        return told

    with recorded(record):
        signal.send("me", a=1)
        signal.connect(fail)
        with pytest.raises(ValueError, match="no"):
            signal.send("me", a=1)
    assert told.events == [
        ("me", {"a": 1}),
        ("ended", [(hear, 1)]),
        ("me", {"a": 1}),
        ("stopped", [(hear, 1)], fail),
    ]


def test_a_recorder_that_wants_to_know_nothing_of_a_send_is_told_nothing() -> None:
    signal: Any = aldis.Signal()
    signal.connect(len, weak=False)
    with recorded(nothing):
        assert signal.send("me") == [(len, 2)]
        with pytest.raises(TypeError, match="no len"):
            signal.send(1)


def test_two_recorders_are_both_told() -> None:
    told: list[object] = []
    signal: Any = aldis.Signal()

    def first(*_: object) -> None:
        told.append(1)

    def second(*_: object) -> None:
        told.append(2)

    with recorded(first), recorded(second):
        signal.send(None)
    signal.send(None)
    assert told == [1, 2]


def test_a_recorder_that_does_not_record_cannot_end() -> None:
    with pytest.raises(ValueError, match="not in list"):
        _observing.end_recording(nothing)


def test_a_send_under_way_when_its_recorder_is_gone_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal: Any = aldis.Signal()
    signal.connect(len, weak=False)
    with recorded(nothing):
        signal.send("me")
        monkeypatch.setattr(_looking.asking, "recorder", None)  # another thread has ended it
        assert signal.send("me") == [(len, 2)]


def test_changes_of_recorders_by_two_threads_are_both_made(monkeypatch: pytest.MonkeyPatch) -> None:
    replace = _observing._replace
    refused: list[object] = []

    def sometimes(before: Any, after: Any) -> bool:
        if len(refused) % 2 == 0:
            refused.append(None)
            return False
        refused.append(None)
        return replace(before, after)

    monkeypatch.setattr(_observing, "_replace", sometimes)
    with recorded(nothing):
        assert _observing.is_observed()
    assert not _observing.is_observed()
    assert len(refused) == 4


def test_the_functions_that_record_are_kept_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_compile, "_NAMED_SENDS_KEPT", 2)
    _compile._recorded.clear()
    signal: Any = aldis.blinker.Signal()
    signal.connect(nothing)
    for number in range(4):
        for _ in range(4):
            signal.send(None, **{f"name{number}": 1})
    with recorded(nothing):
        for number in range(4):
            signal.send(None, **{f"name{number}": 1})
    assert len(_compile._recorded) == 2


# -- what is known of a line


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder(Paths(Path(__file__).parent))
    recorder._symbols = NoSymbols()
    recorder._owners._searches_left = 0
    recorder.begin()
    yield recorder
    if _observing.is_observed():
        recorder.end()


def sites_of(recorder: Recorder) -> list[Any]:
    seens = [*recorder._others, *recorder._by_symbol.values(), *recorder._unknown.values()]
    return [site for seen in seens for site in seen.sites.values()]


def known_of(recorder: Recorder) -> int:
    return sum(len(seen.known) for seen in recorder._others)


def test_sends_are_counted_however_many_there_are(recorder: Recorder) -> None:
    signal: Any = aldis.Signal()
    for _ in range(1000):
        signal.send(None, a=1)
    (site,) = sites_of(recorder)
    assert len(site.marks) <= _seen.MOST_MARKS + 1
    assert site.recorded(Paths(Path())).count == 1000
    assert site.recorded(Paths(Path())).count == 1000


def test_sends_of_several_threads_are_all_counted(recorder: Recorder) -> None:
    signal: Any = aldis.Signal()

    def send() -> None:
        for _ in range(500):
            signal.send(None, a=[1])
            signal.send(None, a=1)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [site.recorded(Paths(Path())).count for site in sites_of(recorder)] == [2000, 2000]


def test_shapes_without_end_are_kept_in_bounds(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_recorder, "_MOST_KNOWN", 4)
    signal: Any = aldis.Signal()
    for number in range(20):
        signal.send(None, **{f"n{number}": 1})
    assert known_of(recorder) <= 4
    (site,) = sites_of(recorder)
    assert site.recorded(Paths(Path())).count == 20


def test_sends_with_mocks_are_looked_at_each_time(recorder: Recorder) -> None:
    signal: Any = aldis.Signal()
    for value in (Mock(), Mock()):
        signal.send(None, a=value)
        signal.send(value)
    assert known_of(recorder) == 0


@pytest.mark.skipif(MAKES_IMMORTAL, reason="classes never die here")
def test_the_death_of_a_class_makes_another_epoch_unless_it_is_that_of_a_mock() -> None:
    classes = Classes()
    kinds: list[Any] = [type("Made", (), {"__module__": "builtins"}), type(Mock())]
    epochs = [classes.epoch]
    assert [classes.known(kind).text for kind in kinds] == ["builtins.object", ""]
    for _ in range(2):
        kinds.pop()
        gc.collect()
        epochs.append(classes.epoch)
    first, after_mock, after_class = epochs
    assert first is after_mock
    assert first is not after_class
    assert classes.plain == {}


def test_a_container_is_looked_at_a_few_times_and_then_where_it_begins_with_another_type(
    recorder: Recorder,
) -> None:
    signal: Any = aldis.Signal()

    def send(value: object) -> tuple[str, ...]:
        signal.send(None, value=value)
        (site,) = sites_of(recorder)
        types: tuple[str, ...] = site.recorded(Paths(Path())).payload["value"]
        return types

    # at first it is not known what an int is
    found = {send([1]) for _ in range(_seen._LOOKS + 1)}
    assert send([1, "not seen any more"]) == ("builtins.list[builtins.int]",)
    assert send(["a", 2.0]) == ("builtins.list[builtins.float | builtins.int | builtins.str]",)
    assert send([[1]])[0].count("builtins.list") == 2
    assert send({"a": 1})[0] == "builtins.dict[builtins.str, builtins.int]"
    assert found == {("builtins.list[builtins.int]",)}


def test_the_results_of_many_sends_are_told_by_all_their_types(recorder: Recorder) -> None:
    signal: Any = aldis.Signal()
    given: list[object] = [1, None, [1], ["a"], int, 2.0]

    def receive(sender: Any) -> object:
        return sender[0]

    signal.connect(receive)
    for value in [*given, *reversed(given)]:
        signal.send([value])
    (site,) = sites_of(recorder)
    assert site.recorded(Paths(Path())).results == (
        "None",
        "builtins.float",
        "builtins.int",
        "builtins.list[builtins.int | builtins.str]",
        "builtins.type[builtins.int]",
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(VALUES[:9])), max_size=60))
def test_what_is_known_of_a_line_changes_nothing_of_what_is_recorded_at_the_top(
    sends: list[tuple[str, object]],
) -> None:
    recorder = Recorder(Paths(Path(__file__).parent))
    recorder._symbols = NoSymbols()
    recorder._owners._searches_left = 0
    signal: Any = aldis.Signal()
    with recorded(recorder._observer):
        for name, value in sends:
            signal.send(None, **{name: value})
    by_name: dict[str, set[str]] = {}
    for name, value in sends:
        kind = "None" if value is None else f"builtins.{type(value).__name__}"
        by_name.setdefault(name, set()).add(kind)
    seen = {
        name: {text.partition("[")[0] for text in texts}
        for site in sites_of(recorder)
        for name, texts in site.recorded(Paths(Path())).payload.items()
    }
    assert seen == by_name


def test_a_send_that_no_line_of_python_makes_has_no_line(recorder: Recorder) -> None:
    signal: Any = aldis.Signal()
    done = _thread.allocate_lock()
    done.acquire()

    def receive(sender: object) -> None:
        done.release()

    signal.connect(receive)
    _thread.start_new_thread(signal.send, (None,))
    done.acquire()
    while not (sites := sites_of(recorder)):
        pass
    assert {site.line.file for site in sites} == {""}


def test_a_send_that_is_interrupted_before_its_first_call_has_no_receivers(
    recorder: Recorder,
) -> None:
    signal: Any = aldis.Signal()
    signal.send(None)
    (site,) = sites_of(recorder)
    site.stopped([], None)
    assert site.recorded(Paths(Path())).receivers == ()


# -- what goes wrong in it


@pytest.mark.parametrize("method", ["begin", "look", "called"])
def test_what_a_recorder_raises_is_logged_and_the_send_goes_on(
    recorder: Recorder,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    signal: Any = aldis.Signal(name="sent")
    signal.connect(len, weak=False)

    def send(value: object) -> object:
        return signal.send(value)

    send([1])
    send([1])
    monkeypatch.setattr(_seen.Site, method, fail)
    with caplog.at_level(logging.ERROR, "aldis"):
        assert send("a" if method == "begin" else [1]) == [(len, 1)]
        with pytest.raises(TypeError, match="no len"):
            send(1 if method == "begin" else int)
    assert "of signal sent failed" in caplog.text
    assert "a mistake of ours" in caplog.text
