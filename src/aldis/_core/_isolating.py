"""Takes every connection out of a signal's books for a while, and puts it back as it was.

The connections themselves are kept, with their places in all orders: so `connected_to` blocks that
hold one may end meanwhile, receivers and senders may die, and what comes back is what would be
there, had nothing been done. How often a signal is muted is a matter of the blocks that mute it,
and stays. Nobody is told that a connection was taken out, or put back: none ended or was made.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final

from aldis._core._books import sender_of
from aldis._core._exclusive import exclusive
from aldis._core._links import chain, receiver_of
from aldis._core._routes import each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aldis._core._links import Link
    from aldis._core._registry import Registry
    from aldis._core._routes import Route


class Isolation:
    """One block in which a signal has none of the connections that it had before."""

    def __init__(self, registry: Registry) -> None:
        self._home = registry._home  # weak: one that never ends is no reason to live
        with exclusive:
            self._taken = _Taken(registry)
            _blocks.setdefault(registry, []).append(self)

    def end(self) -> None:
        """End what was connected inside, and put back the rest, whatever order blocks end in."""
        registry = self._home()
        if registry is None:
            return
        with exclusive:
            blocks = _blocks[registry]
            place = [*map(id, blocks)].index(id(self))
            del blocks[place]
            if place < len(blocks):
                # one that began later goes on: at its end, what this one took out is put back,
                # and what it took itself, which was connected inside this one, is not
                later = blocks[place]
                later._taken.let_go()
                later._taken = self._taken
                return
            if not blocks:
                del _blocks[registry]
            end_all(registry)
            self._taken.put_back(registry)


# of each signal, the blocks that are open, the innermost last
_blocks: Final = weakref.WeakKeyDictionary["Registry", "list[Isolation]"]()


def end_all(registry: Registry) -> None:
    """End every connection of a signal."""
    with exclusive:
        for link in [*registry._everyones.values(), *_chained(registry)]:
            receiver = receiver_of(link)
            exclusive.waste.append(receiver)
            registry._end([link], receiver)


def _chained(registry: Registry) -> list[Link]:
    return [link for head in registry._heads.values() for link in chain(head)]


class _Taken:
    """The connections that were taken out, in all the orders that they had."""

    def __init__(self, registry: Registry) -> None:
        self._everyones = [*registry._everyones.values()]
        # of each receiver, its connections to one sender, in the order in which they were made
        self._chains = [chain(head)[::-1] for head in registry._heads.values()]
        self._routes: dict[int, tuple[Route, tuple[Link, ...]]] = {}
        routes = {id(link.route): link.route for links in self._chains for link in links}
        for address, route in routes.items():
            if route is not None:  # pragma: no branch
                self._routes[address] = (route, each(route))
        self._orders = {id(link): link.order for link in self._links()}
        self._put_back_more: Callable[[], object] = registry.take_more()
        for link in self._links():
            link.order = None  # as if it had ended: whoever meets it leaves it alone
        registry._everyones.clear()
        registry._heads.clear()
        for route, _ in self._routes.values():
            route.only = route.several = None
            registry._outdate_route(route)
            registry._retire(route)
        registry._outdate_everyone()

    def put_back(self, registry: Registry) -> None:
        """Put back those whose receivers and senders live, into empty books."""
        coming = {id(link) for link in self._links() if _comes_back(link)}
        self._routes_back(registry, coming)
        for link in self._links():
            if id(link) in coming:
                link.order = self._orders[id(link)]
            else:
                _let_go(link)
        for link in self._everyones:
            if link.order is not None:
                registry._everyones[link.key] = link
        for links in self._chains:
            earlier: Link | None = None
            for link in links:
                link.earlier = link.later = None
                if link.order is None:
                    continue
                if earlier is not None:
                    link.earlier, earlier.later = earlier, link
                earlier = link
            if earlier is not None:
                registry._heads[earlier.key] = earlier
        self._put_back_more()
        registry._outdate_everyone()

    def let_go(self) -> None:
        """Let these connections be ended, which nobody puts back."""
        exclusive.waste.append(self)
        for link in self._links():
            _let_go(link)

    def _routes_back(self, registry: Registry, coming: set[int]) -> None:
        """Put back the ways from senders to their receivers; of a dead sender, nothing comes."""
        for route, links in self._routes.values():
            there = [link for link in links if id(link) in coming]
            sender = sender_of(route)
            exclusive.waste.append(sender)  # which may have the last reference by then
            if sender is None:
                coming.difference_update(map(id, there))
            elif there:
                table, name = registry._place(sender[0])
                current = table.setdefault(name, route)
                for link in there:
                    link.route = current
                if len(there) == 1:
                    current.only = there[0]
                else:
                    current.several = {link.key: link for link in there}
                registry._outdate_route(current)

    def _links(self) -> Iterable[Link]:
        return [*self._everyones, *(link for links in self._chains for link in links)]


def _comes_back(link: Link) -> bool:
    """Whether a receiver lives, and the blocks that hold it have not all ended meanwhile."""
    if link.terms is not None and link.terms.scoped and not link.terms.holds:
        return False
    receiver = receiver_of(link)
    exclusive.waste.append(receiver)
    return receiver is not None


def _let_go(link: Link) -> None:
    """Keep a receiver no longer, as a connection does that ends: a block may still have that."""
    if link.terms is not None:
        exclusive.waste.append(link.terms.kept)
        link.terms.kept = None
