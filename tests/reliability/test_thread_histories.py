"""Histories of eight threads keep the promises, and no lock is held while foreign code runs."""

from __future__ import annotations

import gc
import inspect
import os
import subprocess
import textwrap
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import histories
import pytest
import typing_extensions
from histories import History, Send, Span, check, check_switched

import aldis.blinker
from aldis import ANY, BoundSignal, Signal
from aldis._core import _connections
from aldis._core._invariants import faults
from aldis._core._lock import lock

SECONDS = 60  # after which a thread is taken to hang


@pytest.mark.usefixtures("tiny_switch_interval")
@pytest.mark.parametrize("seed", range(4))
def test_eight_threads_see_nothing_that_the_promises_do_not_allow(seed: int) -> None:
    overlapping = 0
    for turn in range(5):  # most often the first will do; on a busy machine threads may not meet
        history = check(seed + 100 * turn, 250)
        assert len(history.sends) > 300
        overlapping += sum(send.ended - send.begun > 1 for send in history.sends)
        if overlapping > 20:
            return
    pytest.fail("the threads took turns too seldom to have shown anything")


@pytest.mark.parametrize("seed", range(4))
def test_threads_that_switch_at_any_step_see_nothing_that_the_promises_do_not_allow(
    seed: int,
) -> None:
    """Also while one of them has the lock."""
    switches = sum(check_switched(number) for number in range(10 * seed, 10 * seed + 10))
    assert switches > 1000, "they switched too seldom to have shown anything"


def planted(method: FunctionType, line: str, before: str) -> FunctionType:
    """Return a method in which a line stands before another one, which it came after or before."""
    lines = textwrap.dedent(inspect.getsource(method)).splitlines()
    lines = [each for each in lines if each.strip() != line]
    place = next(place for place, each in enumerate(lines) if each.strip() == before)
    depth = len(lines[place]) - len(lines[place].lstrip())
    lines.insert(place, " " * depth + line)
    made: dict[str, FunctionType] = {}
    code = compile("\n".join(lines), _connections.__file__, "exec")  # where threads are switched
    exec(code, _connections.__dict__, made)
    return made[method.__name__]


FAULTS = {
    "the version is stored first": (
        "_enter",
        "self.version = following",
        "by_receiver[key] = connection",
    ),
    "a list is changed without the lock": (
        "_enter",
        "by_receiver[key] = connection",
        "return True",
    ),
    "a connection ends without the lock": ("_take_out", "connection.order = None", "return True"),
}


