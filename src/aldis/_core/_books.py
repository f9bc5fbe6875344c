"""Who listens to whom, and in which order: the books of one signal.

What a send reads is replaced whole and never changed, so a send takes no lock and waits for none.
How changes are made is told in `_exclusive`.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from aldis._core._exclusive import attempt, release
from aldis._core._identity import receiver_key, value_of
from aldis._core._links import chain
from aldis._core._routes import find
from aldis._core._snapshots import OUTDATED, PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._core._identity import ReceiverKey
    from aldis._core._isolating import Isolation
    from aldis._core._links import Link, WeakLink
    from aldis._core._outlets import Outlets
    from aldis._core._payload import Payload
    from aldis._core._registry import Registry
    from aldis._core._routes import Route, RouteKey, WeakRoute
    from aldis._core._snapshots import Entry, Snapshot


class SignalBooks:
    """What is known of a signal's receivers."""

    __slots__ = (
        "_changes",
        "_everyones",
        "_heads",
        "_isolated",
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

    _home: weakref.ref[Registry]  # to itself
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
        self._isolated: Isolation | None = None  # the innermost block of `_isolating`
        # how a subclass differs
        self.welcoming: bool = False  # is every receiver taken?
        self.watchful: bool = False  # does it have to know what ends?
        # who wants to know of changes
        self.on_connected: Callable[..., object] | None = None
        self.on_disconnected: Callable[..., object] | None = None

    def settle(self) -> Payload:
        """Return the payload as it is to be used, and keep it so."""
        payload = self.payload
        found = payload.settle()
        if found is payload:
            return payload
        for is_taken in attempt:  # pragma: no branch
            try:
                if is_taken and self.payload is payload:  # else the next one who asks tries again
                    self.payload = found
            finally:
                if is_taken:
                    release()
            break
        return found

    def drop_route(self, route: Route) -> None:
        """Let sends from a dying sender find no receivers of its own any more. Needs no lock.

        As long as its weak references are told, there is no other object at its address.
        """
        table, name = self._place_of(route)
        if table.get(name) is route:
            table.pop(name, None)  # another thread may do the same

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

    def _place_of(self, route: Route) -> tuple[dict[RouteKey | str, Route], int | str]:
        if isinstance(route.key, tuple):
            return (self.values, route.key[0])
        return (self.routes, route.key)

    def _link_of(self, key: ReceiverKey, sender: object) -> list[Link]:
        route = self.route(sender)
        link = None if route is None else find(route, key)
        return [] if link is None else [link]

    def _links_of(self, key: ReceiverKey) -> list[Link]:
        """Return a receiver's links, the one to every sender first, else as they were made."""
        links = chain(self._heads.get(key))
        everyone = self._everyones.get(key)
        if everyone is not None:
            links.append(everyone)
        links.reverse()
        return links
