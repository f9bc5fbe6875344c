"""All that a signal asks of its books."""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING, cast

from aldis._core._admission import admit
from aldis._core._connecting import Connecting
from aldis._core._exclusive import exclusive, receiver_died, sender_died
from aldis._core._identity import ANY
from aldis._core._links import Terms, receiver_of
from aldis._core._routes import WeakRoute, each, route_to
from aldis._core._snapshots import OUTDATED, PLAIN, SILENCE, STALE, alive, peek, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import AnyReceiver, Link, WeakLink
    from aldis._core._outlets import Outlets
    from aldis._core._payload import Payload
    from aldis._core._routes import Route
    from aldis._core._snapshots import Entry, Snapshot


class Registry(Connecting):
    """The receivers of one signal."""

    __slots__ = ("__weakref__", "_home")

    def __init__(self, owner: Outlets, name: str, payload: Payload, *, takes_async: bool) -> None:
        super().__init__(owner, name, payload, takes_async=takes_async)
        self._home: weakref.ref[Registry] = weakref.ref(self)
        self._on_receiver_died = partial(receiver_died, self._home)
        self._on_sender_died = partial(sender_died, self._home)

    # -- changes

    def hold(self, receiver: AnyReceiver, sender: object) -> Link:
        """Connect a pair strongly until `release`.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        while True:
            terms = Terms(receiver, holds=1)
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
            judged = self._receivers()
            receivers = alive(judged.values())  # kept, so that no other comes at their addresses
            for receiver in receivers:
                admit(other, receiver, weak=False)
            with exclusive:
                if self.payload is payload and self._receivers().keys() <= judged.keys():
                    self.name = other.name
                    self.payload = other.payload
                    return True
        return False

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
                self._look_for_routes()

    def unmute(self, sender: object) -> None:
        """Undo one `mute`."""
        with exclusive:
            route = None if sender is ANY else self.route(sender)
            if route is None and sender is not ANY:
                return  # it died, and with it the block that muted it is being finalized
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
                self._retire(route)
                self._look_for_routes()

    def forget(self, reference: WeakLink | WeakRoute) -> None:
        """Strike out a dead receiver or sender."""
        if isinstance(reference, WeakRoute):
            self.drop_route(reference)
            self._muted.pop(reference.key, None)
            self._end(each(reference), None)
            if self._spare is reference:
                self._spare = None
            exclusive.waste.append(reference)  # with its last snapshot
            self._look_for_routes()
        else:
            self._end([cast("Link", reference)], None)

    # -- what a send asks for

    def refresh(self) -> Snapshot:
        """Return the snapshot of everyone, brought up to date."""
        changes, before = self._changes, self.everyone
        if before[0] != STALE:
            return before
        after = self._snapshot([*self._everyones.values()])
        if exclusive.try_enter():  # else somebody is at the books, and the next send tries again
            try:
                if self._changes == changes and self.everyone is before:
                    self.everyone = after
                    self._look_for_routes()
            finally:
                exclusive.leave()
        return after

    def merge(self, route: Route) -> Snapshot:
        """Return the snapshot of everyone and of one sender's receivers, brought up to date."""
        everyone = self.refresh()
        if self._is_muted(route):
            return SILENCE
        while True:
            changes = self._changes
            # no `copy`: on 3.10 and 3.11 the collector may let others in, in the middle of it
            everyones, links = [*self._everyones.values()], each(route)
            after = self._snapshot(everyones, links)
            if self._changes == changes:  # else a receiver that moved meanwhile may be missing
                break
        if exclusive.try_enter():
            try:
                if (
                    self.everyone is everyone
                    and not self._is_muted(route)
                    and [*map(id, each(route))] == [*map(id, links)]
                ):
                    exclusive.waste.append(route.merged)
                    route.merged = (everyone, *after)
            finally:
                exclusive.leave()
        return after

    def _is_muted(self, route: Route) -> bool:
        return bool(self._muted) and (route.key in self._muted or None in self._muted)

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

    def _snapshot(self, everyones: Sequence[Link], own: tuple[Link, ...] = ()) -> Snapshot:
        return snapshot(self._home, everyones, own)

    def _receivers(self) -> dict[ReceiverKey, Link]:
        """Return a link to each receiver."""
        return {**self._everyones, **self._heads}

    def entries_for(self, sender: object) -> tuple[Entry, ...]:
        """Return what a send from this sender walks through."""
        route = self.route(sender) if self.routed and sender is not ANY else None
        return (self.refresh() if route is None else self.merge(route))[1]

    def _new_route(self, sender: object) -> Route:
        table, name = self._place(sender)
        route = table[name] = route_to(sender, name, self._on_sender_died)
        return route
