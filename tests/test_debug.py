"""The development mode warns of probable mistakes, once per place, and costs nothing when off."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import warnings
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

import aldis
from aldis import AldisWarning, AsyncSignal, Event, Signal
from aldis._core._development import development
from aldis._core._observing import is_observed
from aldis._debugging import _values
from helpers import untyped


class App: ...


@Signal
def saved(sender: App, /, *, path: str, size: float = 1.0) -> None: ...


def hear(sender: App, **_: object) -> None: ...


@pytest.fixture
def said() -> Iterator[list[warnings.WarningMessage]]:
    """Switch it on, and collect what it says."""
    aldis.debug(on=True)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield caught
    finally:
        aldis.debug(on=False)


def messages(said: list[warnings.WarningMessage]) -> list[str]:
    assert {warning.category for warning in said} <= {AldisWarning}
    return [str(warning.message) for warning in said]


def line_of(function: Callable[..., object], text: str) -> int:
    """Return the number of the first line of a function that has a text."""
    import inspect  # noqa: PLC0415

    lines, first = inspect.getsourcelines(function)
    return next(first + n for n, line in enumerate(lines) if text in line)


# -- weak receivers


def test_a_weak_receiver_that_died_uncalled_is_told_of_where_it_was_connected(
    said: list[warnings.WarningMessage],
) -> None:
    saved.connect(partial(hear))  # the trap
    (message,) = messages(said)
    assert message.startswith("partial of receiver 'hear' (")
    assert "connected to signal saved here, was garbage-collected before its first call" in message
    assert "weak=False" in message
    assert said[0].filename == __file__
    here = test_a_weak_receiver_that_died_uncalled_is_told_of_where_it_was_connected
    assert said[0].lineno == line_of(here, "# the trap")


def test_each_place_is_told_of_once(said: list[warnings.WarningMessage]) -> None:
    for _ in range(3):
        saved.connect(partial(hear))
    assert len(messages(said)) == 1


def test_a_receiver_that_was_called_may_die(said: list[warnings.WarningMessage]) -> None:
    def receiver(sender: App, **_: object) -> None: ...

    saved.connect(receiver)
    saved.send(App(), path="a")
    del receiver
    assert not saved.receivers
    assert messages(said) == []


def test_so_may_one_that_was_disconnected_or_is_strong(
    said: list[warnings.WarningMessage],
) -> None:
    def receiver(sender: App, **_: object) -> None: ...

    saved.connect(receiver)
    saved.disconnect(receiver)
    del receiver
    subscription = saved.subscribe(partial(hear))
    subscription.close()
    assert messages(said) == []


def test_a_method_of_an_object_that_died_is_named(said: list[warnings.WarningMessage]) -> None:
    class Window:
        def redraw(self) -> None: ...

    event = Event(name="changed")
    event.connect(Window().redraw)
    assert "Window.redraw' (" in messages(said)[0]


# -- proxies


def test_a_connection_to_a_proxy_is_told_of(said: list[warnings.WarningMessage]) -> None:
    app = App()
    untyped(saved).connect(hear, weakref.proxy(app))
    saved.disconnect(print)
    assert (
        "signal saved is connected to a proxy, an object of type 'ProxyType'" in messages(said)[0]
    )


def test_a_send_from_a_proxy_that_nobody_hears_is_told_of(
    said: list[warnings.WarningMessage],
) -> None:
    app = App()
    signal = Signal(name="moved")
    signal.send(weakref.proxy(app))
    signal.send(app)
    assert len(said) == 1
    assert "signal moved is sent from a proxy" in messages(said)[0]
    signal.connect(hear)
    signal.send(weakref.proxy(app))
    assert len(said) == 1


# -- types


@pytest.fixture(params=["typeguard", "isinstance"])
def check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name == "isinstance":
        monkeypatch.setitem(sys.modules, "typeguard", None)
    else:
        pytest.importorskip("typeguard")
    return name


def test_a_value_of_another_type_is_told_of_where_it_is_sent(
    check: str, said: list[warnings.WarningMessage]
) -> None:
    untyped(saved).send(App(), path=3)  # a wrong one
    (message,) = messages(said)
    assert message.startswith(
        "signal saved(sender: App, /, *, path: str, size: float = 1.0) -> None is sent with 'path' "
        "of the wrong type: "
    )
    here = test_a_value_of_another_type_is_told_of_where_it_is_sent
    assert (said[0].filename, said[0].lineno) == (__file__, line_of(here, "# a wrong one"))


def test_so_is_a_sender_of_another_type(check: str, said: list[warnings.WarningMessage]) -> None:
    untyped(saved).send("somebody", path="a")
    assert "is sent with 'sender' of the wrong type" in messages(said)[0]


def test_right_values_are_right(check: str, said: list[warnings.WarningMessage]) -> None:
    class Special(App): ...

    @Event
    def moved(
        a: int | None,
        b: list[int],
        *rest: int,
        c: Callable[[], object] = print,
        d: type[App] = App,
        e: Any = None,
        f: float = 1,
        **more: object,
    ) -> None: ...

    saved.send(Special(), path="a", size=3)
    moved.send(None, [1], 2, c=print, d=Special, f=2, g=3)
    moved.send(1, [])
    Event().send(1, b=2)
    Event[[int, str]]().send(1, "a")
    assert messages(said) == []


def test_what_is_not_certain_is_not_told_of(
    said: list[warnings.WarningMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typeguard", None)
    from typing import Annotated, Literal, Protocol, TypedDict  # noqa: PLC0415

    class Has(Protocol):
        name: str

    class Payload(TypedDict):
        name: str

    class Odd(type):
        def __instancecheck__(cls, instance: object) -> bool:
            raise LookupError

    class Strange(metaclass=Odd): ...

    unknown: Any = "NotDefined"
    for kind in (Has, Payload, Literal["a"], unknown, Annotated[Has, 1], int | Has, Strange):
        assert list(_values.wrong_values(types_of(kind), {"a": object(), "b": 1})) == []
    for kind in (int, Annotated[int, 1], int | None, list[int], None):
        wrong = list(_values.wrong_values(types_of(kind), {"a": object()}))
        assert [name for name, _ in wrong] == ["a"]


def types_of(kind: object) -> dict[str, object]:
    from inspect import Parameter, Signature  # noqa: PLC0415

    parameter = Parameter("a", Parameter.POSITIONAL_ONLY, annotation=kind)
    return _values.types_of(Signature([parameter]), None)


def test_what_typeguard_cannot_tell_is_not_told_of() -> None:
    pytest.importorskip("typeguard")

    class Odd(type):
        def __instancecheck__(cls, instance: object) -> bool:
            raise LookupError

    class Strange(metaclass=Odd): ...

    assert list(_values.wrong_values({"a": Strange}, {"a": object()})) == []


# -- coroutines


def test_a_coroutine_that_nobody_awaits_is_told_of_where_its_receiver_was_connected(
    said: list[warnings.WarningMessage],
) -> None:
    async def later() -> None: ...

    def receiver() -> object:
        return later()

    event = Event(name="saved")
    event.connect(receiver)
    event.send()
    ours = [str(each.message) for each in said if each.category is AldisWarning]
    assert len(ours) == 1
    assert "connected to signal saved here, returned a coroutine that was never awaited" in ours[0]


def test_one_that_the_sender_awaits_is_not(said: list[warnings.WarningMessage]) -> None:
    async def later() -> int:
        await asyncio.sleep(0)
        return 3

    def receiver() -> object:
        return later()

    async def main() -> list[int]:
        event = Event()
        event.connect(receiver)
        return [await untyped(result) for _, result in event.send()]

    assert asyncio.run(main()) == [3]
    assert messages(said) == []


def test_one_that_has_ended_is_not(said: list[warnings.WarningMessage]) -> None:
    async def later() -> None: ...

    def receiver() -> object:
        coroutine = later()
        coroutine.close()
        return coroutine

    event = Event()
    event.connect(receiver)
    event.send()
    assert messages(said) == []


def test_without_a_loop_no_receiver_blocks_one(
    said: list[warnings.WarningMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trio.lowlevel", None)
    monkeypatch.setitem(sys.modules, "asyncio", None)
    event = Event()
    event.connect(print)
    event.send()
    assert messages(said) == []


def test_an_async_signal_awaits_them(said: list[warnings.WarningMessage]) -> None:
    async def later() -> int:
        return 3

    signal = untyped(AsyncSignal())

    def receiver(_: object) -> object:
        return later()

    signal.connect(receiver)
    assert [result for _, result in asyncio.run(signal.send("me"))] == [3]
    assert messages(said) == []


# -- slow receivers


@pytest.mark.parametrize("fails", [False, True])
def test_a_receiver_that_blocks_the_loop_is_told_of(
    fails: bool, said: list[warnings.WarningMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def receiver() -> None:
        now[0] += 0.25
        if fails:
            raise LookupError

    event = Event(name="saved")
    event.connect(receiver)

    async def main() -> None:
        event.send_robust()

    event.send_robust()
    assert messages(said) == []
    asyncio.run(main())
    (message,) = messages(said)
    assert "of signal saved, connected here, blocked the event loop for 0.25 seconds" in message
    assert "(the limit is 0.1)" in message


def test_the_limit_can_be_set_and_an_async_receiver_may_take_its_time(
    said: list[warnings.WarningMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    aldis.debug(on=True, slow=1)

    def receiver(_: object) -> None:
        now[0] += 0.25

    async def later(_: object) -> None:
        now[0] += 60

    signal = AsyncSignal()
    signal.connect(receiver)
    signal.connect(later)
    asyncio.run(signal.send("me"))
    asyncio.run(signal.gather("me"))
    assert messages(said) == []


# -- the switch


def test_off_it_is_told_of_nothing() -> None:
    aldis.debug(on=False)
    assert development.note is None
    assert not is_observed()
    saved.connect(hear)
    assert saved._registry.by_receiver[id(hear)].terms is None
    saved.disconnect(hear)


def test_it_may_be_switched_twice() -> None:
    aldis.debug(on=True)
    aldis.debug(on=True)
    assert is_observed()
    aldis.debug(on=False)
    aldis.debug(on=False)
    assert not is_observed()


def test_a_warning_that_is_an_error_is_raised_by_the_send() -> None:
    aldis.debug(on=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", AldisWarning)
            with pytest.raises(AldisWarning, match="of the wrong type"):
                untyped(saved).send(App(), path=3)
    finally:
        aldis.debug(on=False)


@pytest.mark.parametrize(
    ("variable", "options", "is_on"),
    [
        ("1", [], True),
        ("yes", ["-X", "dev"], True),
        (None, ["-X", "dev"], True),
        ("0", ["-X", "dev"], False),
        (None, [], False),
        ("0", [], False),
    ],
)
def test_the_environment_and_the_interpreter_switch_it_on(
    variable: str | None, options: list[str], is_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable is None:
        monkeypatch.delenv("ALDIS_DEBUG", raising=False)
    else:
        monkeypatch.setenv("ALDIS_DEBUG", variable)
    code = "import aldis; from aldis._core._observing import is_observed; print(is_observed())"
    command = [sys.executable, *options, "-c", code]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == str(is_on)
