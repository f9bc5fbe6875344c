"""The registry of the adapter's signals: what it remembers, and what its views show meanwhile."""

from __future__ import annotations

import asyncio
import copy
import gc
import linecache
import sys
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from aldis._core import _compile, _registry
from aldis._core._connection import WeakConnection, refer_to
from aldis.blinker import ANY, Signal, _sending
from aldis.blinker._registry import UntypedRegistry
from aldis.blinker._utilities import make_id
from helpers import returns

GIL = getattr(sys, "_is_gil_enabled", lambda: True)()


@contextmanager
def unheard(monkeypatch: pytest.MonkeyPatch) -> Generator[None, None, None]:
    """Suppress cleanups, as at the end of the interpreter."""
    with monkeypatch.context() as patched:
        patched.setattr(sys, "is_finalizing", lambda: True)
        yield


def test_the_views_are_shown_as_the_dicts_that_they_look_like() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    signal.connect(receiver, "sender", weak=False)
    for view in (signal.receivers, signal._by_sender, signal._by_receiver):
        assert repr(view) == repr(dict(view))
        assert len(view) > 0


def test_a_receiver_whose_death_nobody_heard_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0])
    (key,) = signal.receivers
    with unheard(monkeypatch):
        receivers.clear()
    with pytest.raises(KeyError):
        signal.receivers[key]
    assert signal.receivers == {}
    assert list(signal.receivers.values()) == []


def test_a_receiver_that_dies_before_its_turn_is_not_yielded() -> None:
    signal, receivers = Signal(), [returns(1), returns(2)]
    signal.connect(receivers[0])
    signal.connect(receivers[1])
    found = signal.receivers_for(None)
    assert next(found) is receivers[0]
    receivers.pop()
    assert list(found) == []


def test_a_signal_with_receivers_is_not_copied() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    with pytest.raises(TypeError, match="cannot be copied or pickled: disconnect its receivers"):
        copy.copy(signal)
    signal.disconnect(receiver)
    again = copy.deepcopy(signal)
    again.connect(receiver)
    assert not signal.receivers


def test_a_death_that_is_heard_late_does_not_take_a_new_connection_with_it() -> None:
    """A receiver that died while another was connected at its address."""
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver, "sender", weak=False)
    home = signal._registry.home
    stale = refer_to(receiver, id(receiver), home.receiver_died, home.function_died)
    assert isinstance(stale, WeakConnection)
    home.receiver_died(stale)
    assert list(signal.receivers_for("sender")) == [receiver]
    assert list(signal.receivers.values()) == [receiver]


def test_a_receiver_whose_death_nobody_heard_is_not_yielded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0])
    with unheard(monkeypatch):
        receivers.clear()
    assert list(signal.receivers_for(None)) == []
    assert not signal.has_receivers_for(None)


def test_a_program_that_makes_up_names_lets_nothing_grow() -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver)
    for number in range(2 * _sending._NAMES_KEPT):
        for _ in range(4):
            assert signal.send(None, **{f"name{number}": 1}) == [(receiver, 1)]
    assert len(signal._registry.senders) <= _sending._NAMES_KEPT
    assert len(_sending._counts) <= _sending._NAMES_KEPT


def test_a_method_that_sends_is_shown_by_its_two_addresses() -> None:
    class Sender:
        def send(self) -> None: ...

    signal, receiver, sender = Signal(), returns(1), Sender()
    signal.connect(receiver, sender.send)
    assert list(signal._by_sender) == [make_id(sender.send)]
    assert signal._by_sender[make_id(sender.send)] == {make_id(receiver)}


def test_a_copy_of_an_idle_signal_is_as_muted_as_it_is() -> None:
    signal = Signal("Its documentation.")
    signal.is_muted = True
    again = copy.deepcopy(signal)
    assert again.is_muted
    assert again.__doc__ == "Its documentation."
    again.is_muted = False
    assert signal.is_muted


async def waits(sender: object) -> str:
    return "awaited"


@pytest.mark.parametrize("method", [True, False])
def test_a_plain_receiver_that_comes_while_all_others_are_awaited_is_no_coroutine_function(
    method: bool,
) -> None:
    """Another thread connects the first coroutine function, and sends, just before it is there."""

    class Listener:
        def hear(self, sender: object) -> None: ...

    signal, listener = Signal(), Listener()
    plain: Any = listener.hear if method else returns(1)

    class Overtaken(UntypedRegistry):
        __slots__ = ()

        def connect(self, *arguments: Any, **options: Any) -> Any:
            signal._registry.__class__ = UntypedRegistry
            signal.connect(waits)
            assert asyncio.run(signal.send_async(None)) == [(waits, "awaited")]
            return signal._registry.connect(*arguments, **options)

    signal._registry.__class__ = Overtaken
    signal.connect(plain)
    with pytest.raises(RuntimeError, match="non-coroutine function"):
        asyncio.run(signal.send_async(None))


def test_another_signal_may_be_put_in_the_place_of_the_one_about_a_signal() -> None:
    signal, about, told = Signal(), Signal(), list[object]()

    @about.connect
    def tell(_: object, *, receiver: object, **__: object) -> None:
        told.append(receiver)

    signal.receiver_connected = about
    receiver = returns(1)
    signal.connect(receiver)
    assert told == [receiver]
    assert signal.receiver_connected is about


