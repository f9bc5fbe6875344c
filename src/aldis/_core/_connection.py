"""A connection, from the route of its sender to its receiver.

The weak reference to the receiver is itself the connection, and the entry of a snapshot. So a send
that has one at hand needs nothing else: called, it gives the receiver, and its `order` tells if it
still holds. **A connection whose `order` is None is not there**, wherever it is still found.
"""

from __future__ import annotations

import weakref
from types import MethodType
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

from aldis._core._binding import bind_afresh
from aldis._core._identity import VALUES, ReceiverKey, is_method, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._core._binding import Bind
    from aldis._core._development import Note
    from aldis._core._target import AnyReceiver
    from aldis._core._via import Via

# a sender's address, or a tuple of the value by which it is compared: so no value meets an address
RouteKey: TypeAlias = "int | tuple[str | int]"

# one step of priority outweighs every connection that a signal can ever make
PRIORITY_STEP: Final = 1 << 62


if TYPE_CHECKING:

    class Entry(Protocol):
        """What stands in a snapshot.

        Called, it gives the receiver, or None where there is none any more. Where it has a `bind`,
        it gives the object to which that binds the receiver. Its `order` is None where the receiver
        must not be called.
        """

        @property
        def bind(self) -> Bind | None: ...
        @property
        def key(self) -> ReceiverKey: ...
        @property
        def order(self) -> int | None: ...
        def __call__(self) -> object: ...


# what a send walks through: a kind, which `_snapshots` lists, and the entries in their order
Snapshot: TypeAlias = "tuple[int, tuple[Entry, ...]]"
# the same for one sender, after the snapshot of every sender with which it was made
Merged: TypeAlias = "tuple[Snapshot | None, int, tuple[Entry, ...]]"
UNMERGED: Final[Merged] = (None, 0, ())


class Terms:
    """What few connections have: to end after one call, to keep the receiver, a way to call it."""

    __slots__ = (
        "holds",
        "kept",
        "lasting",
        "note",
        "once",
        "scoped",
        "strong",
        "subscribed",
        "via",
    )

    def __init__(
        self,
        kept: AnyReceiver | None = None,
        once: bool = False,  # noqa: FBT002  # by position they take a third less
        strong: bool = False,  # noqa: FBT002
        holds: int = 0,
        via: Via | None = None,
    ) -> None:
        self.kept = kept  # the receiver, as long as the connection is strong or held
        self.once = once
        self.strong = strong
        self.holds = holds  # how many `connected_to` blocks and subscriptions it serves
        self.scoped = holds > 0  # made by such, and gone with the last of them
        self.lasting = 0  # how many of these subscriptions do not end with one call
        self.note: Note | None = None  # of the development mode
        self.subscribed = False  # made by a subscription, which a later `connect` outlives
        self.via = via  # what calls the receiver, if not the send itself


class WeakConnection(weakref.ref["object"]):
    """A connection by a weak reference to its receiver, or to the object of a method."""

    __slots__ = ("earlier", "key", "later", "order", "route", "terms")

    bind: Bind | None = None  # a method's is a slot

    key: ReceiverKey
    order: int | None  # connection order, shifted by priority; None: it is not there
    route: Route
    terms: Terms | None
    # all connections of a receiver are a linked list, in which each is found at once
    earlier: Connection | None
    later: Connection | None


class MethodConnection(WeakConnection):
    """Refers to the object of a method, and to its function: both weakly, as `WeakMethod` does."""

    __slots__ = ("bind", "function")

    function: FunctionReference | InnerMethod


class KeptConnection:
    """Refers to a receiver that has no weak reference: its terms keep it."""

    __slots__ = ("earlier", "key", "later", "order", "route", "terms")

    bind: Bind | None = None

    key: ReceiverKey
    order: int | None
    route: Route
    terms: Terms | None
    earlier: Connection | None
    later: Connection | None

    def __call__(self) -> object:
        return None if self.terms is None else self.terms.kept


Connection: TypeAlias = "WeakConnection | KeptConnection"


class FunctionReference(weakref.ref["AnyReceiver"]):
    """The weak reference to the function of a method, which knows the receiver that it makes."""

    __slots__ = ("key",)

    key: ReceiverKey


class InnerMethod:
    """Refers weakly to what the function of a method is made of, where that is a method, too."""

    __slots__ = ("_function", "_owner")

    def __init__(self, function: FunctionReference | InnerMethod, owner: FunctionReference) -> None:
        self._function = function
        self._owner = owner

    def __call__(self) -> AnyReceiver | None:
        function, owner = self._function(), self._owner()
        return None if function is None or owner is None else MethodType(function, owner)


class WeakRoute(weakref.ref["object"]):
    """Leads from one sender, which it does not keep alive, to its connections."""

    __slots__ = ("key", "only", "several", "snapshot")

    key: RouteKey
    snapshot: Merged
    # most senders have one receiver, and an empty dict costs more than all the rest of a connection
    only: Connection | None
    several: dict[ReceiverKey, Connection] | None  # all of them, from two on


