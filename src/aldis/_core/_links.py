"""Connections, and the small collections that receivers and routes keep them in.

One link is kept bare and a dict is made from two on: most senders and receivers have one, and an
empty dict costs more than all the rest of a connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from aldis._core._identity import ReceiverKey
    from aldis._core._refs import Receiver, Route, RouteKey


# one step of priority outweighs every connection that a signal can ever make
PRIORITY_STEP = 1 << 62


class Link:
    """One connection: this receiver hears the sender of this route, or every sender."""

    __slots__ = ("gone", "holds", "once", "order", "receiver", "route", "scoped", "strong")

    def __init__(self, receiver: Receiver, route: Route | None, order: int, *, once: bool) -> None:
        self.receiver = receiver
        self.route = route  # None: every sender
        self.order = order  # connection order, shifted by priority
        self.once = once
        self.strong = False  # keeps its receiver alive
        self.holds = 0  # how many `connected_to` blocks it serves
        self.scoped = False  # made by such a block, and gone with the last of them
        self.gone = False

    @property
    def number(self) -> int:
        """How many connections the signal had made when this one was."""
        return self.order % PRIORITY_STEP


# in a route by the key of the receiver, in a receiver by the key of the route
Links: TypeAlias = "Link | dict[ReceiverKey | RouteKey, Link] | None"


def each(links: Links) -> tuple[Link, ...]:
    """Return the links in the order in which they were added."""
    if links is None:
        return ()
    return tuple(links.values()) if isinstance(links, dict) else (links,)


def find(links: Links, route: Route) -> Link | None:
    """Return a receiver's link to a route."""
    if isinstance(links, dict):
        return links.get(route.key)
    return links if links is not None and links.route is route else None


def attach(link: Link, route: Route) -> None:
    """Enter a link to a route on both sides."""
    receiver = link.receiver
    if receiver.links is None:
        receiver.links = link
    else:
        if not isinstance(receiver.links, dict):
            first = cast("Route", receiver.links.route)  # only a link to everyone has none
            receiver.links = {first.key: receiver.links}
        receiver.links[route.key] = link
    if route.links is None:
        route.links = link
    else:
        if not isinstance(route.links, dict):
            route.links = {route.links.receiver.key: route.links}
        route.links[receiver.key] = link


def detach(link: Link, route: Route) -> None:
    """Strike a link to a route out on both sides."""
    receiver = link.receiver
    receiver.links = _without(receiver.links, route.key)
    route.links = _without(route.links, receiver.key)


def _without(links: Links, key: ReceiverKey | RouteKey) -> Links:
    if isinstance(links, dict):
        links.pop(key, None)
        return links or None
    return None
