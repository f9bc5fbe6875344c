"""The receivers of a signal, looked up on first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast, overload

ReceiverT_co = TypeVar("ReceiverT_co", covariant=True)


class Receivers(Sequence[ReceiverT_co]):
    """A tuple of the live receivers, made on first use; its truth value does not need the tuple.

    That makes `if signal.receivers:` as cheap for a million receivers as for one. Once made, the
    tuple does not change.
    """

    __slots__ = ("_are_there", "_find", "_found")

    def __init__(
        self, find: Callable[[], tuple[object, ...]], are_there: Callable[[], bool]
    ) -> None:
        self._find = find
        self._are_there = are_there
        self._found: tuple[ReceiverT_co, ...] | None = None

    def _all(self) -> tuple[ReceiverT_co, ...]:
        found = self._found
        if found is None:
            found = self._found = cast("tuple[ReceiverT_co, ...]", self._find())
        return found

    def __bool__(self) -> bool:
        return self._are_there() if self._found is None else bool(self._found)

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int, /) -> ReceiverT_co: ...
    @overload
    def __getitem__(self, index: slice, /) -> tuple[ReceiverT_co, ...]: ...
    def __getitem__(self, index: int | slice, /) -> ReceiverT_co | tuple[ReceiverT_co, ...]:
        return self._all()[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Receivers):
            return self._all() == cast("Receivers[object]", other)._all()
        return self._all() == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())
