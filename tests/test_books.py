"""The books of a signal while others are at them, and while objects die."""

from __future__ import annotations

import ast
import dis
import gc
import inspect
import re
import signal as signal_module
import sys
import textwrap
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from types import FrameType, FunctionType, MethodType
from typing import Any

import pytest
from aldis._core._exclusive import bury, dead, lock
from aldis._core._links import ObjectLink
from aldis._core._routes import WeakRoute

from aldis import ANY, BoundSignal, Signal
from aldis._core import (
    _books,
    _connecting,
    _ending,
    _exclusive,
    _isolating,
    _observing,
    _outlets,
    _registry,
    _snapshots,
)
from aldis._core._invariants import faults
from aldis.blinker import _books as blinker_books
from aldis.blinker import base as blinker_base
from helpers import at_the_books, echoes, in_another_thread, results, returns, untyped


class Sender:
    pass


def is_held() -> bool:
    """Whether this thread has the lock."""
    owned: Callable[[], bool] = vars(type(lock))["_is_owned"].__get__(lock)
    return owned()


def test_a_death_does_not_wait_for_who_is_at_the_books() -> None:
    signal = Signal()
    receivers = [returns(1)]
    senders = [Sender()]
    signal.connect(receivers[0], senders[0])
    signal.connect(returns(2), weak=False)
    with at_the_books():
        in_another_thread(receivers.clear)
        in_another_thread(senders.clear)
        assert len(dead) == 2
        assert len(signal._registry) == 2  # still to be struck out
    assert not dead
    assert len(signal._registry) == 1
    assert not signal._registry.routes


def test_a_dead_senders_receivers_are_unreachable_at_once() -> None:
    signal = Signal()
    receiver = returns(1)
    senders = [Sender()]
    signal.connect(receiver, senders[0])
    address = id(senders[0])
    with at_the_books():
        in_another_thread(senders.clear)
        assert address not in signal._registry.routes


def test_a_death_in_the_middle_of_a_change_is_seen_to_after_it() -> None:
    signal = Signal()
    receivers = [returns(1)]
    signal.connect(receivers[0])
    with at_the_books():
        in_another_thread(receivers.clear)
        assert len(signal._registry) == 1
    assert len(signal._registry) == 0


def test_a_change_first_strikes_out_who_died_before_it() -> None:
    signal = Signal()
    receivers = [returns(1)]
    signal.connect(receivers[0])
    entered = threading.Event()
    leave = threading.Event()

    def hold() -> None:
        with at_the_books():
            entered.set()
            leave.wait(timeout=30)
            receivers.clear()

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(timeout=30)
    leave.set()
    thread.join()
    with at_the_books():
        assert not dead
        assert len(signal._registry) == 0


def test_however_many_died_meanwhile_they_are_seen_to_one_after_another() -> None:
    """And not each inside the one before: the end of a connection may be a receiver's death."""
    signal, depths = Signal(), [0]

    class Watched(_registry.Registry):
        __slots__ = ()

        def forget(self, ended: Any) -> None:
            depths.append(depths[-1] + 1)
            super().forget(ended)
            depths.append(depths[-1] - 1)

    signal._registry.__class__ = Watched
    senders = [Sender() for _ in range(1000)]
    for number in range(1000):
        signal.connect(returns(1), senders[number], weak=False)
    with lock:
        in_another_thread(senders.clear)
        assert len(dead) == 1000
    signal.connect(print, "sender")
    assert not dead
    assert len(signal._registry) == 1
    assert len(depths) > 2000
    assert max(depths) <= 2


def test_who_died_unheard_is_not_taken_for_a_receiver() -> None:
    """Near the limit of recursion, a weak reference's callback cannot even be called."""
    signal, receivers = Signal(), [returns(1)]
    signal._registry._on_receiver_died = returns(None)
    signal.connect(receivers[0])
    assert signal.has_receivers_for("anybody")
    receivers.clear()
    assert not signal.has_receivers_for("anybody")


