"""Removes every connection from a signal's table temporarily, and restores them.

The connections keep their places in the order. Meanwhile, `connected_to` blocks that hold one may
end, and receivers and senders may be garbage-collected; only connections that would still exist are
restored. Muting is not affected. No receivers of `receiver_connected` or `receiver_disconnected`
are called for removing and restoring.

All connections are removed in one step, which gives the signal an empty table. They are restored
one by one, so other threads may see the signal with some of them.
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
    """One block in which a signal has none of its former connections."""

    def __init__(self, registry: Registry) -> None:
        self._home = registry.home  # weak: a block that never ends does not keep the signal alive
        # the removed connections with their places in the order; the last place comes first
        self.taken: list[tuple[Connection, int]] = []
        self.put_back_more: Callable[[], object] = int  # restores what a subclass removed
        self.has_ended_new = False

    def begin(self, registry: Registry) -> None:
        """Remove the connections; if this is interrupted, `end` restores them."""
        while not self._take_out(registry):
            pass
        for connection, _ in self.taken:
            connection.order = None  # it has ended for sends that are under way
            connection.earlier = connection.later = None
            connection.route.only = connection.route.several = None  # an unused route
        self.put_back_more = registry.take_more()

    def end(self) -> None:
        """End new connections and restore the others; blocks may end in any order."""
        registry = self._home()
        if isinstance(registry, Registry):
            try:
                self._end(registry)
            except BaseException:  # from a signal handler: restore the rest first
                self._end(registry)
                raise

    def _take_out(self, registry: Registry) -> bool:
        """Give the registry an empty table; return whether that succeeded without a change."""
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
            elif self._hand_over(registry):  # a block has begun meanwhile, and is still open
                return

    def _put_all_back(self, registry: Registry) -> bool:
        """Restore the connections; return whether that is done, and no block has begun meanwhile.

        An outer block may end just then, and replace the list by its own.
        """
        while self.has_ended_new and (taken := self.taken):
            if not self._put_back(registry, *taken[-1]):
                return False
            del taken[-1:]
        self.put_back_more()
        return True

    def _put_back(self, registry: Registry, connection: Connection, order: int) -> bool:
        """Restore a connection, unless its receiver, its sender or its blocks are gone.

        Returns:
            Whether that is done; if not, another block has begun, and restores the rest.
        """
        receiver, sender = receiver_of(connection), sender_of(connection.route)
        if receiver is None or sender is None or _is_over(connection):
            _let_go(connection)
            return True
        # unless it was restored just before a signal handler raised
        listed = chain(registry.by_receiver.get(connection.key))
        found = next((each for each in listed if each is connection), None)
        while found is None:
            version = registry.version
            if registry.isolated[-1:] != (self,):
                return False
            found = registry.add(connection, sender[0], version, order=order)
        if _is_over(connection) and registry.remove(connection, unless_held=True):
            tell_ended(registry, connection, receiver)  # its last block ended just now
        return True

    def _hand_over(self, registry: Registry) -> bool:
        """Let a block that began later restore the connections of this one, if one is open.

        The connections that the later block removed were made inside this one, and are not
        restored, unless this block had already begun to restore.
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
            # an inner block may have restored connections that were made inside this one; these end
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
        """Close the block unless an outer one handed connections over; return whether it did."""
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
    """Whether a connection was made by blocks that have all ended."""
    return connection.terms is not None and connection.terms.scoped and not connection.terms.holds


def _let_go(connection: Connection) -> None:
    """Release the receiver, as an ending connection does: a block may still have the connection."""
    terms = connection.terms
    if terms is not None:
        terms.kept = None


def _routes_of_muted(registry: Registry) -> tuple[dict[RouteKey, Route], dict[object, Route]]:
    """Return new tables with the routes of muted senders, which stay muted."""
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
    """Return all connections with their orders; for each sender, the latest first."""
    last_first = reversed(all_of(registry))
    return [(each, order) for each in last_first if (order := each.order) is not None]
