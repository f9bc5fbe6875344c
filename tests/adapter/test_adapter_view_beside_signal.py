"""A typed view beside a plain signal: each method of `aldis.Signal` does the same on both."""

from __future__ import annotations

import copy
import logging
import pickle
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from adapter_libraries import ADAPTER, BLINKER, Listener, Sender, Unreferenced, decorator

import aldis
from aldis import ANY, Signal
from aldis.blinker import typed
from aldis.exceptions import ReceiverError, WeakReceiverError
from aldis.observing import Delivery, Send
from aldis.observing import Listener as Observer
from helpers import calls_of, results, returns, untyped

LOG = logging.getLogger("aldis")


def stored(sender: object, /, *, key: str, size: int = 0) -> object:
    """Sent after a value is stored."""
    raise NotImplementedError


def plain() -> Any:
    return Signal(stored)


def of_adapter() -> Any:
    return untyped(typed)(ADAPTER.NamedSignal("stored"), stored)


def of_blinker() -> Any:
    return untyped(typed)(BLINKER.Signal(), stored)


each_kind = pytest.mark.parametrize("make", [plain, of_adapter, of_blinker])
each_of_aldis = pytest.mark.parametrize("make", [plain, of_adapter])

kept_view: Signal[Any, ..., Any] = of_adapter()
stored_here = stored


# -- what there is of it


@each_kind
def test_it_has_all_attributes_of_its_declaration(make: Callable[[], Any]) -> None:
    signal = make()
    assert signal.__name__ == "stored"
    assert signal.__doc__ == stored.__doc__
    assert signal.__module__ == __name__
    assert signal.__wrapped__ is stored
    assert str(signal.__signature__) == str(plain().__signature__)


@each_kind
def test_its_repr_tells_how_many_receivers_it_has(make: Callable[[], Any]) -> None:
    signal, receivers = make(), [returns(1), returns(2)]
    text = repr(plain()).removeprefix("<Signal ").partition(",")[0]
    for count, expected in ((0, "0 receivers>"), (1, "1 receiver>"), (2, "2 receivers>")):
        assert text in repr(signal)
        assert repr(signal).endswith(expected)
        if count < 2:
            signal.connect(receivers[count], "sender")
    receivers.clear()
    assert repr(signal).endswith("0 receivers>")


def test_it_is_copied_and_pickled_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_adapter_view_beside_signal.stored", kept_view)
    for copied in (copy.copy(kept_view), copy.deepcopy(kept_view)):
        assert copied is kept_view
    assert pickle.loads(pickle.dumps(kept_view)) is kept_view
    with pytest.raises(TypeError):
        copy.copy(of_adapter())


# -- connecting


@each_kind
def test_connect_via_is_a_decorator_that_holds_the_receiver(make: Callable[[], Any]) -> None:
    signal = make()

    def decorate() -> None:
        @decorator(signal.connect_via("me"))
        def receiver(sender: object, **payload: object) -> object:
            return payload

    decorate()
    assert results(signal.send("me", key="a")) == [{"key": "a", "size": 0}]
    assert signal.send("you", key="a") == []


@each_kind
def test_a_receiver_without_weak_references_must_be_held(make: Callable[[], Any]) -> None:
    signal, receiver = make(), Unreferenced()
    for each in (receiver, receiver.on):
        with pytest.raises(WeakReceiverError, match="cannot be weakly referenced"):
            signal.connect(each)
        assert not signal.receivers
    signal.connect(receiver, weak=False)
    assert signal.send("me", key="a") == [(receiver, receiver)]


@each_kind
@pytest.mark.parametrize("wrong", [7, "text"])
def test_what_is_not_callable_is_refused(make: Callable[[], Any], wrong: object) -> None:
    with pytest.raises(ReceiverError, match="not callable"):
        make().connect(wrong)


@each_kind
def test_a_coroutine_function_is_refused(make: Callable[[], Any]) -> None:
    async def receiver(sender: object, **payload: object) -> None: ...

    signal = make()
    with pytest.raises(ReceiverError, match="async"):
        signal.connect(receiver)
    with pytest.raises(ReceiverError, match="async"), signal.connected_to(receiver):
        pytest.fail("the block began")


@each_kind
def test_disconnect_tells_whether_there_was_anything_to_end(make: Callable[[], Any]) -> None:
    signal, receiver, sender = make(), returns(1), Sender()
    assert signal.disconnect(receiver) is False
    signal.connect(receiver, sender)
    assert signal.disconnect(receiver, "other") is False
    assert signal.disconnect(receiver, sender) is True
    assert signal.disconnect(receiver, sender) is False
    signal.connect(receiver)
    assert signal.disconnect(receiver, sender) is False
    assert signal.disconnect(receiver) is True
    assert signal.disconnect(receiver) is False


@each_kind
def test_a_block_connects_for_its_length(make: Callable[[], Any]) -> None:
    signal, receiver = make(), returns(1)
    with signal.connected_to(receiver, "me"):
        assert results(signal.send("me", key="a")) == [1]
        assert signal.send("you", key="a") == []
    assert signal.send("me", key="a") == []


