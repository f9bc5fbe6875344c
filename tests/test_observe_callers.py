"""The caller of a send and the names of receivers, as listeners get them."""

from __future__ import annotations

import asyncio
import functools
import inspect
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

import aldis
import aldis.blinker
from aldis import AsyncSignal, Event, Signal
from aldis._call_sites import frame_outside, function_of
from aldis.observing import Caller, Delivery, Listener, Send
from helpers import in_a_fresh_interpreter

HERE = __file__


class Where(Listener):
    """Asks at every event."""

    def __init__(self) -> None:
        self.callers: list[tuple[str, Caller | None]] = []
        self.sends: list[Send] = []

    def send_began(self, send: Send) -> None:
        self.sends.append(send)
        self.callers.append(("send began", send.caller))

    def receiver_began(self, delivery: Delivery) -> None:
        self.callers.append(("receiver began", delivery.send.caller))

    def receiver_ended(self, delivery: Delivery) -> None:
        self.callers.append(("receiver ended", delivery.send.caller))

    def send_ended(self, send: Send) -> None:
        self.callers.append(("send ended", send.caller))

    @property
    def distinct(self) -> set[Caller | None]:
        return {caller for _, caller in self.callers}


class AtTheEnd(Where):
    """Asks when the send is over, and not before."""

    def send_began(self, send: Send) -> None:
        self.sends.append(send)

    def receiver_began(self, delivery: Delivery) -> None: ...
    def receiver_ended(self, delivery: Delivery) -> None: ...


class Silent(AtTheEnd):
    """Never asks."""

    def send_ended(self, send: Send) -> None: ...


class OfReceivers(Where):
    """Asks when receivers are called, and not before."""

    def send_began(self, send: Send) -> None: ...
    def send_ended(self, send: Send) -> None: ...


LISTENERS = [Where, AtTheEnd, OfReceivers]

# -- every way to send, in one line each: its line is that of the function and one more

typed = Signal[object, []](name="typed")
untyped = aldis.blinker.Signal()
rung = Event[[]](name="rung")
stored = AsyncSignal[object, []](name="stored")


class Door:
    @Signal.method
    def opened(self) -> None: ...

    @Event.method
    def closed(self) -> None: ...


def declared(sender: object) -> None: ...


view: Any = aldis.blinker.typed(aldis.blinker.Signal(), declared)


def receive(sender: object = None, **_: object) -> None: ...


def hears_all(*_: object, **__: object) -> None: ...


async def receive_async(sender: object) -> None: ...


def made_async(_: object) -> Any:
    return receive_async


def by_typed() -> None:
    typed.send("me")


def by_robust() -> None:
    typed.send_robust("me")


def by_function_kept() -> None:
    kept_send("me")


def by_partial() -> None:
    functools.partial(typed.send, "me")()


def by_bound() -> None:
    DOOR.opened.send()


def by_event() -> None:
    rung.send()


def by_event_of_instance() -> None:
    DOOR.closed.send()


def by_adapter() -> None:
    untyped.send("me")


def by_view() -> None:
    view.send("me")


def by_lambda() -> None:
    any(map(lambda sender: typed.send(sender), ["me"]))  # noqa: C417, PLW0108  # its own frame


kept_send = typed.send
DOOR = Door()
SYNC = [
    by_typed,
    by_robust,
    by_function_kept,
    by_partial,
    by_bound,
    by_event,
    by_event_of_instance,
    by_adapter,
    by_view,
    by_lambda,
]


async def by_async() -> None:
    await stored.send("me")


async def by_async_robust() -> None:
    await stored.send_robust("me")


async def by_gather() -> None:
    await stored.gather("me")


async def by_gather_robust() -> None:
    await stored.gather_robust("me")


async def by_limited_gather() -> None:
    await stored.limited(1).gather("me")


async def by_async_adapter() -> None:
    await untyped.send_async("me", _sync_wrapper=made_async)


ASYNC = [
    by_async,
    by_async_robust,
    by_gather,
    by_gather_robust,
    by_limited_gather,
    by_async_adapter,
]


@pytest.fixture(autouse=True)
def connected() -> Iterator[None]:
    signals: list[Any] = [typed, untyped, rung, stored, Door.opened, DOOR.closed, view]
    blocks = [signal.connected_to(receive) for signal in signals]
    for block in blocks:
        block.__enter__()
    yield
    for block in blocks:
        block.__exit__(None, None, None)


def line_in(function: Callable[..., object]) -> Caller:
    line = inspect.getsourcelines(function)[1] + 1
    inner = ".<locals>.<lambda>" if function is by_lambda else ""
    return Caller(HERE, line, f"{__name__}.{function.__qualname__}{inner}")


@pytest.mark.parametrize("make", LISTENERS)
@pytest.mark.parametrize("send", SYNC)
def test_the_caller_is_the_line_that_sends(
    make: Callable[[], Where], send: Callable[[], None]
) -> None:
    where = make()
    with aldis.observe(where):
        send()
    assert where.distinct == {line_in(send)}


