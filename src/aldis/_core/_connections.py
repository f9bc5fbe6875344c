"""The table of one signal: who is connected to whom, and what a send walks through.

Every connection is in the route of its sender, and in the list of its receiver. How both change is
told in `_lock`; `version` counts the changes.
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
Place: TypeAlias = "tuple[int, int | None]"  # how far to the front; the order, where it is known

EVERYONE: Final = 0  # the key of the route from every sender: no object has this address
_NOWHERE: Final[tuple[dict[Any, Route], object]] = ({}, None)  # the place of that route
_OUT: Final[After] = (OUTDATED, None)  # what is to be sent after it has changed


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

    # what entries and weak references call: see `_home`
    on_claim: Callable[[Sequence[Connection]], bool]
    on_receiver_died: Callable[[WeakConnection], None]
    on_function_died: Callable[[FunctionReference], None]
    on_sender_died: Callable[[WeakRoute], None]

    def __init__(self) -> None:
        self.version: int = 0  # how often it has changed
        self.serial: int = 0  # how many connections to every sender were made
        # what a send reads
        self.plain: tuple[Entry, ...] | None = None  # everyone's entries, if nothing else matters
        self.snapshot: Snapshot = OUTDATED  # of the receivers that hear every sender
        self.routed: bool = False  # has any sender a route of its own?
        self.routes: dict[RouteKey, Route] = {}  # by the sender's address
        self.values: dict[object, Route] = {}  # by the sender's value
        # what is behind it
        self.everyone: Route = KeptRoute(ANY, EVERYONE)
        self.by_receiver: dict[ReceiverKey, Connection] = {}  # the latest; the others are behind it
        self.heads: tuple[int, tuple[Connection, ...]] = (0, ())  # a version, and all of these then
        self.muted: dict[RouteKey, int] = {}  # by how many blocks
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
        """Enter a connection, unless there is one between these two.

        Args:
            connection: A connection that is not there.
            sender: Its sender, or `ANY`.
            version: At which all was found out that speaks for it.
            shift: How far its priority moves it to the front.
            order: Its place in the order, where it had one before.

        Returns:
            The connection between the two; None where another thread was faster.
        """
        known = self.everyone if sender is ANY else self.route(sender)
        if type(known) is WeakRoute and known() is None:
            self.drop(known)  # unheard, for want of memory or of stack
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
        except BaseException:  # there is no memory
            self.remove(connection)
            raise
        return connection if is_entered else None

    def _enter(self, connection: Connection, version: int, at: Place, *, is_new: bool) -> bool:
        """Enter a connection, if this is the version still; return whether it is."""
        key, route, by_receiver = connection.key, connection.route, self.by_receiver
        table, name = self.place_of(route) if is_new else _NOWHERE
        only, several, latest = route.only, route.several, by_receiver.get(key)
        both = None if only is None else {only.key: only, key: connection}
        to_everyone = route is self.everyone
        after = OUTDATED if to_everyone else self.snapshot
        routed = self.routed or not to_everyone
        # those to one sender have the number of the last one to every sender, and come after it
        serial = self.serial + 1 if to_everyone else self.serial
        shift, order = at
        place = order if order is not None else serial - shift if shift else serial
        following = version + 1
        connection.earlier, connection.later = latest, None
        if latest is not None:
            connection.key = latest.key  # one number, or tuple, for all
        _gone = (self.plain, self.snapshot, route.snapshot)
        with lock:
            if self.version != version:
                return False
            # first what may fail for want of memory
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
        """End a connection, and take it out of the table.

        Args:
            connection: A connection, which may have ended already.
            unless_held: Whether to leave it where something holds it, or `connect` made it its own.
            unless_lasting: Whether to leave it where it does not end with one call.
            unless_there: Whether to leave it where it has not ended, and only to take it out where
                an interrupted change left it. Another thread may be just about to enter it.

        Returns:
            Whether it was there: of two threads that end one connection, one is told so.
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
        """Whether a connection is entered, also where it has ended."""
        key = connection.key
        found = connection_between(connection.route, key)
        return found is connection or self.by_receiver.get(key) is connection

    def _take_out(self, connection: Connection, version: int) -> bool:
        """Take a connection out, if this is the version still; return whether it is."""
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
        """Forget a sender that has died: no object at its address inherits its receivers."""
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
        """Return what `snapshot` and `plain` are, once the connections of a sender have changed."""
        if route is self.everyone:
            return (OUTDATED, None)
        kind, entries = now = self.snapshot
        return (now, entries if kind == PLAIN and not routed else None)

    def place_of(self, route: Route) -> tuple[dict[Any, Route], object]:
        """Return where a route is, or would be."""
        key = route.key
        return (self.values, key[0]) if isinstance(key, tuple) else (self.routes, key)
