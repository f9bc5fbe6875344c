"""Events of dataclasses, and of classes that other libraries make."""

from __future__ import annotations

import copy
import dataclasses
import gc
import pickle
import weakref
from typing import Any, Protocol

import pytest

from aldis import AsyncEventMethod, Event, EventMethod

pytest.importorskip("attrs")
pytest.importorskip("pydantic")

import attrs
import pydantic


@dataclasses.dataclass(slots=True, weakref_slot=True)
class Slotted:
    x: int = 0

    @Event.method
    def moved(self, x: int) -> None: ...


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int = 0

    @Event.method
    def moved(self, x: int) -> None: ...


@attrs.define
class Attrs:
    x: int = 0

    @Event.method
    def moved(self, x: int) -> None: ...


class Model(pydantic.BaseModel, ignored_types=(EventMethod, AsyncEventMethod)):
    x: int = 0

    @Event.method
    def moved(self, x: int) -> None: ...


class HasMoved(Protocol):
    @Event.method
    def moved(self: Any, x: int) -> None: ...


class Follows(HasMoved):
    x: int = 0


@pytest.mark.parametrize("kind", [Slotted, Frozen, Attrs, Model, Follows])
def test_events_of_other_kinds_of_classes(kind: type[Any]) -> None:
    one, other = kind(), kind()
    got: list[int] = []
    receiver = got.append
    one.moved.connect(receiver, weak=False)
    one.moved.send(1)
    other.moved.send(2)
    assert got == [1]
    assert one.moved != other.moved  # though the objects may be equal
    for made in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert not made.moved.receivers
        assert made.x == 0
    assert pickle.loads(pickle.dumps(kind.moved)) is kind.moved
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
    assert len(kind.moved._registry) == 0


def test_an_event_is_not_a_field() -> None:
    assert [field.name for field in dataclasses.fields(Slotted)] == ["x"]
    assert [field.name for field in attrs.fields(Attrs)] == ["x"]
    assert [*Model.model_fields] == ["x"]
    assert Model().model_dump() == {"x": 0}
    assert repr(Slotted()) == "Slotted(x=0)"
