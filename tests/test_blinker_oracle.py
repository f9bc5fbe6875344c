"""Blinker is the oracle for which receivers are called; order and its known faults are ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import blinker
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aldis

SENDERS: list[object] = [object, type, "bridge", "deck", 7, 3.5]
RECEIVERS = range(4)

OPERATIONS = st.lists(
    st.one_of(
        st.tuples(
            st.just("connect"), st.sampled_from(RECEIVERS), st.sampled_from([None, *SENDERS])
        ),
        st.tuples(
            st.just("disconnect"), st.sampled_from(RECEIVERS), st.sampled_from([None, *SENDERS])
        ),
        st.tuples(st.just("send"), st.just(0), st.sampled_from(SENDERS)),
    ),
    max_size=25,
)


def receiver(number: int) -> Callable[..., object]:
    def receive(sender: object, **payload: object) -> object:
        return (number, payload)

    return receive


@given(OPERATIONS)
def test_who_hears_whom_is_what_blinker_says(operations: list[tuple[str, int, object]]) -> None:
    theirs: Any = blinker.Signal()
    ours: aldis.Signal[Any, ..., Any] = aldis.Signal()
    receivers = [receiver(number) for number in RECEIVERS]
    for operation, number, sender in operations:
        mine, yours = (aldis.ANY, blinker.ANY) if sender is None else (sender, sender)
        if operation == "connect":
            ours.connect(receivers[number], mine)
            theirs.connect(receivers[number], yours)
        elif operation == "disconnect":
            ours.disconnect(receivers[number], mine)
            theirs.disconnect(receivers[number], yours)
        else:
            assert sorted(map(repr, ours.send(sender, x=1))) == sorted(
                map(repr, theirs.send(sender, x=1))
            )
            assert ours.has_receivers_for(sender) is bool(set(theirs.receivers_for(sender)))


@pytest.mark.parametrize("weak", [True, False])
def test_a_receiver_lives_as_long_as_in_blinker(weak: bool) -> None:
    for signal in (aldis.Signal(), blinker.Signal()):
        kept = receiver(1)
        signal.connect(kept, weak=weak)
        del kept
        assert bool(signal.send(None)) is not weak


def test_a_bound_method_is_told_by_its_object_as_in_blinker() -> None:
    class Listener:
        def on(self, sender: object) -> object:
            return self

    for signal in (aldis.Signal(), blinker.Signal()):
        one, other = Listener(), Listener()
        signal.connect(one.on)
        signal.connect(one.on)
        signal.connect(other.on)
        assert len(signal.send(None)) == 2
        signal.disconnect(one.on)
        assert [result for _, result in signal.send(None)] == [other]