# -- who listens


@each_kind
def test_receivers_are_those_that_somebody_reaches(make: Callable[[], Any]) -> None:
    signal, one, listener = make(), returns(1), Listener()
    assert not signal.receivers
    signal.connect(one)
    signal.connect(listener.on, "me")
    assert signal.receivers
    assert len(signal.receivers) == 2
    assert set(signal.receivers) == {one, listener.on}
    with signal.muted():
        assert not signal.receivers
    del listener
    assert signal.receivers == (one,)
    signal.disconnect(one)
    assert signal.receivers == ()


@each_of_aldis
def test_a_receiver_whose_senders_died_is_none(make: Callable[[], Any]) -> None:
    signal, receiver, senders = make(), returns(1), [Sender()]
    signal.connect(receiver, senders[0])
    assert signal.receivers == (receiver,)
    senders.clear()
    assert not signal.receivers
    assert repr(signal).endswith("0 receivers>")


@each_of_aldis
def test_whether_there_are_receivers_costs_the_same_with_many(make: Callable[[], Any]) -> None:
    signal, receivers = make(), [returns(number) for number in range(301)]

    def steps() -> int:
        return len(calls_of(lambda: bool(signal.receivers)))

    signal.connect(receivers[0])
    with_one = steps()
    assert signal.receivers
    for receiver in receivers[1:]:
        signal.connect(receiver)
    assert steps() == with_one
    assert signal.receivers


@each_kind
def test_who_listens_can_be_asked_of_a_sender(make: Callable[[], Any]) -> None:
    signal, receiver = make(), returns(1)
    signal.connect(receiver, "me")
    assert signal.receivers_for("me") == (receiver,)
    assert signal.receivers_for("you") == signal.receivers_for(ANY) == ()
    assert signal.has_receivers_for("me") is True
    assert signal.has_receivers_for("you") is signal.has_receivers_for(ANY) is False
    signal.connect(receiver)
    assert signal.has_receivers_for(ANY) is True
    with signal.muted():
        assert signal.receivers_for("me") == ()
        assert signal.has_receivers_for("me") is False


# -- sending


@each_kind
def test_the_payload_is_completed_and_checked(make: Callable[[], Any]) -> None:
    signal, sent = make(), list[object]()

    def receiver(sender: object, **payload: object) -> None:
        sent.append(payload)

    signal.connect(receiver)
    signal.send("me", key="a")
    signal.send_robust("me", key="b", size=2)
    assert sent == [{"key": "a", "size": 0}, {"key": "b", "size": 2}]
    for method in ("send", "send_robust"):
        title, send = rf"signal stored\(.*\) -> object: {method}\(\)", getattr(signal, method)
        with pytest.raises(TypeError, match=f"{title} missing 1 required keyword-only argument"):
            send("me")
        with pytest.raises(TypeError, match=f"{title} got an unexpected keyword argument 'other'"):
            send("me", key="a", other=1)
        with pytest.raises(TypeError, match=f"{title} missing 1 required positional argument"):
            send()
    assert len(sent) == 2