def test_changes_can_be_nested() -> None:
    signal = Signal()
    receiver = returns(1)
    with at_the_books():
        signal.connect(receiver)
        signal.disconnect(receiver)
    assert len(signal._registry) == 0


def sections_of(function: FunctionType) -> list[range]:
    """Return the lines on which a function has the lock."""
    lines, first = inspect.getsourcelines(function)
    return [
        range(
            first - 1 + node.body[0].body[0].lineno, first + (node.body[0].body[-1].end_lineno or 0)
        )
        for node in ast.walk(ast.parse(textwrap.dedent("".join(lines))))
        if isinstance(node, ast.For) and ast.unparse(node.iter) in {"locked", "attempt"}
        if isinstance(node.body[0], ast.Try)
    ]


def functions_of(owner: object, module: str) -> Iterator[FunctionType]:
    for thing in vars(owner).values():
        if isinstance(thing, FunctionType) and thing.__module__ == module:
            yield thing
        elif isinstance(thing, type) and thing.__module__ == module:
            yield from functions_of(thing, module)


CORE = Path(_connecting.__file__).parent
CHANGING = [
    function
    for module in (
        *(_books, _connecting, _ending, _isolating, _observing, _outlets, _registry),
        *(blinker_books, blinker_base),
    )
    for function in functions_of(module, module.__name__)
    if sections_of(function)
]


def test_the_functions_that_change_the_books_are_known() -> None:
    """And none of them takes the lock in another way."""
    sections = sum(len(sections_of(function)) for function in CHANGING)
    paths = [path for path in CORE.parent.rglob("*.py") if path.name != "_exclusive.py"]
    texts = [path.read_text("utf-8") for path in paths]
    loops = [re.findall(r"for \w+ in (?:locked|attempt):", text) for text in texts]
    assert sections == sum(map(len, loops)) > 10
    assert not [
        text for text in texts if re.search(r"(?<!iter\()(?<!\w)lock\.a|with lock|exclusive:", text)
    ]


@pytest.mark.parametrize("function", CHANGING, ids=lambda function: function.__qualname__)
def test_a_change_makes_no_call_while_it_has_the_lock(function: FunctionType) -> None:
    """So neither the collector, nor a signal handler, nor another thread comes in between."""
    within = {line for section in sections_of(function) for line in section}
    starts = dict(dis.findlinestarts(function.__code__))
    line, seen = 0, 0
    for step in dis.get_instructions(function):
        line = starts.get(step.offset) or line
        if line in within:
            seen += 1
            assert not re.search("CALL|BUILD|MAKE|IMPORT|BACKWARD|ABSOLUTE|YIELD", step.opname)
    assert seen > 5 * len(sections_of(function))


@pytest.mark.parametrize("sender", [ANY, Sender()])
def test_a_connection_and_its_end_take_two_calls_each_and_one_lock(
    monkeypatch: pytest.MonkeyPatch, sender: object
) -> None:
    """Of a function whose code was verified before, and of a sender that was heard before."""
    signal, receiver = Signal(), returns(1)
    calls: list[str] = []
    locks: list[object] = []

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and "aldis" in frame.f_code.co_filename:
            calls.append(frame.f_code.co_name)

    for _ in range(2):
        calls.clear()
        locks.clear()
        monkeypatch.setattr(_connecting, "locked", map(locks.append, iter(lock.acquire, None)))
        before = sys.getprofile()
        sys.setprofile(note)
        try:
            signal.connect(receiver, sender)
            signal.disconnect(receiver, sender)
        finally:
            sys.setprofile(before)
    assert calls == ["connect", "connect", "disconnect", "disconnect"]
    assert len(locks) == 2


