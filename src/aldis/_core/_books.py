"""Who listens to whom, and in which order: the books of one signal.

What a send reads is replaced whole and never changed, so a send takes no lock and waits for none.
Every change happens inside `exclusive`.
"""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING

from aldis._core._exclusive import exclusive
from aldis._core._identity import ANY, receiver_key, value_of
from aldis._core._links import Terms, chain
from aldis._core._payload import settled
from aldis._core._routes import KeptRoute, WeakRoute, detach, find
from aldis._core._snapshots import OUTDATED, PLAIN, UNMERGED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import AnyReceiver, Link, WeakLink
    from aldis._core._outlets import Outlets
    from aldis._core._payload import Payload
    from aldis._core._routes import Route, RouteKey
    from aldis._core._snapshots import Entry, Snapshot


class SignalBooks:
    """What is known of a signal's receivers, and how connections end."""

    __slots__ = (
        "_changes",
        "_everyones",
        "_heads",
        "_muted",
        "_on_receiver_died",
        "_on_sender_died",
        "_outdated",
        "_spare",
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

    # what the weak references call
    _on_receiver_died: Callable[[WeakLink], object]
    _on_sender_died: Callable[[WeakRoute], object]

    def __init__(self, owner: Outlets, name: str, payload: Payload, *, takes_async: bool) -> None:
        # whose it is, for those who write its sending functions and its errors
        self.name: str = name
        self.owner: weakref.ref[Outlets] = weakref.ref(owner)
        self.payload: Payload = payload
        self.takes_async: bool = takes_async
        # what a send reads
        self.everyone: Snapshot = (PLAIN, ())
        # its entries, if they are all there is to know: no method, no sender's own receivers
        self.plain: tuple[Entry, ...] | None = ()
        self.routed: bool = False  # has any sender receivers of its own, or is it muted?
        self.routes: dict[RouteKey | str, Route] = {}
        self.values: dict[RouteKey | str, Route] = {}
        # the books behind it
        self._everyones: dict[ReceiverKey, Link] = {}  # the links to every sender
        self._heads: dict[ReceiverKey, Link] = {}  # the latest link of a receiver to one sender
        self._muted: dict[RouteKey | None, int] = {}  # how often; None stands for every sender
        self._changes: int = 0  # of the links to every sender
        self._outdated: Snapshot = OUTDATED  # what `everyone` is after a change
        # the one route that may stay when it is empty: its sender is likely to be heard again
        self._spare: Route | None = None
        # how a subclass differs
        self.welcoming: bool = False  # is every receiver taken?
        self.watchful: bool = False  # does it have to know what ends?
        # who wants to know of changes
        self.on_connected: Callable[..., object] | None = None
        self.on_disconnected: Callable[..., object] | None = None

    def settle(self) -> Payload:
        """Return the payload as it is to be used, and keep it so."""
        payload = self.payload
        if payload.unresolved is None:
            return payload
        found = settled(payload.unresolved)
        if exclusive.try_enter():  # else the next one who asks tries again
            try:
                if self.payload is payload:
                    self.payload = found
            finally:
                exclusive.leave()
        return found

    def drop_route(self, route: Route) -> None:
        """Let sends from a sender find no receivers of its own any more. Needs no lock."""
        if isinstance(route.key, tuple):
            self.values.pop(route.key[0], None)
        elif self.routes.get(route.key) is route:
            self.routes.pop(route.key, None)  # another thread may do the same

    def route(self, sender: object) -> Route | None:
        """Return the way to the receivers of one sender, if it has any."""
        table, name = self._place(sender)
        return table.get(name)

    # -- inside

    _key = staticmethod(receiver_key)

    def _place(self, sender: object) -> tuple[dict[RouteKey | str, Route], int | str]:
        """Return where a sender's route is, or would be."""
        value = value_of(sender)
        return (self.routes, id(sender)) if value is None else (self.values, value)

    def _part(self, key: ReceiverKey, receiver: AnyReceiver | None, sender: object) -> bool:
        """End every connection of a receiver, or the one to a sender; was there any?"""
        with exclusive:
            if sender is ANY:
                links = self._links_of(key)
            else:
                route = self.route(sender)
                link = None if route is None else find(route, key)
                links = [] if link is None else [link]
            self._end(links, receiver)
            return bool(links)

    def _links_of(self, key: ReceiverKey) -> list[Link]:
        """Return a receiver's links, the one to every sender first, else as they were made."""
        links = chain(self._heads.get(key))
        everyone = self._everyones.get(key)
        if everyone is not None:
            links.append(everyone)
        links.reverse()
        return links

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
        if not (terms.strong or terms.holds):
            exclusive.waste.append(terms.kept)
            terms.kept = None
        elif link.order is not None and terms.kept is None:
            terms.kept = receiver  # else it may be that very method object that is wanted
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
                self._retire(link.route)
                self._look_for_routes()
            if link.terms is not None:
                exclusive.waste.append(link.terms.kept)
                link.terms.kept = None
            if self.on_disconnected is not None and (sender := sender_of(link.route)) is not None:
                exclusive.events.append(
                    partial(self.on_disconnected, receiver=receiver, sender=sender[0])
                )

    def _unchain(self, link: Link) -> None:
        earlier, later = link.earlier, link.later
        if later is not None:
            later.earlier = earlier
        elif earlier is not None:
            self._heads[link.key] = earlier
        else:
            del self._heads[link.key]
        if earlier is not None:
            earlier.later = later
        link.earlier = link.later = None

    def _retire(self, route: Route) -> None:
        """Drop a route of no use, or the one that was kept in spare before it."""
        if not self._is_idle(route):
            return
        if isinstance(route, KeptRoute):
            self.drop_route(route)  # or it would keep the sender
        elif self._spare is not route:
            spare, self._spare = self._spare, route
            if spare is not None and self._is_idle(spare):
                exclusive.waste.append(spare)
                self.drop_route(spare)

    def _is_idle(self, route: Route) -> bool:
        return route.only is None and not route.several and route.key not in self._muted

    def _look_for_routes(self) -> None:
        """Set what depends on whether there are routes, and on `everyone`."""
        self.routed = bool(self._heads or self._muted.keys() - {None})
        kind, entries = self.everyone
        self.plain = entries if kind == PLAIN and not self.routed else None

    def _outdate_everyone(self) -> None:
        self._changes += 1
        exclusive.waste.append(self.everyone)
        self.everyone = self._outdated
        self._look_for_routes()

    def _outdate_route(self, route: Route) -> None:
        exclusive.waste.append(route.merged)
        route.merged = UNMERGED


def sender_of(route: Route | None) -> tuple[object] | None:
    """Return the sender of a route, in a tuple since None may be one; None if it died."""
    if route is None:
        return (ANY,)
    sender = route()
    return None if sender is None and isinstance(route, WeakRoute) else (sender,)
