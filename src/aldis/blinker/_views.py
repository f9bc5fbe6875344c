"""What others look into: the books of an untyped signal, in the shapes that blinker keeps them."""

from __future__ import annotations

import weakref
from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any, TypeAlias

from aldis._core._links import chain, receiver_of
from aldis._core._routes import each
from aldis.blinker._books import MethodSender

if TYPE_CHECKING:
    from aldis._core._identity import ReceiverKey
    from aldis._core._links import Link
    from aldis._core._routes import Route
    from aldis.blinker._books import Books

ANY_ID = 0
_PAIR = 2

Held: TypeAlias = "weakref.ref[Callable[..., Any]] | Callable[..., Any]"


class Receivers(Mapping[Hashable, Held]):
    """The receivers by their identifiers: a strong one as itself, any other by a weak reference."""

    __slots__ = ("_books",)

    def __init__(self, books: Books) -> None:
        self._books = books

    def __getitem__(self, key: Hashable) -> Held:
        own = _own(key)
        kept = self._books.kept(own)
        if kept is not None:
            return kept
        link = self._books.all_receivers()[own]
        receiver = receiver_of(link)
        if receiver is None:
            raise KeyError(key)
        return weakref.WeakMethod(receiver) if isinstance(receiver, MethodType) else link

    def __iter__(self) -> Iterator[Hashable]:
        return map(_shown, self._books.all_receivers())

    def __len__(self) -> int:
        return len(self._books.all_receivers())

    def __bool__(self) -> bool:
        return bool(self._books)

    def __repr__(self) -> str:
        return repr(dict(self))


class _Buckets(Mapping[Hashable, "set[Hashable]"]):
    """Sets by identifiers. What is not there is an empty set, as in a `defaultdict`."""

    __slots__ = ("_books",)

    def __init__(self, books: Books) -> None:
        self._books = books

    def __getitem__(self, key: Hashable) -> set[Hashable]:
        return self._collect().get(key, set())

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._collect())

    def __contains__(self, key: object) -> bool:
        return key in self._collect()

    def __len__(self) -> int:
        return len(self._collect())

    def __repr__(self) -> str:
        return repr(self._collect())

    @abstractmethod
    def _collect(self) -> dict[Hashable, set[Hashable]]: ...


class BySender(_Buckets):
    """The receivers of each sender; those of `ANY` under 0."""

    __slots__ = ()

    def _collect(self) -> dict[Hashable, set[Hashable]]:
        books = self._books
        routes: list[Route] = [*books.routes.copy().values(), *books.values.copy().values()]
        found: dict[Hashable, set[Hashable]] = {}
        if books._everyones:
            found[ANY_ID] = {_shown(key) for key in books._everyones.copy()}
        for route in routes:
            heard = {_shown(link.key) for link in each(route)}
            if heard:  # else it is kept in spare
                found.setdefault(_sender_id(route), set()).update(heard)
        return found


class ByReceiver(_Buckets):
    """The senders that each receiver hears; `ANY` as 0."""

    __slots__ = ()

    def _collect(self) -> dict[Hashable, set[Hashable]]:
        everyones, heads = self._books._everyones.copy(), self._books._heads.copy()
        found: dict[Hashable, set[Hashable]] = {_shown(key): {ANY_ID} for key in everyones}
        for key, head in heads.items():
            found.setdefault(_shown(key), set()).update(map(_heard, chain(head)))
        return found


def _heard(link: Link) -> Hashable:
    return ANY_ID if link.route is None else _sender_id(link.route)


def _sender_id(route: Route) -> Hashable:
    sender = route()
    if isinstance(sender, MethodSender):
        return sender.key
    return route.key[0] if isinstance(route.key, tuple) else route.key


def _shown(key: ReceiverKey) -> Hashable:
    """Return a receiver's identifier: of a method, blinker names the function first."""
    return (key[1], key[0]) if isinstance(key, tuple) else key


def _own(key: Hashable) -> Any:
    parts: Any = key
    return parts[::-1] if isinstance(key, tuple) and len(parts) == _PAIR else parts
