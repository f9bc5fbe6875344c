"""Queries for the receivers of blinker's signals."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Mapping
from types import MethodType
from typing import Any, Concatenate, Generic

from aldis._core import ANY as EVERY_SENDER
from aldis._core import entries_for
from aldis._core._snapshots import take
from aldis.blinker._any import ANY
from aldis.blinker._buckets import ByReceiver, BySender
from aldis.blinker._held import Held, HeldReceivers
from aldis.blinker._receivers import Receivers
from aldis.blinker._registered import Registered
from aldis.blinker._typevars import P, SenderT
from aldis.blinker._utilities import Symbol


class Inspectable(Registered, Generic[SenderT, P]):
    """The methods of a signal that look up receivers."""

    @property
    def receivers(self) -> HeldReceivers:
        """A view of the connected receivers; use its truth value to skip needless work.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> if changed.receivers:
            ...     changed.send(report="costly")
        """
        own = self.__dict__
        try:
            found: Receivers | None = own["receivers"]
        except KeyError:
            # if two threads get here at once, both get the one that was stored first
            found = own.setdefault("receivers", Receivers(self._registry))
        if found is None:
            message = f"{type(self).__name__!r} object has no attribute 'receivers': it was deleted"
            raise AttributeError(message, name="receivers", obj=self)
        return found

    @receivers.setter
    def receivers(self, receivers: Mapping[Hashable, Held]) -> None:
        self._replace_receivers(receivers, Receivers(self._registry))

    @receivers.deleter
    def receivers(self) -> None:
        self._replace_receivers({}, None)

    def _replace_receivers(
        self, receivers: Mapping[Hashable, Held], view: Receivers | None
    ) -> None:
        before: Receivers | None = self.__dict__.get("receivers")
        if before is None:
            before = Receivers(self._registry)
        before.give_way_to(receivers)
        self.__dict__["receivers"] = view

    @property
    def _by_sender(self) -> Mapping[Hashable, set[Hashable]]:
        return BySender(self._registry)

    @property
    def _by_receiver(self) -> Mapping[Hashable, set[Hashable]]:
        return ByReceiver(self._registry)

    def has_receivers_for(self, sender: SenderT | Symbol) -> bool:
        """Whether a send would call any receiver, ignoring muting.

        Args:
            sender: The sender.

        Returns:
            True if a receiver of this sender or of `ANY` is alive.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print, "bridge")
            >>> changed.has_receivers_for("bridge"), changed.has_receivers_for("deck")
            (True, False)
        """
        registry = self._registry
        return registry.has_receivers_for(EVERY_SENDER if sender is ANY else registry.heard(sender))

    def receivers_for(
        self, sender: SenderT | Symbol
    ) -> Generator[Callable[Concatenate[SenderT, P], Any], None, None]:
        """Yield the live receivers of a sender and of `ANY`, in connection order.

        Args:
            sender: The sender.

        Yields:
            Each receiver that is still connected when it is reached.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print)
            >>> list(changed.receivers_for("anybody")) == [print]
            True
        """
        registry = self._registry
        heard = EVERY_SENDER if sender is ANY else registry.heard(sender)
        for entry in entries_for(registry, heard):
            receiver: Any = take(entry)
            if type(receiver) is MethodType:  # the connected object itself, if it is held strongly
                receiver = registry.kept(entry.key) or receiver
            if receiver is not None:
                yield receiver

    # -- for tests and for long-running programs

    def _cleanup_bookkeeping(self) -> None:
        """Do nothing: there are no empty buckets."""

    def _clear_state(self) -> None:
        """Disconnect all receivers."""
        self._registry.clear()
