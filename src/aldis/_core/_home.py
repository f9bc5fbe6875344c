"""The way back from a connection to its table, which it does not keep alive: deaths, and claims."""

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

# of all signals, by the addresses of their tables: an observer of every signal has to reach them
homes: Final[dict[int, Home]] = {}


class Home(weakref.ref[Connections]):
    """The weak reference to a table, with what weak references and entries call."""

    __slots__ = ("key",)

    key: int

    def claim(self, connections: Sequence[Connection]) -> bool:
        """Whether this send may call a receiver that is called once."""
        table = self()
        return table is not None and claim(table, connections)

    def receiver_died(self, connection: WeakConnection) -> None:
        """A receiver has died, or the object of a method."""
        table = self._table()
        if table is not None and connection.order is not None:  # else it is not there, or not yet
            terms = connection.terms
            apart(partial(end, table, connection, None), terms)
            if terms is not None and terms.note is not None:
                terms.note.receiver_died()

    def function_died(self, function: FunctionReference) -> None:
        """The function of a method has died."""
        table = self._table()
        if table is not None:
            apart(partial(end_all_of, table, function.key, None), None)

    def sender_died(self, route: WeakRoute) -> None:
        """A sender has died, and with it all connections to it."""
        table = self._table()
        if table is not None:
            apart(
                partial(end_sender, table, route),
                # no variable has what its connections keep, so that `apart` alone lets go of it
                [each.terms and each.terms.kept for each in connections_of(route)],
            )

    def _table(
        self,
        is_finalizing: Callable[[], bool] = sys.is_finalizing,
        modules: Mapping[str, object] = sys.modules,
    ) -> Connections | None:
        # At the end of the interpreter a thread that is gone may have the lock, and a module may be
        # empty: that of a subinterpreter is known by the list of modules, which goes first.
        return None if is_finalizing() or modules.get("builtins") is None else self()


class _Deaths(_local):
    """What the callbacks of one thread let go of, once the outermost of them has done its own."""

    left: list[object] | None = None


_deaths: Final = _Deaths()


def apart(change: Callable[[], object], kept: object) -> None:
    """Make the change of a death at once, and let go of what it kept after that.

    A death may lead to another, and that to the next. They come one after another, and not each
    inside the one before: a thousand inside each other are too deep.
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
    """Let what refers to a new table do so by a weak reference of this kind; return that."""
    home = kind(table, _move_out)
    home.key = id(table)
    table.on_claim = home.claim
    table.on_receiver_died = home.receiver_died
    table.on_function_died = home.function_died
    table.on_sender_died = home.sender_died
    homes[home.key] = home
    return home


# the method is held by the function, since at the end of the interpreter its module may be empty
def _move_out(home: Home, pop: Callable[[int, None], object] = homes.pop) -> None:
    pop(home.key, None)
