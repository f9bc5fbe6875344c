"""The claims of docs/comparison.md about other libraries are true."""

# what is compared has no types, or not those of a signal
# pyright: basic

from __future__ import annotations

import asyncio
import gc
import inspect
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import blinker
import django.dispatch
import ezpubsub
import pluggy
import psygnal
import pyee
import pytest
from pydispatch import dispatcher, robust  # type: ignore[import-untyped]
from pyee.asyncio import AsyncIOEventEmitter

import aldis

PAGE = (Path(__file__).parents[2] / "docs" / "comparison.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "1.9" not in line
]
CELLS = {row[0]: row[1:] for row in ROWS}
LIBRARIES = [
    *("aldis", "blinker", "django", "psygnal", "PyDispatcher", "pluggy", "pyee", "ezpubsub"),
    *("NiceGUI", "mitmproxy"),
]
# they conflict with what other tests need: `make check-peers` has an environment with them
ELSEWHERE = {"NiceGUI": "nicegui", "mitmproxy": "mitmproxy"}
ABSENT = {name for name, module in ELSEWHERE.items() if find_spec(module) is None}
EACH = [
    pytest.param(
        name, marks=pytest.mark.skipif(name in ABSENT, reason=f"{name}: `make check-peers` has it")
    )
    for name in LIBRARIES
]


class Peer:
    """A signal `heard` with a payload `n`, as each library has it."""

    signal: Any

    def connect(self, receiver: Any) -> object:
        raise NotImplementedError

    def send(self, **payload: Any) -> Any:
        raise NotImplementedError

    def results(self, sent: Any) -> list[Any]:
        return [result for _, result in sent]


class Sender:
    moved = psygnal.Signal(int)


class OfAldis(Peer):
    def __init__(self) -> None:
        def heard(sender: object, /, *, n: int) -> object:
            """Heard."""

        self.signal = aldis.Signal(heard)

    def connect(self, receiver: Any) -> object:
        return self.signal.connect(receiver)

    def send(self, **payload: Any) -> Any:
        return self.signal.send(None, **payload)


class SignalOfBlinker(blinker.Signal):
    # as blinker has it: Pelican, once imported, gives all signals of blinker an ordered one
    set_class = set


class OfBlinker(Peer):
    def __init__(self) -> None:
        self.signal = SignalOfBlinker()

    def connect(self, receiver: Any) -> object:
        return self.signal.connect(receiver)

    def send(self, **payload: Any) -> Any:
        return self.signal.send(None, **payload)


class OfDjango(Peer):
    def __init__(self) -> None:
        self.signal = django.dispatch.Signal()

    def connect(self, receiver: Any) -> object:
        self.signal.connect(receiver)
        return receiver

    def send(self, **payload: Any) -> Any:
        return self.signal.send(None, **payload)


class OfPsygnal(Peer):
    def __init__(self) -> None:
        self.sender = Sender()
        self.signal = self.sender.moved

    def connect(self, receiver: Any) -> object:
        return self.signal.connect(receiver)

    def send(self, **payload: Any) -> Any:
        return self.signal.emit(*payload.values())

    def results(self, sent: Any) -> list[Any]:
        return [] if sent is None else list(sent)


class OfPyDispatcher(Peer):
    def __init__(self) -> None:
        self.signal = object()

    def connect(self, receiver: Any) -> object:
        return dispatcher.connect(receiver, self.signal)

    def send(self, **payload: Any) -> Any:
        return dispatcher.send(self.signal, **payload)


class OfPluggy(Peer):
    def __init__(self) -> None:
        specified, self.implemented = pluggy.HookspecMarker("it"), pluggy.HookimplMarker("it")

        class Specification:
            @specified
            def heard(self, n: int) -> object:
                """Heard."""

        self.manager = pluggy.PluginManager("it")
        self.manager.add_hookspecs(Specification)

    def connect(self, receiver: Any) -> object:
        plugin = type("Plugin", (), {"heard": staticmethod(receiver)})()
        self.implemented(receiver)
        return self.manager.register(plugin)

    def send(self, **payload: Any) -> Any:
        return self.manager.hook.heard(**payload)

    def results(self, sent: Any) -> list[Any]:
        return list(sent)


