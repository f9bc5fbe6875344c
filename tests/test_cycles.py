"""What depends on itself is found out once, and with all that it is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldis._cycles import MOST_DEPTH, MOST_ROUNDS, Cycles, deep_questions

Graph = Mapping[int, Sequence[int]]


def reached(graph: Graph, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += graph[each]
    return found


class Reaching:
    """Asks what can be reached from a place, by asking the same of its neighbours."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.cycles = Cycles[int]()
        self.asked: Counter[int] = Counter()

    def ask(self, place: int) -> tuple[int, ...]:
        return self.cycles.find(place, lambda: self._find(place))

    def _find(self, place: int) -> tuple[int, ...]:
        self.asked[place] += 1
        found = {place}.union(*(self.ask(each) for each in self.graph[place]))
        return tuple(sorted(found))


@given(
    st.integers(1, 7).flatmap(
        lambda size: st.lists(
            st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size
        )
    )
)
def test_all_that_can_be_reached_is_found_in_every_order(graph: list[list[int]]) -> None:
    reaching = Reaching(dict(enumerate(graph)))
    for place in range(len(graph)):
        assert set(reaching.ask(place)) == reached(reaching.graph, place)


def test_a_place_is_asked_a_few_times_however_many_paths_lead_to_it() -> None:
    size = 40
    reaching = Reaching({place: range(size) for place in range(size)})  # paths: more than 40!
    assert reaching.ask(0) == tuple(range(size))
    assert max(reaching.asked.values()) <= 4
    reaching.asked.clear()
    assert all(reaching.ask(place) == tuple(range(size)) for place in range(size))
    assert not reaching.asked


def test_what_is_too_deep_is_not_remembered() -> None:
    last = MOST_DEPTH + 5
    reaching = Reaching({place: [place + 1] if place < last else [] for place in range(last + 1)})
    with deep_questions():
        assert reaching.ask(0)[-1] == MOST_DEPTH - 1
        assert reaching.ask(10)[-1] == last
        assert reaching.ask(0)[-1] == last


def test_what_never_settles_is_left_after_some_rounds() -> None:
    cycles = Cycles[int]()
    asked = iter(range(100))

    def grows() -> tuple[int, ...]:
        return (*cycles.find("it", grows), next(asked))

    assert cycles.find("it", grows) == tuple(range(MOST_ROUNDS))


def test_what_fails_is_asked_again() -> None:
    cycles = Cycles[int]()

    def fails() -> tuple[int, ...]:
        raise LookupError

    with pytest.raises(LookupError):
        cycles.find("x", lambda: cycles.find("y", fails))
    assert cycles.find("x", lambda: cycles.find("y", lambda: (1,))) == (1,)


def test_what_is_forgotten_is_asked_again() -> None:
    cycles = Cycles[int]()
    assert cycles.find("x", lambda: (1,)) == (1,)
    assert cycles.find("x", lambda: (2,)) == (1,)
    cycles.forget()
    assert cycles.find("x", lambda: (2,)) == (2,)
