"""How connections end, and how strong they are before."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from aldis._core._books import SignalBooks
from aldis._core._exclusive import at_once, bury, dead, locked, release
from aldis._core._identity import ANY
from aldis._core._links import Terms
from aldis._core._routes import KeptRoute, WeakRoute
from aldis._core._snapshots import PLAIN, UNMERGED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import AnyReceiver, Link
    from aldis._core._routes import Route


class Ending(SignalBooks):
    """Books in which connections change, and end."""

    __slots__ = ()

    def _part(self, key: ReceiverKey, receiver: AnyReceiver | None, sender: object) -> bool:
        """End every connection of a receiver, or the one to a sender; was there any?"""
        found = False
        # again, since another thread that strikes out one of several may cut the chain short
        while links := self._links_of(key) if sender is ANY else self._link_of(key, sender):
            found = self._end(links, receiver) or found
        if dead:
            bury()
        return found

    def _strengthen(self, link: Link, receiver: AnyReceiver) -> None:
        self._grip(link, receiver, strong=True)

    def _grip(
        self, link: Link, receiver: AnyReceiver | None, *, strong: bool = False, holds: int = 0
    ) -> bool:
        """Change how strong a connection is, and with it how long its receiver lives.

        Returns:
            Whether there is the connection still; else nothing has changed.
        """
        fresh = Terms()
        is_there = False
        for _ in locked:  # pragma: no branch
            try:
                if link.order is None:
                    break
                is_there = True
                terms = fresh if link.terms is None else link.terms
                kept, held = terms.kept, terms.holds + holds
                firm = terms.strong or strong
                # it may be that very method object that is wanted
                wanted = receiver if kept is None else kept
                now = wanted if firm or held else None
                link.terms = terms
                terms.kept = now
                terms.strong = firm
                terms.holds = held
            finally:
                release()
            break
        if dead:
            bury()
        return is_there

    def _end(
        self,
        links: Sequence[Link],
        receiver: AnyReceiver | None,
        *,
        beside: Sequence[Link] = (),
        remembered: bool = False,
    ) -> bool:
        """End connections of one receiver, or of one dead sender, all at once.

        Returns:
            Whether there was one of them, or of those beside, which stay: of two calls at once that
            end the same, one is told so.
        """
        if len(links) == 1 and not beside:  # most often; then no step is between
            is_ours = self._strike_out(links[0], ending=True)
            if is_ours and self.on_disconnected is not None:
                self._tell_ended(links, receiver)
            return is_ours
        orders: list[int | None] = []
        look = at_once(map(orders.append, map(getattr, (*links, *beside), repeat("order"))))
        remember = at_once(map(dead.append, [] if remembered else [(self._home, (*links,))]))
        mark = at_once(map(setattr, links, repeat("order"), repeat(None)))
        for _ in locked:  # pragma: no branch
            try:
                for _ in look:
                    break  # pragma: no cover  # nor below: all is done in the step that ends it
                for _ in remember:
                    break  # pragma: no cover
                for _ in mark:
                    break  # pragma: no cover
            finally:
                release()
            break
        for link in links:
            self._strike_out(link)
        there = [link for link, order in zip(links, orders, strict=False) if order is not None]
        self._tell_ended(there, receiver)
        return orders.count(None) < len(orders)

    def _tell_ended(self, links: Sequence[Link], receiver: AnyReceiver | None) -> None:
        if self.on_disconnected is not None:
            for link in links:
                sender = sender_of(link.route)
                if sender is not None:
                    self.on_disconnected(receiver=receiver, sender=sender[0])

    def _strike_out(self, link: Link, *, ending: bool = False, unless_held: bool = False) -> bool:
        """Take a link that has ended out of the books, if nobody has done so.

        Args:
            link: The link.
            ending: Whether to end it before.
            unless_held: And not if somebody holds it.

        Returns:
            Whether it is this that ended it.
        """
        if link.route is not None:
            return self._clear(link.route, link, ending=ending, unless_held=unless_held)
        key, everyones = link.key, self._everyones
        is_ours = False
        for _ in locked:  # pragma: no branch
            try:
                is_entered = key in everyones and everyones[key] is link
                if is_entered:
                    self._changes += 1  # first of all, since it may fail for want of memory
                if ending:
                    if unless_held and (link.terms is None or link.terms.holds):
                        break
                    is_ours = link.order is not None
                    link.order = None
                if is_entered:
                    if link.terms is not None:
                        _kept, link.terms.kept = link.terms.kept, None
                    del everyones[key]
                    _everyone, self.everyone = self.everyone, self._outdated
                    self.plain = None
            finally:
                release()
            break
        return is_ours

    def _clear(
        self,
        route: Route,
        link: Link | None = None,
        *,
        ending: bool = False,
        unless_held: bool = False,
    ) -> bool:
        """Do the same for a link to one sender; and drop the route, if it is of no use then."""
        table, name = self._place_of(route)
        heads, muted = self._heads, self._muted
        is_ours = False
        for _ in locked:  # pragma: no branch
            try:
                if link is not None:
                    if ending:
                        if unless_held and (link.terms is None or link.terms.holds):
                            break
                        is_ours = link.order is not None
                        link.order = None
                    is_found = route.only is link or (
                        route.several is not None
                        and link.key in route.several
                        and route.several[link.key] is link
                    )
                    if is_found and link.terms is not None:  # else it may come back
                        _kept, link.terms.kept = link.terms.kept, None
                    key, earlier, later = link.key, link.earlier, link.later
                    if later is not None:
                        later.earlier = earlier
                    elif key in heads and heads[key] is link:
                        if earlier is not None:
                            heads[key] = earlier
                        else:
                            del heads[key]
                    if earlier is not None:
                        earlier.later = later
                    link.earlier = link.later = None
                    if route.only is link:
                        route.only = None
                    elif route.several is not None and key in route.several:
                        if route.several[key] is link:
                            del route.several[key]
                        if not route.several:
                            route.several = None
                    _merged, route.merged = route.merged, UNMERGED
                if (
                    route.only is None
                    and route.several is None
                    and route.key not in muted
                    and self._spare is not route
                    and name in table
                    and table[name] is route
                ):
                    if route.__class__ is KeptRoute:
                        del table[name]  # or it would keep the sender
                    else:  # it stays, instead of the one that was kept in spare before it
                        spare, self._spare = self._spare, route
                        if (
                            spare is not None
                            and spare.only is None
                            and spare.several is None
                            and spare.key not in muted
                            and spare.key in table
                            and table[spare.key] is spare
                        ):
                            del table[spare.key]
                if not heads and not muted:
                    self.routed = False
                    if self.everyone[0] == PLAIN:
                        self.plain = self.everyone[1]
            finally:
                release()
            break
        return is_ours


def sender_of(route: Route | None) -> tuple[object] | None:
    """Return the sender of a route, in a tuple since None may be one; None if it died."""
    if route is None:
        return (ANY,)
    sender = route()
    return None if sender is None and isinstance(route, WeakRoute) else (sender,)
