"""The books of an untyped signal: those of every signal, with what blinker remembers beside."""

from __future__ import annotations

import inspect
import weakref
from types import FunctionType, MethodType
from typing import TYPE_CHECKING

from aldis._core import ANY, Registry, untyped_payload
from aldis._core._exclusive import exclusive
from aldis._core._links import each
from aldis._core._refs import KeptReceiver, WeakRoute
from aldis._core._registry import links_of

if TYPE_CHECKING:
    from aldis._core import AnyReceiver, Link, Outlets
    from aldis._core._identity import ReceiverKey
    from aldis._core._refs import Receiver, WeakReceiver


class Books(Registry):
    """Any callable is taken, and the last `connect` decides whether its receiver is held weakly.

    A receiver whose sender died stays, unheard, until it is disconnected or dies.
    """

    __slots__ = ("coroutines", "methods", "muted", "strong")

    def __init__(self, owner: Outlets, name: str) -> None:
        super().__init__(owner, name, untyped_payload(), takes_async=True)
        self.coroutines: set[ReceiverKey] = set()  # the receivers whose results are awaited
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
        with exclusive:
            link, _ = self._link(receiver, sender, weak=weak, once=False, priority=0)
            entry = link.receiver
            if not weak:
                if isinstance(entry, KeptReceiver) and entry.key not in self.strong:
                    entry.kept = receiver
                    entry.keepers += 1
                self.strong[entry.key] = receiver
            elif entry.key in self.strong:
                exclusive.waste.append(self.strong.pop(entry.key))
            if awaited:
                self.coroutines.add(entry.key)

    def hold(self, receiver: AnyReceiver, sender: object) -> Link:
        """Connect a pair strongly until `release`."""
        awaited = is_coroutine_function(receiver)
        with exclusive:
            link, made = self._link(receiver, sender, weak=False, once=False, priority=0)
            link.scoped = link.scoped or made
            self._grip(link, receiver, holds=1)
            if awaited:
                self.coroutines.add(link.receiver.key)
            return link

    def forget(self, reference: WeakReceiver | WeakRoute) -> None:
        """Strike out a dead receiver, or a dead sender but not those who heard it."""
        if not isinstance(reference, WeakRoute):
            super().forget(reference)
            self._strike(reference)
            return
        heard = [link.receiver for link in each(reference.links)]
        strong = {entry.key: self.strong.get(entry.key) for entry in heard}
        awaited = self.coroutines.intersection(strong)
        super().forget(reference)
        for entry in heard:
            self._receivers.setdefault(entry.key, entry)
            receiver = strong[entry.key]
            if receiver is not None:
                self.strong[entry.key] = receiver
        self.coroutines |= awaited

    def clear(self) -> None:
        """End every connection."""
        with exclusive:
            for entry in [*self._receivers.values()]:
                links = links_of(entry)
                exclusive.waste.append(links)
                self._remove(links, None)
                self._strike(entry)

    def sender(self, sender: object, *, new: bool = False) -> object:
        """Return what stands for a sender: one object for a method, made anew by each access."""
        if type(sender) is not MethodType:
            return sender
        key = (id(sender.__func__), id(sender.__self__))
        known = self.methods.get(key)
        if known is None and new:
            known = self.methods[key] = MethodSender(sender, self.methods, key)
        return sender if known is None else known

    # -- inside

    @staticmethod
    def _key(receiver: object) -> ReceiverKey:
        """Return what identifies a receiver; blinker tells methods of C types by their address."""
        if type(receiver) is MethodType:
            return (id(receiver.__self__), id(receiver.__func__))
        return id(receiver)

    def _part(self, entry: Receiver, receiver: AnyReceiver, sender: object) -> bool:
        ended = super()._part(entry, receiver, sender)
        if sender is ANY:
            self._strike(entry)  # it may have outlived its senders
        return ended

    def _remove(self, links: list[Link], receiver: AnyReceiver | None) -> None:
        super()._remove(links, receiver)
        for link in links:
            if link.receiver.everyone is None and link.receiver.links is None:
                self._strike(link.receiver)

    def _strike(self, entry: Receiver) -> None:
        key = entry.key
        if self._receivers.get(key, entry) is entry:
            self._receivers.pop(key, None)
            if key in self.strong:
                exclusive.waste.append(self.strong.pop(key))
            self.coroutines.discard(key)


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
