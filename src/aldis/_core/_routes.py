"""Routes: the way from one sender to its receivers, as a weak reference to the sender."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, TypeAlias

from aldis._core._identity import VALUES
from aldis._core._snapshots import UNMERGED

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import Link
    from aldis._core._snapshots import Merged

# a sender's address, or a tuple of the one value that tells it: so no value meets an address
RouteKey: TypeAlias = "int | tuple[str | int]"


class WeakRoute(weakref.ref["object"]):
    """The way to the receivers of one sender."""

    __slots__ = ("key", "merged", "only", "several")

    key: RouteKey
    merged: Merged
    # most senders have one receiver, and an empty dict costs more than all the rest of a connection
    only: Link | None
    several: dict[ReceiverKey, Link] | None  # all of them, if there were ever two


class KeptRoute:
    """The way to the receivers of a sender that is a value, or that has no weak reference."""

    __slots__ = ("_sender", "key", "merged", "only", "several")

    key: RouteKey
    merged: Merged
    only: Link | None
    several: dict[ReceiverKey, Link] | None

    def __init__(self, sender: object) -> None:
        self._sender = sender

    def __call__(self) -> object:
        return self._sender


Route: TypeAlias = "WeakRoute | KeptRoute"


def route_to(sender: object, name: str | int, died: Callable[[WeakRoute], object]) -> Route:
    """Return a new route to a sender, which is told by its address or by the value it is."""
    route: Route
    if issubclass(type(sender), VALUES):
        route = KeptRoute(sender)
        route.key = (name,)
    else:
        try:
            route = WeakRoute(sender, died)
        except TypeError:  # it has no weak reference
            route = KeptRoute(sender)
        route.key = id(sender)
    route.only = route.several = None
    route.merged = UNMERGED
    return route


def each(route: Route) -> tuple[Link, ...]:
    """Return the links to a sender, in the order in which they were made."""
    # in this order, for those without the lock: the second is filled before the first is emptied
    only, several = route.only, route.several
    if only is not None:
        return (only,)
    return () if several is None else (*several.values(),)


def find(route: Route, key: ReceiverKey) -> Link | None:
    """Return the link between a sender and a receiver."""
    only, several = route.only, route.several  # in this order, as above
    if only is not None and only.key == key:
        return only
    return None if several is None else several.get(key)
