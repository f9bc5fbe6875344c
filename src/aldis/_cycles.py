"""Answers questions that may depend on themselves, and asks none of them twice."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable

_T = TypeVar("_T")

MOST_ROUNDS: Final = 5
"""How often a cycle is repeated until nothing new is found in it."""

MOST_DEPTH: Final = 400
"""The number of nested questions from which on no answer is found: Python's stack is limited."""

_NEVER: Final = -1

_FRAMES: Final = 10_000  # of Python's stack: each question takes up to ten


@contextmanager
def deep_questions() -> Generator[None]:
    """Let Python's stack be deep enough for that many nested questions."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Amid(NamedTuple, Generic[_T]):
    """What was found in a cycle so far."""

    found: tuple[_T, ...]
    lowest: int  # the place of the outermost question that it depends on


class Cycles(Generic[_T]):
    """Remembers answers. Questions may lead back to questions that are just being answered.

    Such a question is answered by what was found for it in the round before, at first by nothing.
    Then the cycle is gone through again, until the answers do not change. Inside of a round, every
    question is asked once only: a function that gives a variable many values, each made of the one
    before, has more paths than anybody can go.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[_T, ...]] = {}
        self._amid: dict[Hashable, _Amid[_T]] = {}
        self._before: dict[Hashable, tuple[_T, ...]] = {}  # what the last round found
        self._places: dict[Hashable, int] = {}  # of questions that are being answered
        self._lowest: list[int] = []

    def forget(self) -> None:
        """Forget all answers."""
        self._known.clear()

    def find(self, key: Hashable, find: Callable[[], tuple[_T, ...]]) -> tuple[_T, ...]:
        """Return the answer to a question.

        Args:
            key: The question.
            find: Finds the answer.
        """
        if key in self._known:
            return self._known[key]
        if key in self._amid:
            amid = self._amid[key]
            return self._depending(amid.found, amid.lowest)
        if key in self._places:
            return self._depending(self._before.get(key, ()), self._places[key])
        if len(self._places) >= MOST_DEPTH:
            return self._depending((), _NEVER)
        place = self._places[key] = len(self._places)
        try:
            found, lowest = self._gone_through(key, find, place)
        finally:
            del self._places[key]
            if not place:
                self._amid.clear()
                self._before.clear()
        if lowest < place and place:
            self._amid[key] = _Amid(found, lowest)
            return self._depending(found, lowest)
        return found

    def _depending(self, found: tuple[_T, ...], place: int) -> tuple[_T, ...]:
        self._lowest[-1] = min(self._lowest[-1], place)
        return found

    def _gone_through(
        self, key: Hashable, find: Callable[[], tuple[_T, ...]], place: int
    ) -> tuple[tuple[_T, ...], int]:
        """Return an answer, and the place of the outermost question that it depends on."""
        start = len(self._amid)
        inside: dict[Hashable, tuple[_T, ...]] = {}
        for _ in range(MOST_ROUNDS):
            found, lowest = self._asked(find, place)
            if lowest < place:
                return found, lowest  # the question outside goes through the cycle
            inside = self._taken(start) | {key: found}
            if lowest > place or all(self._before.get(each, ()) == inside[each] for each in inside):
                break
            self._before.update(inside)
        self._known.update(inside)
        return inside[key], place

    def _asked(self, find: Callable[[], tuple[_T, ...]], place: int) -> tuple[tuple[_T, ...], int]:
        self._lowest.append(place + 1)
        try:
            found = find()
        finally:
            lowest = self._lowest.pop()
        return found, lowest

    def _taken(self, start: int) -> dict[Hashable, tuple[_T, ...]]:
        """Return what was found since a cycle was entered."""
        taken: dict[Hashable, tuple[_T, ...]] = {}
        while len(self._amid) > start:
            key, amid = self._amid.popitem()
            taken[key] = amid.found
        return taken