@pytest.mark.parametrize("make", LISTENERS)
@pytest.mark.parametrize("send", ASYNC)
def test_the_caller_of_an_async_send_is_the_line_that_awaits_it(
    make: Callable[[], Where], send: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    where = make()
    with aldis.observe(where):
        asyncio.run(send())
    assert where.distinct == {line_in(send)}


@pytest.mark.parametrize("method", ["send", "gather"])
def test_an_async_send_that_no_coroutine_awaits_has_no_caller(method: str) -> None:
    where = Where()

    async def start() -> None:
        send: Callable[[str], Coroutine[Any, Any, object]] = getattr(stored, method)
        await asyncio.create_task(send("me"))

    with aldis.observe(where):
        asyncio.run(start())
    assert where.distinct == {None}


def test_each_of_two_nested_sends_has_its_own_caller() -> None:
    where = AtTheEnd()

    def send_more(sender: object) -> None:
        by_event()

    with typed.connected_to(send_more), aldis.observe(where):
        by_typed()
    assert [caller for _, caller in where.callers] == [line_in(by_event), line_in(by_typed)]


def test_a_listener_that_sends_is_not_the_caller_of_what_it_is_told_of() -> None:
    class Echo(Listener):
        def send_began(self, send: Send) -> None:
            if send.signal is typed:
                by_event()
                callers.append(send.caller)

        def send_ended(self, send: Send) -> None:
            if send.signal is rung:
                callers.append(send.caller)

    callers: list[Caller | None] = []
    with aldis.observe(Echo()):
        by_typed()
    assert callers == [line_in(by_event), line_in(by_typed)]


def test_the_caller_of_an_outer_send_can_be_asked_for_first_in_an_inner_one() -> None:
    class Outer(Listener):
        def send_began(self, send: Send) -> None:
            if send.parent is not None:
                callers.append(send.parent.send.caller)

    def send_more(sender: object) -> None:
        by_event()

    callers: list[Caller | None] = []
    with typed.connected_to(send_more), aldis.observe(Outer()):
        by_typed()
    assert callers == [line_in(by_typed)]


def test_a_caller_that_was_asked_for_is_known_for_good_and_another_is_not() -> None:
    asked, silent = Where(), Silent()
    with aldis.observe(asked), aldis.observe(silent):
        by_typed()
    assert asked.sends[0].caller == line_in(by_typed)
    assert silent.sends[0].caller is None


def test_a_signal_about_a_signal_is_sent_by_the_line_that_connects() -> None:
    where = Where()
    told: Any = aldis.blinker.Signal()
    told.receiver_connected.connect(hears_all)
    with aldis.observe(where):
        told.connect(by_typed)
        line = sys._getframe().f_lineno - 1
    assert {caller.line for caller in where.distinct if caller} == {line}


def test_who_does_not_ask_calls_nothing_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("aldis._observe.caller_of", asked.append)
    with aldis.observe(Listener()):
        for send in SYNC:
            send()
        asyncio.run(by_async())
    assert asked == []


def test_code_without_a_module_is_called_by_its_name_alone() -> None:
    names: dict[str, Any] = {"inspect": inspect, "__name__": None}
    exec("def make():\n    return inspect.currentframe()", names)
    assert function_of(names["make"]()) == "make"
    assert frame_outside(None) is None


# -- receivers


class Hears:
    def method(self, sender: object) -> None: ...

    def __call__(self, sender: object) -> None: ...


HEARS = Hears()


@pytest.mark.parametrize(
    ("receiver", "name"),
    [
        (receive, "receive"),
        (HEARS.method, "Hears.method"),
        (HEARS, "Hears object"),
        (functools.partial(hears_all, 1), "partial(hears_all)"),
    ],
)
def test_a_delivery_has_the_name_of_its_receiver(receiver: Any, name: str) -> None:
    names: list[str] = []

    class Names(Listener):
        def receiver_began(self, delivery: Delivery) -> None:
            names.append(delivery.name)

    signal: Any = aldis.blinker.Signal()
    signal.connect(receiver)
    with aldis.observe(Names(), signal):
        signal.send("me")
    assert names == [f"{__name__}.{name}"]


# -- the module


def test_observing_is_an_attribute_of_the_package_that_is_loaded_when_asked_for() -> None:
    said = in_a_fresh_interpreter(
        "import sys, aldis; before = 'aldis.observing' in sys.modules;"
        "print(before, 'observing' in dir(aldis), aldis.observing.Listener.__module__,"
        " 'aldis.observing' in sys.modules)"
    )
    assert said == "False True aldis._observe True"


def test_an_attribute_that_is_not_there_is_still_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import aldis; aldis.observer"], check=False, capture_output=True
    )
    assert b"module 'aldis' has no attribute 'observer'" in done.stderr
