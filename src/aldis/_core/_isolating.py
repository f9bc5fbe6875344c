"""Takes every connection out of a signal's books for a while, and puts it back as it was.

The connections themselves are kept, with their places in all orders: so `connected_to` blocks that
hold one may end meanwhile, receivers and senders may die, and what comes back is what would be
there, had nothing been done. How often a signal is muted is a matter of the blocks that mute it,
and stays. Nobody is told that a connection was taken out, or put back: none ended or was made.

All is taken out in one step, and put back in one. What a step does is found out before, without
the lock; while it has the lock, it looks whether the books are as they were then, and else it is
prepared anew. A connection that is taken out looks as if it had ended, by an `order` of None: so
whoever meets it leaves it alone.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain as joined
from itertools import repeat
from operator import is_not, setitem
from typing import TYPE_CHECKING

from aldis._core._ending import sender_of
from aldis._core._exclusive import at_once, bury, dead, locked, release
from aldis._core._links import chain, receiver_of
from aldis._core._routes import each
from aldis._core._snapshots import UNMERGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import AnyReceiver, Link
    from aldis._core._registry import Registry
    from aldis._core._routes import Route, RouteKey


class Isolation:
    """One block in which a signal has none of the connections that it had before."""

    def __init__(self, registry: Registry) -> None:
        self._home = registry._home  # weak: one that never ends is no reason to live
        # the blocks that are open and began before and after it, next to it
        self._outer: Isolation | None = None
        self._inner: Isolation | None = None
        self._is_open = False

    def begin(self, registry: Registry) -> None:
        """Take the connections out; should this be interrupted, `end` puts back what it took."""
        bury()
        while not self._take_out(registry, Taken(registry)):
            pass
        self._taken.finish(registry)

    def end(self) -> None:
        """End what was connected inside, and put back the rest, whatever order blocks end in."""
        registry = self._home()
        if registry is None or not self._is_open:
            return
        while not self._hand_over():
            end_all(registry)
            if self._put_back(registry):
                break

    def _take_out(self, registry: Registry, taken: Taken) -> bool:
        """Take these connections out, if they are all that there are; become the innermost."""
        everyones, heads, muted = registry._everyones, registry._heads, registry._muted
        differences, look, take_out = taken.differences(registry), taken.look(), taken.take_out()
        empty = at_once(map(dict["ReceiverKey", "Link"].clear, (everyones, heads)))
        with suppress(RuntimeError):  # the books changed while they were looked at
            for _ in locked:  # pragma: no branch
                try:
                    for _ in differences:
                        break
                    else:
                        for _ in look:
                            break  # pragma: no cover  # nor below: one step does it all
                        registry._changes += 1  # the last that may fail for want of memory
                        self._taken = taken
                        self._is_open = True
                        outer = registry._isolated
                        self._outer = outer
                        if outer is not None:
                            outer._inner = self
                        registry._isolated = self
                        for _ in take_out:
                            break  # pragma: no cover
                        for _ in empty:
                            break  # pragma: no cover
                        _everyone, registry.everyone = registry.everyone, registry._outdated
                        registry.plain = None
                        if not muted:
                            registry.routed = False
                finally:
                    release()
                break
        return self._is_open

    def _hand_over(self) -> bool:
        """Leave it to a block that began later to put back what this one took out, if any goes on.

        What that took itself was connected inside this one, and nobody puts it back.
        """
        mine: Taken | None = None
        for _ in locked:  # pragma: no branch
            try:
                inner, outer = self._inner, self._outer
                if inner is not None:
                    mine, inner._taken = inner._taken, self._taken
                    inner._outer = outer
                    if outer is not None:
                        outer._inner = inner
            finally:
                release()
            break
        if mine is None:
            return False
        mine.let_go()
        return True

    def _put_back(self, registry: Registry) -> bool:
        """Put all back into empty books, unless they are not, or another block has begun."""
        coming = Coming(self._taken, registry)
        try:
            self._enter(registry, coming)
        finally:
            if coming.is_back:
                coming.finish(registry)
        return coming.is_back

    def _enter(self, registry: Registry, coming: Coming) -> None:
        taken, everyones, heads = coming.taken, registry._everyones, registry._heads
        differences, enter, undo = coming.differences(), coming.enter(registry), coming.undo()
        empty = at_once(map(dict["ReceiverKey", "Link"].clear, (everyones, heads)))
        is_routed = bool(coming.routes)
        for _ in locked:  # pragma: no branch
            try:
                if everyones or heads or registry._isolated is not self or self._taken is not taken:
                    break
                for _ in differences:
                    break
                else:
                    registry._changes += 1
                    for _ in enter:
                        break  # pragma: no cover
                    registry._isolated = outer = self._outer
                    if outer is not None:
                        outer._inner = None
                    _everyone, registry.everyone = registry.everyone, registry._outdated
                    registry.plain = None
                    if is_routed:
                        registry.routed = True
                    coming.is_back = True
            except BaseException:  # there is no memory: the block goes on
                for _ in empty:
                    break  # pragma: no cover
                for _ in undo:
                    break  # pragma: no cover
                raise
            finally:
                release()
            break


def end_all(registry: Registry) -> None:
    """End every connection of a signal."""
    for link in [*registry._everyones.values(), *_chained(registry)]:
        registry._end([link], receiver_of(link))
    if dead:
        bury()


def _chained(registry: Registry) -> list[Link]:
    return [link for head in [*registry._heads.values()] for link in chain(head)]


def _differing(now: Iterable[object], before: Iterable[object]) -> Iterator[object]:
    """Return steps, of which there is one only if these are not the same objects."""
    end = [object()]
    # iterators, since what is made with the lock may let the collector in on 3.10 and 3.11
    ends = iter(end), iter(end)
    return filter(None, map(is_not, joined(iter(now), ends[0]), joined(iter(before), ends[1])))


class Taken:
    """The connections that are taken out, in all the orders that they had."""

    def __init__(self, registry: Registry) -> None:
        # looked through with the lock; an error where they have grown or shrunk since
        self._everyones_then = iter(registry._everyones.values())
        self._heads_then = iter(registry._heads.values())
        self.everyones = [*registry._everyones.values()]
        self._heads = [*registry._heads.values()]
        # of each receiver, its connections to one sender, in the order in which they were made
        self.chains = [chain(head)[::-1] for head in self._heads]
        self.routes: dict[int, tuple[Route, tuple[Link, ...]]] = {}
        routes = {id(link.route): link.route for links in self.chains for link in links}
        for address, route in routes.items():
            if route is not None:  # pragma: no branch
                self.routes[address] = (route, each(route))
        self.links: list[Link] = [
            *self.everyones,
            *(link for links in self.chains for link in links),
        ]
        self._orders = [link.order for link in self.links]
        self.orders = {
            id(link): order for link, order in zip(self.links, self._orders, strict=True)
        }
        self._merged: list[object] = []  # of the routes: what is let go of after the lock
        self._put_back_more: Callable[[], object] = int

    def differences(self, registry: Registry) -> Iterator[object]:
        """Return steps, of which there is one only if the books have changed."""
        chained = [link for links in self.chains for link in links]
        earlier = [before for links in self.chains for before in [None, *links[:-1]][: len(links)]]
        return joined(
            _differing(self._everyones_then, self.everyones),
            _differing(self._heads_then, self._heads),
            _differing(map(getattr, chained, repeat("earlier")), earlier),
            _differing(map(getattr, self.links, repeat("order")), self._orders),
        )

    def look(self) -> Iterator[None]:
        """Return a step that keeps what else the books let go of."""
        routes = [route for route, _ in self.routes.values()]
        return at_once(map(self._merged.append, map(getattr, routes, repeat("merged"))))

    def take_out(self) -> Iterator[None]:
        """Return a step after which these connections look as if they had ended."""
        routes = [route for route, _ in self.routes.values()]
        return at_once(
            joined(
                map(setattr, self.links, repeat("order"), repeat(None)),
                map(setattr, routes, repeat("only"), repeat(None)),
                map(setattr, routes, repeat("several"), repeat(None)),
                map(setattr, routes, repeat("merged"), repeat(UNMERGED)),
            )
        )

    def finish(self, registry: Registry) -> None:
        """Do what is left to do, now that they are taken out."""
        self._merged.clear()
        for route, _ in self.routes.values():
            registry._clear(route)
        self._put_back_more = registry.take_more()

    def put_back_more(self) -> None:
        """Put back what a subclass took out."""
        self._put_back_more()

    def let_go(self) -> None:
        """Let these connections be ended, which nobody puts back."""
        for link in self.links:
            _let_go(link)


class Coming:
    """Which of them come back: those whose receivers and senders live."""

    def __init__(self, taken: Taken, registry: Registry) -> None:
        self.taken = taken
        self.is_back = False
        # kept, so that nobody dies before it is back
        self._receivers: list[AnyReceiver] = []
        self._senders: list[object] = []
        coming: set[int] = set()
        for link in taken.links:
            receiver = None
            if taken.orders[id(link)] is not None and not _is_over(link):
                receiver = receiver_of(link)
            if receiver is not None:
                self._receivers.append(receiver)
                coming.add(id(link))
        self._tables: list[dict[RouteKey | str, Route]] = []
        self._names: list[int | str] = []
        self._known: list[Route | None] = []
        self.routes: list[Route] = []
        self._onlys: list[Link | None] = []
        self._severals: list[dict[ReceiverKey, Link] | None] = []
        self._ways: list[tuple[Link, Route]] = []
        for route, links in taken.routes.values():
            sender = sender_of(route)
            there = [link for link in links if id(link) in coming]
            if sender is None:
                coming.difference_update(map(id, there))
            elif there:
                self._senders.append(sender)
                table, name = registry._place(sender[0])
                known = table.get(name)
                current = route if known is None else known
                self._tables.append(table)
                self._names.append(name)
                self._known.append(known)
                self.routes.append(current)
                is_one = len(there) == 1
                self._onlys.append(there[0] if is_one else None)
                self._severals.append(None if is_one else {link.key: link for link in there})
                self._ways += [(link, current) for link in there]
        self._links = [link for link in taken.links if id(link) in coming]
        self._gone = [link for link in taken.links if id(link) not in coming]
        self._chains = [[link for link in links if id(link) in coming] for links in taken.chains]

    def differences(self) -> Iterator[object]:
        """Return steps, of which there is one only if another way to a sender is known now."""
        return _differing(
            map(dict["RouteKey | str", "Route"].get, self._tables, self._names), self._known
        )

    def enter(self, registry: Registry) -> Iterator[None]:
        """Return a step that enters them; what can fail for want of memory comes first."""
        there = {*map(id, self._links)}
        everyones = [link for link in self.taken.everyones if id(link) in there]
        heads = [links[-1] for links in self._chains if links]
        chained = [link for links in self._chains for link in links]
        earlier = [link for links in self._chains for link in [None, *links[:-1]][: len(links)]]
        later = [link for links in self._chains for link in [*links[1:], None][: len(links)]]
        return at_once(
            joined(
                map(setitem, repeat(registry._everyones), _keys(everyones), everyones),
                map(setitem, repeat(registry._heads), _keys(heads), heads),
                map(setitem, self._tables, self._names, self.routes),
                map(setattr, chained, repeat("earlier"), earlier),
                map(setattr, chained, repeat("later"), later),
                map(setattr, *_columns(self._ways, "route")),
                map(setattr, self.routes, repeat("only"), self._onlys),
                map(setattr, self.routes, repeat("several"), self._severals),
                map(setattr, self.routes, repeat("merged"), repeat(UNMERGED)),
                map(setattr, self._links, repeat("order"), self._orders()),
            )
        )

    def undo(self) -> Iterator[None]:
        """Return a step that takes them out again."""
        return at_once(
            joined(
                map(setattr, self._links, repeat("order"), repeat(None)),
                map(setattr, self.routes, repeat("only"), repeat(None)),
                map(setattr, self.routes, repeat("several"), repeat(None)),
            )
        )

    def finish(self, registry: Registry) -> None:
        """Do what is left to do, now that they are back."""
        for link in self._gone:
            _let_go(link)
        for link in self._links:
            if _is_over(link):  # the last block that held it has ended meanwhile
                registry._strike_out(link, ending=True, unless_held=True)
        self.taken.put_back_more()

    def _orders(self) -> list[int | None]:
        return [self.taken.orders[id(link)] for link in self._links]


def _keys(links: Sequence[Link]) -> list[ReceiverKey]:
    return [link.key for link in links]


def _columns(
    ways: Sequence[tuple[Link, Route]], name: str
) -> tuple[list[Link], Iterator[str], list[Route]]:
    return [link for link, _ in ways], repeat(name), [route for _, route in ways]


def _is_over(link: Link) -> bool:
    """Whether the blocks that hold a connection, which was made by such, have all ended."""
    return link.terms is not None and link.terms.scoped and not link.terms.holds


def _let_go(link: Link) -> None:
    """Keep a receiver no longer, as a connection does that ends: a block may still have that."""
    for _ in locked:  # pragma: no branch
        try:
            if link.terms is not None:
                _kept, link.terms.kept = link.terms.kept, None
        finally:
            release()
        break