class OfPyee(Peer):
    def __init__(self) -> None:
        self.signal = pyee.EventEmitter()

    def connect(self, receiver: Any) -> object:
        return self.signal.on("heard", receiver)

    def send(self, **payload: Any) -> Any:
        return self.signal.emit("heard", **payload)

    def results(self, sent: Any) -> list[Any]:
        return []


class OfEzpubsub(Peer):
    """Its payload is one object, which is `n` itself."""

    def __init__(self) -> None:
        self.signal = ezpubsub.Signal[int]("heard")

    def connect(self, receiver: Any) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks asyncio what is a coroutine function
            self.signal.subscribe(receiver)
            return receiver

    def send(self, **payload: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sent: Any = self.signal.publish
            return sent(*payload.values())

    def results(self, sent: Any) -> list[Any]:
        return [] if sent is None else list(sent)


class OfNiceGui(Peer):
    def __init__(self) -> None:
        self.signal = import_module("nicegui").Event()

    def connect(self, receiver: Any) -> object:
        return self.signal.subscribe(receiver)

    def send(self, **payload: Any) -> Any:
        return self.signal.emit(*payload.values())

    def results(self, sent: Any) -> list[Any]:
        return [] if sent is None else list(sent)


class OfMitmproxy(Peer):
    def __init__(self) -> None:
        def heard(n: int) -> None: ...

        self.signal = import_module("mitmproxy.utils.signals").SyncSignal(heard)

    def connect(self, receiver: Any) -> object:
        return self.signal.connect(receiver)

    def send(self, **payload: Any) -> Any:
        return self.signal.send(**payload)

    def results(self, sent: Any) -> list[Any]:
        return [] if sent is None else list(sent)


MADE: dict[str, Callable[[], Peer]] = {
    "aldis": OfAldis,
    "blinker": OfBlinker,
    "django": OfDjango,
    "psygnal": OfPsygnal,
    "PyDispatcher": OfPyDispatcher,
    "pluggy": OfPluggy,
    "pyee": OfPyee,
    "ezpubsub": OfEzpubsub,
    "NiceGUI": OfNiceGui,
    "mitmproxy": OfMitmproxy,
}
WITHOUT_SENDER = {"ezpubsub", "NiceGUI", "mitmproxy"}


def shaped(library: str, call: Callable[[], object]) -> Any:
    """Return a receiver as the library wants them, which calls this."""
    if library in {"aldis", "blinker", "django"}:
        return lambda sender, **payload: call()
    if library in {"PyDispatcher", "pyee"}:
        return lambda n=0: call()
    return lambda n: call()


def receiver_for(library: str, told: list[str], name: str, result: object = None) -> Any:
    """Return a receiver in the library's form, which notes its calls."""

    def hear() -> object:
        told.append(name)
        return result

    return shaped(library, hear)


def failing(library: str, told: list[str], name: str) -> Any:
    """Return a receiver which tells when it is called, and raises."""

    def fail() -> object:
        told.append(name)
        raise OSError(name)

    return shaped(library, fail)


def refuses_a_missing_name(library: str) -> bool:
    peer = MADE[library]()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pluggy warns
            peer.send()
    except TypeError:
        return True
    return False


def refuses_a_receiver_that_requires_more(library: str) -> bool:
    if library in {"aldis", "blinker", "django"}:
        receiver: Any = lambda sender, n, *, more, **rest: None  # noqa: E731  # as the other one
    else:
        receiver = lambda n, more: None  # noqa: E731  # likewise
    try:
        MADE[library]().connect(receiver)
    except (TypeError, ValueError, pluggy.PluginValidationError):
        return True
    return False


def returns_results(library: str) -> bool:
    peer = MADE[library]()
    receiver = receiver_for(library, [], "it", "a result")
    peer.connect(receiver)
    return peer.results(peer.send(n=1)) == ["a result"]


def tells_the_sender_of_an_exception(library: str) -> bool:
    """Whether a plain send raises what a receiver does."""
    peer = MADE[library]()
    receiver = failing(library, [], "it")
    peer.connect(receiver)
    try:
        peer.send(n=1)
    except (OSError, psygnal.EmitLoopError):
        return True
    return False


def keeps_connection_order(library: str) -> bool:
    """Whether it does forwards and backwards: addresses may happen to be in one of these orders."""
    told: list[str] = []
    names = [str(number) for number in range(40)]
    receivers = [receiver_for(library, told, name) for name in names]
    found: list[bool] = []
    for step in (1, -1):
        told.clear()
        peer = MADE[library]()
        for receiver in receivers[::step]:
            peer.connect(receiver)
        peer.send(n=1)
        assert sorted(told) == sorted(names)
        found.append(told == names[::step])
    return all(found)


def runs_all_by_a_plain_send(library: str) -> bool:
    """Whether a receiver runs after one that raises, without another method or setting."""
    told: list[str] = []
    peer = MADE[library]()
    receivers = [failing(library, told, name) for name in ("one", "two")]
    for receiver in receivers:
        peer.connect(receiver)
    with suppress(OSError, psygnal.EmitLoopError):
        peer.send(n=1)
    return len(told) == 2


def runs_all(library: str) -> bool:
    robust_ways: dict[str, Any] = {
        "aldis": getattr(aldis.Signal, "send_robust", None),
        "blinker": getattr(blinker.Signal, "send_robust", None),
        "django": getattr(django.dispatch.Signal, "send_robust", None),
        "PyDispatcher": getattr(robust, "sendRobust", None),
    }
    return runs_all_by_a_plain_send(library) or robust_ways.get(library) is not None


def holds_functions_weakly(library: str) -> bool:
    told: list[str] = []
    peer = MADE[library]()
    peer.connect(receiver_for(library, told, "it"))
    gc.collect()
    peer.send(n=1)
    return told == []


def holds_methods_weakly(library: str) -> bool:
    told: list[str] = []
    peer = MADE[library]()
    hearing = Hearing(library, told)
    hearing.connect_to(peer, "one")
    del hearing
    gc.collect()
    peer.send(n=1)
    return told == []


def hears_by_two_methods(library: str) -> bool:
    """Whether two methods of one object are two receivers."""
    told: list[str] = []
    peer = MADE[library]()
    hearing = Hearing(library, told)
    hearing.connect_to(peer, "one", "two")
    peer.send(n=1)
    assert told[-1] in {"one", "two"}
    return len(told) == 2


class Hearing:
    """Has two methods that tell when they are called."""

    def __init__(self, library: str, told: list[str]) -> None:
        self.library, self.told = library, told

    def connect_to(self, peer: Peer, *names: str) -> None:
        suffix = "_with_sender" if self.library in {"aldis", "blinker", "django"} else ""
        if isinstance(peer, OfPluggy):
            marked = {name: self.marked(peer, name) for name in names}
            peer.manager.register(type("Plugin", (), marked)())
        else:
            for name in names:
                peer.connect(getattr(self, name + suffix))

    def marked(self, peer: OfPluggy, name: str) -> Any:
        told = self.told
        hear: Any = lambda self, n: told.append(name)  # noqa: E731  # a def would have its name
        peer.implemented(hear, specname="heard")
        return hear

    def one(self, n: int = 0) -> None:
        self.told.append("one")

    def two(self, n: int = 0) -> None:
        self.told.append("two")

    def one_with_sender(self, sender: object, **payload: Any) -> None:
        self.told.append("one")

    def two_with_sender(self, sender: object, **payload: Any) -> None:
        self.told.append("two")


OBSERVED: list[tuple[str, Callable[[str], bool]]] = [
    ("`send` refuses a missing argument, also without receivers", refuses_a_missing_name),
    (
        "`connect` refuses a receiver that requires more than is sent",
        refuses_a_receiver_that_requires_more,
    ),
    ("`send` returns results", returns_results),
    ("receivers run in connection order", keeps_connection_order),
    ("every receiver runs, even if others raise", runs_all),
    ("an exception of a receiver reaches the sender", tells_the_sender_of_an_exception),
    ("two methods of one object are two receivers", hears_by_two_methods),
    ("functions are held weakly", holds_functions_weakly),
    ("bound methods are held weakly", holds_methods_weakly),
]


@pytest.mark.parametrize("library", EACH)
@pytest.mark.parametrize(("row", "holds"), OBSERVED, ids=[row for row, _ in OBSERVED])
def test_a_cell_says_what_the_library_does(
    row: str, holds: Callable[[str], bool], library: str
) -> None:
    cell = CELLS[row][LIBRARIES.index(library)]
    assert re.match(r"(yes|no)\b", cell), cell
    assert holds(library) == cell.startswith("yes")


def parameters_of(library: str) -> Iterator[str]:
    if library in WITHOUT_SENDER:
        yield from dir(MADE[library]().signal)
        yield from inspect.signature(MADE[library]().connect).parameters
        return
    connecting: dict[str, list[Any]] = {
        "aldis": [aldis.Signal.connect, aldis.Signal],
        "blinker": [blinker.Signal.connect, blinker.Signal],
        "django": [django.dispatch.Signal.connect, django.dispatch.Signal],
        "psygnal": [psygnal.SignalInstance],
        "PyDispatcher": [dispatcher.connect, dispatcher],
        "pluggy": [pluggy.HookimplMarker.__call__, pluggy.PluginManager],
        "pyee": [pyee.EventEmitter.on, pyee.EventEmitter],
    }
    for thing in connecting[library]:
        yield from dir(thing)
        yield from getattr(getattr(thing, "__code__", None), "co_varnames", ())
    if library == "psygnal":  # it is compiled for most Pythons
        yield from inspect.signature(psygnal.SignalInstance.connect).parameters


@pytest.mark.parametrize("library", EACH)
@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("priorities", {"priority", "tryfirst"}),
        ("a receiver for one send only", {"once"}),
        ("muting", {"muted", "blocked"}),
    ],
)
def test_a_cell_says_what_there_is(row: str, names: set[str], library: str) -> None:
    cell = CELLS[row][LIBRARIES.index(library)]
    assert bool(names & set(parameters_of(library))) == cell.startswith("yes")


