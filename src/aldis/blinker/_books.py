"""The books of an untyped signal: those of every signal, with what blinker remembers beside."""

from __future__ import annotations

import inspect
import weakref
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING

from aldis._core import ANY, Registry, untyped_payload
from aldis._core._exclusive import locked, release
from aldis._core._kinds import MARKED
from aldis._core._links import Terms, receiver_of
from aldis._core._routes import WeakRoute, each
from aldis._core._snapshots import ALL_AWAIT, SOME_AWAIT, alive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._core import AnyReceiver, Link, Outlets
    from aldis._core._exclusive import Ended
    from aldis._core._identity import ReceiverKey
    from aldis._core._snapshots import Snapshot


class Books(Registry):
    """Any callable is taken, and the last `connect` decides whether its receiver is held weakly.

    A receiver whose sender died stays, unheard, until it is disconnected or dies.
    """

    __slots__ = ("is_told_about", "left", "methods", "muted")

    def __init__(self, owner: Outlets, name: str) -> None:
        super().__init__(owner, name, untyped_payload(), takes_async=True)
        self.welcoming = True
        self.is_told_about = False  # are there signals about this one?
        # of receivers that hear no sender any more, what is left, with those that are held strongly
        self.left: dict[ReceiverKey, tuple[Link, AnyReceiver | None]] = {}
        self.methods: dict[tuple[int, int], MethodSender] = {}  # the senders that are methods
        self.muted = 0  # by how many blocks

    # -- changes

    def even_out(self, link: Link, receiver: AnyReceiver, *, weak: bool) -> None:
        """Hold a receiver as the last connection that was made wants it, by all of them."""
        self._return(link.key)
        for each_link in self._links_of(link.key):
            fresh = Terms()
            for _ in locked:  # pragma: no branch
                try:
                    if each_link.order is None:
                        break
                    terms = fresh if each_link.terms is None else each_link.terms
                    _kept = terms.kept
                    now = None if weak and not terms.holds else receiver
                    each_link.terms = terms
                    terms.kept = now
                    terms.strong = not weak
                finally:
                    release()
                break

    def hold(self, receiver: AnyReceiver, sender: object) -> Link:
        """Connect a pair strongly until `release`."""
        link = super().hold(receiver, sender)
        self._return(link.key)
        others = self._links_of(link.key)
        if any(other.terms is not None and other.terms.strong for other in others):
            self._strengthen(link, receiver)  # as all of a receiver's
        return link

    def forget(self, ended: Ended) -> None:
        """Strike out a dead receiver, or a dead sender but not those who heard it."""
        if isinstance(ended, WeakRoute):
            for link in each(ended):
                self._leave(link)
        super().forget(ended)
        if not isinstance(ended, (WeakRoute, tuple)):
            left = self.left.get(ended.key)
            if left is not None and left[0] is ended:
                self._return(ended.key)

    def _leave(self, link: Link) -> None:
        """End a connection whose sender died; its receiver is left, if it was its last one."""
        key, everyones, heads = link.key, self._everyones, self._heads
        terms = link.terms
        remaining = (link, terms.kept if terms is not None and terms.strong else None)
        for _ in locked:  # pragma: no branch
            try:
                if link.order is None:
                    break
                if (
                    key not in everyones
                    and key in heads
                    and heads[key] is link
                    and link.earlier is None
                ):
                    self.left[key] = remaining
                    self.watchful = True
                link.order = None
            finally:
                release()
            break

    def clear(self) -> None:
        """End every connection."""
        for key in self.all_receivers():
            self._part(key, None, ANY)

    def take_more(self) -> Callable[[], object]:
        """Take out the receivers that hear no sender any more; return what puts them back."""
        taken = [*self.left.values()]
        self._replace_left({})
        return partial(self._put_back_left, taken)

    def _put_back_left(self, taken: Sequence[tuple[Link, AnyReceiver | None]]) -> None:
        living = [(left, receiver_of(left[0])) for left in taken]  # kept, until they are back
        self._replace_left({left[0].key: left for left, there in living if there is not None})

    def _replace_left(self, left: dict[ReceiverKey, tuple[Link, AnyReceiver | None]]) -> None:
        is_watchful = bool(left)
        for _ in locked:  # pragma: no branch
            try:
                _before, self.left = self.left, left
                self.watchful = is_watchful
            finally:
                release()
            break

    def sender(self, sender: object, *, new: bool = False) -> object:
        """Return what stands for a sender: one object for a method, made anew by each access."""
        if type(sender) is not MethodType:
            return sender
        key = (id(sender.__func__), id(sender.__self__))
        known = self.methods.get(key)
        if known is None and new:
            known = self.methods[key] = MethodSender(sender, self.methods, key)
        return sender if known is None else known

    # -- what others ask for

    def all_receivers(self) -> dict[ReceiverKey, Link]:
        """Return a link to each receiver, of those whose sender died, too."""
        left = {link.key: link for link, _ in [*self.left.values()]}
        return {**left, **self._receivers()}

    def kept(self, key: ReceiverKey) -> AnyReceiver | None:
        """Return a receiver that is held strongly: of a method, the very object."""
        if key in self.left:
            return self.left[key][1]
        for link in self._links_of(key):
            if link.terms is not None and link.terms.kept is not None:
                return link.terms.kept
        return None

    def __bool__(self) -> bool:
        return bool(self._everyones or self._heads or self.left)

    # -- inside

    @staticmethod
    def _key(receiver: object) -> ReceiverKey:
        """Return what identifies a receiver; blinker tells methods of C types by their address."""
        if type(receiver) is MethodType:
            return (id(receiver.__self__), id(receiver.__func__))
        return id(receiver)

    def _snapshot(self, everyones: Sequence[Link], own: tuple[Link, ...] = ()) -> Snapshot:
        kind, entries = super()._snapshot(everyones, own)
        awaited = sum(is_coroutine_function(receiver) for receiver in alive(entries))
        if awaited:
            kind += ALL_AWAIT if awaited == len(entries) else SOME_AWAIT
        return (kind, entries)

    def _part(self, key: ReceiverKey, receiver: AnyReceiver | None, sender: object) -> bool:
        if sender is ANY:
            self._return(key)  # it may have outlived its senders
        return super()._part(key, receiver, sender)

    def _return(self, key: ReceiverKey) -> None:
        """A receiver is not without a sender any more, or not at all."""
        for _ in locked:  # pragma: no branch
            try:
                left = self.left
                if key in left:
                    _gone = left[key]
                    del left[key]
                if not left:
                    self.watchful = False
            finally:
                release()
            break


class MethodSender:
    """Stands for a bound method that is a sender, for as long as that lives."""

    def __init__(
        self,
        method: MethodType,
        methods: dict[tuple[int, int], MethodSender],
        key: tuple[int, int],
    ) -> None:
        self.key = key
        self._method = weakref.WeakMethod(method, lambda _: methods.pop(key, None))


def is_coroutine_function(receiver: object) -> bool:
    """Whether calling it gives a coroutine: a function, or an object whose `__call__` is one."""
    function = receiver.__func__ if type(receiver) is MethodType else receiver
    if type(function) is FunctionType and not function.__code__.co_flags & inspect.CO_COROUTINE:
        # a mark?
        return MARKED and bool(function.__dict__) and inspect.iscoroutinefunction(function)
    call = getattr(type(receiver), "__call__", None)  # noqa: B004  # its own, not whether it has one
    return inspect.iscoroutinefunction(receiver) or inspect.iscoroutinefunction(call)
