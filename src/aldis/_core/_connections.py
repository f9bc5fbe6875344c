"""The connection table of one signal, and the snapshots that sends read.

Every connection is in the route of its sender, and in the list of its receiver. `_lock` explains
how both change; `version` counts the changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aldis._core._connection import (
    UNMERGED,
    KeptRoute,
    WeakRoute,
    connection_between,
    ends_with_call,
    receiver_of,
    route_from,
)
from aldis._core._identity import ANY, SPECIAL, is_any, value_of
from aldis._core._lock import lock
from aldis._core._snapshots import OUTDATED, PLAIN, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._core._connection import (
        Connection,
        Entry,
        FunctionReference,
        Route,
        RouteKey,
        Snapshot,
        WeakConnection,
    )
    from aldis._core._identity import ReceiverKey

After: TypeAlias = "tuple[Snapshot, tuple[Entry, ...] | None]"
Place: TypeAlias = "tuple[int, int | None]"  # the shift to the front; the order, if known

EVERYONE: Final = 0  # the key of the route from every sender: no object has this address
_NOWHERE: Final[tuple[dict[Any, Route], object]] = ({}, None)  # the place of that route
_OUT: Final[After] = (OUTDATED, None)  # `snapshot` and `plain` after it has changed


class Connections:
    """The connections of one signal."""

    __slots__ = (
        "__weakref__",
        "asks",
        "by_receiver",
        "everyone",
        "heads",
        "muted",
        "on_claim",
        "on_connected",
        "on_disconnected",
        "on_function_died",
        "on_receiver_died",
        "on_sender_died",
        "plain",
        "routed",
        "routes",
        "serial",
        "snapshot",
        "values",
        "version",
    )

    # called by entries and weak references: see `_home`
    on_claim: Callable[[Sequence[Connection]], bool]
    on_receiver_died: Callable[[WeakConnection], None]
    on_function_died: Callable[[FunctionReference], None]
    on_sender_died: Callable[[WeakRoute], None]

    def __init__(self) -> None:
        self.version: int = 0  # the number of changes
        self.serial: int = 0  # the number of connections made to every sender
        # read by sends
        self.plain: tuple[Entry, ...] | None = None  # everyone's entries, if nothing else matters
        self.snapshot: Snapshot = OUTDATED  # of the receivers connected to every sender
        self.routed: bool = False  # does any sender have a route of its own?
        self.routes: dict[RouteKey, Route] = {}  # by the sender's address
        self.values: dict[object, Route] = {}  # by the sender's value
        # the state from which snapshots are made
        self.everyone: Route = KeptRoute(ANY, EVERYONE)
        self.by_receiver: dict[ReceiverKey, Connection] = {}  # the latest of each, linked to others
        self.heads: tuple[int, tuple[Connection, ...]] = (0, ())  # of `by_receiver` at a version
        self.muted: dict[RouteKey, int] = {}  # the number of blocks that mute each sender
        self.asks: bool = False  # must its sends ask first, since it is observed?
        self.on_connected: Callable[..., object] | None = None
        self.on_disconnected: Callable[..., object] | None = None

    def route(self, sender: object) -> Route | None:
        """Return the route of a sender, if it has one."""
        if sender is ANY:
            return self.everyone
        if not issubclass(type(sender), SPECIAL):
            return self.routes.get(id(sender))
        return self.everyone if is_any(sender) else self.values.get(value_of(sender))

    def add(
        self,
        connection: Connection,
        sender: object,
        version: int,
        shift: int = 0,
        order: int | None = None,
    ) -> Connection | None:
        """Add a connection, unless its sender and receiver are already connected.

        Args:
            connection: A connection that is not in the table.
            sender: Its sender, or `ANY`.
            version: The version of the table for which the connection was checked.
            shift: How far its priority moves it to the front.
            order: Its place in the order, if it had one before.

        Returns:
            The connection between the two; None if another thread changed the table.
        """
        known = self.everyone if sender is ANY else self.route(sender)
        if type(known) is WeakRoute and known() is None:
            self.drop(known)  # its callback failed, for lack of memory or stack
            return None
        route = route_from(sender, self.on_sender_died) if known is None else known
        is_heard = known is not None and (known.only is not None or known.several is not None)
        found = connection_between(route, connection.key) if is_heard else None
        if found is not None and found.order is None:
            self.remove(found, unless_there=True)
            return None
        if found is not None and receiver_of(found) is None:
            self.remove(found)  # likewise
            return None
        if found is not None:
            return found
        connection.route = route
        try:
            is_entered = self._enter(connection, version, (shift, order), is_new=known is None)
        except BaseException:  # out of memory
            self.remove(connection)
            raise
        return connection if is_entered else None

    def _enter(self, connection: Connection, version: int, at: Place, *, is_new: bool) -> bool:
        """Add a connection if the version is unchanged; return whether it is."""
        key, route, by_receiver = connection.key, connection.route, self.by_receiver
        table, name = self.place_of(route) if is_new else _NOWHERE
        only, several, latest = route.only, route.several, by_receiver.get(key)
        both = None if only is None else {only.key: only, key: connection}
        to_everyone = route is self.everyone
        after = OUTDATED if to_everyone else self.snapshot
        routed = self.routed or not to_everyone
        # connections to one sender get the number of the last one to every sender, and follow it
        serial = self.serial + 1 if to_everyone else self.serial
        shift, order = at
        place = order if order is not None else serial - shift if shift else serial
        following = version + 1
        connection.earlier, connection.later = latest, None
        if latest is not None:
            connection.key = latest.key  # connections share one key object
        _gone = (self.plain, self.snapshot, route.snapshot)
        with lock:
            if self.version != version:
                return False
            # first the steps that may fail for lack of memory
            by_receiver[key] = connection
            if several is not None:
                several[key] = connection
            if is_new:
                table[name] = route
            if both is not None:
                route.several, route.only = both, None
            elif several is None:
                route.only = connection
            if latest is not None:
                latest.later = connection
            route.snapshot = UNMERGED
            self.snapshot = after
            self.routed = routed
            self.plain = None
            self.serial = serial
            connection.order = place
            self.version = following
        return True

    def remove(
        self,
        connection: Connection,
        *,
        unless_held: bool = False,
        unless_lasting: bool = False,
        unless_there: bool = False,
    ) -> bool:
        """End a connection, and remove it from the table.

        Args:
            connection: A connection, which may have ended already.
            unless_held: Whether to keep it if a block holds it, or if `connect` made it permanent.
            unless_lasting: Whether to keep it if it does not end with one call.
            unless_there: Whether to keep it if it has not ended, and to remove only the remains of
                an interrupted change. Another thread may be about to add it.

        Returns:
            Whether this call ended it; if two threads end a connection, only one gets True.
        """
        while True:
            version, was_there = self.version, connection.order is not None
            terms = connection.terms
            if unless_held and terms is not None and (terms.holds or not terms.scoped):
                return False
            if unless_lasting and not ends_with_call(connection):
                return False
            if unless_there if was_there else not self._has(connection):
                return False
            if self._take_out(connection, version):
                return was_there

    def _has(self, connection: Connection) -> bool:
        """Whether a connection is in the table, even if it has ended."""
        key = connection.key
        found = connection_between(connection.route, key)
        return found is connection or self.by_receiver.get(key) is connection

    def _take_out(self, connection: Connection, version: int) -> bool:
        """Remove a connection if the version is unchanged; return whether it is."""
        key, route, by_receiver = connection.key, connection.route, self.by_receiver
        earlier, later, terms = connection.earlier, connection.later, connection.terms
        several = route.several
        is_latest = by_receiver.get(key) is connection
        is_one = several is not None and several.get(key) is connection
        is_last = route.only is connection or (is_one and several is not None and len(several) == 1)
        is_everyone = route is self.everyone
        table, name = _NOWHERE if is_everyone else self.place_of(route)
        ends = is_last and route.key not in self.muted and table.get(name) is route
        routed = len(self.routes) + len(self.values) > ends
        after, plain = _OUT if is_everyone else self.after_change_of(route, routed=routed)
        following = version + 1
        _gone = (self.plain, self.snapshot, route.snapshot, terms is None or terms.kept)
        with lock:
            if self.version != version:
                return False
            connection.order = None
            if later is not None:
                later.earlier = earlier
            elif is_latest and earlier is None:
                del by_receiver[key]
            elif is_latest and earlier is not None:
                by_receiver[key] = earlier
            if earlier is not None:
                earlier.later = later
            connection.earlier = connection.later = None
            if is_last:
                route.only = route.several = None
            elif is_one and several is not None:
                del several[key]
            if ends:
                del table[name]
            if terms is not None:
                terms.kept = None
            route.snapshot = UNMERGED
            self.snapshot = after
            self.plain = plain
            self.routed = routed
            self.version = following
        return True

    def drop(self, route: Route) -> None:
        """Remove a sender that was garbage-collected; a new object may get its address."""
        table, name = self.place_of(route)
        while True:
            version = self.version
            if table.get(name) is not route:
                return
            routed = len(self.routes) + len(self.values) > 1
            after, plain = self.after_change_of(route, routed=routed)
            is_muted = route.key in self.muted
            following = version + 1
            _gone = (self.plain, self.snapshot)
            with lock:
                if self.version != version:
                    continue
                del table[name]
                if is_muted:
                    del self.muted[route.key]
                self.snapshot = after
                self.plain = plain
                self.routed = routed
                self.version = following
            return

    def snapshot_of(self, connections: Sequence[Connection]) -> Snapshot:
        """Return the snapshot of these connections."""
        return snapshot(self.on_claim, connections)

    def after_change_of(self, route: Route, *, routed: bool) -> After:
        """Return `snapshot` and `plain` for after a change to the connections of a sender."""
        if route is self.everyone:
            return (OUTDATED, None)
        kind, entries = now = self.snapshot
        return (now, entries if kind == PLAIN and not routed else None)

    def place_of(self, route: Route) -> tuple[dict[Any, Route], object]:
        """Return the dict and the key of a route, even if it is not there."""
        key = route.key
        return (self.values, key[0]) if isinstance(key, tuple) else (self.routes, key)