@pytest.mark.parametrize(("name", "line", "before"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_in_the_order_of_two_stores_is_found(
    monkeypatch: pytest.MonkeyPatch, name: str, line: str, before: str
) -> None:
    method = vars(_connections.Connections)[name]
    monkeypatch.setattr(_connections.Connections, name, planted(method, line, before))
    with pytest.raises((AssertionError, KeyError)):
        check_many_switched()


def check_many_switched() -> None:
    for seed in range(600):
        check_switched(seed)


def recorded(change: Callable[[History], None]) -> History:
    """Return a history that was kept by one thread: 0 hears all, 1 hears the bridge later."""
    history = History(1, 0)
    history.make()
    for number, heard in ((0, ANY), (1, "bridge")):
        span = Span(history.clock())
        history.pairs[number, heard].connects.append(span)
        history.signal.connect(history.receivers[number], heard)
        span.ended = history.clock()
    send = Send(history.clock(), sender="bridge")
    history.sends.append(send)
    send.returned = [result for _, result in history.signal.send("bridge", send=send)]
    send.ended = history.clock()
    change(history)
    return history


def keep(history: History) -> None: ...


def miss(history: History) -> None:
    history.sends[0].called.pop()
    history.sends[0].returned.pop()


def repeat(history: History) -> None:
    history.sends[0].called.append(1)
    history.sends[0].returned.append(1)


def forge(history: History) -> None:
    history.sends[0].returned.pop()


def turn(history: History) -> None:
    history.sends[0].called.reverse()
    history.sends[0].returned.reverse()


def call_a_stranger(history: History) -> None:
    history.sends[0].called.append(4)
    history.sends[0].returned.append(4)


def call_too_late(history: History) -> None:
    history.pairs[1, "bridge"].disconnects.append(Span(history.clock(), history.clock()))
    history.sends.append(Send(history.clock(), history.clock(), "bridge", [0, 1], [0, 1]))


def forget_to_tell(history: History) -> None:
    history.told.pop()


def tell_twice(history: History) -> None:
    history.told.append(history.told[-1])


def test_the_checker_finds_no_fault_with_a_history_that_keeps_the_promises() -> None:
    assert not list(recorded(keep).faults())


@pytest.mark.parametrize(
    "change",
    [miss, repeat, forge, turn, call_a_stranger, call_too_late, forget_to_tell, tell_twice],
)
def test_the_checker_finds_what_the_promises_do_not_allow(
    change: Callable[[History], None],
) -> None:
    assert list(recorded(change).faults())


def free_threaded() -> str | None:
    """Return a free-threaded interpreter of this machine, if there is one."""
    finder = Path(__file__).parents[2] / ".ci" / "find-python"
    if not finder.is_file():  # where only what was built is tested
        return None
    versions = [f"3.{minor}t" for minor in (15, 14, 13)]
    found = subprocess.run(["bash", finder, *versions], capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else None


@pytest.mark.parametrize("switched", [True, False])
def test_threads_of_a_free_threaded_interpreter_see_nothing_that_is_not_allowed(
    switched: bool,
) -> None:
    python = free_threaded()
    if python is None:
        pytest.skip("no free-threaded interpreter is on this machine")
    paths = [Path(aldis.__file__).parents[1], Path(typing_extensions.__file__).parent]
    done = subprocess.run(
        [python, histories.__file__, "1", "4", *(["switched"] if switched else [])],
        env={
            **os.environ,
            "PYTHON_GIL": "0",
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# -- no lock is held while foreign code runs


def others_may_change_books() -> bool:
    """Whether another thread could change the table now, without waiting for this one."""
    changed = threading.Event()

    def change() -> None:
        signal = Signal()
        signal.connect(print)
        with signal.connected_to(repr, "sender"):
            signal.disconnect(print)
        changed.set()

    threading.Thread(target=change, daemon=True).start()
    return changed.wait(timeout=SECONDS)


class Told:
    """Asks, wherever its code is called, whether the lock is free."""

    def __init__(self) -> None:
        self.free: dict[str, bool] = {}

    def ask(self, where: str) -> None:
        if where not in self.free:
            self.free[where] = others_may_change_books()


def foreign(told: Told, signal: Any, is_adapter: bool) -> None:
    """Let aldis call and drop every kind of foreign code."""

    class Owner:
        def hear(self, sender: object = None, **payload: object) -> object:
            told.ask("method")
            return Dying("result")

        def __call__(self, sender: object = None, **payload: object) -> None:
            told.ask("call")

        def __del__(self) -> None:
            told.ask("destructor of an owner")

    class Dying:
        def __init__(self, what: str) -> None:
            self.what = what

        def __del__(self) -> None:
            told.ask(f"destructor of a {self.what}")

    def holding(last: object) -> Callable[..., object]:
        def receiver(sender: object = None, **payload: object) -> None:
            told.ask("function")
            assert last

        return receiver

    def listener(about: object, **payload: object) -> None:
        told.ask("listener")

    signal.receiver_connected.connect(listener)
    signal.receiver_disconnected.connect(listener)
    watched = Owner()
    reference = weakref.ref(watched, lambda _: told.ask("callback of a weak reference"))
    signal.connect(watched.hear)
    signal.send("nobody", payload=Dying("payload"))
    del watched
    assert reference() is None
    sender = Owner()
    strong = holding(Dying("strong receiver"))
    signal.connect(strong, sender, weak=False)
    signal.connect(Owner(), sender, weak=False)
    signal.send(sender)
    signal.disconnect(strong)
    del strong
    signal.connect(holding(Dying("receiver of a dead sender")), sender, weak=False)
    signal.send(sender)
    del sender
    if not is_adapter:
        signal.connect(holding(Dying("once receiver")), weak=False, once=True)
        signal.send(None)
        with BoundSignal(signal, Owner()).muted():
            signal.send(None)
    with signal.connected_to(holding(Dying("receiver of a block"))):
        signal.send(None)
    cycle = Owner()
    untyped: Any = cycle
    untyped.itself = cycle
    signal.connect(cycle.hear)
    del cycle, untyped
    gc.collect()
    gc.collect()


@pytest.mark.parametrize("is_adapter", [False, True])
@pytest.mark.parametrize("threshold", [1, 700])
def test_the_lock_is_free_wherever_foreign_code_runs(threshold: int, is_adapter: bool) -> None:
    """Else it could wait for another thread that waits for the lock."""
    told = Told()
    before = gc.get_threshold()
    gc.set_threshold(threshold)
    try:
        foreign(told, aldis.blinker.Signal() if is_adapter else Signal(), is_adapter)
    finally:
        gc.set_threshold(*before)
    assert all(told.free.values()), told.free
    assert len(told.free) >= 9, told.free


@pytest.mark.usefixtures("tiny_switch_interval")
def test_receivers_that_take_locks_of_their_own_in_opposite_orders_do_not_deadlock() -> None:  # noqa: C901
    """A destructor, a listener and a receiver each want a lock that others hold during a change."""
    signals: list[Signal[Any, ..., Any]] = [Signal() for _ in range(4)]
    own = threading.RLock()

    class Owner:
        def hear(self, sender: object) -> None: ...

        def __del__(self) -> None:
            with own:
                signals[0].connect(print, "gone")
                signals[0].disconnect(print, "gone")

    def listener(about: object, **_: object) -> None:
        with own:
            pass

    for signal in signals:
        signal.receiver_connected.connect(listener)
        signal.receiver_disconnected.connect(listener)

    def passing(number: int) -> Callable[[object], None]:
        def receiver(sender: object) -> None:
            following = signals[(number + 1) % 4] if sender == "up" else signals[number - 1]
            owner = Owner()
            following.connect(owner.hear)
            with own:
                following.disconnect(owner.hear)
                signals[number].connect(owner.hear, sender)

        return receiver

    for number, signal in enumerate(signals):
        signal.connect(passing(number), weak=False)
    done: list[int] = []

    def work(thread: int) -> None:
        for turn in range(60):
            signals[(thread + turn) % 4].send("up" if thread % 2 else "down")
        done.append(thread)

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=SECONDS)
    assert sorted(done) == list(range(8)), "a deadlock, or an error"
    with lock:
        pass
    assert not [fault for signal in signals for fault in faults(signal._registry)]
