"""What several test files share: receivers, what a send returned, another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any

from aldis._core._exclusive import bury, lock


def returns(value: object) -> Callable[..., object]:
    """Make a receiver that returns this value, whatever it is sent."""

    def receiver(sender: object, **payload: object) -> object:
        return value

    return receiver


def echoes() -> Callable[..., Any]:
    """Make a receiver that returns the payload it got, which may have any names."""

    def receiver(_: object, /, *args: object, **kwargs: object) -> object:
        return (args, kwargs)

    return receiver


def takes(parameters: str) -> Callable[..., Any]:
    """Make a function of these parameters, which have no types: no checker is to know them."""
    function: Callable[..., Any] = eval(f"lambda {parameters}: None")
    return function


def untyped(thing: object) -> Any:
    """Hide from the checkers what a thing is, to do with it what they would not allow."""
    return thing


def results(sent: Iterable[tuple[object, object]]) -> list[object]:
    """Tell what the receivers of a send returned."""
    return [result for _, result in sent]


def in_another_thread(action: Callable[[], object]) -> None:
    """Do something in another thread, and demand that it waits for nobody."""
    thread = threading.Thread(target=action)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive(), "it waits"


@contextmanager
def at_the_books() -> Generator[None, None, None]:
    """Have the lock, as a change of some signal's books has, and do as that does after it."""
    with lock:
        yield
    bury()


class StepsThatMeet:
    """Take the lock as `_exclusive.locked` does, after another has acted, once, in between."""

    def __init__(self, act: Callable[[], object], *, after: int = 0) -> None:
        self.act = act
        self.left = after

    def __iter__(self) -> StepsThatMeet:
        return self

    def __next__(self) -> bool:
        self.left -= 1
        if self.left == -1:
            self.act()
        return lock.acquire()
