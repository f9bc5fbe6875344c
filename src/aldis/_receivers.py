"""The receivers of a signal, as they were when somebody asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, cast, overload

from aldis._core import alive, any_alive

if TYPE_CHECKING:
    from aldis._core import Entry

ReceiverT_co = TypeVar("ReceiverT_co", covariant=True)


class Receivers(Sequence[ReceiverT_co]):
    """Behaves as a tuple of the receivers that are alive; whether it is empty is found at once.

    That makes `if signal.receivers:` as cheap for a million receivers as for one. It keeps no
    receiver alive before it is looked into.
    """

    __slots__ = ("_entries", "_found")

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        self._found: tuple[ReceiverT_co, ...] | None = None

    def _all(self) -> tuple[ReceiverT_co, ...]:
        if self._found is None:
            self._found = cast("tuple[ReceiverT_co, ...]", alive(self._entries))
        return self._found

    def __bool__(self) -> bool:
        return any_alive(self._entries)

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