@pytest.mark.parametrize(
    "method", ["connect", "again", "disconnect", "disconnect one", "strengthen", "block"]
)
def test_a_death_in_another_thread_during_a_change_is_seen_to_after_it(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    signal, receiver, dying = Signal(), returns(1), [returns(2)]
    signal.connect(dying[0])
    signal.connect(receiver)

    def release() -> None:
        in_another_thread(dying.clear)
        lock.release()

    block = signal.connected_to(receiver, "sender")
    block.__enter__()
    modules = {"strengthen": _ending, "block": _registry}
    monkeypatch.setattr(modules.get(method, _connecting), "release", release)
    if method == "connect":
        signal.connect(returns(3), "sender", weak=False)
    elif method == "again":
        signal.connect(receiver)
    elif method == "disconnect one":
        signal.disconnect(receiver, "sender")
    elif method == "strengthen":
        signal.connect(receiver, weak=False)
    elif method == "block":
        block.__exit__(None, None, None)
    else:
        signal.disconnect(receiver)
    assert not dead
    monkeypatch.undo()
    block.__exit__(None, None, None)
    assert len(signal._registry) == {"connect": 2, "disconnect": 0}.get(method, 1)


def test_at_most_one_sender_that_nobody_hears_is_remembered() -> None:
    signal, receiver = Signal(), returns(1)
    senders = [Sender() for _ in range(9)]
    for number in range(18):
        signal.connect(receiver, senders[number // 2])
        signal.disconnect(receiver, senders[number // 2])
    assert list(signal._registry.routes) == [id(senders[-1])]
    signal.connect(receiver, senders[-1])  # it is of use again
    signal.connect(receiver, senders[0])
    signal.disconnect(receiver, senders[0])
    signal.disconnect(receiver, senders[1])
    assert results(signal.send(senders[-1])) == [1]
    assert signal.send(senders[0]) == []
    senders.clear()
    assert not signal._registry.routes


def test_a_sender_that_is_not_remembered_any_more_dies_without_a_trace() -> None:
    """Somebody, as a send that is under way, still has the way to its receivers."""
    signal, receiver = Signal(), returns(1)
    senders = [Sender(), Sender()]
    signal.connect(receiver, senders[0])
    kept = signal._registry.routes[id(senders[0])]
    signal.disconnect(receiver, senders[0])
    signal.connect(receiver, senders[1])
    signal.disconnect(receiver, senders[1])
    senders.pop(0)
    assert kept() is None
    assert list(signal._registry.routes) == [id(senders[0])]
    assert signal._registry._spare is signal._registry.routes[id(senders[0])]


def test_connecting_one_of_several_receivers_of_a_sender_again_changes_nothing() -> None:
    signal, sender, receivers = Signal(), Sender(), [returns(1), returns(2)]
    for receiver in (*receivers, *receivers):
        signal.connect(receiver, sender)
    assert results(signal.send(sender)) == [1, 2]


@pytest.mark.parametrize("block", [True, False])
def test_a_connection_that_ends_before_it_is_made_strong_stays_ended(block: bool) -> None:
    """The other thread disconnects it as soon as this one has found it."""
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0])
    registry = signal._registry

    class Overtaken(_registry.Registry):
        __slots__ = ()

        def connect(self, *arguments: Any, **options: Any) -> Any:
            link = super().connect(*arguments, **options)
            if block and link.terms is None:
                signal.disconnect(receivers[0])
            return link

        def _strengthen(self, link: Any, receiver: Any) -> None:
            signal.disconnect(receiver)
            super()._strengthen(link, receiver)

    registry.__class__ = Overtaken
    if block:
        with signal.connected_to(receivers[0]):
            assert results(signal.send(None)) == [1]
    else:
        signal.connect(receivers[0], weak=False)
    assert signal.send(None) == []
    kept = weakref.ref(receivers.pop())
    assert kept() is None


def test_the_garbage_collector_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the whole process's: another thread may want it otherwise at the same time."""
    switched: list[str] = []
    monkeypatch.setattr(gc, "enable", lambda: switched.append("on"))
    monkeypatch.setattr(gc, "disable", lambda: switched.append("off"))
    signal, receivers, senders = Signal(), [returns(1)], [Sender()]
    with signal.connected_to(receivers[0]), BoundSignal(signal, senders[0]).muted():
        signal.connect(receivers[0], senders[0], weak=False, once=True)
        signal.connect(receivers[0], "another")
        signal.send(senders[0])
    signal.disconnect(receivers[0])
    signal.connect(receivers[0], senders[0])
    receivers.clear()
    senders.clear()
    assert not switched


def test_no_destructor_runs_while_the_books_are_held() -> None:
    held: list[bool] = []

    class Loud:
        def __call__(self, sender: object) -> None: ...

        def __del__(self) -> None:
            held.append(is_held())

    signal = Signal()
    signal.connect(Loud(), weak=False)
    signal.connect(Loud(), "sender", weak=False)

    def disconnect_all() -> None:
        for receiver in signal.receivers:
            signal.disconnect(receiver)

    disconnect_all()
    sender = Sender()
    signal.connect(Loud(), sender, weak=False)
    del sender
    signal.connect(Loud(), once=True, weak=False)
    signal.send(None)
    assert held == [False] * 4


def test_a_destructor_may_connect_and_send() -> None:
    signal = Signal()
    other = returns("other")

    class Chain:
        def __call__(self, sender: object) -> None: ...

        def __del__(self) -> None:
            signal.connect(other)
            heard.extend(results(signal.send("last words")))

    heard: list[object] = []
    chain = Chain()
    signal.connect(chain)
    del chain
    assert "other" in heard
    assert signal.receivers == (other,)


def test_an_object_that_comes_back_to_life_can_be_connected_again() -> None:
    class Phoenix:
        itself: object = None

        def __call__(self, sender: object) -> str:
            return "risen"

        def __del__(self) -> None:
            saved.append(self)

    saved: list[Phoenix] = []
    signal = Signal()
    phoenix = Phoenix()
    phoenix.itself = phoenix  # a cycle: the collector ends it
    signal.connect(phoenix)
    del phoenix
    gc.collect()
    [risen] = saved
    assert signal.send(None) == []
    signal.connect(risen)
    assert [result for _, result in signal.send(None)] == ["risen"]


def test_a_cycle_of_receiver_sender_and_signal_is_collected() -> None:
    class Node:
        def __init__(self) -> None:
            self.signal = Signal()
            self.signal.connect(self.on, self, weak=False)
            self.signal.connect(self.on)

        def on(self, sender: object) -> None: ...

    reference = weakref.ref(Node())
    gc.collect()
    assert reference() is None


def test_books_outlived_by_their_receivers_are_not_missed() -> None:
    receivers = [returns(1)]
    senders = [Sender()]
    signal = Signal()
    signal.connect(receivers[0], senders[0])
    with at_the_books():
        in_another_thread(receivers.clear)  # waits in `dead` for books that go first
        in_another_thread(senders.clear)
        del signal
    assert not dead


def test_a_signal_that_died_before_its_last_receiver_tells_nobody() -> None:
    told: list[object] = []

    def tell(about: object, **_: object) -> None:
        told.append(about)

    signal = Signal()
    signal.receiver_disconnected.connect(tell)
    receivers = [returns(1)]
    signal.connect(receivers[0])
    send = signal.send  # keeps the books, not the signal
    del signal
    receivers.clear()
    assert send(None) == []
    assert not told


def test_an_old_route_does_not_take_a_new_one_with_it() -> None:
    """A sender that dies while another thread connects a new one at its address."""
    signal = Signal()
    receiver = returns(1)
    sender = Sender()
    signal.connect(receiver, sender)
    registry = signal._registry
    route = registry.routes[id(sender)]
    stale = WeakRoute(sender)
    stale.key = route.key
    registry.drop_route(stale)
    assert registry.routes[id(sender)] is route


def test_a_snapshot_made_while_somebody_changes_the_books_is_used_but_not_kept() -> None:
    signal = Signal()
    one, two = returns(1), returns(2)
    signal.connect(one)
    signal.connect(one, "sender")
    signal.connect(two, "sender")
    with at_the_books():
        sent: list[object] = []
        in_another_thread(lambda: sent.extend(signal.send("sender")))
        in_another_thread(lambda: sent.extend(signal.send("other")))
    assert sent == [(one, 1), (two, 2), (one, 1)]
    signal.disconnect(one, ANY)
    assert signal.send("sender") == [(two, 2)]


def test_a_snapshot_that_is_overtaken_by_a_change_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal = Signal()
    one, two = returns(1), returns(2)
    signal.connect(one)
    signal.connect(one, "sender")

    def overtaken(*arguments: Any) -> object:
        made = _snapshots.snapshot(*arguments)
        monkeypatch.undo()
        signal.connect(two, "sender")
        signal.connect(two, "anyone")
        return made

    for sender in ("anyone", "sender"):
        signal.send("anyone")  # so that the snapshot of "sender" alone is to be made
        if sender == "anyone":
            signal.connect(returns(0))  # which dies at once, but outdates the snapshot
        monkeypatch.setattr(_registry, "snapshot", overtaken)
        assert [result for _, result in signal.send(sender)] == [1]
        assert [result for _, result in signal.send(sender)] == [1, 2]
        signal.disconnect(two)


def test_a_snapshot_of_everyone_that_is_overtaken_by_a_change_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal = Signal()
    one, two = returns(1), returns(2)
    signal.connect(one)

    def overtaken(*arguments: Any) -> object:
        made = _snapshots.snapshot(*arguments)
        monkeypatch.undo()
        signal.connect(two)
        return made

    monkeypatch.setattr(_registry, "snapshot", overtaken)
    assert results(signal.send(None)) == [1]
    assert results(signal.send(None)) == [1, 2]


def test_no_destructor_runs_while_the_lock_is_held() -> None:
    """The function of a dead method's entry dies when an old snapshot of a sender does."""
    held: list[bool] = []

    class Tell:
        def __del__(self) -> None:
            held.append(is_held())

    signal, sender, owner = Signal(), Sender(), Sender()

    def method(last: Tell) -> Callable[..., object]:
        def hear(self: Sender, sender: object) -> object:
            return last

        return hear

    kept = returns(1)
    signal.connect(kept, sender)
    signal.connect(MethodType(method(Tell()), owner), sender)
    signal.send(sender)
    del owner
    signal.send(sender)
    gc.collect()
    assert held == [False]


def test_after_a_disconnect_nothing_holds_what_a_method_was_made_of() -> None:
    signal, sender, owner = Signal(), Sender(), Sender()
    made, kept = [echoes()], echoes()
    signal.connect(kept, sender)
    held = weakref.ref(made[0])
    signal.connect(MethodType(made[0], owner), sender)
    signal.send(sender)
    signal.disconnect(MethodType(made[0], owner))
    made.clear()
    gc.collect()
    assert held() is None


def test_a_send_that_is_under_way_keeps_no_record_of_every_change() -> None:
    """A receiver may serve for as long as the process lives."""
    signal = Signal()

    @signal.connect
    def serve(sender: object) -> int:
        for receiver in receivers:
            signal.connect(receiver)
            signal.disconnect(receiver)
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(1000):
            for receiver in receivers:
                signal.connect(receiver)
                signal.disconnect(receiver)
        gc.collect()
        return sys.getallocatedblocks() - before

    receivers = [returns(1), returns(2)]
    [left] = results(signal.send(None))
    assert isinstance(left, int)
    assert left < 100


def test_more_sets_of_names_than_are_remembered_may_be_sent_by_several_threads() -> None:
    signal = Signal()
    kept = [returns(number) for number in range(3)]
    for receiver in kept:
        signal.connect(receiver)
    errors: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(300):
                name = f"name_{thread}_{number % 150}"
                assert results(signal.send(None, **{name: 1})) == [0, 1, 2]
        except BaseException as error:  # noqa: BLE001  # it is raised below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if errors:
        raise errors[0]


def method_of(last: object) -> MethodType:
    """Return a method of a new object, whose function is the last to hold something."""

    def hear(self: Sender, sender: object) -> object:
        return last

    return MethodType(hear, Sender())


class Tells:
    """Tells whether the lock is held when it goes."""

    def __init__(self, held: list[bool]) -> None:
        self.held = held

    def __del__(self) -> None:
        self.held.append(is_held())


@pytest.mark.parametrize("dies", [True, False])
def test_an_old_snapshot_of_a_sender_that_nobody_hears_is_dropped_after_the_change(
    dies: bool,
) -> None:
    signal, receiver, held = Signal(), returns(1), list[bool]()
    idle, other = [Sender()], Sender()
    signal.connect(receiver, idle[0])
    signal.disconnect(receiver, idle[0])
    signal.connect(receiver, other)
    signal.connect(returns(2), other, weak=False)
    last = method_of(Tells(held))
    signal.connect(last)
    signal.send(idle[0])
    del last
    gc.collect()
    if dies:
        with at_the_books():
            in_another_thread(idle.clear)
    else:
        signal.disconnect(receiver, other)
        for hearer in signal.receivers:
            signal.disconnect(hearer, other)
    assert held == [False]


def test_connections_that_ended_are_not_kept_by_one_that_is_looked_at() -> None:
    signal, receiver, sender = Signal(), returns(1), Sender()
    with signal.connected_to(receiver, sender):
        signal.connect(receiver, "first")
        signal.disconnect(receiver, sender)
        for number in range(5):
            signal.connect(receiver, f"{number}")
            signal.disconnect(receiver, f"{number - 1}" if number else "first")
        gc.collect()
        links = [thing for thing in gc.get_objects() if type(thing) is ObjectLink]
        assert sum(link.key == id(receiver) for link in links) == 2


def test_the_end_of_one_of_many_connections_to_a_sender_looks_at_no_other() -> None:
    class NotCopied(dict[Any, Any]):
        def values(self) -> Any:
            raise AssertionError("it takes as many steps as there are receivers")

    signal, sender, receivers = Signal(), Sender(), [returns(number) for number in range(3)]
    for number in range(3):
        signal.connect(receivers[number], sender)
    route = signal._registry.routes[id(sender)]
    assert route.several is not None
    route.several = NotCopied(route.several)
    signal.disconnect(receivers[0], sender)
    receivers.pop()
    assert len(route.several) == 1


def test_a_receiver_whose_connection_failed_in_the_middle_may_die(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its reference outlives it where a traceback's frames are cleared."""
    signal = Signal()

    def fail(*arguments: object) -> None:
        raise MemoryError

    def connect() -> None:
        signal.connect(returns(1), Sender())

    monkeypatch.setattr(_connecting, "route_to", fail)
    try:
        connect()
    except MemoryError as error:
        traceback.clear_frames(error.__traceback__)
    assert not dead
    in_another_thread(lambda: signal.connect(print))


def test_a_change_that_cannot_begin_leaves_the_lock_free_and_is_made_up_for() -> None:
    """Near the limit of recursion a death may not be seen to."""
    signal, tries = Signal(), list[object]()

    class Limited(_registry.Registry):
        __slots__ = ()

        def forget(self, ended: Any) -> None:
            tries.append(ended)
            if len(tries) < 3:
                raise RecursionError
            super().forget(ended)

    receivers = [returns(1)]
    signal.connect(receivers[0])
    signal._registry.__class__ = Limited
    receivers.clear()  # nobody hears that this failed
    with pytest.raises(RecursionError):
        signal.connect(print, "sender")
    assert not is_held()
    in_another_thread(lambda: signal.connect(print, "sender"))
    assert tries[0] is tries[1] is tries[2]
    assert len(signal._registry) == 1
    assert not dead


@pytest.mark.skipif(not hasattr(signal_module, "setitimer"), reason="no timers on this platform")
def test_a_signal_handler_that_ends_the_steps_of_the_lock_does_no_harm() -> None:
    """A `StopIteration` raised while the lock is waited for is the end of any iterator."""
    signal, receiver = Signal(), returns(1)
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            go.wait(timeout=30)

    def stop(*_: object) -> None:
        go.set()
        raise StopIteration

    before = signal_module.signal(signal_module.SIGALRM, stop)
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(timeout=30)
    try:
        signal_module.setitimer(signal_module.ITIMER_REAL, 0.01)
        signal.connect(receiver)
    finally:
        signal_module.signal(signal_module.SIGALRM, before)
        thread.join()
    assert go.is_set()
    assert results(signal.send(None)) == [1]
    assert signal.disconnect(receiver)


def test_steps_of_the_lock_that_have_ended_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    signal, receiver = Signal(), returns(1)
    monkeypatch.setattr(_connecting, "locked", iter(()))
    signal.connect(receiver)
    assert results(signal.send(None)) == [1]
    monkeypatch.setattr(_connecting, "locked", iter(()))
    assert signal.disconnect(receiver)
    assert signal.send(None) == []


def test_what_ends_together_is_told_in_the_order_in_which_it_was_made() -> None:
    signal, receiver, told = Signal(), returns(1), list[object]()

    @signal.receiver_disconnected.connect
    def tell(about: object, *, sender: object, **_: object) -> None:
        told.append(sender)

    class Number(IntEnum):
        one = 1

    for sender in (ANY, "a", Number.one):
        signal.connect(receiver, sender)
    signal.disconnect(receiver)
    signal.connect(receiver, Number.one)
    signal.disconnect(receiver, 1)
    assert told == [ANY, "a", 1, 1]
    assert all(type(sender) is Number for sender in told[2:])


class Full(dict[Any, Any]):
    """A table that has no memory to grow, or to be changed at all, for once."""

    fails = True

    def _fail(self) -> None:
        if self.fails:
            self.fails = False
            raise MemoryError

    def __setitem__(self, key: object, value: object) -> None:
        self._fail()
        super().__setitem__(key, value)

    def __delitem__(self, key: object) -> None:
        self._fail()
        super().__delitem__(key)


@pytest.mark.parametrize("hears_another", [True, False])
@pytest.mark.parametrize("table", ["values", "_heads"])
def test_a_connection_for_which_there_is_no_memory_is_not_made(
    table: str, hears_another: bool
) -> None:
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    if hears_another:
        signal.connect(receiver, "one")
    setattr(registry, table, Full(getattr(registry, table)))
    with pytest.raises(MemoryError):
        signal.connect(receiver, "two")
    assert not faults(registry)
    assert not is_held()
    assert signal.send("two") == []
    signal.connect(receiver, "two")
    assert results(signal.send("two")) == [1]
    assert not faults(registry)


def test_a_disconnection_that_fails_in_the_middle_is_made_wholly() -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    registry = signal._registry
    for receiver in receivers:
        signal.connect(receiver)
    registry._everyones = Full(registry._everyones)
    with pytest.raises(MemoryError):
        signal.disconnect(receivers[0])
    assert not is_held()
    assert not faults(registry)
    assert results(signal.send(None)) == [2]


def test_a_disconnection_that_fails_before_it_begins_is_not_made() -> None:
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    signal.connect(receiver)

    class Unreadable(dict[Any, Any]):
        def __contains__(self, key: object) -> bool:
            raise MemoryError

    registry._heads = Unreadable()
    with pytest.raises(MemoryError):
        signal.disconnect(receiver)
    registry._heads = {}
    assert not is_held()
    assert not faults(registry)
    assert results(signal.send(None)) == [1]


def test_a_disconnection_for_which_there_is_no_number_is_made_wholly() -> None:
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    signal.connect(receiver)

    class Endless:
        def __add__(self, other: object) -> object:
            raise MemoryError

    registry._changes, before = untyped(Endless()), registry._changes
    with pytest.raises(MemoryError):
        signal.disconnect(receiver)
    registry._changes = before
    assert not is_held()
    assert not faults(registry)
    assert signal.send(None) == []
    signal.connect(receiver)
    assert results(signal.send(None)) == [1]


@pytest.mark.parametrize("sender", [ANY, "sender"])
def test_a_receiver_of_whose_death_nobody_heard_is_not_taken_for_the_next_at_its_address(
    sender: object,
) -> None:
    """Near the limit of recursion, a weak reference's callback cannot even be called."""
    signal, receivers = Signal(), [returns(1)]
    registry = signal._registry
    heard, registry._on_receiver_died = registry._on_receiver_died, returns(None)
    signal.connect(receivers[0], sender)
    registry._on_receiver_died = heard
    link: Any = registry._links_of(id(receivers[0]))[0]
    receivers[0] = returns(2)
    address = id(receivers[0])  # as if it were the same
    for table in (registry._everyones, registry._heads):
        if link.key in table:
            table[address] = table.pop(link.key)
    link.key = address
    signal.connect(receivers[0], sender)
    assert results(signal.send(sender)) == [2]
    assert not faults(registry)


def test_a_sender_of_whose_death_nobody_heard_leaves_no_receivers_at_its_address() -> None:
    signal, receivers, senders = Signal(), [returns(1), returns(2)], [Sender()]
    registry = signal._registry
    heard, registry._on_sender_died = registry._on_sender_died, returns(None)
    signal.connect(receivers[0], senders[0])
    registry._on_sender_died = heard
    route = registry.routes.pop(id(senders[0]))
    senders[0] = Sender()
    route.key = id(senders[0])
    registry.routes[route.key] = route
    signal.connect(receivers[1], senders[0])
    assert results(signal.send(senders[0])) == [2]
    assert not faults(registry)


def test_who_finds_that_another_thread_has_struck_out_the_last_has_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0])
    with lock:
        in_another_thread(receivers.clear)
    taken: list[object] = []

    def take() -> bool:
        monkeypatch.undo()
        in_another_thread(bury)
        taken.append(not dead)
        return True

    monkeypatch.setattr(_exclusive, "_is_free", take)
    bury()
    assert taken == [True]


def test_a_block_whose_connection_has_ended_has_nothing_to_end() -> None:
    signal, receiver = Signal(), returns(1)
    with signal.connected_to(receiver):
        signal.disconnect(receiver)
        signal.connect(receiver)
    assert results(signal.send(None)) == [1]


def test_a_connection_that_another_thread_comes_to_hold_outlives_the_block_that_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It comes when nobody held the connection, and before it was ended for that."""
    signal, receiver = Signal(), returns(1)
    registry = signal._registry
    other = signal.connected_to(receiver)

    class Overtaken(_registry.Registry):
        __slots__ = ()

        def _strike_out(self, link: Any, **options: bool) -> bool:
            registry.__class__ = _registry.Registry
            other.__enter__()
            return self._strike_out(link, **options)

    with signal.connected_to(receiver):
        registry.__class__ = Overtaken
    assert results(signal.send(None)) == [1]
    assert not faults(registry)
    other.__exit__(None, None, None)
    assert signal.send(None) == []


def test_a_link_that_is_struck_out_again_takes_no_other_with_it() -> None:
    """Who was interrupted between its end and that comes back late."""
    signal, receivers = Signal(), [returns(1), returns(2)]
    registry = signal._registry
    signal.connect(receivers[0], "sender")
    signal.connect(receivers[1], "sender")
    [old] = registry._links_of(id(receivers[0]))
    signal.disconnect(receivers[0])
    signal.connect(receivers[0], "sender")
    registry._strike_out(old)
    registry.forget((old, *registry._links_of(id(receivers[0]))))
    assert results(signal.send("sender")) == [2, 1]
    assert not faults(registry)


def test_what_is_struck_out_while_another_thread_comes_to_the_books_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0])
    with lock:
        in_another_thread(receivers.clear)
        del signal  # so there is nothing to do but to take it out
        monkeypatch.setattr(_exclusive, "_is_free", iter([True, False]).__next__)
        in_another_thread(bury)
        assert len(dead) == 1
    monkeypatch.undo()
    bury()
    assert not dead
