"""Connecting and disconnecting of blinker's signals."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Concatenate, Generic

from aldis._blocks import connects_by_its_own
from aldis._core import ANY as EVERY_SENDER
from aldis.blinker._any import ANY
from aldis.blinker._registered import Registered
from aldis.blinker._typevars import P, SenderT
from aldis.blinker._utilities import Symbol


class Connectable(Registered, Generic[SenderT, P]):
    """The methods of a signal that connect and disconnect."""

    def connect(
        self,
        receiver: Callable[Concatenate[SenderT, P], Any],
        sender: SenderT | Symbol = ANY,
        weak: bool = True,
    ) -> Callable[Concatenate[SenderT, P], Any]:
        """Call a receiver at every send, or at those of one sender.

        Args:
            receiver: Any callable. It gets the sender by position and the payload by keyword.
            sender: The one sender to receive from; `ANY` for all senders.
            weak: Whether to hold the receiver weakly: a connection then does not keep it alive. The
                last call decides.

        Returns:
            The receiver.

        Raises:
            TypeError: The receiver should be weakly referenced and cannot be; or a receiver of
                `receiver_connected` raised it, which ends the connection again.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.connect
            ... def report(sender, **payload):
            ...     return payload
            >>> [result for _, result in changed.send(name=1)]
            [{'name': 1}]
        """
        registry = self._registry
        heard = EVERY_SENDER if sender is ANY else sender
        registry.connect_evenly(receiver, heard, strong=not weak)
        if registry.is_told_about:
            try:
                self._tell_connected(receiver, sender, weak=weak)
            except TypeError:
                self.disconnect(receiver, sender)
                raise
        return receiver

    def connect_via(
        self, sender: SenderT | Symbol, weak: bool = False
    ) -> Callable[[Callable[Concatenate[SenderT, P], Any]], Callable[Concatenate[SenderT, P], Any]]:
        """Connect a function to one sender, as a decorator.

        Args:
            sender: The sender to receive from; `ANY` for all senders.
            weak: Whether to hold the function weakly.

        Returns:
            The decorator, which returns the function.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.connect_via("bridge")
            ... def report(sender):
            ...     return sender
            >>> [len(changed.send(sender)) for sender in ("bridge", "deck")]
            [1, 0]
        """

        def decorate(
            receiver: Callable[Concatenate[SenderT, P], Any],
        ) -> Callable[Concatenate[SenderT, P], Any]:
            self.connect(receiver, sender, weak)
            return receiver

        return decorate

    @contextmanager
    def connected_to(
        self,
        receiver: Callable[Concatenate[SenderT, P], Any],
        sender: SenderT | Symbol = ANY,
    ) -> Generator[None, None, None]:
        """Connect a receiver for a `with` block, and keep it alive so long.

        Connections that existed before the block stay after it.

        Args:
            receiver: Any callable.
            sender: The one sender to receive from; `ANY` for all senders.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> with changed.connected_to(print):
            ...     _ = changed.send("inside")
            inside
            >>> changed.send()
            []
        """
        if connects_by_its_own(self, Connectable):
            self.connect(receiver, sender=sender, weak=False)
            try:
                yield None
            finally:
                self.disconnect(receiver)
            return
        registry = self._registry
        connection = registry.hold(receiver, EVERY_SENDER if sender is ANY else sender)
        told: object = sender  # if a receiver of `receiver_connected` raises, as in `connect`
        try:
            if registry.is_told_about:
                self._tell_connected(receiver, sender, weak=False)
            told = ANY
            yield None
        finally:
            registry.release(connection)
            if registry.is_told_about:
                self._tell_disconnected(receiver, told)

    def disconnect(self, receiver: Callable[..., Any], sender: SenderT | Symbol = ANY) -> None:
        """End every connection of a receiver, or the one to a sender.

        Args:
            receiver: The receiver.
            sender: The sender to disconnect from; `ANY` for all senders.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> changed.disconnect(changed.connect(print))
            >>> bool(changed.receivers)
            False
        """
        registry = self._registry
        registry.disconnect(receiver, EVERY_SENDER if sender is ANY else sender)
        if registry.is_told_about:
            self._tell_disconnected(receiver, sender)

    # -- inside

    @abstractmethod
    def _tell_connected(self, receiver: object, sender: object, *, weak: bool) -> None:
        """Send `receiver_connected`, if it has receivers."""

    @abstractmethod
    def _tell_disconnected(self, receiver: object, sender: object) -> None:
        """Send `receiver_disconnected`, if it has receivers."""