@each_kind
def test_a_robust_send_goes_on_after_an_error(
    make: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    error, signal = ValueError("no"), make()

    def fail(sender: object, **payload: object) -> None:
        raise error

    receivers = [fail, returns(1)]
    for receiver in receivers:
        signal.connect(receiver)
    assert set(map(repr, results(signal.send_robust("me", key="a")))) == {repr(error), "1"}
    assert "failed" in caplog.text


@pytest.mark.parametrize("make", [of_adapter, of_blinker])
def test_a_coroutine_function_that_came_in_underneath_fails_a_robust_send(
    make: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    view = make()

    async def receiver(sender: object, **payload: object) -> None: ...

    view._untyped.connect(receiver)
    with pytest.raises(RuntimeError, match="coroutine function"):
        view.send("me", key="a")
    [result] = results(view.send_robust("me", key="a"))
    assert isinstance(result, RuntimeError)
    assert "failed" in caplog.text


# -- signals about itself


class Told:
    """Listens to the signals about a signal's connections."""

    def __init__(self, signal: Any) -> None:
        self.facts: list[tuple[object, ...]] = []
        signal.receiver_connected.connect(self.connected)
        signal.receiver_disconnected.connect(self.disconnected)

    def connected(self, signal: Any, *, receiver: Any, sender: Any, weak: bool) -> None:
        self.facts.append((signal, "connected", receiver, sender, weak))

    def disconnected(self, signal: Any, *, receiver: Any, sender: Any) -> None:
        self.facts.append((signal, "disconnected", receiver, sender))


@each_kind
def test_connections_and_their_ends_are_told(make: Callable[[], Any]) -> None:
    signal, receiver, sender = make(), returns(1), Sender()
    told = Told(signal)
    signal.connect(receiver)
    signal.connect(receiver, sender, weak=False)
    signal.disconnect(receiver, sender)
    signal.disconnect(receiver)
    assert told.facts == [
        (signal, "connected", receiver, ANY, True),
        (signal, "connected", receiver, sender, False),
        (signal, "disconnected", receiver, sender),
        (signal, "disconnected", receiver, ANY),
    ]
    about = untyped(signal.receiver_connected)
    assert isinstance(about, Signal)
    assert signal.receiver_connected is about


@each_of_aldis
def test_only_what_changes_is_told_and_deaths_are(make: Callable[[], Any]) -> None:
    signal, receivers = make(), [returns(1)]
    told = Told(signal)
    for _ in range(2):
        signal.connect(receivers[0], "me")
    signal.disconnect(print)
    with signal.connected_to(receivers[0], "you"):
        pass
    told.facts = [(event, *rest[1:]) for _, event, *rest in told.facts]
    receivers.clear()
    (last,) = [fact for fact in told.facts if isinstance(fact[0], Signal)]
    assert told.facts[:-1] == [
        ("connected", "me", True),
        ("connected", "you", False),
        ("disconnected", "you"),
    ]
    assert last[1:] == ("disconnected", None, "me")


@pytest.mark.parametrize("make", [of_adapter, of_blinker])
def test_what_the_untyped_signal_connects_is_told_by_the_view(make: Callable[[], Any]) -> None:
    view, receiver = make(), returns(1)
    told = Told(view)
    view._untyped.connect(receiver)
    view._untyped.disconnect(receiver)
    assert [fact[1:4] for fact in told.facts] == [
        ("connected", receiver, ANY),
        ("disconnected", receiver, ANY),
    ]


@pytest.mark.parametrize("library", [ADAPTER, BLINKER], ids=["adapter", "blinker"])
def test_several_views_of_one_signal_tell_each_of_itself(library: Any) -> None:
    signal = library.Signal()
    views = [untyped(typed)(signal, stored) for _ in range(3)]
    told = [Told(view) for view in views[:2]]
    receiver = returns(1)
    gone = weakref.ref(views.pop())
    assert gone() is None
    views[0].connect(receiver)
    assert [[fact[0] for fact in each.facts] for each in told] == [[views[0]], [views[1]]]
    views.pop()
    del told[1:]
    views[0].disconnect(receiver)
    assert len(told[0].facts) == 2


def test_a_view_that_is_gone_leaves_nothing_with_its_signal() -> None:
    signal = ADAPTER.Signal()
    for _ in range(10):
        view = untyped(typed)(signal, stored)
        told = Told(view)
        signal.connect(print)
        signal.disconnect(print)
        assert len(told.facts) == 2
    assert len(signal._registry.views) <= 2


def test_the_sender_that_is_told_is_the_one_that_was_given() -> None:
    view, listener, receiver = of_adapter(), Listener(), returns(1)
    told = Told(view)
    view.connect(receiver, listener.on)
    assert told.facts == [(view, "connected", receiver, listener.on, True)]


# -- every sender


@pytest.mark.parametrize("make", [of_adapter, of_blinker])
@pytest.mark.parametrize("every", [ANY, ADAPTER.ANY])
def test_any_of_aldis_and_of_blinker_is_every_sender(make: Callable[[], Any], every: Any) -> None:
    view, receiver = make(), returns(1)
    view.connect(receiver, every)
    assert view.send("me", key="a") == [(receiver, 1)]
    assert view.receivers_for(every) == (receiver,)
    assert view.has_receivers_for(every)
    assert view.disconnect(receiver, every) is True
    assert view.disconnect(receiver, every) is False
    with view.connected_to(receiver, every):
        assert view.send("me", key="a") == [(receiver, 1)]
    view.connect_via(every)(receiver)
    assert view.send("me", key="a") == [(receiver, 1)]


# -- observed


class Log(Observer):
    """Records its notifications."""

    def __init__(self) -> None:
        self.sends: list[Send] = []
        self.heard: list[object] = []

    def send_began(self, send: Send) -> None:
        self.sends.append(send)

    def receiver_began(self, delivery: Delivery) -> None:
        self.heard.append(delivery.receiver)


@each_of_aldis
@pytest.mark.parametrize("method", ["send", "send_robust"])
@pytest.mark.parametrize("of_all", [True, False])
def test_a_send_is_observed_once(make: Callable[[], Any], method: str, of_all: bool) -> None:
    signal, receiver, log = make(), returns(1), Log()
    signal.connect(receiver)
    with aldis.observe(log, *([] if of_all else [signal])):
        getattr(signal, method)("me", key="a")
        with signal.muted():
            getattr(signal, method)("me", key="b")
        with pytest.raises(TypeError):
            getattr(signal, method)("me")
    assert [(send.name, send.sender, send.kind) for send in log.sends] == [
        ("stored", "me", method)
    ] * 2
    assert [send.payload["key"] for send in log.sends] == ["a", "b"]
    assert log.heard == [receiver]


def test_a_view_of_blinkers_own_signal_is_not_observed_at_all() -> None:
    view, receiver, log = of_blinker(), returns(1), Log()
    view.connect(receiver)
    with aldis.observe(log):
        assert view.send("me", key="a") == [(receiver, 1)]
        assert view.send_robust("me", key="a") == [(receiver, 1)]
    assert log.sends == []
