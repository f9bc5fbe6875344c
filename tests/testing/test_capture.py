"""`aldis.testing.capture`: what a signal sends, written down."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

from aldis import ANY, AsyncSignal, Namespace, Signal, blinker
from aldis.testing import AsyncSent, Sends, Sent, capture, muted
from helpers import echoes, returns, untyped


@Signal
def user_created(sender: object, /, *, user_id: int, name: str = "nobody") -> object:
    """Sent after a new account is stored."""
    raise NotImplementedError


@Signal
def user_deleted(sender: object, /, *, user_id: int) -> object:
    """Sent after an account is gone."""
    raise NotImplementedError


class Door:
    @Signal.method
    def opened(self, *, by: str) -> None:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    yield
    for signal in (user_created, user_deleted):
        for receiver in signal.receivers:
            signal.disconnect(receiver)


def payloads(sends: Any) -> list[object]:
    return [sent.payload for sent in sends]


def fail(sender: object, **payload: object) -> object:
    raise LookupError("no")


def test_a_capture_holds_every_send_of_its_block_and_none_after_it() -> None:
    user_created.send(None, user_id=1)
    with capture(user_created) as sends:
        user_created.send("shop", user_id=2)
        user_deleted.send("shop", user_id=3)
        user_created.send("shop", user_id=4, name="ada")
    user_created.send(None, user_id=5)
    assert isinstance(sends, list)
    assert payloads(sends) == [{"user_id": 2, "name": "nobody"}, {"user_id": 4, "name": "ada"}]
    assert {(sent.sender, sent.signal, sent.name, sent.kind, sent.ended) for sent in sends} == {
        ("shop", user_created, "user_created", "send", True)
    }


def test_results_are_what_the_send_returned() -> None:
    one, two = returns(1), returns(2)
    user_created.connect(one)
    user_created.connect(two)
    with capture(user_created) as sends:
        sent = user_created.send(None, user_id=1)
    assert sends[0].results == sent == [(one, 1), (two, 2)]
    assert (sends[0].errors, sends[0].raised) == ([], None)


def test_a_send_that_raises_is_written_down_and_goes_on() -> None:
    before = returns(1)
    user_created.connect(before)
    user_created.connect(fail)
    with capture(user_created) as sends, pytest.raises(LookupError) as caught:
        user_created.send(None, user_id=1)
    (sent,) = sends
    assert sent.results == [(before, 1)]
    assert sent.errors == [(fail, caught.value)]
    assert sent.raised is caught.value
    assert sent.ended


def test_a_robust_send_has_results_and_errors(caplog: pytest.LogCaptureFixture) -> None:
    after = returns(1)
    user_created.connect(fail)
    user_created.connect(after)
    with capture(user_created) as sends, caplog.at_level(logging.CRITICAL, "aldis"):
        user_created.send_robust(None, user_id=1)
    (sent,) = sends
    assert sent.kind == "send_robust"
    assert sent.results == [(after, 1)]
    ((receiver, error),) = sent.errors
    assert receiver is fail
    assert isinstance(error, LookupError)
    assert sent.raised is None


def test_a_positional_payload_has_the_names_of_its_parameters() -> None:
    def moved(sender: object, x: int, y: int = 0, /) -> None: ...

    named, numbered = Signal(moved), Signal[Any, [int, str]]()
    with capture(named) as declared, capture(numbered) as listed:
        named.send(None, 1)
        numbered.send(None, 1, "a")
    assert payloads(declared) == [{"x": 1, "y": 0}]
    assert payloads(listed) == [{"arg1": 1, "arg2": "a"}]


def test_one_sender_is_meant_as_receivers_of_one_sender_mean_it() -> None:
    signal = Signal()
    box = object()
    senders: list[object] = ["shop", str(b"shop", "ascii"), 1, True, 0, None, box, object()]
    for expected in ("shop", 1, 0, None, box):
        receiver = echoes()
        signal.connect(receiver, expected)
        with capture(signal, expected) as sends, capture(signal, sender=expected) as again:
            reached = [each for each in senders if signal.send(each)]
        assert [sent.sender for sent in sends] == reached == [sent.sender for sent in again]
        assert reached
        signal.disconnect(receiver)
    with capture(signal, ANY) as sends:
        signal.send(box)
    assert len(sends) == 1


def test_a_bound_signal_is_captured_for_its_instance() -> None:
    front, back = Door(), Door()
    with capture(front.opened) as sends, capture(Door.opened) as all_sends:
        front.opened.send(by="ada")
        back.opened.send(by="bob")
        Door.opened.send(front, by="eve")
    assert payloads(sends) == [{"by": "ada"}, {"by": "eve"}]
    assert {sent.sender for sent in sends} == {front}
    assert sends[0].signal is Door.opened
    assert payloads(all_sends) == [{"by": "ada"}, {"by": "bob"}, {"by": "eve"}]


def test_several_signals_are_captured_in_the_order_of_their_sends() -> None:
    door = Door()
    with capture([user_created, user_deleted, door.opened, door.opened]) as sends:
        user_deleted.send(None, user_id=1)
        door.opened.send(by="ada")
        user_created.send(None, user_id=2)
        Door().opened.send(by="another")
    assert [sent.name for sent in sends] == ["user_deleted", "Door.opened", "user_created"]


def test_captures_of_different_signals_share_one_order() -> None:
    with capture(user_created) as created, capture(user_deleted) as deleted:
        user_deleted.send(None, user_id=1)
        user_created.send(None, user_id=2)
        user_deleted.send(None, user_id=3)
    ordered = sorted([*created, *deleted], key=lambda sent: sent.order)
    assert [sent.payload["user_id"] for sent in ordered] == [1, 2, 3]


def test_a_namespace_is_captured_with_the_signals_that_it_has() -> None:
    signals = Namespace()
    signals.signal("saved")
    signals.async_signal("stored")
    with capture(signals) as sends:
        untyped(signals["saved"]).send(None, n=1)
        asyncio.run(untyped(signals["stored"]).send(None, n=2))
        signals.signal("late").send(None, n=3)
    assert [(type(sent), sent.name) for sent in sends] == [(Sent, "saved"), (AsyncSent, "stored")]


@pytest.mark.parametrize("way", ["send", "send_robust", "gather"])
def test_async_signals_are_captured_in_async_blocks(backend: str, way: str) -> None:
    @AsyncSignal
    async def stored(sender: object, /, *, key: str) -> object:
        raise NotImplementedError

    ready: list[bool] = []

    @stored.connect
    async def slow(sender: object, *, key: str) -> object:
        while way == "gather" and not ready:
            await anyio.lowlevel.checkpoint()
        return "slow"

    @stored.connect
    async def fast(sender: object, *, key: str) -> object:
        ready.append(True)
        return "fast"

    async def main() -> tuple[Any, Sends[AsyncSent[object, object]]]:
        async with capture(stored) as sends:
            return await getattr(stored, way)("me", key="k"), sends

    returned, sends = anyio.run(main, backend=backend)
    (sent,) = sends
    assert type(sent) is AsyncSent
    assert (sent.sender, sent.payload, sent.kind) == ("me", {"key": "k"}, way)
    assert sent.results == returned == [(slow, "slow"), (fast, "fast")]


def test_an_async_bound_signal_is_captured(backend: str) -> None:
    class Server:
        @AsyncSignal.method
        async def stopped(self, *, reason: str) -> None:
            raise NotImplementedError

    server = Server()

    async def main() -> Any:
        async with capture(server.stopped) as sends:
            await server.stopped.send(reason="night")
            await Server().stopped.send(reason="another")
        return sends

    assert payloads(anyio.run(main, backend=backend)) == [{"reason": "night"}]


def test_a_send_inside_a_receiver_comes_after_the_one_that_it_is_part_of() -> None:
    seen: list[object] = []

    def cascade(sender: object, *, user_id: int, **rest: object) -> object:
        user_deleted.send(sender, user_id=user_id + 1)
        seen.extend((sent.name, sent.ended) for sent in sends)
        return None

    with user_created.connected_to(cascade), capture([user_created, user_deleted]) as sends:
        user_created.send(None, user_id=1)
    assert seen == [("user_created", False), ("user_deleted", True)]
    assert all(sent.ended for sent in sends)


def test_a_muted_signal_is_captured_with_no_results() -> None:
    with user_created.connected_to(echoes()), muted(user_created), capture(user_created) as sends:
        user_created.send(None, user_id=1)
    assert (sends[0].payload["user_id"], sends[0].results) == (1, [])


def test_sends_of_other_threads_are_captured() -> None:
    start = threading.Barrier(4)

    def work(number: int) -> None:
        start.wait(timeout=30)
        for _ in range(50):
            user_created.send(number, user_id=number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    with capture(user_created) as sends:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    assert sorted(untyped(sent.sender) for sent in sends) == sorted([*range(4)] * 50)
    assert len({sent.order for sent in sends}) == 200
    assert all(sent.ended for sent in sends)


def test_a_subclass_that_overrides_send_is_captured_by_what_it_sends() -> None:
    class Stamped(Signal[Any, ..., Any]):
        def send(self, sender: Any, /, *args: Any, **kwargs: Any) -> Any:
            return super().send(sender, *args, stamp="now", **kwargs)

    class Owner:
        changed: Any = Stamped.method(echoes())

    owner, signal = Owner(), Stamped()
    bound = untyped(capture)(owner.changed)
    with capture(signal) as sends, bound:
        signal.send(None, n=1)
        owner.changed.send(n=2)
    assert payloads(sends) == [{"stamp": "now", "n": 1}]
    assert payloads(bound) == [{"stamp": "now", "n": 2}]


def test_captures_of_one_signal_may_be_nested() -> None:
    with capture(user_created) as outer:
        user_created.send(None, user_id=1)
        with capture(user_created) as inner:
            user_created.send(None, user_id=2)
        user_created.send(None, user_id=3)
    assert [sent.payload["user_id"] for sent in outer] == [1, 2, 3]
    assert [sent.payload["user_id"] for sent in inner] == [2]


def test_a_capture_goes_on_in_its_next_block() -> None:
    sends = capture(user_created)
    for number in (1, 2):
        with sends:
            user_created.send(None, user_id=number)
        user_created.send(None, user_id=9)
    assert [sent.payload["user_id"] for sent in sends] == [1, 2]
    with sends, pytest.raises(RuntimeError, match="already open"), sends:
        raise NotImplementedError


def test_after_a_capture_nothing_is_kept_alive_but_by_the_list() -> None:
    class Sender: ...

    signal, sender = Signal(), Sender()
    sent, gone = weakref.ref(sender), weakref.ref(signal)
    with capture(signal) as sends:
        signal.send(sender)
    del signal, sender
    assert sent() is not None
    del sends
    gc.collect()
    assert (sent(), gone()) == (None, None)


def test_a_send_shows_itself_as_its_call() -> None:
    class Silent:
        def __repr__(self) -> str:
            raise LookupError

    with capture(user_created) as sends:
        user_created.send("shop", user_id=1, name="x" * 300)
        user_created.send(Silent(), user_id=1)
    first, second = map(repr, sends)
    assert first.startswith("<Sent user_created.send('shop', user_id=1, name='xxx")
    assert first.endswith("xxx...)>")
    assert "Silent whose repr raises LookupError>, user_id=1" in second


@pytest.mark.parametrize("wrong", [None, "user_created", 42, [user_created, None]])
def test_what_is_no_signal_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="expected a signal, an event"):
        untyped(capture)(wrong)


# -- the signals of the adapter


def test_signals_of_the_adapter_are_captured() -> None:
    signal: blinker.Signal[Any, ...] = blinker.Signal()
    receiver = echoes()
    signal.connect(receiver)
    early = signal.send
    with capture(signal) as sends, capture(signal, "me") as mine:
        returned = signal.send("me", n=1)
        early("you", n=2)
        with signal.muted():
            signal.send()
        signal.disconnect(receiver)
        signal.send("me", n=3)
    signal.send("me", n=4)
    assert [(sent.sender, sent.payload, sent.kind) for sent in sends] == [
        ("me", {"n": 1}, "send"),
        ("you", {"n": 2}, "send"),
        (None, {}, "send"),
        ("me", {"n": 3}, "send"),
    ]
    assert [len(sent.results) for sent in sends] == [1, 1, 0, 0]
    assert sends[0].results == returned
    assert sends[0].signal is signal
    assert payloads(mine) == [{"n": 1}, {"n": 3}]


def test_async_sends_of_the_adapter_are_captured() -> None:
    signal: blinker.Signal[Any, ...] = blinker.Signal()

    @signal.connect
    async def hear(sender: object, **payload: object) -> object:
        return payload

    async def main() -> Any:
        async with capture(signal) as sends:
            await signal.send_async("me", n=1)
            with signal.muted():
                await signal.send_async("me", n=2)
        await signal.send_async("me", n=3)
        return sends

    first, second = asyncio.run(main())
    assert (first.kind, first.results) == ("send_async", [(hear, {"n": 1})])
    assert (second.payload, second.results) == ({"n": 2}, [])


def test_wrappers_of_the_adapter_work_while_it_is_captured() -> None:
    signal: blinker.Signal[Any, ...] = blinker.Signal()

    @signal.connect
    async def hear(sender: object) -> object:
        return "async"

    def call(receiver: Callable[..., Any]) -> Callable[..., Any]:
        def called(sender: object) -> object:
            return asyncio.run(receiver(sender))

        return called

    with capture(signal) as sends:
        assert signal.send(None, _async_wrapper=call) == [(hear, "async")]
        with pytest.raises(RuntimeError, match="coroutine function"):
            signal.send(None)
    assert [sent.raised is None for sent in sends] == [True, False]


def test_other_signals_of_the_adapter_do_what_they_do_while_one_is_captured() -> None:
    signal, other = blinker.Signal(), untyped(blinker.Signal())
    receiver = echoes()
    other.connect(receiver)

    async def later(sender: object) -> object:
        return sender

    with capture(signal) as sends:
        assert other.send("me", n=1) == [(receiver, ((), {"n": 1}))]
        other.disconnect(receiver)
        other.connect(later)
        assert asyncio.run(other.send_async("me")) == [(later, "me")]
    assert sends == []


def test_a_typed_view_is_captured_by_what_its_signal_sends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stored(sender: object, /, *, key: str, size: int = 0) -> object:
        raise NotImplementedError

    signal: Any = blinker.NamedSignal("stored")
    view = blinker.typed(signal, stored)
    signal.connect(fail)
    with capture(view) as sends, caplog.at_level(logging.CRITICAL, "aldis"):
        with pytest.raises(LookupError):
            view.send("me", key="a")
        view.send_robust("me", key="b")
        signal.disconnect(fail)
        signal.send("me", key="c", more=1)
    assert [(sent.kind, sent.payload) for sent in sends] == [
        ("send", {"key": "a", "size": 0}),
        ("send_robust", {"key": "b", "size": 0}),
        ("send", {"key": "c", "more": 1}),
    ]
    assert [len(sent.errors) for sent in sends] == [1, 1, 0]


def test_a_view_of_blinkers_own_signal_is_refused() -> None:
    real = pytest.importorskip("blinker")

    def stored(sender: object, /, *, key: str) -> object:
        raise NotImplementedError

    with pytest.raises(TypeError, match="signal of blinker itself"):
        capture(blinker.typed(real.Signal(), stored))
    with pytest.raises(TypeError, match="expected a signal, an event"):
        capture(real.Signal())
