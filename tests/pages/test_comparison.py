"""What docs/comparison.md says of other libraries is what they do."""

# what is compared has no types, or not those of a signal
# pyright: basic

from __future__ import annotations

import asyncio
import gc
import inspect
import random
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import blinker
import django.dispatch
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
LIBRARIES = ["aldis", "blinker", "django", "psygnal", "PyDispatcher", "pluggy", "pyee"]


class Peer:
    """A signal `heard` with a payload `n`, as each library has it."""

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


class OfBlinker(Peer):
    def __init__(self) -> None:
        self.signal = blinker.Signal()

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


MADE: dict[str, Callable[[], Peer]] = {
    "aldis": OfAldis,
    "blinker": OfBlinker,
    "django": OfDjango,
    "psygnal": OfPsygnal,
    "PyDispatcher": OfPyDispatcher,
    "pluggy": OfPluggy,
    "pyee": OfPyee,
}


def receiver_for(library: str, told: list[str], name: str, result: object = None) -> Any:
    """Return a receiver as the library wants them, which tells when it is called."""

    def hear() -> object:
        told.append(name)
        return result

    shapes: dict[str, Any] = {
        "psygnal": lambda n: hear(),
        "PyDispatcher": lambda n=0: hear(),
        "pluggy": lambda n: hear(),
        "pyee": lambda n=0: hear(),
    }
    return shapes.get(library, lambda sender, **payload: hear())


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
    shapes: dict[str, Any] = {
        "psygnal": lambda n, more: None,
        "PyDispatcher": lambda n, more: None,
        "pluggy": lambda n, more: None,
        "pyee": lambda n, more: None,
    }
    receiver = shapes.get(library, lambda sender, n, *, more, **rest: None)
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


def keeps_connection_order(library: str) -> bool:
    """Whether it does forwards, backwards and mixed, wherever the receivers are in memory.

    An order by address may happen to be the order of the connections, and once it was, with
    functions at equal distances. So between two of them lie none to five others.
    """
    told: list[str] = []
    chance = random.Random(1)
    others: list[object] = []
    receivers: list[Any] = []
    for number in range(40):
        receivers.append(receiver_for(library, told, str(number)))
        others.extend(lambda: None for _ in range(chance.randrange(6)))
    numbers = list(range(40))
    found: list[bool] = []
    for order in (numbers, numbers[::-1], chance.sample(numbers, 40)):
        told.clear()
        peer = MADE[library]()
        for number in order:
            peer.connect(receivers[number])
        peer.send(n=1)
        assert sorted(map(int, told)) == numbers
        found.append(told == [str(number) for number in order])
    return all(found)


def runs_all_by_a_plain_send(library: str) -> bool:
    """Whether a receiver runs after one that raises, without another method or setting."""
    told: list[str] = []
    peer = MADE[library]()

    def fails(name: str) -> Any:
        def fail(*_: object) -> object:
            told.append(name)
            raise OSError(name)

        shapes: dict[str, Any] = {
            "psygnal": lambda n: fail(),
            "PyDispatcher": lambda n=0: fail(),
            "pluggy": lambda n: fail(),
            "pyee": lambda n=0: fail(),
        }
        return shapes.get(library, lambda sender, **payload: fail())

    receivers = [fails("one"), fails("two")]
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
    hear = receiver_for(library, told, "it")

    class Hearing:
        def by_name(self, n: int = 0) -> Any:
            return hear(n)

        def with_sender(self, sender: object, **payload: Any) -> Any:
            return hear(sender, **payload)

    takes_sender = library in {"aldis", "blinker", "django"}
    hearing = Hearing()
    peer = MADE[library]()
    if isinstance(peer, OfPluggy):
        method: Any = lambda self, n: hear(n)  # noqa: E731  # a def would have its name
        peer.implemented(method)
        peer.manager.register(type("Plugin", (), {"heard": method})())
    else:
        peer.connect(hearing.with_sender if takes_sender else hearing.by_name)
    del hearing
    gc.collect()
    peer.send(n=1)
    return told == []


OBSERVED: list[tuple[str, Callable[[str], bool]]] = [
    ("a missing name is refused where it is sent, also without receivers", refuses_a_missing_name),
    (
        "a receiver that requires more than is sent is refused when connected",
        refuses_a_receiver_that_requires_more,
    ),
    ("results come back", returns_results),
    ("in connection order", keeps_connection_order),
    ("every receiver runs, whatever others raise", runs_all),
    ("functions are held weakly", holds_functions_weakly),
    ("bound methods are held weakly", holds_methods_weakly),
]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("row", "holds"), OBSERVED, ids=[row for row, _ in OBSERVED])
def test_a_cell_says_what_the_library_does(
    row: str, holds: Callable[[str], bool], library: str
) -> None:
    cell = CELLS[row][LIBRARIES.index(library)]
    assert re.match(r"(yes|no)\b", cell), cell
    assert holds(library) == cell.startswith("yes")


def parameters_of(library: str) -> Iterator[str]:
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


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("priorities", {"priority", "tryfirst"}),
        ("a receiver for one send only", {"once"}),
        ("silence for a while", {"muted", "blocked"}),
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


def test_every_row_has_a_cell_for_each_library() -> None:
    assert len(CELLS) == 16
    assert {len(row) for row in ROWS} == {1 + len(LIBRARIES)}
