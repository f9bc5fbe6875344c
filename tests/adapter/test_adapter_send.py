"""Calls, results and errors of a send: one body for blinker and the adapter."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any
from unittest.mock import AsyncMock

import pytest
from adapter_libraries import (
    SENDS,
    Listener,
    Sender,
    await_each,
    called,
    decorator,
    every_way,
    finished,
    on_both_libraries,
    ordered_signal,
    run_each,
)

from helpers import echoes, results, returns, untyped

pytestmark = on_both_libraries

PAYLOADS: list[dict[str, object]] = [
    {},
    {"x": 1},
    {"self": 1, "sender": 2, "receiver": 3},
    {"args": 1, "kwargs": 2, "payload": 3},
    {"registry": 1, "results": 2, "entry": 3, "_": 4},
    {"_sender": 1, "__sender": 2, "_registry": 3, "__registry": 4, "_books": 5},
    {"weak": 1, "doc": 2, "name": 3, "signal": 4},
    {"class": 1, "not": 2, "async": 3, "match": 4},
    {"two words": 1, "": 2, "1st": 3, "x-y": 4},
    {"é": 1, "名前": 2},
    {"\N{LATIN SMALL LIGATURE FI}": 1},
    {"fi": 1, "\N{LATIN SMALL LIGATURE FI}": 2},
    {"__debug__": 1, "None": 2, "True": 3},
    {f"name{number}": number for number in range(40)},
]


# -- what is called, and what is returned


def test_a_send_that_nobody_hears_returns_an_empty_list_of_its_own(library: Any) -> None:
    signal = library.Signal()
    for sent in every_way(signal, "sender", x=1):
        assert sent == []
        sent.append("mine")


def test_a_send_returns_a_list_of_pairs_of_receiver_and_result(library: Any) -> None:
    signal = library.Signal()
    receivers = {number: returns(number) for number in range(5)}
    for receiver in receivers.values():
        signal.connect(receiver)
    for sent in every_way(signal, "sender", x=1):
        assert {type(pair) for pair in sent} == {tuple}
        assert {result: receiver for receiver, result in sent} == receivers
        assert len(sent) == len(receivers)
        assert type(sent) is list


def test_a_method_stands_in_the_result_as_it_is_accessed(library: Any) -> None:
    signal = library.Signal()
    listener = Listener()
    signal.connect(listener.on)
    for sent in every_way(signal):
        assert sent == [(listener.on, listener)]


def test_a_send_needs_no_sender(library: Any) -> None:
    signal = library.Signal()

    @decorator(signal.connect)
    def receiver(*args: object, **payload: object) -> object:
        return args, payload

    for _ in range(SENDS):
        assert results(signal.send()) == [((None,), {})]
        assert results(signal.send(x=1)) == [((None,), {"x": 1})]
        assert results(signal.send(None, x=1)) == [((None,), {"x": 1})]
    assert results(finished(signal.send_async(_sync_wrapper=await_each))) == [((None,), {})]


def test_none_is_a_sender_like_any_other(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver, sender=None)
    assert signal.send() == signal.send(None) == [(receiver, 1)]
    assert signal.send("sender") == []


@pytest.mark.parametrize("name", ["sender", "client", "this", "_"])
def test_a_receiver_may_call_the_sender_what_it_likes(library: Any, name: str) -> None:
    signal = library.Signal()
    receiver: Callable[..., object] = eval(f"lambda {name}: {name}")
    signal.connect(receiver)
    for sent in every_way(signal, "me"):
        assert results(sent) == ["me"]


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: " ".join(payload)[:40])
@pytest.mark.parametrize("count", [1, 4])
def test_a_payload_of_any_names_reaches_every_receiver(
    library: Any, payload: dict[str, object], count: int
) -> None:
    signal = library.Signal()
    receivers = [echoes() for _ in range(count)]
    for receiver in receivers:
        signal.connect(receiver)
        signal.connect(receiver, "sender")
    for sender in ("sender", "other"):
        for sent in every_way(signal, sender, **payload):
            assert results(sent) == [((), payload)] * count
            assert [list(untyped(result)[1]) for result in results(sent)] == [list(payload)] * count


def test_payloads_may_have_new_names_at_every_send(library: Any) -> None:
    signal = library.Signal()
    receiver = echoes()
    signal.connect(receiver)
    for number in range(600):
        assert results(signal.send(None, **{f"name{number}": number, "usual": 1})) == [
            ((), {f"name{number}": number, "usual": 1})
        ]


def test_each_receiver_gets_a_payload_of_its_own(library: Any) -> None:
    signal = library.Signal()

    def greedy(sender: object, **payload: object) -> int:
        count = len(payload)
        payload.clear()
        return count

    listeners = [functools.partial(greedy) for _ in range(4)]
    for listener in listeners:
        signal.connect(listener)
    for sent in every_way(signal, None, x=1, y=2):
        assert results(sent) == [2] * 4


def test_sender_as_a_keyword_is_payload(library: Any) -> None:
    signal = library.Signal()

    @decorator(signal.connect)
    def receiver(_: object, /, **payload: object) -> object:
        return payload

    for _ in range(SENDS):
        assert results(signal.send(sender=1)) == [{"sender": 1}]

    @decorator(signal.connect)
    def clashing(sender: object, **payload: object) -> None: ...

    signal.disconnect(receiver)
    for _ in range(SENDS):
        with pytest.raises(TypeError, match="multiple values for argument 'sender'"):
            signal.send(sender=1)


def test_the_payload_is_by_keyword_only(library: Any) -> None:
    signal = library.Signal()
    with pytest.raises(TypeError, match="positional argument"):
        signal.send("sender", 1)
    with pytest.raises(TypeError, match="positional argument"):
        finished(signal.send_async("sender", 1))


def test_only_async_wrapper_is_kept_from_the_receivers_of_a_send(library: Any) -> None:
    signal = library.Signal()
    receiver = echoes()
    signal.connect(receiver)
    for wrapper in (None, run_each):
        for _ in range(SENDS):
            sent = signal.send("sender", _async_wrapper=wrapper, _sync_wrapper=2, x=3)
            assert results(sent) == [((), {"_sync_wrapper": 2, "x": 3})]


def test_only_sync_wrapper_is_kept_from_the_receivers_of_an_async_send(library: Any) -> None:
    signal = library.Signal()

    @decorator(signal.connect)
    async def receiver(_: object, /, **payload: object) -> object:
        return payload

    for wrapper in (None, await_each):
        for _ in range(SENDS):
            sending = signal.send_async("sender", _sync_wrapper=wrapper, _async_wrapper=2, x=3)
            assert results(finished(sending)) == [{"_async_wrapper": 2, "x": 3}]


# -- errors


@pytest.mark.parametrize("count", [1, 4])
def test_what_a_receiver_raises_goes_on_and_ends_the_send(library: Any, count: int) -> None:
    signal = library.Signal()
    heard: list[object] = []

    def failing(number: int) -> Callable[..., object]:
        def receiver(sender: object, **payload: object) -> None:
            heard.append(number)
            raise LookupError(f"number {number}")

        return receiver

    receivers = [failing(number) for number in range(count)]
    for receiver in receivers:
        signal.connect(receiver)
    for _ in range(SENDS):
        with pytest.raises(LookupError, match=r"number \d"):
            signal.send("sender", x=1)
        with pytest.raises(LookupError, match=r"number \d"):
            finished(signal.send_async("sender", _sync_wrapper=await_each, x=1))
    assert len(heard) == 2 * SENDS


def test_a_receiver_that_takes_no_such_payload_raises_pythons_own_error(library: Any) -> None:
    signal = library.Signal()

    @decorator(signal.connect)
    def narrow(sender: object, *, x: int) -> int:
        return x

    for _ in range(SENDS):
        assert results(signal.send(None, x=1)) == [1]
        with pytest.raises(TypeError, match="unexpected keyword argument 'y'"):
            signal.send(None, x=1, y=2)
        with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'x'"):
            signal.send(None)


# -- receivers that are coroutine functions


async def awaited(sender: object, **payload: object) -> object:
    return ("awaited", payload)


class AsyncListener:
    async def on(self, sender: object, **payload: object) -> object:
        return ("awaited", payload)


def async_receivers() -> list[Callable[..., Coroutine[Any, Any, Any]]]:
    return [awaited, AsyncListener().on, functools.partial(awaited)]


def test_a_coroutine_function_needs_an_async_wrapper(library: Any) -> None:
    for receiver in async_receivers():
        signal = library.Signal()
        signal.connect(receiver, weak=False)
        for _ in range(SENDS):
            with pytest.raises(RuntimeError) as raised:
                signal.send("sender", x=1)
            assert type(raised.value) is RuntimeError
            assert raised.value.args == ("Cannot send to a coroutine function.",)
            with pytest.raises(RuntimeError, match=r"^Cannot send to a coroutine function\.$"):
                signal.send("sender", _async_wrapper=None, x=1)
            sent = signal.send("sender", _async_wrapper=run_each, x=1)
            assert sent == [(receiver, ("awaited", {"x": 1}))]


def test_the_receivers_before_the_coroutine_function_are_called_before_the_error(
    library: Any,
) -> None:
    signal = ordered_signal(library)
    heard: list[object] = []

    def before(sender: object, **payload: object) -> None:
        heard.append("before")

    def after(sender: object, **payload: object) -> None:
        heard.append("after")

    for receiver in (before, awaited, after):
        signal.connect(receiver)
    for _ in range(SENDS):
        heard.clear()
        with pytest.raises(RuntimeError, match="coroutine"):
            signal.send("sender", x=1)
        assert heard == ["before"]


def test_the_async_wrapper_is_given_coroutine_functions_and_nothing_else(library: Any) -> None:
    signal = ordered_signal(library)
    wrapped: list[object] = []

    def wrapper(receiver: Callable[..., Any]) -> Callable[..., object]:
        wrapped.append(receiver)
        return run_each(receiver)

    plain = returns("plain")
    for receiver in (plain, awaited):
        signal.connect(receiver)
    for _ in range(SENDS):
        wrapped.clear()
        sent = signal.send("sender", _async_wrapper=wrapper, x=1)
        assert sent == [(plain, "plain"), (awaited, ("awaited", {"x": 1}))]
        assert wrapped == [awaited]


def test_a_plain_receiver_needs_a_sync_wrapper_in_an_async_send(library: Any) -> None:
    signal = ordered_signal(library)
    heard: list[object] = []

    async def first(sender: object, **payload: object) -> None:
        heard.append(sender)

    plain = returns("plain")
    for receiver in (first, plain, awaited):
        signal.connect(receiver)
    for _ in range(SENDS):
        heard.clear()
        with pytest.raises(RuntimeError) as raised:
            finished(signal.send_async("sender", x=1))
        assert type(raised.value) is RuntimeError
        assert raised.value.args == ("Cannot send to a non-coroutine function.",)
        assert heard == ["sender"]


def test_the_sync_wrapper_is_given_plain_receivers_and_nothing_else(library: Any) -> None:
    signal = ordered_signal(library)
    wrapped: list[object] = []

    def wrapper(receiver: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
        wrapped.append(receiver)
        return await_each(receiver)

    plain = returns("plain")
    for receiver in (plain, awaited):
        signal.connect(receiver)
    for _ in range(SENDS):
        wrapped.clear()
        sent = finished(signal.send_async("sender", _sync_wrapper=wrapper, x=1))
        assert sent == [(plain, "plain"), (awaited, ("awaited", {"x": 1}))]
        assert wrapped == [plain]


def test_an_async_send_awaits_one_receiver_after_the_other(library: Any) -> None:
    signal = ordered_signal(library)
    steps: list[object] = []

    def stepping(number: int) -> Callable[..., Coroutine[Any, Any, int]]:
        async def receiver(sender: object, **payload: object) -> int:
            for step in range(3):
                steps.append((number, step))
                await asyncio.sleep(0)
            return number

        return receiver

    receivers = [stepping(number) for number in range(3)]
    for receiver in receivers:
        signal.connect(receiver)
    assert results(asyncio.run(signal.send_async("sender", x=1))) == [0, 1, 2]
    assert steps == [(number, step) for number in range(3) for step in range(3)]


def test_an_async_send_does_nothing_until_it_is_awaited(library: Any) -> None:
    signal = library.Signal()
    signal.connect(awaited)
    sending = signal.send_async("sender")
    assert inspect.iscoroutine(sending)
    signal.disconnect(awaited)
    assert finished(sending) == []


def test_a_result_that_happens_to_be_awaitable_is_returned_as_it_is(library: Any) -> None:
    signal = library.Signal()

    def hands_out(sender: object) -> object:
        return awaited(sender)

    signal.connect(hands_out)
    for _ in range(SENDS):
        for sent in (
            signal.send("sender"),
            finished(signal.send_async("sender", _sync_wrapper=await_each)),
        ):
            [(receiver, coroutine)] = sent
            assert receiver is hands_out
            assert finished(coroutine) == ("awaited", {})


def test_what_a_coroutine_function_returns_is_awaited_once(library: Any) -> None:
    signal = library.Signal()

    @decorator(signal.connect)
    async def hands_out(sender: object) -> object:
        return awaited(sender)

    for _ in range(SENDS):
        [(_, coroutine)] = finished(signal.send_async("sender"))
        assert finished(coroutine) == ("awaited", {})


def test_a_mock_is_awaited_if_inspect_calls_it_a_coroutine_function(library: Any) -> None:
    signal = library.Signal()
    mock = AsyncMock(return_value="mocked")
    signal.connect(mock)
    assert inspect.iscoroutinefunction(mock)
    with pytest.raises(RuntimeError, match="coroutine"):
        signal.send("sender", x=1)
    assert finished(signal.send_async("sender", x=1)) == [(mock, "mocked")]
    mock.assert_awaited_once_with("sender", x=1)


def test_a_coroutine_function_that_left_needs_no_wrapper_any_more(library: Any) -> None:
    signal = library.Signal()
    plain = returns("plain")
    signal.connect(plain)
    signal.connect(awaited, "sender")
    for _ in range(SENDS):
        assert signal.send("other", x=1) == [(plain, "plain")]
    signal.disconnect(awaited)
    for _ in range(SENDS):
        assert signal.send("sender", x=1) == [(plain, "plain")]
        with pytest.raises(RuntimeError, match="non-coroutine"):
            finished(signal.send_async("sender", x=1))


def test_a_coroutine_function_that_outlived_a_sender_still_is_one(library: Any) -> None:
    signal = library.Signal()
    sender = Sender()
    signal.connect(awaited, sender)
    signal.connect(awaited, "other")
    del sender
    for _ in range(SENDS):
        with pytest.raises(RuntimeError, match="coroutine"):
            signal.send("other", x=1)
        assert finished(signal.send_async("other", x=1)) == [(awaited, ("awaited", {"x": 1}))]


# -- muted


def test_a_muted_signal_calls_nobody_and_returns_an_empty_list(library: Any) -> None:
    signal = library.Signal()
    receivers = [returns(1), awaited]
    for receiver in receivers:
        signal.connect(receiver)
    muted = [signal.is_muted]
    with signal.muted():
        muted.append(signal.is_muted)
        for sent in every_way(signal, "sender", x=1):
            assert sent == []
        assert signal.send("sender") == []
    muted.append(signal.is_muted)
    assert muted == [False, True, False]
    assert len(signal.send("sender", _async_wrapper=run_each)) == 2


def test_a_muted_block_is_entered_as_nothing(library: Any) -> None:
    with library.Signal().muted() as nothing:
        assert nothing is None


def test_who_listens_can_be_asked_while_the_signal_is_muted(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    with signal.muted():
        signal.connect(receiver)
        assert signal.has_receivers_for("sender")
        assert list(signal.receivers_for("sender")) == [receiver]
        assert signal.receivers
    assert signal.send("sender") == [(receiver, 1)]


def test_a_block_that_fails_mutes_no_longer(library: Any) -> None:
    signal = library.Signal()
    with pytest.raises(KeyError, match="mine"), signal.muted():
        raise KeyError("mine")
    assert signal.is_muted is False


def test_muted_decorates_a_function(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver)

    @decorator(signal.muted())
    def quiet() -> object:
        return signal.send(None)

    assert quiet() == []
    assert signal.send(None) == [(receiver, 1)]


def test_is_muted_can_be_set(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    signal.connect(receiver)
    signal.is_muted = True
    assert signal.is_muted is True
    for sent in every_way(signal):
        assert sent == []
    signal.is_muted = False
    assert signal.is_muted is False
    assert signal.send(None) == [(receiver, 1)]
    with signal.muted():
        signal.is_muted = False
        assert signal.send(None) == [(receiver, 1)]
    assert signal.is_muted is False


def test_a_signal_muted_by_a_receiver_still_calls_those_whose_turn_comes(library: Any) -> None:
    signal = library.Signal()

    def mute(sender: object) -> None:
        signal.is_muted = True

    receivers = [functools.partial(mute) for _ in range(3)]
    for receiver in receivers:
        signal.connect(receiver)
    assert len(signal.send(None)) == 3
    assert signal.send(None) == []


# -- who would be called


def test_receivers_for_is_a_generator_of_receivers(library: Any) -> None:
    signal = library.Signal()
    for_all, for_one, listener = returns(1), returns(2), Listener()
    signal.connect(for_all)
    signal.connect(for_one, "sender")
    signal.connect(listener.on, "sender")
    found = signal.receivers_for("sender")
    assert inspect.isgenerator(found)
    assert sorted(map(repr, found)) == sorted(map(repr, [for_all, for_one, listener.on]))
    assert list(signal.receivers_for(sender="other")) == [for_all]
    assert list(signal.receivers_for(library.ANY)) == [for_all]
    assert list(library.Signal().receivers_for("sender")) == []


def test_receivers_for_looks_when_it_is_first_asked(library: Any) -> None:
    signal = library.Signal()
    receiver = returns(1)
    found = signal.receivers_for("sender")
    signal.connect(receiver)
    assert list(found) == [receiver]


def test_receivers_for_gives_none_that_was_disconnected_meanwhile(library: Any) -> None:
    signal = library.Signal()
    receivers = [returns(number) for number in range(3)]
    for receiver in receivers:
        signal.connect(receiver)
    found = signal.receivers_for("sender")
    first = next(found)
    for receiver in receivers:
        if receiver is not first:
            signal.disconnect(receiver)
    assert list(found) == []


def test_has_receivers_for_tells_of_a_senders_own_and_of_everybodys(library: Any) -> None:
    signal = library.Signal()
    receiver, sender = returns(1), Sender()
    assert signal.has_receivers_for(sender) is False
    assert signal.has_receivers_for(library.ANY) is False
    signal.connect(receiver, sender)
    assert signal.has_receivers_for(sender=sender) is True
    assert signal.has_receivers_for("other") is False
    assert signal.has_receivers_for(library.ANY) is False
    signal.connect(receiver)
    assert signal.has_receivers_for("other") is True
    assert signal.has_receivers_for(library.ANY) is True
    signal.disconnect(receiver)
    assert signal.has_receivers_for(sender) is False


def test_a_set_class_that_keeps_order_gives_ordered_delivery(library: Any) -> None:
    signal = ordered_signal(library)
    receivers = [returns(number) for number in range(20)]
    for receiver in receivers:
        signal.connect(receiver)
    last = returns(20)
    signal.connect(last, "sender")
    for sent in every_way(signal, "sender"):
        assert called(sent) == [*receivers, last]
    signal.disconnect(receivers[3])
    signal.connect(receivers[3])
    assert called(signal.send("other")) == [*receivers[:3], *receivers[4:], receivers[3]]
