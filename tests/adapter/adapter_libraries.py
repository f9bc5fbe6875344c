"""Shared by the tests of the adapter: both libraries, and receivers for their signals."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator
from typing import Any, TypeVar

import pytest

F = TypeVar("F", bound=Callable[..., Any])

# By name: a test is given one of them as `library`, of which the checkers know nothing.
BLINKER: Any = importlib.import_module("blinker")
ADAPTER: Any = importlib.import_module("aldis.blinker")
LIBRARIES = [BLINKER, ADAPTER]

on_both_libraries = pytest.mark.parametrize(
    "library", LIBRARIES, ids=[library.__name__ for library in LIBRARIES]
)

# A payload's names are usual from the third send on, and sent in another way than before.
SENDS = 5


class Sender:
    """An ordinary sender: compared by identity, and it can be weakly referenced."""


class Listener:
    """Owns a receiver that is a bound method, and is one itself."""

    def on(self, sender: object, **payload: object) -> object:
        return self

    def __call__(self, sender: object, **payload: object) -> object:
        return self


class Unreferenced:
    """A receiver, and an owner of one, to which no weak reference can be made."""

    __slots__ = ()

    def on(self, sender: object, **payload: object) -> object:
        return self

    def __call__(self, sender: object, **payload: object) -> object:
        return self


class Ordered(set[Any]):
    """A set in the order of addition, as blinker's `set_class` asks for where order matters."""

    def __init__(self, items: Iterable[Hashable] = ()) -> None:
        super().__init__()
        self._items: dict[Hashable, None] = {}
        for item in items:
            self.add(item)

    def add(self, element: Hashable) -> None:
        super().add(element)
        self._items[element] = None

    def discard(self, element: Hashable) -> None:
        super().discard(element)
        self._items.pop(element, None)

    def __iter__(self) -> Iterator[Any]:
        return iter(tuple(self._items))

    def __or__(self, other: Iterable[Hashable]) -> Ordered:
        return Ordered([*self, *other])

    def copy(self) -> Ordered:
        return Ordered(self)


def ordered_signal(library: Any) -> Any:
    """Make a signal that blinker, too, sends in connection order."""

    return derived(library.Signal, set_class=Ordered)()


def derived(*bases: Any, **members: object) -> Any:
    """Make a class that a `class` statement would: no checker lets one inherit from `Any`."""
    return type("Derived", bases, members)


def decorator(method: Any) -> Callable[[F], F]:
    """Say of a method of a library, of which the checkers know nothing, what it decorates."""
    decorate: Callable[[F], F] = method
    return decorate


def finished(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns that never waits for anything."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    pytest.fail("it waits")


def run_each(receiver: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    """Make a plain function of a coroutine function, as an `_async_wrapper` does."""

    def run(*args: object, **kwargs: object) -> object:
        return finished(receiver(*args, **kwargs))

    return run


def await_each(receiver: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Make a coroutine function of a plain one, as a `_sync_wrapper` does."""

    async def call(*args: object, **kwargs: object) -> object:
        return receiver(*args, **kwargs)

    return call


def every_way(signal: Any, sender: object = None, /, **payload: object) -> Iterator[Any]:
    """Send often enough for each way of sending that a signal has, and give what is returned."""
    for _ in range(SENDS):
        yield signal.send(sender, _async_wrapper=run_each, **payload)
    for _ in range(SENDS):
        yield finished(signal.send_async(sender, _sync_wrapper=await_each, **payload))


def called(sent: Iterable[tuple[object, object]]) -> list[object]:
    """Tell which receivers a send called."""
    return [receiver for receiver, _ in sent]
