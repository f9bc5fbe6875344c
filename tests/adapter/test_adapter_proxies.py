"""Senders that say of their class that they are something else: one body for both libraries."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from adapter_libraries import (
    ADAPTER,
    Listener,
    Sender,
    called,
    derived,
    every_way,
    on_both_libraries,
)

from aldis import ANY
from aldis.blinker import Signal, _stand_ins
from aldis.blinker._registry import UntypedRegistry
from helpers import in_another_thread, returns, untyped

both = on_both_libraries


def class_behind(proxy: Any) -> Any:
    behind: object = proxy.get()
    return untyped(type(behind))


class Bare:
    """As little of a proxy as can be: it has the class, the hash and the equality of another."""

    __class__: Any = property(class_behind)

    def __init__(self, get: Callable[[], Any]) -> None:
        self.get = get

    def __hash__(self) -> int:
        return hash(self.get())

    def __eq__(self, other: object) -> bool:
        return bool(self.get() == other)


class Forwarding(Bare):
    """One that gives all attributes of another, and its text."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.get(), name)

    def __str__(self) -> str:
        return str(self.get())

    def __int__(self) -> int:
        return int(self.get())


def local_proxy(get: Callable[[], Any]) -> Any:
    return pytest.importorskip("werkzeug.local").LocalProxy(get)


proxies = pytest.mark.parametrize("proxy", [Bare, Forwarding, local_proxy])
values = pytest.mark.parametrize(
    ("value", "another"), [("tenant", "another"), (7, 8), ("", "x"), (True, 2)]
)


@both
@proxies
@values
def test_a_proxy_of_a_value_is_the_sender_that_it_equals(
    library: Any, proxy: Any, value: Any, another: Any
) -> None:
    signal, receiver = library.Signal(), returns(1)
    for connected, sent in (
        (proxy(lambda: value), value),
        (value, proxy(lambda: value)),
        (proxy(lambda: value), proxy(lambda: value)),
    ):
        signal.connect(receiver, connected)
        for heard in every_way(signal, sent, x=1):
            assert heard == [(receiver, 1)]
        for heard in every_way(signal, proxy(lambda: another)):
            assert heard == []
        assert signal.send(another) == []
        assert signal.has_receivers_for(sent)
        assert not signal.has_receivers_for(another)
        assert list(signal.receivers_for(sent)) == [receiver]
        signal.disconnect(receiver, sent)
        assert signal.send(sent) == signal.send(connected) == []


@both
@proxies
def test_connections_to_a_value_and_to_its_proxy_are_one(library: Any, proxy: Any) -> None:
    for senders in (["bridge", proxy(lambda: "bridge")], [proxy(lambda: "bridge"), "bridge"]):
        signal, one, other = library.Signal(), returns(1), returns(2)
        signal.connect(one, senders[0])
        signal.connect(one, senders[1])
        signal.connect(other, senders[1])
        assert sorted(map(id, called(signal.send("bridge")))) == sorted(map(id, [one, other]))
        assert len([bucket for bucket in signal._by_sender.values() if bucket]) == 1
        signal.disconnect(one, senders[0])
        assert called(signal.send(senders[1])) == [other]


@both
@proxies
def test_the_views_name_a_proxy_as_the_value_that_it_equals(library: Any, proxy: Any) -> None:
    signal, receiver = library.Signal(), returns(1)
    signal.connect(receiver, proxy(lambda: "bridge"))
    receiver_id = library.base.make_id(receiver)
    assert signal._by_sender == {"bridge": {receiver_id}}
    assert signal._by_receiver == {receiver_id: {"bridge"}}


@both
def test_a_proxy_that_equals_something_else_later_is_another_sender(library: Any) -> None:
    target = ["before"]
    proxy = Bare(lambda: target[0])
    signal, receiver = library.Signal(), returns(1)
    signal.connect(receiver, proxy)
    assert signal.send("before") == [(receiver, 1)]
    target[0] = "after"
    # of the proxy itself, a dict of blinker's says by chance of the hashes whether it is in it
    assert signal.send("before") == signal.send("after") == []
    target[0] = "before"
    assert signal.send(proxy) == [(receiver, 1)]


@both
@proxies
def test_a_proxy_of_any_other_object_is_a_sender_of_its_own(library: Any, proxy: Any) -> None:
    signal, receiver, sender = library.Signal(), returns(1), Sender()
    one, other = proxy(lambda: sender), proxy(lambda: sender)
    signal.connect(receiver, one)
    assert signal.send(one) == [(receiver, 1)]
    assert signal.send(other) == signal.send(sender) == []


@both
def test_a_proxy_of_a_method_is_that_method(library: Any) -> None:
    signal, receiver, listener = library.Signal(), returns(1), Listener()
    signal.connect(receiver, listener.on)
    assert signal.send(Forwarding(lambda: listener.on)) == [(receiver, 1)]
    assert signal.has_receivers_for(Forwarding(lambda: listener.on))
    signal.disconnect(receiver, Forwarding(lambda: listener.on))
    assert signal.send(listener.on) == []


@both
def test_a_proxy_without_a_hash_is_a_type_error(library: Any) -> None:
    unhashable = derived(Bare, __hash__=None)
    signal, receiver = library.Signal(), returns(1)
    with pytest.raises(TypeError, match="unhashable"):
        signal.connect(receiver, unhashable(lambda: "bridge"))
    assert signal.send("bridge") == []


