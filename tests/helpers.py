"""Shared by several test files: receivers, results of a send, another thread."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from aldis._core._lock import lock


def returns(value: object) -> Callable[..., object]:
    """Make a receiver that returns this value for any arguments."""

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


def calls_of(action: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the calls that an action makes, as file and name; of those in C the file is "C"."""
    calls: list[tuple[str, str]] = []

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            calls.append((frame.f_code.co_filename, frame.f_code.co_name))
        elif event == "c_call":
            calls.append(("C", argument.__qualname__))

    before, collects = sys.getprofile(), gc.isenabled()
    gc.disable()  # what another test left dies at another time
    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(before)  # itself the last of the calls
        if collects:
            gc.enable()
    return calls


def untyped(thing: object) -> Any:
    """Hide from the checkers what a thing is, to do with it what they would not allow."""
    return thing


def results(sent: Iterable[tuple[object, object]]) -> list[object]:
    """Return the results of a send."""
    return [result for _, result in sent]


def has_gil() -> bool:
    """Whether one thread runs at a time."""
    is_gil_enabled: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
    return is_gil_enabled()


# The free-threaded CPython 3.13 makes functions and code immortal once there is a second thread.
MAKES_IMMORTAL = not has_gil() and sys.version_info < (3, 14)
functions_of_modules_die = pytest.mark.skipif(
    MAKES_IMMORTAL, reason="functions of modules never die here"
)
code_dies = pytest.mark.skipif(MAKES_IMMORTAL, reason="code never dies here")


def in_another_thread(action: Callable[[], object]) -> None:
    """Do something in another thread, and demand that it waits for nobody."""
    thread = threading.Thread(target=action)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive(), "it waits"


@contextmanager
def while_locked() -> Generator[None, None, None]:
    """Have the lock, as a thread has that is changing some signal."""
    with lock:
        yield


class LockThatMeets:
    """The lock, before which another thread acts: once, when it was taken so many times.

    A module's `lock` is replaced by it, so that what acts comes after all was found out that the
    change needs, and before the change is made.
    """

    def __init__(self, act: Callable[[], object], *, after: int = 0) -> None:
        self.act = act
        self.left = after

    def __enter__(self) -> None:
        self.left -= 1
        if self.left == -1:
            self.act()
        lock.__enter__()

    def __exit__(self, *_: object) -> None:
        lock.__exit__(None, None, None)


def in_a_fresh_interpreter(code: str) -> str:
    """Run a program, and return what it prints."""
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