def test_a_receiver_whose_sender_dies_while_it_is_connected_to_another_is_heard_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Sender: ...

    signal, receiver, senders, other = Signal(), returns(1), [Sender()], Sender()
    signal.connect(receiver, senders[0])

    def refer(*arguments: Any) -> object:
        senders.clear()
        return refer_to(*arguments)

    monkeypatch.setattr(_registry, "refer_to", refer)
    signal.connect(receiver, other)
    signal.disconnect(receiver, other)
    assert not signal.receivers
    assert not signal._registry.left


def test_a_receiver_that_a_block_holds_is_shown_as_itself_whatever_else_it_hears() -> None:
    signal, receiver = Signal(), returns(1)
    with signal.connected_to(receiver, "held"):
        signal.connect(receiver, "later")
        assert list(signal.receivers.values()) == [receiver]
    assert list(signal.receivers.values()) != [receiver]


@pytest.mark.parametrize("last", ["first", "second", None])
@pytest.mark.parametrize("weak", [True, False])
def test_the_last_connection_decides_how_all_of_a_receiver_hold_it(
    last: str | None, weak: bool
) -> None:
    signal, receivers = Signal(), [returns(1)]
    for sender in ("first", "second"):
        signal.connect(receivers[0], sender, weak=not weak)
    signal.connect(receivers[0], ANY if last is None else last, weak=weak)
    receivers.clear()
    assert len(signal.send("first")) == (0 if weak else 1)


def test_a_block_holds_a_receiver_as_long_as_it_lasts_and_changes_nothing_else() -> None:
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0], weak=False)
    with signal.connected_to(receivers[0], "sender"):
        signal.connect(receivers[0], "later", weak=True)
        receivers.clear()
        assert len(signal.send(None)) == 1
    assert not signal.receivers


class Slotted:
    __slots__ = ()

    async def __call__(self, sender: object) -> None: ...


def test_a_receiver_that_cannot_be_held_weakly_leaves_nothing_behind() -> None:
    signal, kept = Signal(), returns(1)
    signal.connect(kept, weak=False)
    with pytest.raises(TypeError, match="cannot be weakly referenced"):
        signal.connect(Slotted())
    assert list(signal.receivers.values()) == [kept]


def test_a_connection_may_end_while_another_receiver_has_outlived_its_sender() -> None:
    class Sender: ...

    signal, receivers, senders = Signal(), [returns(1), returns(2)], [Sender(), Sender()]
    signal.connect(receivers[0], senders[0])
    signal.connect(receivers[1], senders[1])
    senders.pop(0)
    signal.disconnect(receivers[1], senders[0])
    assert signal.send(senders[0]) == []
    assert list(signal.receivers) == [make_id(receivers[0])]


def test_a_traceback_shows_the_source_of_a_send_however_many_names_other_signals_send() -> None:
    signal = Signal()
    signal.connect(returns(1), weak=False)
    for _ in range(4):
        signal.send(None, shown=1)
    sender: Any = signal._registry.senders["shown",]
    file = sender.__code__.co_filename
    for number in range(2 * _compile._NAMED_SENDS_KEPT):
        _compile.make_named_send("send", (f"shown{number}",))
    assert linecache.getline(file, 1).startswith("def send(")
    again: Any = _compile.make_named_send("send", ("shown",))
    assert again.__code__ is sender.__code__
    del sender
    del again
    if sys.version_info[:2] == (3, 13) and not GIL:
        return  # there, code is kept for good once a second thread was started
    del signal._registry.senders["shown",]
    gc.collect()
    linecache.checkcache(file)
    assert linecache.getline(file, 1), "only another send may remove it"
    kept = _compile.make_named_send("send", ("another",))
    ours = [name for name in linecache.cache if name.startswith("<")]  # no file
    assert not [name for name in ours if "shown" in name]
    assert kept is not None


def test_of_two_threads_that_write_one_send_both_have_its_one_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = _compile._compiled

    def overtaken(recipe: Any) -> Any:
        monkeypatch.setattr(_compile, "_compiled", compiled)
        first.append(_compile.make_named_send("send", ("twice",)))
        return compiled(recipe)

    first: list[Any] = []
    monkeypatch.setattr(_compile, "_compiled", overtaken)
    second: Any = _compile.make_named_send("send", ("twice",))
    assert second.__code__ is first[0].__code__


def test_a_connection_that_ends_before_it_is_made_even_with_the_others_stays_ended() -> None:
    """Another thread disconnects it as soon as this one has found it."""
    signal, receivers = Signal(), [returns(1)]

    class Overtaken(UntypedRegistry):
        __slots__ = ()

        def connections_to(self, key: Any) -> Any:
            connections = super().connections_to(key)
            signal._registry.__class__ = UntypedRegistry
            signal.disconnect(receivers[0])
            return connections

    signal.connect(receivers[0], weak=False)
    signal._registry.__class__ = Overtaken
    signal.connect(receivers[0], weak=True)
    assert list(signal.receivers_for(None)) == []
    kept = weakref.ref(receivers.pop())
    assert kept() is None
