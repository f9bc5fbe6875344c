"""Receivers that are called by the `via` of their connection: in a loop, an executor, a task."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import anyio
import pytest
import trio

from aldis import AsyncEvent, AsyncSignal, Event, Signal
from aldis.delivery import Call, as_task, logged, to_executor, to_loop
from aldis.exceptions import AsyncReceiverError, ReceiverError
from helpers import untyped

user: ContextVar[str] = ContextVar("user", default="nobody")


@Signal
def saved(sender: str, /, *, path: str) -> int:
    raise NotImplementedError


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Any:
    yield
    saved.disconnect_all()


def direct(call: Call) -> object:
    return call()


def answers(result: object) -> Callable[..., object]:
    """Return a receiver of anything."""

    def receiver(*_: object, **__: object) -> object:
        return result

    return receiver


def notes(name: str, heard: list[str]) -> Callable[..., None]:
    """Return a receiver of anything that says it was called."""

    def receiver(*_: object, **__: object) -> None:
        heard.append(name)

    return receiver


# -- what a `via` is given, and what a send makes of it


def test_a_via_is_given_a_call_with_the_names_of_signal_and_receiver() -> None:
    calls: list[Call] = []
    heard: list[str] = []

    @saved.connect_via("me", via=calls.append)
    def receiver(sender: str, *, path: str) -> int:
        heard.append(path)
        return 7

    assert saved.send("me", path="a") == []
    assert heard == []
    assert (calls[0].signal, calls[0].receiver) == ("saved", receiver)
    assert calls[0]() == 7
    assert heard == ["a"]
    assert repr(calls[0]) == "<Call of a receiver of signal saved>"


@pytest.mark.parametrize("kind", ["signal", "bound", "event", "event of an instance"])
def test_what_a_receiver_with_a_via_returns_is_not_among_the_results(kind: str) -> None:
    class Job:
        @Signal.method
        def done(self) -> object: ...
        @Event.method
        def ended(self) -> object: ...

    job = Job()
    signals: dict[str, Any] = {
        "signal": Signal(),
        "bound": job.done,
        "event": Event(),
        "event of an instance": job.ended,
    }
    signal = signals[kind]
    signal.connect(answers(1), weak=False)
    signal.connect(answers(2), weak=False, via=direct)
    signal.connect(answers(3), weak=False)
    sender = ("me",) if kind == "signal" else ()
    assert [result for _, result in signal.send(*sender)] == [1, 3]
    assert [result for _, result in signal.send_robust(*sender)] == [1, 3]


@pytest.mark.parametrize("way", ["send", "send_robust", "gather", "gather_robust"])
def test_an_async_signal_neither_awaits_nor_returns_them(way: str) -> None:
    signal = untyped(AsyncSignal())
    heard: list[str] = []
    signal.connect(notes("plain", heard), weak=False)
    signal.connect(notes("via", heard), weak=False, via=direct)
    results = asyncio.run(getattr(signal, way)("me"))
    assert len(results) == 1
    assert sorted(heard) == ["plain", "via"]


def test_order_priority_and_once_hold_with_a_via() -> None:
    event, heard = untyped(Event()), list[str]()

    def connect(name: str, **options: Any) -> None:
        event.connect(notes(name, heard), weak=False, **options)

    connect("first")
    connect("second", via=direct)
    connect("once", via=direct, once=True)
    connect("high", via=direct, priority=1)
    event.send()
    event.send()
    assert heard == ["high", "first", "second", "once", "high", "first", "second"]


def test_a_receiver_that_hears_one_sender_and_all_is_called_once_by_its_via() -> None:
    calls: list[Call] = []
    signal = Signal()
    signal.connect(print, "me", via=calls.append)
    signal.connect(print, via=calls.append)
    signal.send("me")
    assert len(calls) == 1


def test_one_that_hears_both_may_be_disconnected_by_the_one_before_it() -> None:
    signal, heard = untyped(Signal()), list[str]()
    second = notes("second", heard)

    def first(_: object) -> None:
        signal.disconnect(second)

    signal.connect(first, via=direct, priority=1)
    signal.connect(second, "me", via=direct)
    signal.connect(second, via=direct)
    signal.send("me")
    assert heard == []


def test_an_async_receiver_may_be_connected_to_any_signal_with_a_via() -> None:
    async def receiver(sender: str, *, path: str) -> str:
        return path

    with pytest.raises(AsyncReceiverError):
        untyped(saved).connect(receiver)
    calls: list[Call] = []
    saved.connect(receiver, via=calls.append)
    saved.send("me", path="a")
    coroutine: Any = calls[0]()
    assert asyncio.run(coroutine) == "a"


def test_a_receiver_with_a_via_is_verified_all_the_same() -> None:
    def takes_no_path(sender: str) -> None: ...

    with pytest.raises(ReceiverError, match="does not take 'path'"):
        untyped(saved).connect(takes_no_path, via=direct)


def test_a_via_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(ReceiverError, match="its via is 3; pass a function"):
        untyped(saved).connect(print, via=3)
    assert not saved.receivers


def test_what_a_via_raises_ends_the_send_as_what_a_receiver_raises() -> None:
    def broken(call: Call) -> None:
        raise LookupError(call.signal)

    event, heard = untyped(Event(name="saved")), list[str]()
    event.connect(notes("before", heard), weak=False)
    event.connect(lambda: None, weak=False, via=broken)
    event.connect(notes("after", heard), weak=False)
    with pytest.raises(LookupError, match="saved"):
        event.send()
    assert heard == ["before"]
    results = [result for _, result in event.send_robust()]
    assert [type(each) for each in results] == [type(None), LookupError, type(None)]


def test_a_signal_may_have_a_via_for_all_its_receivers() -> None:
    calls: list[Call] = []

    class View:
        @Event.method(via=calls.append)
        def added(self, flow: str) -> None: ...
        @Signal.method(via=calls.append)
        def closed(self) -> None: ...
        @AsyncEvent.method(via=calls.append)
        async def stored(self) -> None: ...
        @AsyncSignal.method(via=calls.append)
        async def stopped(self) -> None: ...

    view, heard = untyped(View()), list[str]()
    view.added.connect(heard.append, weak=False)
    view.added.connect(print, via=direct)
    view.closed.connect(notes("closed", heard), weak=False)
    view.stored.connect(notes("stored", heard), weak=False)
    view.stopped.connect(notes("stopped", heard), weak=False)
    view.added.send("a")
    view.closed.send()
    asyncio.run(view.stored.send())
    asyncio.run(view.stopped.send())
    for call in calls:
        call()
    assert heard == ["a", "closed", "stored", "stopped"]
    own = untyped(Event(via=calls.append))
    own.subscribe(print)
    own.send()
    assert len(calls) == 5


def test_a_call_has_a_name_for_those_who_log_it() -> None:
    calls: list[Call] = []
    untyped(saved).connect(answers(1), via=calls.append, weak=False)
    saved.send("me", path="a")
    assert untyped(calls[0]).__qualname__ == "call of signal saved"
    with pytest.raises(AttributeError, match="'Call' object has no attribute 'run'"):
        _ = untyped(calls[0]).run


@pytest.mark.parametrize("maker", [to_loop, to_executor, as_task])
def test_a_maker_of_a_via_that_is_given_as_one_says_so(maker: Any) -> None:
    event = Event()
    event.connect(answers(1), via=maker, weak=False)
    with pytest.raises(TypeError, match=rf"write `via={maker.__name__}\(\.\.\.\)`"):
        event.send()


# -- logged


def test_logged_keeps_an_exception_from_the_send(caplog: pytest.LogCaptureFixture) -> None:
    event, heard = untyped(Event(name="saved")), list[str]()

    def fail() -> None:
        raise ValueError("no")

    event.connect(fail, via=logged)
    event.connect(notes("after", heard), weak=False)
    event.send()
    assert heard == ["after"]
    assert "fail" in caplog.messages[0]
    assert caplog.messages[0].endswith("of signal saved failed")


def test_logged_says_that_it_awaits_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def later() -> None: ...

    event = untyped(Event(name="saved"))
    event.connect(later, via=logged)
    event.send()
    record = caplog.records[0]
    assert record.exc_info is not None
    assert "connect it with via=as_task()" in str(record.exc_info[1])


def test_logged_says_so_of_anything_that_can_be_awaited(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Later:
        def __await__(self) -> Iterator[None]:
            yield None

    event = untyped(Event(name="saved"))
    event.connect(answers(Later()), via=logged, weak=False)
    event.send()
    assert caplog.messages[0].endswith("of signal saved failed")


# -- to_loop


def test_to_loop_calls_receivers_in_the_loop_from_any_thread_in_order() -> None:
    event, heard = untyped(Event[[int]]()), list[tuple[int, int]]()

    async def main() -> None:
        done = asyncio.Event()

        def receiver(n: int) -> None:
            heard.append((n, threading.get_ident()))
            if n == 9:
                done.set()

        event.connect(receiver, via=to_loop())

        def send_all() -> None:
            for n in range(10):
                event.send(n)

        await asyncio.to_thread(send_all)
        await done.wait()

    asyncio.run(main())
    assert heard == [(n, threading.get_ident()) for n in range(10)]


def test_to_loop_calls_later_also_in_the_thread_of_the_loop() -> None:
    async def main() -> list[str]:
        event, heard = untyped(Event()), list[str]()
        event.connect(notes("receiver", heard), weak=False, via=to_loop())
        event.send()
        heard.append("send has returned")
        await asyncio.sleep(0)
        return heard

    assert asyncio.run(main()) == ["send has returned", "receiver"]


def test_to_loop_awaits_async_receivers_and_shows_them_the_context_of_the_sender() -> None:
    async def main() -> list[str]:
        event, heard, done = untyped(Event()), list[str](), asyncio.Event()

        async def receiver() -> None:
            await asyncio.sleep(0)
            heard.append(user.get())
            done.set()

        event.connect(receiver, via=to_loop(asyncio.get_running_loop()))

        def send() -> None:
            user.set("ada")
            event.send()

        await asyncio.to_thread(send)
        await done.wait()
        return heard

    assert asyncio.run(main()) == ["ada"]


@pytest.mark.parametrize("is_async", [False, True])
def test_to_loop_logs_what_receivers_raise(
    is_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        event = untyped(Event(name="saved"))

        def fail() -> None:
            raise ValueError("no")

        async def fail_later() -> None:
            fail()

        receiver: Callable[[], object] = fail_later if is_async else fail
        event.connect(receiver, via=to_loop())
        event.send()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert [message.endswith("of signal saved failed") for message in caplog.messages] == [True]


def test_a_send_to_a_closed_loop_is_logged_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def connect() -> None:
        event.connect(print, via=to_loop())

    event, heard = untyped(Event(name="saved")), list[str]()
    asyncio.run(connect())
    event.connect(notes("after", heard), weak=False)
    event.send()
    assert heard == ["after"]
    assert caplog.messages == ["receiver 'print' of signal saved was not called"]


def test_to_loop_needs_a_loop() -> None:
    with pytest.raises(RuntimeError, match="call `to_loop` in the loop, or pass it the loop"):
        to_loop()


# -- to_executor


def test_to_executor_calls_receivers_in_its_threads_in_order_with_the_context_of_the_sender() -> (
    None
):
    event, heard = untyped(Event[[int]]()), list[tuple[int, str, bool]]()
    here = threading.get_ident()
    with ThreadPoolExecutor(1) as executor:

        def receiver(n: int) -> None:
            heard.append((n, user.get(), threading.get_ident() == here))

        event.connect(receiver, via=to_executor(executor))
        token = user.set("ada")
        for n in range(5):
            event.send(n)
        user.reset(token)
    assert heard == [(n, "ada", False) for n in range(5)]


def test_to_executor_runs_async_receivers_in_loops_of_their_own() -> None:
    event, heard = untyped(Event()), list[bool]()
    with ThreadPoolExecutor(1) as executor:

        async def receiver() -> None:
            await asyncio.sleep(0)
            heard.append(asyncio.get_running_loop().is_running())

        event.connect(receiver, via=to_executor(executor))
        event.send()
    assert heard == [True]


def test_to_executor_refuses_processes() -> None:
    with ProcessPoolExecutor(1) as executor, pytest.raises(TypeError, match="ThreadPoolExecutor"):
        to_executor(executor)


def test_to_executor_logs_what_receivers_raise(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("no")

    event = untyped(Event(name="saved"))
    with ThreadPoolExecutor(1) as executor:
        event.connect(fail, via=to_executor(executor))
        event.send()
    assert caplog.messages[0].endswith("of signal saved failed")


def test_a_send_to_an_executor_that_has_ended_is_logged_and_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    event, heard = untyped(Event(name="saved")), list[str]()
    executor = ThreadPoolExecutor(1)
    event.connect(print, via=to_executor(executor))
    event.connect(notes("after", heard), weak=False)
    executor.shutdown()
    event.send()
    assert heard == ["after"]
    assert caplog.messages == ["receiver 'print' of signal saved was not called"]


def test_what_an_executor_cancels_at_its_end_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    event = untyped(Event(name="saved"))
    begun, go_on = threading.Event(), threading.Event()
    executor = ThreadPoolExecutor(1)
    via = to_executor(executor)

    def wait() -> None:
        begun.set()
        go_on.wait()

    event.connect(wait, via=via)
    event.send()
    begun.wait()
    event.send()
    executor.shutdown(wait=False, cancel_futures=True)
    go_on.set()
    executor.shutdown()
    assert [message.endswith("of signal saved was not called") for message in caplog.messages] == [
        True
    ]


# -- as_task


def test_as_task_calls_each_receiver_in_a_task_of_its_own_in_order(backend: str) -> None:
    async def main() -> list[str]:
        event, heard = untyped(Event[[str]]()), list[str]()
        done = anyio.Event()

        async def receiver(name: str) -> None:
            heard.append(f"{name} begins")
            await anyio.lowlevel.checkpoint()
            heard.append(f"{name} ends, for {user.get()}")
            if len(heard) == 4:
                done.set()

        event.connect(receiver, via=as_task())
        user.set("ada")
        event.send("a")
        event.send("b")
        heard.append("sent")
        await done.wait()
        return heard

    heard = anyio.run(main, backend=backend)
    assert heard[0] == "sent"
    assert sorted(heard[1:]) == sorted(
        ["a begins", "b begins", "a ends, for ada", "b ends, for ada"]
    )


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("group", ["none", "asyncio", "anyio", "trio"])
def test_a_task_that_fails_is_logged_and_cancels_no_other(
    group: str, is_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def fail() -> None:
        raise ValueError("no")

    async def fail_later() -> None:
        fail()

    async def go_on() -> None:
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        heard.append("went on")

    def send(task_group: Any) -> None:
        event = untyped(Event(name="saved"))
        receiver: Callable[[], object] = fail_later if is_async else fail
        event.connect(receiver, via=as_task(task_group))
        event.connect(go_on, via=as_task(task_group))
        event.send()

    async def main() -> None:
        if group == "none":
            send(None)
            while not heard:
                await anyio.lowlevel.checkpoint()
        elif group == "asyncio":
            async with asyncio.TaskGroup() as tasks:
                send(tasks)
        elif group == "anyio":
            async with anyio.create_task_group() as tasks:
                send(tasks)
        else:
            async with trio.open_nursery() as nursery:
                send(nursery)

    anyio.run(main, backend="trio" if group == "trio" else "asyncio")
    assert heard == ["went on"]
    assert [message.endswith("of signal saved failed") for message in caplog.messages] == [True]


@pytest.mark.parametrize("group", ["asyncio", "anyio", "trio"])
def test_a_send_to_a_task_group_that_has_ended_is_logged_and_goes_on(
    group: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> list[str]:
        makers: dict[str, Callable[[], Any]] = {
            "asyncio": asyncio.TaskGroup,
            "anyio": anyio.create_task_group,
            "trio": trio.open_nursery,
        }
        async with makers[group]() as tasks:
            pass
        event, heard = untyped(Event(name="saved")), list[str]()
        event.connect(print, via=as_task(tasks))
        event.connect(notes("after", heard), weak=False)
        event.send()
        return heard

    assert anyio.run(main, backend="trio" if group == "trio" else "asyncio") == ["after"]
    assert caplog.messages == ["receiver 'print' of signal saved was not called"]


def test_without_a_loop_a_send_to_tasks_says_so() -> None:
    event = untyped(Event(name="saved"))
    event.connect(print, via=as_task())
    message = (
        r"receiver 'print' of signal saved .*: no event loop is running .* via=to_loop\(loop\)"
    )
    with pytest.raises(RuntimeError, match=message):
        event.send()


def test_tasks_are_kept_alive_until_they_have_ended() -> None:
    import gc  # noqa: PLC0415

    async def main() -> list[str]:
        event, heard, go_on = untyped(Event()), list[str](), asyncio.Event()

        async def receiver() -> None:
            await asyncio.sleep(0)
            waiting: Future[None] = Future()  # only this frame has it
            asyncio.get_running_loop().call_soon(waiting.set_result, None)
            await asyncio.wrap_future(waiting)
            heard.append("ended")
            go_on.set()

        event.connect(receiver, via=as_task())
        event.send()
        await asyncio.sleep(0)
        gc.collect()
        await go_on.wait()
        return heard

    assert asyncio.run(main()) == ["ended"]


def test_a_send_without_a_via_asks_for_none() -> None:
    """Its function is the same as before one was connected, and after."""
    event = untyped(Event[[int]]())
    event.connect(print)
    code = event.send.__code__
    event.connect(repr, via=direct)
    event.disconnect(repr)
    assert event.send.__code__ is code
    assert not {"via", "Call", "hand_over"} & {*code.co_names, *code.co_consts}
