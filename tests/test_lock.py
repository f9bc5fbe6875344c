"""The one lock, and the form of it that one CPython needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from aldis import Signal
from aldis._core import _lock
from helpers import in_another_thread


def is_held() -> bool:
    """Whether this thread has the lock."""
    owned: Callable[[], bool] = getattr(_lock._lock, "_is_owned")  # noqa: B009  # private
    return owned()


def use_lock() -> None:
    Signal().connect(print)


def test_the_lock_that_is_taken_in_one_step_is_the_lock() -> None:
    """That of CPython 3.14, which looks for signals just after `__enter__`."""
    lock = _lock._TakenInOneStep()
    with lock:
        assert is_held()
        with lock:
            use_lock()  # a thread may take it twice
        assert is_held()
    assert not is_held()
    with pytest.raises(LookupError), lock:
        raise LookupError
    assert not is_held()
    in_another_thread(use_lock)


def test_a_handler_that_raises_stop_iteration_while_the_lock_is_waited_for_does_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It ends the step, as it would end those of any iterator; the next one takes the lock."""
    left = [StopIteration, StopIteration]

    class Taking:
        def __iter__(self) -> Iterator[bool]:
            return self

        def __next__(self) -> bool:
            if left:
                raise left.pop()
            return _lock._lock.acquire()

    monkeypatch.setattr(_lock, "_taking", Taking())
    with _lock._TakenInOneStep():
        assert is_held()
    assert not left
    assert not is_held()
    in_another_thread(use_lock)
