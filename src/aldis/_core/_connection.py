"""A connection, from the route of its sender to its receiver.

A connection is the weak reference to the receiver, and also the entry of a snapshot. So a send
needs nothing else: calling it gives the receiver, and its `order` tells whether it still exists.
**A connection whose `order` is None has ended**, even if it can still be found somewhere.
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

# a sender's address, or its value in a tuple, so that no value equals an address
RouteKey: TypeAlias = "int | tuple[str | int]"

# one step of priority outweighs any number of connections that a signal can make
PRIORITY_STEP: Final = 1 << 62


if TYPE_CHECKING:

    class Entry(Protocol):
        """An entry of a snapshot.

        Calling it returns the receiver, or None if there is none any more. If it has a `bind`, it
        returns the object, and `bind` makes the method. Its `order` is None if the receiver must
        not be called.
        """

        @property
        def bind(self) -> Bind | None: ...
        @property
        def key(self) -> ReceiverKey: ...
        @property
        def order(self) -> int | None: ...
        def __call__(self) -> object: ...


# the receivers of a send: a kind, see `_snapshots`, and the entries in their order
Snapshot: TypeAlias = "tuple[int, tuple[Entry, ...]]"
# the same for one sender, preceded by the snapshot of all senders that it was merged with
Merged: TypeAlias = "tuple[Snapshot | None, int, tuple[Entry, ...]]"
UNMERGED: Final[Merged] = (None, 0, ())


class Terms:
    """The options of a connection, which few have: `once`, a strong reference, a `via`."""

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
        once: bool = False,  # noqa: FBT002  # positional arguments take a third less time
        strong: bool = False,  # noqa: FBT002
        holds: int = 0,
        via: Via | None = None,
    ) -> None:
        self.kept = kept  # the receiver, as long as the connection is strong or held
        self.once = once
        self.strong = strong
        self.holds = holds  # the number of `connected_to` blocks and subscriptions that use it
        self.scoped = holds > 0  # made by one of these, and ends with the last of them
        self.lasting = 0  # the number of these subscriptions that do not end with one call
        self.note: Note | None = None  # for the development mode
        self.subscribed = False  # made by a subscription; a later `connect` makes it stay
        self.via = via  # calls the receiver, if the send itself does not


class WeakConnection(weakref.ref["object"]):
    """A connection that is a weak reference to its receiver, or to the object of a method."""

    __slots__ = ("earlier", "key", "later", "order", "route", "terms")

    bind: Bind | None = None  # a slot in `MethodConnection`

    key: ReceiverKey
    order: int | None  # the connection order, shifted by priority; None if it has ended
    route: Route
    terms: Terms | None
    # the connections of a receiver form a linked list, from which each can remove itself
    earlier: Connection | None
    later: Connection | None


class MethodConnection(WeakConnection):
    """Refers weakly to the object of a method and to its function, as `WeakMethod` does."""

    __slots__ = ("bind", "function")

    function: FunctionReference | InnerMethod


class KeptConnection:
    """Refers to a receiver that cannot be weakly referenced, through its `terms`."""

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
    """A weak reference to the function of a method, with the key of that method."""

    __slots__ = ("key",)

    key: ReceiverKey


class InnerMethod:
    """Refers weakly to the function of a method, if that function is itself a method."""

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
    # most senders have one receiver, and an empty dict takes more memory than a connection
    only: Connection | None
    several: dict[ReceiverKey, Connection] | None  # all connections, if there are two or more


class KeptRoute:
    """Leads from a value, from a sender without weak references, or from every sender."""

    __slots__ = ("kept", "key", "living", "only", "several", "snapshot")

    key: RouteKey
    snapshot: Merged
    only: Connection | None
    several: dict[ReceiverKey, Connection] | None

    def __init__(self, sender: object, key: RouteKey) -> None:
        self.kept = sender
        self.living: weakref.ref[object] | None = None  # the object that was the value
        self.key = key
        self.only = self.several = None
        self.snapshot = UNMERGED

    def __call__(self) -> object:
        living = None if self.living is None else self.living()
        return self.kept if living is None else living


Route: TypeAlias = "WeakRoute | KeptRoute"


def route_from(sender: object, died: Callable[[WeakRoute], object]) -> Route:
    """Return a new route of a sender, without connections."""
    if issubclass(type(sender), VALUES):
        return _route_of_value(sender, cast("str | int", value_of(sender)))
    try:
        route = WeakRoute(sender, died)
    except TypeError:  # it cannot be weakly referenced
        return KeptRoute(sender, id(sender))
    route.key = id(sender)
    route.only = route.several = None
    route.snapshot = UNMERGED
    return route


def _route_of_value(sender: object, value: str | int) -> KeptRoute:
    route = KeptRoute(value, (value,))
    if sender is not value:  # of a subclass: it is not kept alive, since the value is enough
        try:
            route.living = weakref.ref(sender)
        except TypeError:  # it cannot be weakly referenced
            route.kept = sender
    return route


def has_died(route: Route) -> bool:
    """Whether the sender of a route was garbage-collected."""
    return isinstance(route, WeakRoute) and route() is None


def refer_to(
    receiver: AnyReceiver,
    key: ReceiverKey,
    receiver_died: Callable[[WeakConnection], object],
    function_died: Callable[[FunctionReference], object],
) -> Connection:
    """Return a new connection to a receiver, which is not in the table yet.

    It is a `KeptConnection` if the receiver, or a part of the method, cannot be weakly referenced.
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
    """Return the receiver of a connection; None if it was garbage-collected."""
    target = connection()
    if target is None or not isinstance(connection, MethodConnection):
        return cast("AnyReceiver | None", target)
    function = connection.function()
    return None if function is None else MethodType(function, target)


def sender_of(route: Route) -> tuple[object] | None:
    """Return the sender of a route in a tuple; None if it was garbage-collected."""
    sender = route()
    return None if sender is None and isinstance(route, WeakRoute) else (sender,)


def connections_of(route: Route) -> list[Connection]:
    """Return the connections of a sender, in the order in which they were made."""
    # read in this order without the lock: `several` is filled before `only` is emptied
    only, several = route.only, route.several
    if only is not None:
        return [only]
    return [] if several is None else [*several.values()]


def connection_between(route: Route, key: ReceiverKey) -> Connection | None:
    """Return the connection between a sender and a receiver."""
    only, several = route.only, route.several  # in this order, see above
    if only is not None and only.key == key:
        return only
    return None if several is None else several.get(key)


def chain(connection: Connection | None) -> list[Connection]:
    """Return a receiver's connections from this one on, the latest first."""
    found: list[Connection] = []
    while connection is not None:
        found.append(connection)
        connection = connection.earlier
    return found


def via_of(connection: Connection) -> Via | None:
    """Return the `via` of a connection, if it has one."""
    return None if connection.terms is None else connection.terms.via


def is_once(connection: Connection) -> bool:
    """Whether a connection ends with its first call, unless a subscription keeps it."""
    return connection.terms is not None and connection.terms.once


def ends_with_call(connection: Connection) -> bool:
    """Whether a connection ends with the next call."""
    terms = connection.terms
    return terms is not None and terms.once and not terms.lasting
