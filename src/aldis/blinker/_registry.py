"""The registry of an untyped signal, with the additional state that blinker has."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, TypeAlias, cast

from aldis._core import ANY, Registry, alive, untyped_payload
from aldis._core._connection import (
    FunctionReference,
    Terms,
    chain,
    connection_between,
    connections_of,
    receiver_of,
)
from aldis._core._ending import end, end_all_of, surely
from aldis._core._lock import lock
from aldis._core._snapshots import ALL_AWAIT, SOME_AWAIT
from aldis.blinker import _aside, _left
from aldis.blinker import _stand_ins as stand_ins
from aldis.blinker._coroutines import is_coroutine_function
from aldis.blinker._home import UntypedHome
from aldis.blinker._stand_ins import is_itself

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable, Sequence

    from aldis._core import AnyReceiver, Connection
    from aldis._core import Senders as Signal
    from aldis._core._compile import NamedSends
    from aldis._core._connection import Route, Snapshot
    from aldis._core._identity import ReceiverKey
    from aldis.blinker._aside import Aside
    from aldis.blinker._left import LeftReceivers
    from aldis.blinker._stand_ins import StandIns

Views: TypeAlias = "tuple[weakref.ref[Registry], ...]"


class UntypedRegistry(Registry):
    """Takes any callable; the last `connect` decides whether a receiver is held weakly.

    A receiver whose sender was garbage-collected stays connected, but is never called.
    """

    __slots__ = (
        "aside",
        "async_senders",
        "blocks",
        "is_told_about",
        "left",
        "senders",
        "stand_ins",
        "views",
    )

    home_type = UntypedHome

    def __init__(self, owner: Signal, name: str) -> None:
        super().__init__(owner, name, untyped_payload(), takes_async=True)
        self.is_told_about = False  # are there signals about this one?
        self.blocks = 0  # the number of blocks that mute it
        self.senders: NamedSends = {}  # functions that send payloads of frequent names
        self.async_senders: NamedSends = {}
        self.left: LeftReceivers = {}  # receivers whose senders are all gone
        self.stand_ins: StandIns = {}  # substitutes for methods and proxies as senders
        self.aside: Aside = {}  # connections that were removed through `receivers`
        self.views: Views = ()  # the registries of typed views that notify of changes

    # -- checks: any receiver may connect

    def knows(self, receiver: object) -> bool:
        """Accept any receiver: a send fails if one cannot be called."""
        return True

    @staticmethod
    def key_of(receiver: object) -> ReceiverKey:
        """Return the key of a receiver: for blinker, methods of C types are ordinary objects."""
        if type(receiver) is MethodType:
            return (id(receiver.__self__), id(receiver.__func__))
        return id(receiver)

    # -- changes

    def connect_evenly(self, receiver: AnyReceiver, sender: object, *, strong: bool) -> None:
        """Connect a pair, and make all connections of the receiver as strong or weak as this one.

        Raises:
            WeakReceiverError: It should be held weakly, and cannot be.
        """
        if sender is ANY or (not self.stand_ins and is_itself(sender)):
            connection = self.connect(receiver, sender, not strong)
        else:
            with self._standing_for(sender) as heard:
                connection = self.connect(receiver, heard, not strong)
        other = connection.earlier or connection.later or connection
        terms, others = connection.terms, other.terms
        if (
            (terms is not None and terms.strong) is not strong
            or (others is not None and others.strong) is not strong
            or self.left
        ):
            _left.end(self, self.left, connection.key)
            surely(partial(self.even_out, connection.key, receiver, strong=strong))

    def even_out(self, key: ReceiverKey, receiver: AnyReceiver, *, strong: bool) -> None:
        """Make all connections of a receiver strong, or weak, like the latest one."""
        for connection in self.connections_to(key):
            self._set_strength(connection, receiver, strong=strong)

    def _set_strength(self, connection: Connection, receiver: AnyReceiver, *, strong: bool) -> None:
        fresh = Terms()
        while True:
            version = self.version
            terms = fresh if connection.terms is None else connection.terms
            kept = receiver if strong or terms.holds else None
            _gone = terms.kept
            following = version + 1
            with lock:
                if self.version != version:
                    continue
                if connection.order is None:
                    return
                terms.kept = kept
                terms.strong = strong
                connection.terms = terms
                self.version = following
            return

    def hold(self, receiver: AnyReceiver, sender: object) -> Connection:
        """Connect a pair strongly until `release`."""
        with self._standing_for(sender) as heard:
            connection = super().hold(receiver, heard)
        _left.end(self, self.left, connection.key)
        others = self.connections_to(connection.key)
        if any(other.terms is not None and other.terms.strong for other in others):
            self.strengthen(connection, receiver)  # like all connections of a receiver
        return connection

    def disconnect(self, receiver: AnyReceiver, sender: object) -> bool:
        """End every connection of a receiver, or that to a sender; return whether there was one."""
        key = self.key_of(receiver)
        if sender is ANY:
            was_any = end_all_of(self, key, receiver)
        else:
            sender = self.heard(sender)
            route = self.route(sender)
            found = None if route is None else connection_between(route, key)
            was_any = found is not None and end(self, found, receiver)
        if self.left and sender is ANY:  # it may be one without senders
            was_any = _left.end(self, self.left, key) or was_any
        if self.aside:
            _aside.drop(self.aside, key, sender)
        return was_any

    def clear(self) -> None:
        """End every connection."""
        for key, connection in self.all_receivers().items():
            end_all_of(self, key, receiver_of(connection))
            _left.end(self, self.left, key)
        self.aside.clear()

    # -- cleanups

    def end_receiver(self, died: Connection | FunctionReference) -> None:
        """End the connections of a receiver that was garbage-collected, and forget it."""
        if isinstance(died, FunctionReference):
            end_all_of(self, died.key, None)
        elif died.order is not None:  # it is in the table
            end(self, died, None)
        _left.forget(self, self.left, died)
        _aside.forget(self.aside, died)

    def end_sender(self, route: Route) -> None:
        """Remove a sender that was garbage-collected, but remember its receivers."""
        self.drop(route)
        for connection in connections_of(route):
            _left.leave(self, self.left, connection)

    def end_method(self, key: Hashable) -> None:
        """Remove the substitute of a method that was a sender and was garbage-collected."""
        stand_ins.drop_dead(self, self.stand_ins, key)

    # -- senders

    def heard(self, sender: object) -> object:
        """Return the table's object for a sender, usually the sender itself."""
        if not self.stand_ins and is_itself(sender):
            return sender
        return stand_ins.find(self, self.stand_ins, sender)

    @contextmanager
    def _standing_for(self, sender: object) -> Generator[object, None, None]:
        """Yield the table's object for a sender, while a receiver is being connected to it."""
        died = cast("UntypedHome", self.home).method_died
        heard = stand_ins.take_on(self, self.stand_ins, sender, died)
        try:
            yield heard
        finally:
            stand_ins.leave_off(self, heard)

    def take_more(self) -> Callable[[], object]:
        """Remove the receivers without senders; return a function that restores them."""
        return _left.take(self, self.left, self.home)

    # -- typed views

    def add_view(self, view: Registry) -> None:
        """Let a typed view notify of changes through its own registry."""
        while not any(each() is view for each in self.views):
            version, before = self.version, self.views
            views = (*(each for each in before if each() is not None), weakref.ref(view))
            following = version + 1
            with lock:
                if self.version != version:
                    continue
                self.views = views
                self.version = following
            break
        home = cast("UntypedHome", self.home)
        self.on_connected, self.on_disconnected = home.connected, home.disconnected

    def tell_views(self, event: str, **facts: object) -> None:
        """Let typed views notify of a change."""
        facts["sender"] = stand_ins.sender_behind(facts["sender"])
        for reference in self.views:
            tell: Callable[..., object] | None = getattr(reference(), event, None)
            if tell is not None:
                tell(**facts)

    # -- queries

    def connections_to(self, key: ReceiverKey) -> list[Connection]:
        """Return the connections of a receiver, the latest first."""
        while True:
            version = self.version
            found = chain(self.by_receiver.get(key))
            if self.version == version:  # if not, the list may be incomplete
                return found

    def connection_to(self, key: ReceiverKey) -> Connection | None:
        """Return a connection to a receiver, including receivers without senders."""
        left = self.left.get(key)
        return self.by_receiver.get(key) if left is None else left.connection

    def all_receivers(self) -> dict[ReceiverKey, Connection]:
        """Return a connection to each receiver, including receivers without senders."""
        found = {key: left.connection for key, left in self.left.copy().items()}
        found.update(self.by_receiver.copy())
        return found

    def kept(self, key: ReceiverKey) -> AnyReceiver | None:
        """Return a strongly held receiver; for a method, the connected object itself."""
        left = self.left.get(key)
        if left is not None:
            return left.kept
        for connection in self.connections_to(key):
            terms = connection.terms
            kept = None if terms is None else terms.kept
            if kept is not None:
                return kept
        return None

    def __bool__(self) -> bool:
        return bool(self.by_receiver or self.left)

    def snapshot_of(self, connections: Sequence[Connection]) -> Snapshot:
        """Return the snapshot of these connections; its kind tells whether they are async."""
        kind, entries = super().snapshot_of(connections)
        awaited = sum(map(is_coroutine_function, alive(entries)))
        if awaited:
            kind += ALL_AWAIT if awaited == len(entries) else SOME_AWAIT
        return (kind, entries)
