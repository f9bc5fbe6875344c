"""Connections: each is the weak reference to its receiver, and its own entry in a snapshot.

So a send that has one at hand needs to know nothing else: called, it gives the receiver, and its
`order` tells whether it still holds.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias, cast

from aldis._core._identity import ReceiverKey, is_method

if TYPE_CHECKING:
    from aldis._core._routes import Route
    from aldis._core._snapshots import Entry

AnyReceiver: TypeAlias = Callable[..., object]

# one step of priority outweighs every connection that a signal can ever make
PRIORITY_STEP: Final = 1 << 62


class Terms:
    """What most connections do without: to end after one turn, or to keep the receiver alive."""

    __slots__ = ("holds", "kept", "once", "scoped", "strong")

    def __init__(
        self,
        kept: AnyReceiver | None = None,
        once: bool = False,  # noqa: FBT002  # by keyword it takes a fifth longer
        strong: bool = False,  # noqa: FBT002
        holds: int = 0,
    ) -> None:
        self.kept = kept  # the receiver, as long as the connection is strong or held
        self.once = once
        self.strong = strong
        self.holds = holds  # how many `connected_to` blocks it serves
        self.scoped = holds > 0  # made by such a block, and gone with the last of them


class WeakLink(weakref.ref["object"]):
    """A connection by weak reference: this receiver hears the sender of this route."""

    __slots__ = ("earlier", "key", "later", "order", "route", "terms")

    key: ReceiverKey
    order: int | None  # connection order, shifted by priority; None once it has ended
    route: Route | None  # None: every sender
    terms: Terms | None
    # the receiver's other links to one sender; they are a chain, in which each is found at once
    earlier: Link | None
    later: Link | None


class ObjectLink(WeakLink):
    """Refers to the receiver itself."""

    __slots__ = ()

    bind: ClassVar[None] = None


class MethodLink(WeakLink):
    """Refers to the object to which a method is bound, and holds what binds it."""

    __slots__ = ("bind",)

    bind: Callable[[object], AnyReceiver]


class KeptLink:
    """Refers to a receiver that has no weak reference: its terms keep it."""

    __slots__ = ("earlier", "key", "later", "order", "route", "terms")

    bind: ClassVar[None] = None

    key: ReceiverKey
    order: int | None
    route: Route | None
    terms: Terms | None
    earlier: Link | None
    later: Link | None

    def __call__(self) -> object:
        return None if self.terms is None else self.terms.kept


Link: TypeAlias = "ObjectLink | MethodLink | KeptLink"


def refer_to(receiver: AnyReceiver, died: Callable[[WeakLink], object]) -> Link:
    """Return a new link to a receiver; of one that has no weak references, a `KeptLink`."""
    try:
        if is_method(receiver):
            bind = _binder(receiver.__func__)
            method = MethodLink(receiver.__self__, died)
            method.bind = bind
            return method
        return ObjectLink(receiver, died)
    except TypeError:
        return KeptLink()


def _binder(function: AnyReceiver) -> Callable[[object], AnyReceiver]:
    if type(function) is FunctionType:
        # binding by the function's own slot costs a sixth less than by calling MethodType
        return function.__get__
    return partial(MethodType, function)


def receiver_of(entry: Entry) -> AnyReceiver | None:
    """Return the receiver of a link, or whose turn it is; None if there is none any more."""
    target = entry()
    if target is None or entry.bind is None:
        return cast("AnyReceiver | None", target)
    return entry.bind(target)


def chain(link: Link | None) -> list[Link]:
    """Return a receiver's links to one sender each, from its latest on."""
    links: list[Link] = []
    while link is not None:
        links.append(link)
        link = link.earlier
    return links
