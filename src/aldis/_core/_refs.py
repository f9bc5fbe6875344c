"""Receivers and routes to one sender: weak references that are their own entry in the books.

A receiver's reference is its entry in the snapshots that a send walks through, too.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, TypeAlias, cast

from aldis._core._exclusive import bury, dead
from aldis._core._identity import ReceiverKey, is_method, value_of

if TYPE_CHECKING:
    from aldis._core._links import Link, Links
    from aldis._core._registry import Registry

AnyReceiver: TypeAlias = Callable[..., object]
Home: TypeAlias = "weakref.ref[Registry]"
# a sender's address, or a tuple of the one value that tells it: so no value meets an address
RouteKey: TypeAlias = "int | tuple[str | int]"


class WeakReceiver(weakref.ref["object"]):
    """A receiver by weak reference; a bound method by one to the object it is bound to."""

    __slots__ = ("bind", "everyone", "home", "keepers", "kept", "key", "links")

    bind: Callable[[object], AnyReceiver] | None
    everyone: Link | None
    home: Home
    keepers: int  # how many of its links are strong
    kept: object  # the receiver, as long as one is
    key: ReceiverKey
    links: Links


class KeptReceiver:
    """A receiver that has no weak reference: it lives as long as it is connected."""

    __slots__ = ("bind", "everyone", "home", "keepers", "kept", "key", "links")

    bind: None
    everyone: Link | None
    home: Home
    keepers: int
    kept: object
    key: ReceiverKey
    links: Links

    def __call__(self) -> object:
        return self.kept


Receiver: TypeAlias = "WeakReceiver | KeptReceiver"


class WeakRoute(weakref.ref["object"]):
    """The way to the receivers of one sender, as a weak reference to it."""

    __slots__ = ("home", "key", "links", "merged")

    home: Home
    key: RouteKey
    links: Links
    merged: Merged


class KeptRoute:
    """The way to the receivers of a sender that is a value, or that has no weak reference."""

    __slots__ = ("_sender", "home", "key", "links", "merged")

    home: Home
    key: RouteKey
    links: Links
    merged: Merged

    def __init__(self, sender: object) -> None:
        self._sender = sender

    def __call__(self) -> object:
        return self._sender


Route: TypeAlias = "WeakRoute | KeptRoute"


class Turn:
    """The entry of a receiver whose links a send must look at when its turn comes.

    That is a link to be used once, which one send has to claim, and a pair of links: one to every
    sender, one to this sender. The log tells of a receiver that it left, not by which of its links.
    """

    __slots__ = ("_home", "_links")

    bind = None

    def __init__(self, home: Home, *links: Link) -> None:
        self._home = home
        self._links = links

    def __call__(self) -> AnyReceiver | None:
        receiver = self.peek()
        if receiver is None or not any(link.once for link in self._links):
            return receiver
        registry = self._home()
        claimed = registry is not None and registry.claim(self._links, receiver)
        return receiver if claimed else None

    def peek(self) -> AnyReceiver | None:
        """Return the receiver if it would have its turn now, claiming nothing."""
        if all(link.gone for link in self._links):
            return None
        return receiver_of(self._links[0].receiver)


# What stands in a snapshot. Called, it gives the receiver, or None where there is none any more;
# where it has a `bind`, it gives the object from which that makes the receiver.
Entry: TypeAlias = "Receiver | Turn"

# Snapshots are replaced whole and never changed, so what a send reads of one belongs together.
PLAIN, METHODS, STALE = 0, 1, 2
# one of those, and the entries in the order of their turns
Snapshot: TypeAlias = "tuple[int, tuple[Entry, ...]]"
# the same of the receivers of every sender, and whether any sender has receivers of its own
Everyone: TypeAlias = "tuple[int, tuple[Entry, ...], bool]"
# the snapshot of everyone that a snapshot with one sender's receivers was made with, and that
Merged: TypeAlias = "tuple[Everyone | None, int, tuple[Entry, ...]]"
SILENCE: Snapshot = (PLAIN, ())
UNMERGED: Merged = (None, PLAIN, ())


def receiver_of(entry: Entry) -> AnyReceiver | None:
    """Return the receiver of an entry, or None if there is none any more."""
    target = entry()
    if target is None or entry.bind is None:
        return cast("AnyReceiver | None", target)
    return entry.bind(target)


def refer_to(receiver: AnyReceiver, key: ReceiverKey, home: Home) -> Receiver:
    """Return a new entry for a receiver."""
    entry: Receiver
    try:
        if is_method(receiver):
            entry = WeakReceiver(receiver.__self__, _died)
            entry.bind = _binder(receiver.__func__)
        else:
            entry = WeakReceiver(receiver, _died)
            entry.bind = None
    except TypeError:  # it has no weak reference
        entry = KeptReceiver()
        entry.bind = None
    entry.everyone = entry.links = entry.kept = None
    entry.keepers = 0
    entry.home = home
    entry.key = key
    return entry


def _binder(function: AnyReceiver) -> Callable[[object], AnyReceiver]:
    if type(function) is FunctionType:
        # binding by the function's own slot costs a sixth less than by calling MethodType
        return function.__get__
    return partial(MethodType, function)


def route_to(sender: object, home: Home) -> Route:
    """Return a new route to a sender."""
    value = value_of(sender)
    route: Route
    try:
        route = KeptRoute(sender) if value is not None else WeakRoute(sender, _sender_died)
    except TypeError:  # it has no weak reference
        route = KeptRoute(sender)
    route.links = None
    route.merged = UNMERGED
    route.home = home
    route.key = id(sender) if value is None else (value,)
    return route


def _died(reference: WeakReceiver | WeakRoute) -> None:
    """Called by a weak reference, perhaps in the middle of anything: so it never waits."""
    dead.append(reference)
    bury()


def _sender_died(route: WeakRoute) -> None:
    registry = route.home()
    if registry is not None:
        registry.drop_route(route)  # at once, or an object at its address would inherit it
    _died(route)