def test_psygnal_checks_the_count_where_it_is_asked_to() -> None:
    with pytest.raises(TypeError):
        Sender().moved.emit(check_nargs=True)


def test_pluggy_warns_of_a_missing_name() -> None:
    with pytest.warns(UserWarning, match="n"):
        OfPluggy().send()


def test_a_plain_send_of_django_and_an_emitter_of_pyee_run_async_receivers() -> None:
    signal = django.dispatch.Signal()

    async def answer(sender: object, **named: object) -> str:
        return "answered"

    signal.connect(answer)
    assert [result for _, result in signal.send(None)] == ["answered"]

    async def emit() -> list[int]:
        told: list[int] = []
        emitter = AsyncIOEventEmitter()

        async def hear(n: int) -> None:
            told.append(n)

        emitter.on("heard", hear)
        emitter.emit("heard", 3)
        await emitter.wait_for_complete()
        return told

    assert asyncio.run(emit()) == [3]


def test_aldis_and_blinker_refuse_async_receivers_of_a_plain_send() -> None:
    async def hear(sender: object, *, n: int) -> None: ...

    with pytest.raises(TypeError):
        OfAldis().connect(hear)
    peer = OfBlinker()
    peer.connect(hear)
    with pytest.raises(RuntimeError):
        peer.send(n=1)


