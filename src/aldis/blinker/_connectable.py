"""How blinker's signals are connected and disconnected."""

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
    """What a signal can do to connect receivers."""

    def connect(
        self,
        receiver: Callable[Concatenate[SenderT, P], Any],
        sender: SenderT | Symbol = ANY,
        weak: bool = True,
    ) -> Callable[Concatenate[SenderT, P], Any]:
        """Call a receiver at every send, or at those of one sender.

        Args:
            receiver: Any callable. It gets the sender by position and the payload by keyword.
            sender: The one sender to hear; `ANY` for all of them.
            weak: Whether the receiver may die while it is connected. The last call decides.

        Returns:
            The receiver.

        Raises:
            TypeError: The receiver cannot be weakly referenced and is to be; or a receiver of
                `receiver_connected` raised it, and the connection is ended again.

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
            sender: The sender to hear; `ANY` for all of them.
            weak: Whether the function may die while it is connected.

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
        """Connect a receiver for a `with` block, and hold it so long.

        Connections that were there before are there after it, too.

        Args:
            receiver: Any callable.
            sender: The one sender to hear; `ANY` for all of them.

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
        told: object = sender  # where a listener refuses the connection, as `connect` tells it
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
            sender: The sender not to be heard any more; `ANY` for all of them.

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
        """Send `receiver_connected`, if anybody listens."""

    @abstractmethod
    def _tell_disconnected(self, receiver: object, sender: object) -> None:
        """Send `receiver_disconnected`, if anybody listens."""
