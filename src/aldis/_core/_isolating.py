"""Takes every connection out of a signal's table for a while, and puts it back as it was.

The connections themselves are kept, with their places in the order: so `connected_to` blocks that
hold one may end meanwhile, receivers and senders may die, and what comes back is what would be
there, had nothing been done. How often a signal is muted is a matter of the blocks that mute it,
and stays. Nobody is told that a connection was taken out, or put back: none ended or was made.

All are taken out in one step, by which the signal gets an empty table. They are put back one after
another, so that other threads may see the signal with some of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._connection import (
    KeptRoute,
    chain,
    receiver_of,
    route_from,
    sender_of,
)
from aldis._core._connections import EVERYONE
from aldis._core._ending import end, tell_ended
from aldis._core._identity import ANY
from aldis._core._lock import lock
from aldis._core._looking import all_of
from aldis._core._registry import Registry
from aldis._core._snapshots import OUTDATED

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._core._connection import Connection, Route, RouteKey
    from aldis._core._identity import ReceiverKey


class Isolation:
    """One block in which a signal has none of the connections that it had before."""

    def __init__(self, registry: Registry) -> None:
        self._home = registry.home  # weak: one that never ends is no reason to live
        # the connections that it took out, with their places in the order; the first is the last
        self.taken: list[tuple[Connection, int]] = []
        self.put_back_more: Callable[[], object] = int  # what a kind of registry took beside
        self.has_ended_new = False

    def begin(self, registry: Registry) -> None:
        """Take the connections out; should this be interrupted, `end` puts back what it took."""
        while not self._take_out(registry):
            pass
        for connection, _ in self.taken:
            connection.order = None  # it is not there, for a send that is under way
            connection.earlier = connection.later = None
            connection.route.only = connection.route.several = None  # which leads nowhere now
        self.put_back_more = registry.take_more()

    def end(self) -> None:
        """End what was connected inside, and put back the rest, whatever order blocks end in."""
        registry = self._home()
        if isinstance(registry, Registry):
            try:
                self._end(registry)
            except BaseException:  # a signal handler's: what is left to put back comes now
                self._end(registry)
                raise

    def _take_out(self, registry: Registry) -> bool:
        """Give the registry an empty table, unless it changes meanwhile; return whether it has."""
        version = registry.version
        taken = _taken(registry)
        routes, values = _routes_of_muted(registry)
        routed = bool(routes or values)
        everyone = KeptRoute(ANY, EVERYONE)
        blocks = (*registry.isolated, self)
        empty: dict[ReceiverKey, Connection] = {}
        following = version + 1
        _gone = (registry.plain, registry.snapshot, registry.heads, registry.everyone)
        _tables = (registry.by_receiver, registry.routes, registry.values, registry.isolated)
        with lock:
            if registry.version != version:
                return False
            self.taken = taken
            registry.isolated = blocks
            registry.by_receiver = empty
            registry.routes = routes
            registry.values = values
            registry.everyone = everyone
            registry.routed = routed
            registry.snapshot = OUTDATED
            registry.plain = None
            registry.version = following
        return True

    def _end(self, registry: Registry) -> None:
        while True:
            if not self.has_ended_new:
                if self in registry.isolated and not self._hand_over(registry):
                    end_all(registry)
                # another block may have begun meanwhile
                if self not in registry.isolated or self._hand_over(registry):
                    for connection, _ in self.taken:
                        _let_go(connection)
                    return
                self.has_ended_new = True
            if self._put_all_back(registry):
                if self._close(registry):
                    return
            elif self._hand_over(registry):  # a block has begun meanwhile, which has not ended yet
                return

    def _put_all_back(self, registry: Registry) -> bool:
        """Put back what was taken; return whether that is done, and no block has begun meanwhile.

        An outer block may end just then, and hand over what it took: a list that takes the place of
        this one's.
        """
        while self.has_ended_new and (taken := self.taken):
            if not self._put_back(registry, *taken[-1]):
                return False
            del taken[-1:]
        self.put_back_more()
        return True

    def _put_back(self, registry: Registry, connection: Connection, order: int) -> bool:
        """Enter a connection again, unless its receiver, its sender or its blocks are gone.

        Returns:
            Whether that is done; if not, another block has begun, and it puts back the rest.
        """
        receiver, sender = receiver_of(connection), sender_of(connection.route)
        if receiver is None or sender is None or _is_over(connection):
            _let_go(connection)
            return True
        # unless it is back already: a signal handler may have raised just then
        listed = chain(registry.by_receiver.get(connection.key))
        found = next((each for each in listed if each is connection), None)
        while found is None:
            version = registry.version
            if registry.isolated[-1:] != (self,):
                return False
            found = registry.add(connection, sender[0], version, order=order)
        if _is_over(connection) and registry.remove(connection, unless_held=True):
            tell_ended(registry, connection, receiver)  # the last block that it served ended now
        return True

    def _hand_over(self, registry: Registry) -> bool:
        """Leave it to a block that began later to put back what this one took out, if one is open.

        What that took itself was connected inside this one, and is not put back; unless this one
        has ended that, and had begun to put back.
        """
        while True:
            version, blocks = registry.version, registry.isolated
            inner = blocks[blocks.index(self) + 1 :]
            if not inner:
                return False
            heir = inner[0]
            mine, theirs = self.taken, heir.taken
            if self.has_ended_new:
                mine, theirs = [*mine, *theirs], []
            others = tuple(each for each in blocks if each is not self)
            # what an inner block has put back already was connected inside this one: ended anew
            ended_new = self.has_ended_new and heir.has_ended_new
            following = version + 1
            with lock:
                if registry.version != version:
                    continue
                registry.isolated = others
                heir.has_ended_new = ended_new
                more = self.put_back_more
                self.taken = theirs
                self.put_back_more = heir.put_back_more
                heir.taken = mine
                heir.put_back_more = more
                registry.version = following
            return True

    def _close(self, registry: Registry) -> bool:
        """Be open no longer, unless an outer block has handed something over; return whether so."""
        while True:
            version = registry.version
            if self.taken or not self.has_ended_new:
                return False
            others = tuple(each for each in registry.isolated if each is not self)
            following = version + 1
            _gone = registry.isolated
            with lock:
                if registry.version != version:
                    continue
                registry.isolated = others
                registry.version = following
            return True


def end_all(registry: Registry) -> None:
    """End every connection of a signal."""
    for connection in all_of(registry):
        end(registry, connection, receiver_of(connection))


def _is_over(connection: Connection) -> bool:
    """Whether the blocks that hold a connection, which was made by such, have all ended."""
    return connection.terms is not None and connection.terms.scoped and not connection.terms.holds


def _let_go(connection: Connection) -> None:
    """Keep a receiver no longer, as a connection does that ends: a block may still have that."""
    terms = connection.terms
    if terms is not None:
        terms.kept = None


def _routes_of_muted(registry: Registry) -> tuple[dict[RouteKey, Route], dict[object, Route]]:
    """Return tables with the routes of muted senders, which stay muted."""
    routes: dict[RouteKey, Route] = {}
    values: dict[object, Route] = {}
    for route in [*registry.routes.values(), *registry.values.values()]:
        sender = sender_of(route)
        if route.key in registry.muted and sender is not None:
            anew = route_from(sender[0], registry.on_sender_died)
            if isinstance(route.key, tuple):
                values[route.key[0]] = anew
            else:
                routes[route.key] = anew
    return routes, values


def _taken(registry: Registry) -> list[tuple[Connection, int]]:
    """Return all connections with their orders; of each sender, the last that was made first."""
    last_first = reversed(all_of(registry))
    return [(each, order) for each in last_first if (order := each.order) is not None]