def test_ezpubsub_skips_async_receivers_of_a_plain_send_and_awaits_those_of_another() -> None:
    signal, told = ezpubsub.Signal[int]("heard"), list[int]()

    async def hear(n: int) -> None:
        told.append(n)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signal.subscribe(hear)
        signal.publish(1)
        asyncio.run(signal.apublish(2))
    assert told == [2]


def test_ezpubsub_refuses_subscribers_once_frozen_and_raises_where_it_is_asked_to() -> None:
    peer = OfEzpubsub()
    peer.connect(failing("ezpubsub", [], "it"))
    peer.signal.toggle_error_raising()
    with pytest.raises(ezpubsub.SignalError):
        peer.send(n=1)
    peer.signal.freeze()
    with pytest.raises(ezpubsub.SignalError):
        peer.connect(print)


@pytest.mark.skipif("NiceGUI" in ABSENT, reason="`make check-peers` has it")
def test_events_of_nicegui_call_async_receivers_drop_the_payload_and_can_be_awaited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []

    async def hear(n: int) -> None:
        told.append(n)

    async def emit() -> None:
        monkeypatch.setattr("nicegui.core.loop", asyncio.get_running_loop())  # as in its app
        peer = OfNiceGui()
        peer.connect(hear)
        peer.connect(lambda: told.append("nothing"))
        await peer.signal.call(1)
        waiting = asyncio.ensure_future(peer.signal)
        await asyncio.sleep(0)
        peer.signal.emit(2)
        told.append(await waiting)
        # the async receiver, for which `emit` does not wait
        await asyncio.gather(
            *(each for each in asyncio.all_tasks() if each is not asyncio.current_task())
        )

    asyncio.run(emit())
    assert sorted(map(str, told)) == ["1", "2", "2", "nothing", "nothing"]