@both
def test_a_sender_that_hides_its_class_is_told_by_identity(library: Any) -> None:
    def hide(_: object) -> None:
        raise AttributeError

    class Hiding:
        __class__: Any = property(hide)

    signal, receiver, sender = library.Signal(), returns(1), Hiding()
    signal.connect(receiver, sender)
    assert signal.send(sender) == [(receiver, 1)]
    assert signal.send(Hiding()) == []


@both
def test_listeners_are_told_of_the_proxy_itself(library: Any) -> None:
    signal, proxy, told = library.Signal(), Bare(lambda: "bridge"), list[object]()

    def tell(_: object, *, sender: object, **__: object) -> None:
        told.append(sender)

    signal.receiver_connected.connect(tell)
    signal.receiver_disconnected.connect(tell)
    receiver = returns(1)
    signal.connect(receiver, proxy)
    signal.disconnect(receiver, proxy)
    assert [each is proxy for each in told] == [True, True]


def test_a_block_may_have_a_proxy_as_its_sender() -> None:
    signal, receiver = Signal(), returns(1)
    with signal.connected_to(receiver, Bare(lambda: "bridge")):
        assert signal.send("bridge") == [(receiver, 1)]
    assert signal.send("bridge") == []


# -- of the adapter alone: nothing is kept that nobody uses


def test_a_proxy_is_kept_as_long_as_somebody_is_connected_to_it() -> None:
    signal, receivers = Signal(), [returns(1)]
    proxies = [Bare(lambda: "bridge")]
    gone = weakref.ref(proxies[0])
    signal.connect(receivers[0], proxies.pop())
    assert len(signal.send("bridge")) == 1
    receivers.clear()
    assert signal.send("bridge") == []
    for number in range(2 * _stand_ins._MANY):  # others come
        signal.connect(print, Bare(lambda: number))  # noqa: B023  # at once
    assert gone() is None


@pytest.mark.parametrize("kind", ["proxy", "method"])
def test_many_senders_that_come_and_go_leave_nothing_behind(kind: str) -> None:
    signal, receiver, kept = Signal(), returns(1), list[Listener]()
    for number in range(200):
        kept.append(Listener())
        sender: Any = Bare(lambda: number) if kind == "proxy" else kept[-1].on  # noqa: B023
        signal.connect(receiver, sender)
        assert signal.send(sender) == [(receiver, 1)]
        signal.disconnect(receiver, sender)
    assert len(signal._registry.stand_ins) <= 2 * _stand_ins._MANY
    assert not signal._registry.routes


def test_a_signal_is_freed_at_once_though_a_method_that_it_knows_lives_on() -> None:
    sender = Listener()
    signals = [Signal()]
    signals[0].connect(print, sender.on)
    gone = weakref.ref(signals[0]._registry)
    gc.disable()
    try:
        signals.clear()
        assert gone() is None
    finally:
        gc.enable()


def test_a_method_that_dies_stands_for_no_other_at_its_address() -> None:
    signal, receiver, listeners = Signal(), returns(1), [Listener()]
    signal.connect(receiver, listeners[0].on)
    listeners.clear()
    assert not signal._registry.stand_ins
    assert not signal._registry.routes


@pytest.mark.parametrize("kind", ["proxy", "method"])
def test_of_two_threads_that_connect_to_one_sender_at_once_both_are_heard(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other connects just when this one has made the substitute of the sender."""
    signal, mine, others, listener = Signal(), returns(1), returns(2), Listener()
    made = _stand_ins._new

    def sender() -> Any:
        return Bare(lambda: "bridge") if kind == "proxy" else listener.on

    def overtaken(*arguments: Any) -> Any:
        monkeypatch.setattr(_stand_ins, "_new", made)
        in_another_thread(lambda: signal.connect(others, sender()))
        return made(*arguments)

    monkeypatch.setattr(_stand_ins, "_new", overtaken)
    signal.connect(mine, sender())
    assert called(signal.send(sender())) == [others, mine]


def test_what_stands_for_a_sender_stays_while_somebody_is_about_to_be_connected() -> None:
    """Another thread makes so many that those without a receiver are released."""
    signal, receiver = Signal(), returns(1)

    class Overtaken(UntypedRegistry):
        __slots__ = ()

        def connect(self, *arguments: Any, **options: Any) -> Any:
            signal._registry.__class__ = UntypedRegistry
            for number in range(2 * _stand_ins._MANY):
                signal.connect(print, Bare(lambda: number))  # noqa: B023
            return signal._registry.connect(*arguments, **options)

    signal._registry.__class__ = Overtaken
    signal.connect(receiver, Bare(lambda: "bridge"))
    assert signal.send("bridge") == [(receiver, 1)]


def test_any_of_aldis_is_every_sender_to_the_adapter_too() -> None:
    aldis_any = untyped(ANY)
    signal, receiver, told = Signal(), returns(1), list[object]()

    def tell(_: object, *, sender: object, **__: object) -> None:
        told.append(sender)

    signal.receiver_connected.connect(tell)
    signal.receiver_disconnected.connect(tell)
    signal.connect(receiver, aldis_any)
    assert signal.send("anybody") == [(receiver, 1)]
    assert signal.has_receivers_for(aldis_any)
    assert list(signal.receivers_for(aldis_any)) == [receiver]
    signal.disconnect(receiver, aldis_any)
    assert signal.send("anybody") == []
    with signal.connected_to(receiver, aldis_any):
        assert signal.send("anybody") == [(receiver, 1)]
    assert all(sender is ADAPTER.ANY for sender in told)
    assert len(told) == 4
