"""What the books of a signal say, for those who show it: each connection with its terms."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from aldis._core._identity import ANY
from aldis._core._links import PRIORITY_STEP, receiver_of
from aldis._core._routes import WeakRoute, each

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aldis._core._links import AnyReceiver, Link
    from aldis._core._registry import Registry


class Connection(NamedTuple):
    """A live receiver, and the terms on which it hears a sender."""

    receiver: AnyReceiver
    sender: object  # or `ANY`
    weak: bool
    once: bool
    priority: int


def connections(registry: Registry) -> list[Connection]:
    """Return the connections of a signal in the order of their turns, of the living only."""
    routes = [*registry.routes.values(), *registry.values.values()]
    # in this order, as a send has them, since those that hear one sender do not count on
    links = [*registry._everyones.values(), *(link for route in routes for link in each(route))]
    found = [_connection(link) for link in _in_order(links)]
    return [connection for connection in found if connection is not None]


def _in_order(links: Iterable[Link]) -> list[Link]:
    orders = [(order, link) for link in links if (order := link.order) is not None]
    orders.sort(key=itemgetter(0))
    return [link for _, link in orders]


def _connection(link: Link) -> Connection | None:
    receiver = receiver_of(link)
    route, terms, order = link.route, link.terms, link.order
    sender = ANY if route is None else route()
    if receiver is None or order is None or (sender is None and isinstance(route, WeakRoute)):
        return None  # it died, or ended meanwhile
    return Connection(
        receiver,
        sender,
        weak=terms is None or not (terms.strong or terms.holds),
        once=terms is not None and terms.once,
        priority=-(order // PRIORITY_STEP),
    )