class KeptRoute:
    """Leads from a sender that is a value or has no weak reference, or from every sender."""

    __slots__ = ("kept", "key", "living", "only", "several", "snapshot")

    key: RouteKey
    snapshot: Merged
    only: Connection | None
    several: dict[ReceiverKey, Connection] | None

    def __init__(self, sender: object, key: RouteKey) -> None:
        self.kept = sender
        self.living: weakref.ref[object] | None = None  # the object behind a value
        self.key = key
        self.only = self.several = None
        self.snapshot = UNMERGED

    def __call__(self) -> object:
        living = None if self.living is None else self.living()
        return self.kept if living is None else living


Route: TypeAlias = "WeakRoute | KeptRoute"


def route_from(sender: object, died: Callable[[WeakRoute], object]) -> Route:
    """Return a new route of a sender, which has no connections."""
    if issubclass(type(sender), VALUES):
        return _route_of_value(sender, cast("str | int", value_of(sender)))
    try:
        route = WeakRoute(sender, died)
    except TypeError:  # it has no weak reference
        return KeptRoute(sender, id(sender))
    route.key = id(sender)
    route.only = route.several = None
    route.snapshot = UNMERGED
    return route


def _route_of_value(sender: object, value: str | int) -> KeptRoute:
    route = KeptRoute(value, (value,))
    if sender is not value:  # of a subclass: the value is enough, so it is not kept alive
        try:
            route.living = weakref.ref(sender)
        except TypeError:  # it has no weak reference
            route.kept = sender
    return route


def has_died(route: Route) -> bool:
    """Whether the sender of a route is gone."""
    return isinstance(route, WeakRoute) and route() is None


def refer_to(
    receiver: AnyReceiver,
    key: ReceiverKey,
    receiver_died: Callable[[WeakConnection], object],
    function_died: Callable[[FunctionReference], object],
) -> Connection:
    """Return a new connection to a receiver, which is not there yet.

    It is a `KeptConnection` where the receiver, or what a method is made of, has no weak reference.
    """
    connection: Connection
    try:
        if is_method(receiver):
            connection = MethodConnection(receiver.__self__, receiver_died)
            connection.function = _function_of(receiver, key, function_died)
            connection.bind = bind_afresh(receiver)
        else:
            connection = WeakConnection(receiver, receiver_died)
    except TypeError:
        connection = KeptConnection()
    connection.key = key
    connection.order = connection.later = None
    return connection


def _function_of(
    method: MethodType, key: ReceiverKey, died: Callable[[FunctionReference], object]
) -> FunctionReference | InnerMethod:
    function = method.__func__
    if is_method(function):
        owner = FunctionReference(cast("AnyReceiver", function.__self__), died)
        owner.key = key
        return InnerMethod(_function_of(function, key, died), owner)
    reference = FunctionReference(function, died)
    reference.key = key
    return reference


def receiver_of(connection: Connection) -> AnyReceiver | None:
    """Return the receiver of a connection; None if it has died."""
    target = connection()
    if target is None or not isinstance(connection, MethodConnection):
        return cast("AnyReceiver | None", target)
    function = connection.function()
    return None if function is None else MethodType(function, target)


def sender_of(route: Route) -> tuple[object] | None:
    """Return the sender of a route, in a tuple since None may be one; None if it has died."""
    sender = route()
    return None if sender is None and isinstance(route, WeakRoute) else (sender,)


def connections_of(route: Route) -> list[Connection]:
    """Return the connections of a sender, in the order in which they were made."""
    # in this order, for a thread without the lock: the second is filled before the first is emptied
    only, several = route.only, route.several
    if only is not None:
        return [only]
    return [] if several is None else [*several.values()]


def connection_between(route: Route, key: ReceiverKey) -> Connection | None:
    """Return the connection between a sender and a receiver."""
    only, several = route.only, route.several  # in this order, as above
    if only is not None and only.key == key:
        return only
    return None if several is None else several.get(key)


def chain(connection: Connection | None) -> list[Connection]:
    """Return a receiver's connections from this one on, each before those made earlier."""
    found: list[Connection] = []
    while connection is not None:
        found.append(connection)
        connection = connection.earlier
    return found


def via_of(connection: Connection) -> Via | None:
    """Return what calls the receiver of a connection, if not the send itself."""
    return None if connection.terms is None else connection.terms.via


def is_once(connection: Connection) -> bool:
    """Whether a connection ends with its first call, unless a subscription makes it last."""
    return connection.terms is not None and connection.terms.once


def ends_with_call(connection: Connection) -> bool:
    """Whether a connection ends with the next call."""
    terms = connection.terms
    return terms is not None and terms.once and not terms.lasting
