"""Who listens to whom, and in which order: the books of one signal.

What a send reads is replaced whole and never changed, so a send takes no lock and waits for none.
Every change happens inside `exclusive`, or inside the bare `lock` as that allows.
"""

from __future__ import annotations

import sys
import weakref
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Final, cast

from aldis._core._admission import admit, not_weak
from aldis._core._exclusive import bury, dead, exclusive, lock, receiver_died, sender_died
from aldis._core._identity import ANY, VALUES, receiver_key, value_of
from aldis._core._links import (
    PRIORITY_STEP,
    KeptLink,
    ObjectLink,
    Terms,
    chain,
    receiver_of,
    refer_to,
)
from aldis._core._payload import settled
from aldis._core._routes import WeakRoute, detach, each, find, route_to
from aldis._core._verify import MARK
from aldis._core._snapshots import (
    OUTDATED,
    PLAIN,
    SILENCE,
    STALE,
    UNMERGED,
    alive,
    peek,
    snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import AnyReceiver, Link, WeakLink
    from aldis._core._outlets import Outlets
    from aldis._core._payload import Payload
    from aldis._core._routes import Route, RouteKey
    from aldis._core._snapshots import Entry, Snapshot


# only from then on such a mark changes what `inspect` says
_MARKED: Final = sys.version_info >= (3, 12)


class Registry:
    """The receivers of one signal."""

    __slots__ = (
        "__weakref__",
        "_changes",
        "_everyones",
        "_heads",
        "_home",
        "_muted",
        "_number",
        "_on_receiver_died",
        "_on_sender_died",
        "_outdated",
        "everyone",
        "name",
        "on_connected",
        "on_disconnected",
        "owner",
        "payload",
        "plain",
        "routed",
        "routes",
        "takes_async",
        "values",
        "watchful",
        "welcoming",
    )

    def __init__(self, owner: Outlets, name: str, payload: Payload, *, takes_async: bool) -> None:
        # whose it is, for those who write its sending functions and its errors
        self.name = name
        self.owner = weakref.ref(owner)
        self.payload = payload
        self.takes_async = takes_async
        # what a send reads
        self.everyone: Snapshot = (PLAIN, ())
        # its entries, if they are all there is to know: no method, no sender's own receivers
        self.plain: tuple[Entry, ...] | None = ()
        self.routed = False  # has any sender receivers of its own?
        self.routes: dict[str | int, Route] = {}
        self.values: dict[str | int, Route] = {}
        # the books behind it
        self._everyones: dict[ReceiverKey, Link] = {}  # the links to every sender
        self._heads: dict[ReceiverKey, Link] = {}  # the latest link of a receiver to one sender
        self._muted: dict[RouteKey | None, int] = {}  # how often; None stands for every sender
        self._changes = 0
        self._number = 0  # how many links to every sender were ever made
        self._outdated = OUTDATED  # what `everyone` is after a change
        self._home: weakref.ref[Registry] = weakref.ref(self)
        self._on_receiver_died = partial(receiver_died, self._home)
        self._on_sender_died = partial(sender_died, self._home)
        # how a subclass differs
        self.welcoming = False  # is every receiver taken?
        self.watchful = False  # does it have to know what ends?
        # who wants to know of changes
        self.on_connected: Callable[..., object] | None = None
        self.on_disconnected: Callable[..., object] | None = None

    # -- changes

    def connect(
        self,
        receiver: AnyReceiver,
        sender: object,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        terms: Terms | None = None,
    ) -> Link:
        """Connect a pair, or make its connection strong.

        Written without calls, since it is most of what a short-lived connection costs: so it takes
        two fifths of the time. What is new is made first, then entered if it still fits.

        Returns:
            The connection of that pair; a new one has the `terms` that are given.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        if terms is None and (once or not weak):
            terms = Terms(None if weak else receiver, once=once, strong=not weak)
        everyones, heads = self._everyones, self._heads
        while True:
            payload = self.payload
            link: Link
            if type(receiver) is FunctionType:
                if not self.welcoming and not (
                    type(priority) is int
                    and payload.admitted.get(id(receiver.__code__)) is receiver.__code__
                    and receiver.__defaults__ is None
                    and receiver.__kwdefaults__ is None
                    and not (_MARKED and hasattr(receiver, MARK))
                ):
                    payload = admit(self, receiver, weak=weak, priority=priority)
                key: ReceiverKey = id(receiver)
                link = ObjectLink(receiver, self._on_receiver_died)
            else:
                if not self.welcoming:
                    payload = admit(self, receiver, weak=weak, priority=priority)
                key = self._key(receiver)
                link = refer_to(receiver, self._on_receiver_died)
                if weak and type(link) is KeptLink:
                    raise not_weak(self, receiver)
            link.key = key
            link.terms = terms
            shift = int.__mul__(priority, PRIORITY_STEP) if priority else 0
            found: Link | None = None
            told: Callable[..., object] | None = None
            if sender is ANY:
                link.route = None
                with lock:
                    if dead or self.payload is not payload:
                        pass
                    elif key in everyones:
                        found = everyones[key]
                    else:
                        found = everyones[key] = link
                        self._number += 1
                        link.order = self._number - shift
                        self._changes += 1
                        self.everyone = self._outdated
                        self.plain = None
                        told = self.on_connected
            else:
                if issubclass(type(sender), VALUES):
                    table, name = self._place(sender)
                else:
                    table, name = self.routes, id(sender)
                route = None if name in table else route_to(sender, name, self._on_sender_died)
                several: dict[ReceiverKey, Link] = {}
                with lock:
                    if name in table:
                        route = table[name]
                    if dead or self.payload is not payload or route is None:
                        pass
                    elif route.only is not None and route.only.key == key:
                        found = route.only
                    elif route.several is not None and key in route.several:
                        found = route.several[key]
                    else:
                        found = link
                        link.route = route
                        link.order = self._number - shift
                        link.later = link.earlier = None
                        if key in heads:
                            link.earlier = heads[key]
                            link.earlier.later = link
                        heads[key] = link
                        if route.several is not None:
                            route.several[key] = link
                        elif route.only is None:
                            route.only = link
                        else:
                            several[route.only.key] = route.only
                            several[key] = link
                            route.several = several
                            route.only = None
                        table[name] = route
                        merged, route.merged = route.merged, UNMERGED  # the old one is kept so far
                        self._changes += 1
                        self.routed = True
                        self.plain = None
                        told = self.on_connected
            if found is None:  # somebody died or changed the books meanwhile
                with exclusive:
                    continue
            if told is not None:
                told(receiver=receiver, sender=sender, weak=weak)
            if dead:
                bury()
            if found is not link and terms is not None and terms.strong:
                self._strengthen(found, receiver)
            return found

    def hold(self, receiver: AnyReceiver, sender: object) -> Link:
        """Connect a pair strongly until `release`.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        while True:
            terms = Terms(receiver, scoped=True)
            link = self.connect(receiver, sender, weak=False, terms=terms)
            if link.terms is terms:
                return link
            with exclusive:
                if link.order is not None:  # else it ended meanwhile
                    self._grip(link, receiver, holds=1)
                    return link

    def release(self, link: Link) -> None:
        """Undo one `hold`: the last one on a connection made by such ends it."""
        with exclusive:
            receiver = receiver_of(link)
            terms = self._grip(link, receiver, holds=-1)
            if terms.scoped and not terms.holds:
                self._end([link], receiver)

    def disconnect(self, receiver: AnyReceiver, sender: object) -> bool:
        """End every connection of a receiver, or the one to a sender; was there any?

        Written without calls, as `connect` is, for a receiver's only connection.
        """
        key = id(receiver) if type(receiver) is FunctionType else self._key(receiver)
        everyones, heads = self._everyones, self._heads
        link: Link | None = None
        told: Callable[..., object] | None = None
        # what is let go of under the lock is kept until the end
        kept: object
        if sender is ANY:
            with lock:
                is_usual = not (dead or self.watchful or key in heads)
                if is_usual and key in everyones:
                    link = everyones[key]
                    del everyones[key]
                    link.order = None
                    if link.terms is not None:
                        kept, link.terms.kept = link.terms.kept, None
                    self._changes += 1
                    self.everyone = self._outdated
                    self.plain = None
                    told = self.on_disconnected
        else:
            if issubclass(type(sender), VALUES):
                table, name = self._place(sender)
            else:
                table, name = self.routes, id(sender)
            with lock:
                is_usual = not (dead or self.watchful or self._muted)
                if is_usual and name in table:
                    route = table[name]
                    if route.several is not None:
                        is_usual = False
                    elif route.only is not None and route.only.key == key:
                        link, route.only = route.only, None
                        link.order = None
                        if link.earlier is not None:
                            link.earlier.later = link.later
                        if link.later is not None:
                            link.later.earlier = link.earlier
                        elif link.earlier is not None:
                            heads[key] = link.earlier
                        else:
                            del heads[key]
                        link.earlier = link.later = None
                        if link.terms is not None:
                            kept, link.terms.kept = link.terms.kept, None
                        merged, route.merged = route.merged, UNMERGED
                        del table[name]
                        self._changes += 1
                        if not self.routes and not self.values:
                            self.routed = False
                            if self.everyone[0] == PLAIN:
                                self.plain = self.everyone[1]
                        told = self.on_disconnected
        if not is_usual:
            return self._part(key, receiver, sender)
        if told is not None:
            told(receiver=receiver, sender=sender)
        if dead:
            bury()
        return link is not None

    def claim(self, links: Sequence[Link], receiver: AnyReceiver) -> bool:
        """Take a receiver's turn by all these links at once, ending those for one turn only.

        Returns:
            Whether one of them was still there: of several sends that claim the last, one is told.
        """
        with exclusive:
            there = [link for link in links if link.order is not None]
            self._end([link for link in there if link.terms and link.terms.once], receiver)
            return bool(there)

    def redeclare(self, other: Registry) -> bool:
        """Take over the name and payload of another registry, unless this one is declared.

        Raises:
            IncompatibleReceiverError: A receiver cannot take that payload; nothing changed.
        """
        while not (payload := self.payload).declared:
            changes = self._changes
            for receiver in alive(self._receivers().values()):
                admit(other, receiver, weak=False)
            with exclusive:
                if self.payload is payload and self._changes == changes:
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
                # always a new one: no snapshot of one sender's receivers was made with it
                self._outdated = (PLAIN, ())
                self._outdate_everyone()
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
                self._outdated = OUTDATED
                self._outdate_everyone()
            else:
                self._outdate_route(route)
                self._drop_if_empty(route)

    def forget(self, reference: WeakLink | WeakRoute) -> None:
        """Strike out a dead receiver or sender."""
        if isinstance(reference, WeakRoute):
            self.drop_route(reference)
            self._look_for_routes()
            self._muted.pop(reference.key, None)
            self._end(each(reference), None)
        else:
            self._end([cast("Link", reference)], None)

    def drop_route(self, route: Route) -> None:
        """Let sends from a sender find no receivers of its own any more. Needs no lock."""
        if isinstance(route.key, tuple):
            self.values.pop(route.key[0], None)
        elif self.routes.get(route.key) is route:
            self.routes.pop(route.key, None)  # another thread may do the same

    # -- what a send asks for

    def route(self, sender: object) -> Route | None:
        """Return the way to the receivers of one sender, if it has any."""
        table, name = self._place(sender)
        return table.get(name)

    def refresh(self) -> Snapshot:
        """Return the snapshot of everyone, brought up to date."""
        changes, before = self._changes, self.everyone
        if before[0] != STALE:
            return before
        after = snapshot(self._home, self._everyones.copy().values())
        if exclusive.try_enter():  # else somebody is at the books, and the next send tries again
            if self._changes == changes and self.everyone is before:
                self.everyone = after
                self._look_for_routes()
            exclusive.leave()
        return after

    def merge(self, route: Route) -> Snapshot:
        """Return the snapshot of everyone and of one sender's receivers, brought up to date."""
        changes = self._changes
        everyone = self.refresh()
        if self._muted and (route.key in self._muted or None in self._muted):
            return SILENCE
        after = snapshot(self._home, self._everyones.copy().values(), each(route))
        if exclusive.try_enter():
            if self._changes == changes and self.everyone is everyone:
                exclusive.waste.append(route.merged)
                route.merged = (everyone, *after)
            exclusive.leave()
        return after

    # -- what others ask for

    def receivers(self) -> tuple[AnyReceiver, ...]:
        """Return every live receiver, unless the signal is muted."""
        return () if None in self._muted else alive(self._receivers().values())

    def receivers_for(self, sender: object) -> tuple[AnyReceiver, ...]:
        """Return the live receivers that a send would call, in the order of their turns."""
        return alive(self.entries_for(sender))

    def has_receivers_for(self, sender: object) -> bool:
        """Whether a send would call anybody."""
        return any(peek(entry) is not None for entry in self.entries_for(sender))

    def __len__(self) -> int:
        return len(self._receivers())

    # -- inside

    _key = staticmethod(receiver_key)

    def _place(self, sender: object) -> tuple[dict[str | int, Route], str | int]:
        """Return where a sender's route is, or would be."""
        value = value_of(sender)
        return (self.routes, id(sender)) if value is None else (self.values, value)

    def _receivers(self) -> dict[ReceiverKey, Link]:
        """Return a link to each receiver."""
        return {**self._everyones, **self._heads}

    def entries_for(self, sender: object) -> tuple[Entry, ...]:
        route = self.route(sender) if self.routed and sender is not ANY else None
        return (self.refresh() if route is None else self.merge(route))[1]

    def _part(self, key: ReceiverKey, receiver: AnyReceiver | None, sender: object) -> bool:
        """End every connection of a receiver, or the one to a sender; was there any?"""
        with exclusive:
            if sender is ANY:
                links = chain(self._heads.get(key))
                if key in self._everyones:
                    links.append(self._everyones[key])
            else:
                route = self.route(sender)
                link = None if route is None else find(route, key)
                links = [] if link is None else [link]
            self._end(links, receiver)
            return bool(links)

    def _strengthen(self, link: Link, receiver: AnyReceiver) -> None:
        with exclusive:
            if link.order is not None:
                self._grip(link, receiver, strong=True)

    def _grip(
        self, link: Link, receiver: AnyReceiver | None, *, strong: bool = False, holds: int = 0
    ) -> Terms:
        """Change how strong a connection is, and with it how long its receiver lives."""
        terms = link.terms
        if terms is None:
            terms = link.terms = Terms()
        terms.strong = terms.strong or strong
        terms.holds += holds
        if link.order is not None:
            if not (terms.strong or terms.holds):
                exclusive.waste.append(terms.kept)
                terms.kept = None
            elif terms.kept is None:  # else it may be that very method object that is wanted
                terms.kept = receiver
        return terms

    def _end(self, links: Sequence[Link], receiver: AnyReceiver | None) -> None:
        """End connections of one receiver, or of one dead sender."""
        # to drop the last reference to one may call a destructor
        exclusive.waste.append(links)
        for link in links:
            if link.order is None:
                continue
            link.order = None
            if link.route is None:
                del self._everyones[link.key]
                self._outdate_everyone()
            else:
                self._unchain(link)
                detach(link.route, link.key)
                self._outdate_route(link.route)
                self._drop_if_empty(link.route)
            if link.terms is not None:
                exclusive.waste.append(link.terms.kept)
                link.terms.kept = None
            if self.on_disconnected is not None and (sender := _sender_of(link.route)) is not None:
                exclusive.events.append(
                    partial(self.on_disconnected, receiver=receiver, sender=sender[0])
                )

    def _unchain(self, link: Link) -> None:
        if link.earlier is not None:
            link.earlier.later = link.later
        if link.later is not None:
            link.later.earlier = link.earlier
        elif link.earlier is not None:
            self._heads[link.key] = link.earlier
        else:
            del self._heads[link.key]
        link.earlier = link.later = None

    def _new_route(self, sender: object) -> Route:
        table, name = self._place(sender)
        route = table[name] = route_to(sender, name, self._on_sender_died)
        self._look_for_routes()
        return route

    def _drop_if_empty(self, route: Route) -> None:
        if route.only is None and route.several is None and route.key not in self._muted:
            self.drop_route(route)
            self._look_for_routes()

    def _look_for_routes(self) -> None:
        """Set what depends on whether there are routes, and on `everyone`."""
        self.routed = bool(self.routes or self.values)
        kind, entries = self.everyone
        self.plain = entries if kind == PLAIN and not self.routed else None

    def _outdate_everyone(self) -> None:
        self._changes += 1
        exclusive.waste.append(self.everyone)
        self.everyone = self._outdated
        self._look_for_routes()

    def _outdate_route(self, route: Route) -> None:
        self._changes += 1
        exclusive.waste.append(route.merged)
        route.merged = UNMERGED


def _sender_of(route: Route | None) -> tuple[object] | None:
    """Return the sender of a route, in a tuple since None may be one; None if it died."""
    if route is None:
        return (ANY,)
    sender = route()
    return None if sender is None and isinstance(route, WeakRoute) else (sender,)
