"""All that a signal asks of its books."""

from __future__ import annotations

import weakref
from contextlib import suppress
from functools import partial
from itertools import chain, filterfalse
from typing import TYPE_CHECKING, cast

from aldis._core._admission import admit
from aldis._core._connecting import Connecting
from aldis._core._exclusive import (
    attempt,
    bury,
    dead,
    locked,
    receiver_died,
    release,
    sender_died,
)
from aldis._core._identity import ANY
from aldis._core._links import Terms, receiver_of
from aldis._core._routes import WeakRoute, each, route_to
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
    from collections.abc import Callable, Sequence

    from aldis._core._exclusive import Ended
    from aldis._core._identity import ReceiverKey
    from aldis._core._links import AnyReceiver, Link
    from aldis._core._outlets import Outlets
    from aldis._core._payload import Payload
    from aldis._core._routes import Route
    from aldis._core._snapshots import Entry, Merged, Snapshot


class Registry(Connecting):
    """The receivers of one signal."""

    __slots__ = ("__weakref__", "_home")

    def __init__(self, owner: Outlets, name: str, payload: Payload, *, takes_async: bool) -> None:
        super().__init__(owner, name, payload, takes_async=takes_async)
        self._home = weakref.ref(self)
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
            if link.terms is terms or self._grip(link, receiver, holds=1):
                return link  # else it ended meanwhile

    def release(self, link: Link) -> None:
        """Undo one `hold`: the last one on a connection made by such ends it."""
        receiver, terms = receiver_of(link), link.terms
        if terms is None:
            raise AssertionError  # pragma: no cover  # `hold` has seen to them
        is_last = False
        for _ in locked:  # pragma: no branch
            try:
                _kept, held = terms.kept, terms.holds - 1
                terms.holds = held
                if not (held or terms.strong):
                    terms.kept = None
                # one that was taken out, by `_isolating`, is not put back then
                is_last = terms.scoped and not held and link.order is not None
            finally:
                release()
            break
        if is_last and self._strike_out(link, ending=True, unless_held=True):
            self._tell_ended([link], receiver)
        if dead:
            bury()

    def claim(self, links: Sequence[Link], receiver: AnyReceiver) -> bool:
        """Take a receiver's turn by all these links at once, ending those for one turn only.

        Returns:
            Whether one of them was still there: of several sends that claim the last, one is told.
        """
        once = [link for link in links if link.terms and link.terms.once]
        was_there = self._end(once, receiver, beside=links if len(links) > 1 else ())
        if dead:
            bury()
        return was_there

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
            # looked for in one step of a `for`, and an error where they change meanwhile
            strangers = filterfalse(
                judged.__contains__, chain(iter(self._everyones), iter(self._heads))
            )
            with suppress(RuntimeError):
                for _ in locked:  # pragma: no branch
                    try:
                        for _ in strangers:
                            break
                        else:
                            if self.payload is payload:
                                self.name = other.name
                                self.payload = other.payload
                                return True
                    finally:
                        release()
                    break
        return False

    def take_more(self) -> Callable[[], object]:
        """Take out what a subclass knows beside its connections; return what puts it back."""
        return int  # there is nothing

    def mute(self, sender: object) -> None:
        """Let sends reach nobody, from this sender or from `ANY`, until as many `unmute`."""
        if sender is ANY:
            self._mute_everyone()
            return
        is_muted = False
        while not is_muted:  # again where another thread dropped the route, of no use as yet
            route = self.route(sender) or self._new_route(sender)
            try:
                is_muted = self._mute_route(route)
            finally:
                if not is_muted:  # for want of memory
                    self._clear(route)

    def _mute_everyone(self) -> None:
        muted = self._muted
        # always a new one: no snapshot of one sender's receivers was made with it
        silence: Snapshot = (PLAIN, ())
        for _ in locked:  # pragma: no branch
            try:
                # first of all: a snapshot that is made from now on sees it
                muted[None] = muted[None] + 1 if None in muted else 1
                _everyone, self.everyone = self.everyone, silence
                self._outdated = silence
                self.plain = None if self.routed else ()
            finally:
                release()
            break

    def _mute_route(self, route: Route) -> bool:
        muted = self._muted
        table, name = self._place_of(route)
        is_there = False
        for _ in locked:  # pragma: no branch
            try:
                is_there = name in table and table[name] is route
                if is_there:
                    muted[route.key] = muted[route.key] + 1 if route.key in muted else 1
                    _merged, route.merged = route.merged, UNMERGED
                    self.routed = True
                    self.plain = None
            finally:
                release()
            break
        return is_there

    def unmute(self, sender: object) -> None:
        """Undo one `mute`."""
        route = None if sender is ANY else self.route(sender)
        if route is None and sender is not ANY:
            return  # it died, and with it the block that muted it is being finalized
        key = None if route is None else route.key
        muted = self._muted
        for _ in locked:  # pragma: no branch
            try:
                blocks = muted[key] - 1
                if blocks:
                    muted[key] = blocks
                    break
                del muted[key]
                if route is not None:
                    _merged, route.merged = route.merged, UNMERGED
                    break
                self._outdated = OUTDATED
                _everyone, self.everyone = self.everyone, OUTDATED
                self.plain = None
                if not self._heads and not muted:
                    self.routed = False
            finally:
                release()
            break
        if route is not None:
            self._clear(route)

    def forget(self, ended: Ended) -> None:
        """Strike out a dead receiver or sender, or connections that have ended."""
        if isinstance(ended, tuple):
            for link in ended:
                if link.order is None:
                    self._strike_out(link)
        elif isinstance(ended, WeakRoute):
            links = each(ended)
            if links:
                self._end(links, None, remembered=True)
            table, name = self._place_of(ended)
            for _ in locked:  # pragma: no branch
                try:
                    if name in table and table[name] is ended:  # who was to drop it failed
                        del table[name]
                    if self._spare is ended:
                        self._spare = None
                finally:
                    release()
                break
        else:
            self._end([cast("Link", ended)], None, remembered=True)

    # -- what a send asks for

    def refresh(self) -> Snapshot:
        """Return the snapshot of everyone, brought up to date."""
        changes, before = self._changes, self.everyone
        if before[0] != STALE:
            return before
        after = self._snapshot([*self._everyones.values()])
        kind, entries = after
        for is_taken in attempt:  # pragma: no branch
            try:  # where it is not, somebody is at the books, and the next send tries again
                if is_taken and self._changes == changes and self.everyone is before:
                    self.everyone = after
                    self.plain = entries if kind == PLAIN and not self.routed else None
            finally:
                if is_taken:
                    release()
            break
        return after

    def merge(self, route: Route) -> Snapshot:
        """Return the snapshot of everyone and of one sender's receivers, brought up to date."""
        everyone = self.refresh()
        if self._is_muted(route):
            return SILENCE
        while True:
            changes = self._changes
            # any change puts another in its place
            mark: Merged = (None, PLAIN, ())
            route.merged = mark
            # no `copy`: on 3.10 and 3.11 the collector may let others in, in the middle of it
            everyones, links = [*self._everyones.values()], each(route)
            after = self._snapshot(everyones, links)
            if self._changes == changes:  # else a receiver that moved meanwhile may be missing
                break
        kind, entries = after
        merged: Merged = (everyone, kind, entries)
        muted = self._muted
        for is_taken in attempt:  # pragma: no branch
            try:
                if (
                    is_taken
                    and self.everyone is everyone
                    and route.merged is mark
                    and route.key not in muted
                    and None not in muted
                ):
                    route.merged = merged
            finally:
                if is_taken:
                    release()
            break
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
        route = route_to(sender, name, self._on_sender_died)
        return table.setdefault(name, route)
