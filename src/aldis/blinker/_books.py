"""The books of an untyped signal: those of every signal, with what blinker remembers beside."""

from __future__ import annotations

import inspect
import weakref
from contextlib import contextmanager
from types import FunctionType, MethodType
from typing import TYPE_CHECKING

from aldis._core import ANY, Registry, untyped_payload
from aldis._core._exclusive import exclusive
from aldis._core._routes import WeakRoute, each
from aldis._core._snapshots import ALL_AWAIT, SOME_AWAIT
from aldis.exceptions import WeakReceiverError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from aldis._core import AnyReceiver, Link, Outlets
    from aldis._core._identity import ReceiverKey
    from aldis._core._links import WeakLink
    from aldis._core._snapshots import Snapshot


class Books(Registry):
    """Any callable is taken, and the last `connect` decides whether its receiver is held weakly.

    A receiver whose sender died stays, unheard, until it is disconnected or dies.
    """

    __slots__ = ("coroutines", "is_told_about", "left", "methods", "muted", "strong")

    def __init__(self, owner: Outlets, name: str) -> None:
        super().__init__(owner, name, untyped_payload(), takes_async=True)
        self.welcoming = True
        self.coroutines: set[ReceiverKey] = set()  # the receivers whose results are awaited
        self.is_told_about = False  # are there signals about this one?
        self.left: dict[ReceiverKey, Link] = {}  # what is left of receivers whose sender died
        self.methods: dict[tuple[int, int], MethodSender] = {}  # the senders that are methods
        self.muted = 0  # by how many blocks
        self.strong: dict[ReceiverKey, AnyReceiver] = {}  # the receivers that are not held weakly

    # -- changes

    def join(self, receiver: AnyReceiver, sender: object, *, weak: bool) -> None:
        """Connect a pair, and hold its receiver as this connection wants it.

        Raises:
            WeakReceiverError: The receiver cannot be held weakly; nothing has changed.
        """
        awaited = is_coroutine_function(receiver)
        if weak and not awaited and not self.watchful:
            self.connect(receiver, sender)
            if self.left:
                self.overtaken(receiver)
            return
        with exclusive, self._noted(self._key(receiver), awaited=awaited) as key:
            try:
                self.connect(receiver, sender)
            except WeakReceiverError:
                if weak:
                    raise
                self.connect(receiver, sender, weak=False)
            if not weak:
                self.strong[key] = receiver
            elif key in self.strong:
                exclusive.waste.append(self.strong.pop(key))

    def hold(self, receiver: AnyReceiver, sender: object) -> Link:
        """Connect a pair strongly until `release`."""
        awaited = is_coroutine_function(receiver)
        with exclusive, self._noted(self._key(receiver), awaited=awaited):
            return super().hold(receiver, sender)

    def forget(self, reference: WeakLink | WeakRoute) -> None:
        """Strike out a dead receiver, or a dead sender but not those who heard it."""
        if isinstance(reference, WeakRoute):
            heard = {link.key: link for link in each(reference)}
            self.left |= heard
            super().forget(reference)
            for key in heard:
                if key in self._everyones or key in self._heads:
                    del self.left[key]
            self._look_out()
        else:
            super().forget(reference)
            if self.left.get(reference.key) is reference:
                self._strike(reference.key)

    def clear(self) -> None:
        """End every connection."""
        with exclusive:
            for key in self.all_receivers():
                self._part(key, None, ANY)

    def overtaken(self, receiver: AnyReceiver) -> None:
        """Forget that the sender died of a receiver that was being connected to another."""
        with exclusive:
            self.left.pop(self._key(receiver), None)
            self._look_out()

    def _look_out(self) -> None:
        self.watchful = bool(self.coroutines or self.left or self.strong)

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
        return {**self.left, **self._receivers()}

    def __bool__(self) -> bool:
        return bool(self._everyones or self._heads or self.left)

    # -- inside

    @staticmethod
    def _key(receiver: object) -> ReceiverKey:
        """Return what identifies a receiver; blinker tells methods of C types by their address."""
        if type(receiver) is MethodType:
            return (id(receiver.__self__), id(receiver.__func__))
        return id(receiver)

    def _snapshot(
        self, everyones: Mapping[ReceiverKey, Link], own: tuple[Link, ...] = ()
    ) -> Snapshot:
        kind, entries = super()._snapshot(everyones, own)
        awaited = sum(entry.key in self.coroutines for entry in entries)
        if awaited:
            kind += ALL_AWAIT if awaited == len(entries) else SOME_AWAIT
        return (kind, entries)

    def _part(self, key: ReceiverKey, receiver: AnyReceiver | None, sender: object) -> bool:
        with exclusive:
            ended = super()._part(key, receiver, sender)
            if sender is ANY:
                self._strike(key)  # it may have outlived its senders
            return ended

    def _end(self, links: Sequence[Link], receiver: AnyReceiver | None) -> None:
        super()._end(links, receiver)
        for link in links:
            if not self._is_there(link.key):
                self._strike(link.key)

    @contextmanager
    def _noted(self, key: ReceiverKey, *, awaited: bool) -> Generator[ReceiverKey, None, None]:
        """Remember what is special about a receiver, unless it cannot be connected."""
        if awaited:
            self.coroutines.add(key)
        try:
            yield key
            self.left.pop(key, None)
        finally:
            if not self._is_there(key):
                self.coroutines.discard(key)
            self._look_out()

    def _is_there(self, key: ReceiverKey) -> bool:
        return key in self._everyones or key in self._heads or key in self.left

    def _strike(self, key: ReceiverKey) -> None:
        exclusive.waste.append((self.left.pop(key, None), self.strong.pop(key, None)))
        self.coroutines.discard(key)
        self._look_out()


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
    if type(receiver) is FunctionType and not receiver.__code__.co_flags & inspect.CO_COROUTINE:
        return inspect.iscoroutinefunction(receiver) if receiver.__dict__ else False  # a mark?
    call = getattr(type(receiver), "__call__", None)  # noqa: B004  # its own, not whether it has one
    return inspect.iscoroutinefunction(receiver) or inspect.iscoroutinefunction(call)
