"""`aldis.testing.muted`: signals whose sends reach no receiver for the length of a block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aldis import Signal, blinker
from aldis.testing import isolated, muted
from helpers import echoes, results, returns, untyped


class Sender:
    @Signal.method
    def changed(self) -> object:
        raise NotImplementedError


def test_muted_is_about_several_signals_and_single_senders() -> None:
    one, two, quiet, loud = Signal(), blinker.Signal(), Sender(), Sender()
    receiver = echoes()
    for signal in (one, two, Sender.changed):
        untyped(signal).connect(receiver)
    with muted(one, [two], quiet.changed):
        with muted(one):
            pass
        assert (one.send(None), two.send(None), quiet.changed.send()) == ([], [], [])
        assert len(loud.changed.send()) == 1
    assert [len(sent) for sent in (one.send(None), two.send(None), quiet.changed.send())] == [1] * 3
    Sender.changed.disconnect(receiver)


def test_a_signal_that_cannot_be_muted_leaves_the_others_unmuted() -> None:
    class Stubborn(Signal[Any, ..., Any]):
        def muted(self) -> Any:
            raise LookupError

    signal = Signal()
    signal.connect(returns(1), weak=False)
    with pytest.raises(LookupError), muted(signal, Stubborn()):
        raise NotImplementedError
    assert results(signal.send(None)) == [1]


@pytest.mark.parametrize("block", [isolated, muted])
def test_what_is_no_signal_is_refused_before_the_block_begins(block: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="expected a signal, an event"):
        block(Signal(), 42)
