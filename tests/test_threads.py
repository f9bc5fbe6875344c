"""Threads that connect, disconnect, send and drop at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from aldis import ANY, Signal
from helpers import results, returns

SECONDS = 3.0
THREADS = 4


class Sender:
    pass


def together(work: Callable[[int], None], threads: int = THREADS) -> None:
    """Run the work in several threads, and raise the first error that one of them had."""
    errors: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001  # it is raised below
            errors.append(error)

    running = [threading.Thread(target=guarded, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=60)
        assert not thread.is_alive(), "a thread hangs"
    if errors:
        raise errors[0]


def counting(counts: list[int]) -> Callable[..., None]:
    def receiver(sender: object, *, thread: int) -> None:
        counts[thread] += 1

    return receiver


def stir(
    chance: random.Random, signal: Signal, senders: list[object], mine: list[Callable[..., None]]
) -> None:
    """Connect one more receiver, disconnect one, or release one."""
    action = chance.random()
    if action < 0.46:
        mine.append(counting([0] * THREADS))
        sender = chance.choice([ANY, Sender(), *senders])
        signal.connect(mine[-1], sender, weak=chance.random() < 0.5, once=chance.random() < 0.2)
    elif mine and action < 0.69:
        signal.disconnect(chance.choice(mine))
    elif mine:
        mine.pop(chance.randrange(len(mine)))


@pytest.mark.usefixtures("tiny_switch_interval")
def test_a_receiver_that_stays_connected_never_misses_a_send() -> None:
    signal = Signal()
    shared = Sender()
    senders: list[object] = [shared, "bridge", 7]
    stays_for_all = [[0] * THREADS for _ in range(2)]
    stays_for_one = [[0] * THREADS for _ in senders]
    kept = [counting(counts) for counts in stays_for_all]
    for receiver in kept:
        signal.connect(receiver)
    for sender, counts in zip(senders, stays_for_one, strict=True):
        kept.append(counting(counts))
        signal.connect(kept[-1], sender)
    sends = [[0] * THREADS for _ in senders]
    ended = time.monotonic() + SECONDS

    def work(thread: int) -> None:
        chance = random.Random(thread)
        mine: list[Callable[..., None]] = []
        while time.monotonic() < ended:
            if chance.random() < 0.35:
                place = chance.randrange(len(senders))
                sends[place][thread] += 1
                sent = signal.send(senders[place], thread=thread)
                receivers = [receiver for receiver, _ in sent]
                ours = [receiver for receiver in receivers if receiver in kept]
                assert ours == [kept[0], kept[1], kept[2 + place]]  # once each, and in order
                assert len(set(receivers)) == len(receivers)
            else:
                stir(chance, signal, senders, mine)
        for receiver in mine:
            signal.disconnect(receiver)

    together(work)
    for counts in stays_for_all:
        assert counts == [sum(sent[thread] for sent in sends) for thread in range(THREADS)]
    assert stays_for_one == sends
    assert all(sum(sent) > 50 for sent in sends), "too few sends to have shown anything"


@pytest.mark.usefixtures("tiny_switch_interval")
def test_once_is_claimed_by_exactly_one_of_several_sends() -> None:
    for _ in range(200):
        signal = Signal()
        called: list[object] = []
        signal.connect(called.append, once=True, weak=False)
        signal.connect(called.append, "sender", once=True, weak=False)
        barrier = threading.Barrier(THREADS)

        def work(_: int) -> None:
            barrier.wait()  # noqa: B023  # the threads end in this iteration
            signal.send("sender")  # noqa: B023

        together(work)
        assert called == ["sender"]
        assert len(signal._registry) == 0


@pytest.mark.usefixtures("tiny_switch_interval")
def test_after_a_disconnect_has_returned_no_send_that_begins_calls_the_receiver() -> None:
    signal = Signal()
    off = threading.Event()
    late: list[object] = []

    def receiver(sender: object, *, disconnected: bool) -> None:
        if disconnected:
            late.append(sender)

    signal.connect(receiver)
    signal.connect(receiver, "sender")

    def work(thread: int) -> None:
        if thread == 0:
            for _ in range(100):
                signal.send("sender", disconnected=False)
            signal.disconnect(receiver)
            off.set()
            return
        begun_late = 0
        while begun_late < 100:
            disconnected = off.is_set()
            begun_late += disconnected
            signal.send("sender", disconnected=disconnected)

    together(work)
    assert not late


@pytest.mark.usefixtures("tiny_switch_interval")
def test_the_first_sends_of_several_threads_write_one_function() -> None:
    for number in range(50):

        def spec(sender: object, /, *, x: int, y: int = number) -> None: ...

        def receiver(sender: object, *, x: int, y: int) -> object:
            return (x, y)

        signal: Signal[Any, ..., Any] = Signal(spec)
        signal.connect(receiver)
        barrier = threading.Barrier(THREADS)
        found: list[object] = []

        def work(_: int) -> None:
            barrier.wait()  # noqa: B023  # the threads end in this iteration
            found.extend(results(signal.send(None, x=1)))  # noqa: B023

        together(work)
        assert found == [(1, number)] * THREADS


@pytest.mark.usefixtures("tiny_switch_interval")
def test_signals_that_connect_to_each_other_in_opposite_orders_do_not_deadlock() -> None:
    one, two = Signal(), Signal()

    def swap(first: Signal, second: Signal) -> Callable[..., None]:
        def receiver(sender: object) -> None:
            def other(sender: object) -> None: ...

            second.connect(other)
            first.connect(other, sender)
            second.send("inner")

        return receiver

    one.connect(swap(one, two), "outer", weak=False)
    two.connect(swap(two, one), "outer", weak=False)

    def work(thread: int) -> None:
        for _ in range(500):
            (one if thread % 2 else two).send("outer")

    together(work)


@pytest.mark.usefixtures("tiny_switch_interval")
def test_the_changes_of_a_signal_are_each_told_once() -> None:
    signal = Signal()
    told: dict[str, int] = {"connected": 0, "disconnected": 0}
    lock = threading.Lock()

    def count(what: str) -> Callable[..., None]:
        def listener(about: object, **_: object) -> None:
            with lock:
                told[what] += 1

        return listener

    signal.receiver_connected.connect(count("connected"), weak=False)
    signal.receiver_disconnected.connect(count("disconnected"), weak=False)

    def work(thread: int) -> None:
        for number in range(300):
            receiver = returns(None)
            signal.connect(receiver)
            signal.connect(receiver, "sender", once=True)
            if number % 3 == 0:
                signal.disconnect(receiver)
            elif number % 3 == 1:
                signal.send("sender")

    together(work)
    assert len(signal._registry) == 0
    assert told == {"connected": 2 * 300 * THREADS, "disconnected": 2 * 300 * THREADS}