@pytest.mark.skipif("mitmproxy" in ABSENT, reason="`make check-peers` has it")
def test_signals_of_mitmproxy_refuse_async_receivers_or_await_them_all() -> None:
    told: list[int] = []

    async def hear(n: int) -> None:
        told.append(n)

    def hear_at_once(n: int) -> None:
        told.append(n + 1)

    with pytest.raises(AssertionError):
        OfMitmproxy().connect(hear)
    signal = import_module("mitmproxy.utils.signals").AsyncSignal(hear)
    signal.connect(hear)
    signal.connect(hear_at_once)
    asyncio.run(signal.send(n=1))
    assert sorted(told) == [1, 2]


# what mypy says of those that are not where all other programs are checked
MISTAKES = """
from mitmproxy.utils.signals import SyncSignal
from nicegui.event import Event

def wrong(sender: int, *, name: str, more: int) -> None: ...
def heard(n: int) -> None: ...

of_mitmproxy = SyncSignal(heard)
of_mitmproxy.send(n=1)
of_mitmproxy.send(n="b")  # E
of_mitmproxy.connect(wrong)  # E

of_nicegui = Event[int]()
of_nicegui.emit(1)
of_nicegui.emit("b")  # E
of_nicegui.subscribe(wrong)  # E
"""


# of the framework it reads nothing but this module, which has the class
ONLY_EVENTS = """
[mypy]
strict = True
[mypy-nicegui.*]
follow_imports = skip
[mypy-nicegui.event]
follow_imports = silent
"""


@pytest.mark.skipif(bool(ABSENT), reason="`make check-peers` has them")
def test_mypy_sees_mistakes_with_signals_of_nicegui_and_mitmproxy(tmp_path: Path) -> None:
    (tmp_path / "mistakes.py").write_text(MISTAKES)
    (tmp_path / "mypy.ini").write_text(ONLY_EVENTS)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "mistakes.py"]
    said = subprocess.run(
        command, check=False, cwd=tmp_path, capture_output=True, encoding="utf-8"
    ).stdout
    found = {
        int(number) for number in re.findall(r"^mistakes\.py:(\d+): error", said, re.MULTILINE)
    }
    lines = enumerate(MISTAKES.splitlines(), 1)
    assert found == {number for number, line in lines if line.endswith("# E")}, said


def test_every_row_has_a_cell_for_each_library() -> None:
    assert len(CELLS) == 18
    assert {len(row) for row in ROWS} == {1 + len(LIBRARIES)}
