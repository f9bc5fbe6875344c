"""The list of connections, compared with what was connected."""

from __future__ import annotations

import gc
import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aldis import ANY, Signal
from aldis._core import _survey
from aldis._core._survey import connections
from conftest import Sender


def receiver() -> Any:
    def hear(sender: object, **_: object) -> None: ...

    return hear


SENDERS: list[Any] = [ANY, Sender(), Sender(), "bridge", 7]
ONE = st.tuples(
    st.integers(0, 3),
    st.integers(0, len(SENDERS) - 1),
    st.booleans(),
    st.booleans(),
    st.integers(-2, 2),
)


@given(st.lists(ONE, max_size=12))
@settings(max_examples=150)
def test_each_connection_is_told_with_its_terms_in_the_order_of_turns(
    calls: list[tuple[int, int, bool, bool, int]],
) -> None:
    signal: Signal[Any, ..., Any] = Signal()
    receivers = [receiver() for _ in range(4)]
    model: dict[tuple[int, int], list[Any]] = {}
    for which, whom, weak, once, priority in calls:
        signal.connect(receivers[which], SENDERS[whom], weak=weak, once=once, priority=priority)
        known = model.get((which, whom))
        if known is None:
            model[which, whom] = [weak, once, priority]
        else:
            known[0] = known[0] and weak
    told = connections(signal._registry)
    assert {
        (receivers.index(each.receiver), SENDERS.index(each.sender)): [
            each.weak,
            each.once,
            each.priority,
        ]
        for each in told
    } == model
    assert len(told) == len(model)
    # a receiver of `ANY` and of a sender is called at the first of its places
    for sender in SENDERS:
        turns = [each.receiver for each in told if each.sender in (ANY, sender)]
        assert tuple(dict.fromkeys(turns)) == signal.receivers_for(sender)


def test_a_receiver_that_is_held_for_a_while_is_not_weak() -> None:
    signal: Signal[Any, ..., Any] = Signal()
    hear = receiver()
    signal.connect(hear)
    with signal.connected_to(hear):
        assert [each.weak for each in connections(signal._registry)] == [False]
    assert [each.weak for each in connections(signal._registry)] == [True]


@pytest.mark.parametrize("which", ["receiver", "sender", "connection"])
def test_what_dies_while_it_is_looked_at_is_left_out(
    which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal: Signal[Any, ..., Any] = Signal()
    kept: dict[str, Any] = {"receiver": receiver(), "sender": Sender()}
    other = receiver()
    signal.connect(kept["receiver"], kept["sender"])
    signal.connect(other)

    def late(links: Any) -> Any:
        links = sorted(links, key=lambda link: link.order)
        if which == "connection":
            signal.disconnect(kept["receiver"])
        else:
            # the collector clears the reference before its callback runs
            kept[which] = None
            gc.collect()
        return links

    monkeypatch.setattr(_survey, "in_order", late)
    assert [each.receiver for each in connections(signal._registry)] == [other]


def test_connections_may_change_meanwhile(tiny_switch_interval: None) -> None:
    signal: Signal[Any, ..., Any] = Signal()
    receivers = [receiver() for _ in range(20)]
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            for each in receivers:
                signal.connect(each, "bridge")
            for each in receivers:
                signal.disconnect(each)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(200):
            told = connections(signal._registry)
            assert len({id(each.receiver) for each in told}) == len(told)
            assert {each.sender for each in told} <= {"bridge"}
    finally:
        stop.set()
        thread.join(timeout=30)
