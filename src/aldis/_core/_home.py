"""Weak references from connections to their table, for cleanups and claims."""

from __future__ import annotations

import sys
import weakref
from _thread import _local
from functools import partial
from typing import TYPE_CHECKING, Final

from aldis._core._claims import claim
from aldis._core._connection import connections_of
from aldis._core._connections import Connections
from aldis._core._ending import end, end_all_of, end_sender, surely

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aldis._core._connection import Connection, FunctionReference, WeakConnection, WeakRoute

# of all signals, by the addresses of their tables, for observers of every signal
homes: Final[dict[int, Home]] = {}


class Home(weakref.ref[Connections]):
    """A weak reference to a table, with the callbacks of weak references and entries."""

    __slots__ = ("key",)

    key: int

    def claim(self, connections: Sequence[Connection]) -> bool:
        """Whether this send may call a receiver with `once`."""
        table = self()
        return table is not None and claim(table, connections)

    def receiver_died(self, connection: WeakConnection) -> None:
        """Clean up after a receiver, or the object of a method, was garbage-collected."""
        table = self._table()
        if table is not None and connection.order is not None:  # it is in the table
            terms = connection.terms
            apart(partial(end, table, connection, None), terms)
            if terms is not None and terms.note is not None:
                terms.note.receiver_died()

    def function_died(self, function: FunctionReference) -> None:
        """Clean up after the function of a method was garbage-collected."""
        table = self._table()
        if table is not None:
            apart(partial(end_all_of, table, function.key, None), None)

    def sender_died(self, route: WeakRoute) -> None:
        """Clean up after a sender was garbage-collected."""
        table = self._table()
        if table is not None:
            apart(
                partial(end_sender, table, route),
                # held by no variable, so that only `apart` releases these objects
                [each.terms and each.terms.kept for each in connections_of(route)],
            )

    def _table(
        self,
        is_finalizing: Callable[[], bool] = sys.is_finalizing,
        modules: Mapping[str, object] = sys.modules,
    ) -> Connections | None:
        # At interpreter shutdown, a dead thread may hold the lock, and modules may be empty. In a
        # subinterpreter, the list of modules is emptied first.
        return None if is_finalizing() or modules.get("builtins") is None else self()


class _Deaths(_local):
    """Objects that the outermost cleanup of a thread releases at its end."""

    left: list[object] | None = None


_deaths: Final = _Deaths()


def apart(change: Callable[[], object], kept: object) -> None:
    """Make a cleanup's change at once, and release the objects it kept afterwards.

    Releasing an object may trigger another cleanup. These run one after another and not nested,
    since a long chain would exceed the recursion limit.
    """
    left = _deaths.left
    if left is not None:
        left.append(kept)
        surely(change)
        return
    _deaths.left = left = [kept]
    del kept
    try:
        surely(change)
        while left:
            del left[-1]
    finally:
        _deaths.left = None


def move_in(table: Connections, kind: type[Home] = Home) -> Home:
    """Connect the callbacks of a new table to a weak reference of this kind; return it."""
    home = kind(table, _move_out)
    home.key = id(table)
    table.on_claim = home.claim
    table.on_receiver_died = home.receiver_died
    table.on_function_died = home.function_died
    table.on_sender_died = home.sender_died
    homes[home.key] = home
    return home


# a default argument, since the module may be empty at interpreter shutdown
def _move_out(home: Home, pop: Callable[[int, None], object] = homes.pop) -> None:
    pop(home.key, None)
