"""Who listens to whom, and in which order: the books of one signal.

What a send reads is replaced whole and never changed, so a send takes no lock and waits for none.
Every change happens inside `exclusive`.
"""

from __future__ import annotations

import weakref
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from aldis._core._admission import admit, not_weak
from aldis._core._exclusive import exclusive
from aldis._core._identity import ANY, receiver_key, value_of
from aldis._core._links import PRIORITY_STEP, Link, attach, detach, each, find
from aldis._core._payload import settled
from aldis._core._refs import (
    METHODS,
    PLAIN,
    SILENCE,
    STALE,
    KeptReceiver,
    Turn,
    WeakRoute,
    receiver_of,
    refer_to,
    route_to,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aldis._core._identity import ReceiverKey
    from aldis._core._log import Log
    from aldis._core._outlets import Outlets
    from aldis._core._payload import Payload
    from aldis._core._refs import (
        AnyReceiver,
        Entry,
        Everyone,
        Receiver,
        Route,
        RouteKey,
        Snapshot,
        WeakReceiver,
    )

_order = attrgetter("order")


class Registry:
    """The receivers of one signal."""

    __slots__ = (
        "__weakref__",
        "_connections",
        "_everyones",
        "_home",
        "_muted",
        "_receivers",
        "everyone",
        "log",
        "name",
        "on_connected",
        "on_disconnected",
        "owner",
        "payload",
        "plain",
        "routes",
        "takes_async",
        "values",
    )

    def __init__(self, owner: Outlets, name: str, payload: Payload, *, takes_async: bool) -> None:
        # whose it is, for those who write its sending functions and its errors
        self.name = name
        self.owner = weakref.ref(owner)
        self.payload = payload
        self.takes_async = takes_async
        # what a send reads
        self.everyone: Everyone = (PLAIN, (), False)
        # its entries, if they are all there is to know: no method, no sender's own receivers
        self.plain: tuple[Entry, ...] | None = ()
        self.log: Log = []
        self.routes: dict[RouteKey, Route] = {}
        self.values: dict[str | int, Route] = {}
        # the books behind it
        self._connections = 0  # how many were ever made
        self._everyones: dict[ReceiverKey, Link] = {}  # the links to every sender
        self._home: weakref.ref[Registry] = weakref.ref(self)
        self._muted: dict[RouteKey | None, int] = {}  # how often; None stands for every sender
        self._receivers: dict[ReceiverKey, Receiver] = {}
        # who wants to know of changes
        self.on_connected: Callable[..., object] | None = None
        self.on_disconnected: Callable[..., object] | None = None

    # -- changes

    def connect(
        self, receiver: AnyReceiver, sender: object, *, weak: bool, once: bool, priority: int
    ) -> None:
        """Connect a pair, or make its connection strong.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        while True:
            payload = admit(self, receiver, weak=weak, priority=priority)
            with exclusive:
                if self.payload is payload:  # else it was declared meanwhile
                    link, _ = self._link(receiver, sender, weak=weak, once=once, priority=priority)
                    if not weak:
                        self._grip(link, receiver, strong=True)
                    return

    def hold(self, receiver: AnyReceiver, sender: object) -> Link:
        """Connect a pair strongly until `release`.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        while True:
            payload = admit(self, receiver, weak=False)
            with exclusive:
                if self.payload is payload:
                    link, made = self._link(receiver, sender, weak=False, once=False, priority=0)
                    link.scoped = link.scoped or made
                    self._grip(link, receiver, holds=1)
                    return link

    def release(self, link: Link) -> None:
        """Undo one `hold`: the last one on a connection made by such ends it."""
        with exclusive:
            receiver = receiver_of(link.receiver)
            self._grip(link, receiver, holds=-1)
            if link.scoped and not link.holds and not link.gone:
                self._remove([link], receiver)

    def disconnect(self, receiver: AnyReceiver, sender: object) -> bool:
        """End every connection of a receiver, or the one to a sender; was there any?"""
        with exclusive:
            entry = self._receivers.get(self._key(receiver))
            return entry is not None and self._part(entry, receiver, sender)

    def claim(self, links: Sequence[Link], receiver: AnyReceiver) -> bool:
        """Take a receiver's turn by all these links at once, ending those for one turn only.

        Returns:
            Whether one of them was still there: of several sends that claim the last, one is told.
        """
        with exclusive:
            alive = [link for link in links if not link.gone]
            self._remove([link for link in alive if link.once], receiver)
            return bool(alive)

    def redeclare(self, other: Registry) -> bool:
        """Take over the name and payload of another registry, unless this one is declared.

        Raises:
            IncompatibleReceiverError: A receiver cannot take that payload; nothing changed.
        """
        while not (payload := self.payload).declared:
            made = self._connections
            for receiver in _alive(self._receivers.copy().values()):
                admit(other, receiver, weak=False)
            with exclusive:
                if self.payload is payload and self._connections == made:
                    self.name = other.name
                    self.payload = other.payload
                    return True
        return False

    def settle(self) -> Payload:
        """Return the payload as it is to be used, and keep it so."""
        payload = self.payload
        if payload.unresolved is None:
            return payload
        found = settled(payload.unresolved)
        if exclusive.try_enter():  # else the next one who asks tries again
            if self.payload is payload:
                self.payload = found
            exclusive.leave()
        return found

    def mute(self, sender: object) -> None:
        """Let sends reach nobody, from this sender or from `ANY`, until as many `unmute`."""
        with exclusive:
            route = None if sender is ANY else self.route(sender) or self._new_route(sender)
            key = None if route is None else route.key
            # first of all: a snapshot that is made from now on sees it
            self._muted[key] = self._muted.get(key, 0) + 1
            if route is None:
                self._publish(PLAIN, ())
            else:
                self._outdate_route(route)

    def unmute(self, sender: object) -> None:
        """Undo one `mute`."""
        with exclusive:
            route = None if sender is ANY else self.route(sender)
            key = None if route is None else route.key
            self._muted[key] -= 1
            if self._muted[key]:
                return
            del self._muted[key]
            if route is None:
                self._publish(STALE, ())
            else:
                self._outdate_route(route)
                if route.links is None:
                    self.drop_route(route)
                    self._look_for_routes()

    def forget(self, reference: WeakReceiver | WeakRoute) -> None:
        """Strike out a dead receiver or sender."""
        if isinstance(reference, WeakRoute):
            self.drop_route(reference)
            self._look_for_routes()
            self._muted.pop(reference.key, None)
            links = list(each(reference.links))
        else:
            links = links_of(reference)
        exclusive.waste.append(links)
        self._remove(links, None)

    def drop_route(self, route: Route) -> None:
        """Let sends from a sender find no receivers of its own any more. Needs no lock."""
        if isinstance(route.key, tuple):
            self.values.pop(route.key[0], None)
        elif self.routes.get(route.key) is route:
            self.routes.pop(route.key, None)  # another thread may do the same

    # -- what a send asks for

    def route(self, sender: object) -> Route | None:
        """Return the way to the receivers of one sender, if it has any."""
        value = value_of(sender)
        return self.routes.get(id(sender)) if value is None else self.values.get(value)

    def refresh(self) -> Everyone:
        """Return the snapshot of everyone, brought up to date."""
        before = self.everyone
        if before[0] != STALE:
            return before
        kind, entries = self._snapshot(self._everyones.copy().values())
        after = (kind, entries, before[2])
        if exclusive.try_enter():  # else somebody is at the books, and the next send tries again
            if self.everyone is before:
                self._publish(kind, entries)
                after = self.everyone
            exclusive.leave()
        return after

    def merge(self, route: Route) -> Snapshot:
        """Return the snapshot of everyone and of one sender's receivers, brought up to date."""
        before = route.merged
        everyone = self.refresh()
        if self._muted and (route.key in self._muted or None in self._muted):
            return SILENCE
        after = self._snapshot([*self._everyones.copy().values(), *each(route.links)])
        if exclusive.try_enter():
            if route.merged is before and self.everyone is everyone:
                exclusive.waste.append(before)
                route.merged = (everyone, *after)
            exclusive.leave()
        return after

    # -- what others ask for

    def receivers(self) -> tuple[AnyReceiver, ...]:
        """Return every live receiver, unless the signal is muted."""
        return () if None in self._muted else _alive(self._receivers.copy().values())

    def receivers_for(self, sender: object) -> tuple[AnyReceiver, ...]:
        """Return the live receivers that a send would call, in the order of their turns."""
        return _alive(self.entries_for(sender))

    def has_receivers_for(self, sender: object) -> bool:
        """Whether a send would call anybody."""
        return any(_peek(entry) is not None for entry in self.entries_for(sender))

    def __len__(self) -> int:
        return len(self._receivers)

    # -- inside

    _key = staticmethod(receiver_key)

    def entries_for(self, sender: object) -> tuple[Entry, ...]:
        route = self.route(sender) if self.everyone[2] and sender is not ANY else None
        return (self.refresh() if route is None else self.merge(route))[1]

    def _link(
        self, receiver: AnyReceiver, sender: object, *, weak: bool, once: bool, priority: int
    ) -> tuple[Link, bool]:
        """Return the connection of a pair, and whether it had to be made."""
        key = self._key(receiver)
        entry = self._receivers.get(key)
        if entry is None:
            entry = refer_to(receiver, key, self._home)
        if weak and isinstance(entry, KeptReceiver):
            raise not_weak(self, receiver)
        if sender is ANY:
            route = None
            link = entry.everyone
        else:
            route = self.route(sender) or self._new_route(sender)
            link = find(entry.links, route)
        if link is not None:
            return link, False
        self._connections += 1
        order = self._connections - priority * PRIORITY_STEP
        link = Link(entry, route, order, once=once)
        is_second = entry.everyone is not None or (entry.links is not None and route is None)
        self._receivers[key] = entry
        if route is None:
            entry.everyone = self._everyones[key] = link
            self._outdate_everyone()
        else:
            attach(link, route)
            self._outdate_route(route)
        if is_second:
            # a send under way whose snapshot has the first must know that this is a later one
            self._write(self._connections - 1)
        if self.on_connected is not None:
            exclusive.events.append(
                partial(self.on_connected, receiver=receiver, sender=sender, weak=weak)
            )
        return link, True

    def _part(self, entry: Receiver, receiver: AnyReceiver, sender: object) -> bool:
        """End every connection of an entry, or the one to a sender; was there any?"""
        if sender is ANY:
            links = links_of(entry)
        else:
            route = self.route(sender)
            link = None if route is None else find(entry.links, route)
            links = [] if link is None else [link]
        exclusive.waste.append(links)
        self._remove(links, receiver)
        return bool(links)

    def _grip(
        self, link: Link, receiver: AnyReceiver | None, *, strong: bool = False, holds: int = 0
    ) -> None:
        """Change how strong a connection is, and with it how long its receiver lives."""
        gripped = link.strong or link.holds > 0
        link.strong = link.strong or strong
        link.holds += holds
        if link.gone or gripped == (link.strong or link.holds > 0):
            return
        entry = link.receiver
        if gripped:
            self._let_go(entry)
        else:
            entry.keepers += 1
            if entry.kept is None:  # else the reference may be to that very method object
                entry.kept = receiver

    def _let_go(self, entry: Receiver) -> None:
        entry.keepers -= 1
        if not entry.keepers:
            exclusive.waste.append(entry.kept)
            entry.kept = None

    def _remove(self, links: list[Link], receiver: AnyReceiver | None) -> None:
        """End connections of one receiver, or of one dead sender.

        Whoever calls this keeps the links until the lock is let go of: to drop the last reference
        to one may call a destructor.
        """
        if not links:
            return
        for link in links:
            entry, route = link.receiver, link.route
            link.gone = True
            if route is None:
                entry.everyone = None
                del self._everyones[entry.key]
                self._outdate_everyone()
            else:
                detach(link, route)
                self._outdate_route(route)
                if route.links is None and route.key not in self._muted:
                    self.drop_route(route)
                    self._look_for_routes()
            if link.strong or link.holds:
                self._let_go(entry)
            if entry.everyone is None and entry.links is None:
                del self._receivers[entry.key]
            if self.on_disconnected is not None and (sender := _sender_of(route)) is not None:
                exclusive.events.append(
                    partial(self.on_disconnected, receiver=receiver, sender=sender[0])
                )
        self._write(self._connections)  # last: a send that reads the new log reads the new books

    def _write(self, made: int) -> None:
        log, self.log = self.log, []
        log.append(made)

    def _new_route(self, sender: object) -> Route:
        route = route_to(sender, self._home)
        if isinstance(route.key, tuple):
            self.values[route.key[0]] = route
        else:
            self.routes[route.key] = route
        self._look_for_routes()
        return route

    def _look_for_routes(self) -> None:
        kind, entries, routed = self.everyone
        if routed != self._is_routed():
            self._publish(kind, entries)

    def _is_routed(self) -> bool:
        return bool(self.routes or self.values) and None not in self._muted

    def _outdate_everyone(self) -> None:
        if None not in self._muted:
            self.everyone = (STALE, (), self.everyone[2])
            self.plain = None

    def _publish(self, kind: int, entries: tuple[Entry, ...]) -> None:
        """Replace the snapshot of everyone, and what a send may take without a further look."""
        routed = self._is_routed()
        # always a new object, by which others see that there was a change
        self.everyone = (kind, entries, routed)
        self.plain = entries if kind == PLAIN and not routed else None

    def _outdate_route(self, route: Route) -> None:
        exclusive.waste.append(route.merged)
        route.merged = (None, PLAIN, ())

    def _snapshot(self, links: Iterable[Link]) -> Snapshot:
        turns: dict[int, list[Link]] = {}
        # of a receiver that was disconnected and connected again meanwhile, both may be seen
        for link in sorted((link for link in links if not link.gone), key=_order):
            turns.setdefault(id(link.receiver), []).append(link)
        entries = tuple(
            Turn(self._home, *links) if len(links) > 1 or links[0].once else links[0].receiver
            for links in turns.values()
        )
        methods = any(entry.bind is not None for entry in entries)
        return (METHODS if methods else PLAIN, entries)


def links_of(entry: Receiver) -> list[Link]:
    """Return the connections of a receiver."""
    links = [] if entry.everyone is None else [entry.everyone]
    if entry.links is not None:
        links += each(entry.links)
    return links


def _sender_of(route: Route | None) -> tuple[object] | None:
    """Return the sender of a route, in a tuple since None may be one; None if it died."""
    if route is None:
        return (ANY,)
    sender = route()
    return None if sender is None and isinstance(route, WeakRoute) else (sender,)


def _peek(entry: Entry) -> AnyReceiver | None:
    return entry.peek() if isinstance(entry, Turn) else receiver_of(entry)


def _alive(entries: Iterable[Entry]) -> tuple[AnyReceiver, ...]:
    receivers = (_peek(entry) for entry in entries)
    return tuple(receiver for receiver in receivers if receiver is not None)
