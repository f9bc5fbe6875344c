"""Another thread acts in the middle of a change of the adapter: forced, not by luck."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from types import MethodType, ModuleType
from typing import Any

import pytest
from adapter_libraries import BLINKER, Listener, Sender, finished

import aldis
from aldis._core._connection import WeakConnection, chain, receiver_of, refer_to
from aldis.blinker import Signal, View, _left, _registered, _registry, _sendable, _stand_ins, typed
from aldis.blinker._registry import UntypedRegistry
from aldis.testing import isolated
from helpers import LockThatMeets, in_another_thread, returns, untyped


class Meeting:
    """Lets another thread act just before a module takes the lock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
        self.monkeypatch = monkeypatch
        self.module = module

    def before(self, act: Callable[[], object], *, after: int = 0) -> None:
        lock = LockThatMeets(lambda: in_another_thread(act), after=after)
        self.monkeypatch.setattr(self.module, "lock", lock)


def change(signal: Any) -> Callable[[], None]:
    """Make a change that has nothing to do with anything else."""
    other = returns("other")

    def connect() -> None:
        signal.connect(other, "other")
        signal.disconnect(other)

    return connect


# -- receivers whose senders die


@pytest.fixture
def at_the_left(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    return Meeting(monkeypatch, _left)


def test_a_receiver_is_left_though_another_thread_changes_the_signal(at_the_left: Meeting) -> None:
    signal, receiver, senders = Signal(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    at_the_left.before(change(signal))
    senders.clear()
    assert len(signal.receivers) == 1
    assert not signal._registry.by_receiver


def test_a_receiver_that_another_thread_connects_meanwhile_is_not_left(
    at_the_left: Meeting,
) -> None:
    signal, receiver, senders = Signal(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    at_the_left.before(lambda: signal.connect(receiver, "other"))
    senders.clear()
    assert signal.send("other") == [(receiver, 1)]
    signal.disconnect(receiver, "other")
    assert not signal.receivers


def test_a_receiver_that_another_thread_disconnects_meanwhile_is_not_left(
    at_the_left: Meeting,
) -> None:
    signal, receiver, senders = Signal(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    at_the_left.before(lambda: signal.disconnect(receiver))
    senders.clear()
    assert not signal.receivers


@pytest.mark.parametrize("act", ["change", "disconnect"])
def test_a_receiver_that_was_left_is_disconnected_though_another_thread_does_so(
    act: str, at_the_left: Meeting
) -> None:
    signal, receiver, senders = Signal(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    senders.clear()
    at_the_left.before(change(signal) if act == "change" else lambda: signal.disconnect(receiver))
    signal.disconnect(receiver)
    assert not signal.receivers


def test_receivers_that_were_left_are_out_for_the_length_of_a_block(at_the_left: Meeting) -> None:
    signal, senders = Signal(), [Sender(), Sender()]
    kept, dying = returns(1), [returns(2)]
    signal.connect(kept, senders[0])
    signal.connect(dying[0], senders[0])
    senders.pop(0)
    with isolated(signal):
        assert not signal.receivers
        signal.connect(print, senders[0])
        senders.pop(0)
        assert len(signal.receivers) == 1
        dying.clear()
        at_the_left.before(change(signal), after=1)
    assert [held() for held in untyped(signal.receivers).values()] == [kept]


def test_a_receiver_that_another_thread_connects_as_a_block_ends_is_not_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receiver, senders = Signal(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    senders.clear()

    def overtaken(connection: Any) -> object:
        in_another_thread(lambda: signal.connect(receiver, "other"))
        return receiver_of(connection)

    with isolated(signal):
        monkeypatch.setattr(_left, "receiver_of", overtaken)
    assert signal.send("other") == [(receiver, 1)]
    assert not signal._registry.left


def test_a_signal_that_died_in_its_block_is_not_missed() -> None:
    signals, receiver, senders = [Signal()], returns(1), [Sender()]
    signals[0].connect(receiver, senders[0])
    senders.clear()
    put_back = signals[0]._registry.take_more()
    signals.clear()
    gc.collect()
    put_back()


# -- how a receiver is held


@pytest.fixture
def at_the_registry(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    return Meeting(monkeypatch, _registry)


def test_the_last_connection_decides_though_another_thread_changes_the_signal(
    at_the_registry: Meeting,
) -> None:
    signal, receivers = Signal(), [returns(1)]
    signal.connect(receivers[0], "first", weak=False)
    at_the_registry.before(change(signal))
    signal.connect(receivers[0], "second", weak=True)
    receivers.clear()
    assert not signal.receivers


def test_a_connection_that_another_thread_ends_is_held_no_more(at_the_registry: Meeting) -> None:
    signal, receivers = Signal(), [returns(1)]
    gone = weakref.ref(receivers[0])
    signal.connect(receivers[0], "first")
    at_the_registry.before(lambda: signal.disconnect(receivers[0]))
    signal.connect(receivers[0], "second", weak=False)
    receivers.clear()
    assert gone() is None


def declaration(sender: object, /) -> object: ...


def test_views_that_tell_for_the_first_time_at_once_are_all_known(
    at_the_registry: Meeting,
) -> None:
    signal, told = Signal(), list[object]()
    views = [untyped(typed)(signal, declaration) for _ in range(2)]

    def tell(view: object, **_: object) -> None:
        told.append(view)

    at_the_registry.before(lambda: views[1].receiver_connected.connect(tell))
    views[0].receiver_connected.connect(tell)
    signal.connect(print)
    assert told == [views[1], views[0]]


# -- senders that are methods


@pytest.fixture
def at_the_stand_ins(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    return Meeting(monkeypatch, _stand_ins)


@pytest.mark.parametrize("after", [0, 1])
def test_a_method_is_a_sender_though_another_thread_changes_the_signal(
    after: int, at_the_stand_ins: Meeting
) -> None:
    signal, receiver, listener = Signal(), returns(1), Listener()
    at_the_stand_ins.before(change(signal), after=after)
    signal.connect(receiver, listener.on)
    assert signal.send(listener.on) == [(receiver, 1)]
    [(stand_in,)] = signal._registry.stand_ins.values()
    assert stand_in.users == 0


def test_a_method_that_dies_is_forgotten_though_another_thread_changes_the_signal(
    at_the_stand_ins: Meeting,
) -> None:
    signal, receiver, listeners = Signal(), returns(1), [Listener()]
    signal.connect(receiver, listeners[0].on)
    at_the_stand_ins.before(change(signal))
    listeners.clear()
    assert not signal._registry.stand_ins


class Alike:
    """A proxy that has the hash of every other, and equals itself alone."""

    __class__: Any = property(lambda _: str)

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return self is other


def test_of_proxies_with_one_hash_each_is_a_sender_of_its_own() -> None:
    signal, receivers = Signal(), [returns(number) for number in range(40)]
    proxies = [Alike() for _ in receivers]
    for receiver, proxy in zip(receivers, proxies, strict=True):
        signal.connect(receiver, untyped(proxy))
    for receiver, proxy in zip(receivers, proxies, strict=True):
        assert [found for found, _ in signal.send(untyped(proxy))] == [receiver]
    for number in range(2, len(proxies)):
        signal.disconnect(receivers[number], untyped(proxies[number]))
    listeners = [Listener() for _ in range(2 * _stand_ins._MANY)]
    for listener in listeners:  # among so many, those that nobody uses are released
        signal.connect(print, listener.on)
    (remaining,) = [those for those in signal._registry.stand_ins.values() if len(those) > 1] or [
        ()
    ]
    assert len(remaining) < len(proxies)
    assert [found for found, _ in signal.send(untyped(proxies[0]))] == [receivers[0]]


# -- others


def test_a_block_mutes_though_another_thread_does_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    signal, blocks = Signal(), list[Any]()

    def mute() -> None:
        blocks.append(signal.muted())
        blocks[0].__enter__()

    Meeting(monkeypatch, _sendable).before(mute)
    with signal.muted():
        assert signal._registry.blocks == 2
    assert signal.is_muted
    blocks[0].__exit__(None, None, None)
    assert not signal.is_muted


def test_two_threads_that_ask_for_a_registry_at_once_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receiver = Signal(), returns(1)

    def overtaken(*arguments: Any) -> UntypedRegistry:
        monkeypatch.setattr(_registered, "UntypedRegistry", UntypedRegistry)
        in_another_thread(lambda: signal.connect(receiver))
        return UntypedRegistry(*arguments)

    monkeypatch.setattr(_registered, "UntypedRegistry", overtaken)
    assert signal.send("me") == [(receiver, 1)]


def test_two_threads_that_ask_for_the_signal_about_a_signal_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, others = Signal(), list[object]()
    about: Any = vars(Signal)["receiver_connected"]
    func = about.func

    def overtaken(of: Any) -> object:
        monkeypatch.setattr(about, "func", func)
        in_another_thread(lambda: others.append(signal.receiver_connected))
        return func(of)

    monkeypatch.setattr(about, "func", overtaken)
    assert [signal.receiver_connected] == others


def test_a_receiver_that_ends_while_who_hears_whom_is_asked_is_left_out() -> None:
    signal, receiver, other = Signal(), returns(1), returns(2)

    class Overtaken(UntypedRegistry):
        __slots__ = ()

        def connections_to(self, key: Any) -> Any:
            in_another_thread(lambda: signal.disconnect(receiver))
            return super().connections_to(key)

    signal.connect(receiver)
    signal.connect(other)
    signal._registry.__class__ = Overtaken
    assert list(signal._by_receiver.values()) == [{0}]


def test_a_sender_that_dies_while_its_receiver_is_out_is_not_missed() -> None:
    signal, receiver, senders = Signal(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    signal.connect(receiver, "other")
    saved = signal.receivers.copy()
    signal.receivers.clear()
    senders.clear()
    signal.disconnect(receiver, "nobody")
    signal.receivers = saved
    assert signal._by_sender == {"other": {id(receiver)}}


# -- deaths


def test_a_method_whose_function_dies_is_forgotten_also_where_its_sender_died_before() -> None:
    owner, signal, senders = Listener(), Signal(), [Sender()]
    functions = [returns(1), returns(2), returns(3)]
    hear = [MethodType(function, owner) for function in functions]
    signal.connect(hear[0], senders[0])
    signal.connect(hear[1], "sender")
    signal.connect(hear[2], "out")
    (*_, last) = signal.receivers
    del signal.receivers[last]
    senders.clear()
    assert len(signal.receivers) == 2
    hear.clear()
    functions.clear()
    assert not signal.receivers
    assert not signal._registry.aside


def test_deaths_after_the_end_of_a_signal_are_no_matter() -> None:
    signals, receiver = [Signal()], returns(1)
    home: Any = signals[0]._registry.home
    connection = refer_to(receiver, id(receiver), home.receiver_died, home.function_died)
    assert isinstance(connection, WeakConnection)
    signals.clear()
    gc.collect()
    assert home() is None
    home.receiver_died(connection)
    home.function_died(connection)
    home.sender_died(connection)
    home.method_died((1, 2), connection)
    home.connected(receiver=receiver)
    home.disconnected(receiver=receiver)


# -- views


def test_a_view_tells_only_what_it_was_asked_for() -> None:
    for signal in (BLINKER.Signal(), Signal()):
        view, told = untyped(typed)(signal, declaration), list[object]()

        def tell(_: object, *, sender: object, told: Any = told, **__: object) -> None:
            told.append(sender)

        view.receiver_disconnected.connect(tell)
        receiver = returns(1)
        view.connect(receiver, "me")
        view.disconnect(receiver, "me")
        assert told == ["me"]
        other, heard = untyped(typed)(signal, declaration), list[object]()

        def hear(_: object, *, sender: object, heard: Any = heard, **__: object) -> None:
            heard.append(sender)

        other.receiver_connected.connect(hear)
        other.connect(receiver, "you")
        other.disconnect(receiver)
        assert heard == ["you"]


def test_the_class_of_a_view_has_what_the_class_of_signals_has() -> None:
    for name in ("receiver_connected", "receiver_disconnected"):
        about = getattr(untyped(View), name)
        assert about is vars(View)[name]
        assert about.__doc__ == getattr(untyped(aldis.Signal), name).__doc__


def test_a_signal_that_was_never_used_may_be_sent() -> None:
    assert Signal().send("me") == []
    assert finished(Signal().send_async("me")) == []


def test_connections_that_another_thread_changes_meanwhile_are_looked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal, receiver = Signal(), returns(1)
    signal.connect(receiver, "first")

    def overtaken(connection: Any) -> object:
        monkeypatch.undo()
        in_another_thread(lambda: signal.connect(receiver, "second"))
        return chain(connection)

    monkeypatch.setattr(_registry, "chain", overtaken)
    assert list(signal._by_receiver.values()) == [{"first", "second"}]
