"""What a signal of one sender can do beside sending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Generic, cast

from aldis._connectable import Connectable, muted
from aldis._mistakes import no_attribute, not_called
from aldis._receivers import Receivers
from aldis._static import MISSING
from aldis._typevars import Q, R, S

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import FunctionType


class BoundConnectable(Generic[S, Q, R]):
    """The base of `BoundSignal` and `AsyncBoundSignal`; `R` is what a receiver may return."""

    __slots__ = {  # with the documentation of what is public
        "__weakref__": None,
        "_signal": None,
        "sender": "The instance it sends from, and hears.",
    }

    _is_signal = True  # as in `SignalIdentity`
    sender: S

    def __init__(self, signal: Connectable[S, Q, R], sender: S) -> None:
        self._signal = signal
        self.sender = sender

    def connect(
        self,
        receiver: Callable[Concatenate[S, Q], R],
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
    ) -> Callable[Concatenate[S, Q], R]:
        """Call a receiver at every send from this sender; see `Signal.connect`.

        Args:
            receiver: A callable that takes what is sent.
            weak: Whether the receiver may die while it is connected.
            once: Whether to disconnect it when its turn comes for the first time.
            priority: Its place before receivers of a lower one, whatever the order.

        Returns:
            The receiver, so that this is a decorator.

        Raises:
            ReceiverError: As for `Signal.connect`.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> door = Door()
            >>> @door.opened.connect
            ... def announce(sender: Door) -> None:
            ...     print("this very door")
            >>> _ = Door().opened.send(), door.opened.send()
            this very door
        """
        return self._signal.connect(receiver, self.sender, weak=weak, once=once, priority=priority)

    def connect_via(
        self, *, weak: bool = False, once: bool = False, priority: int = 0
    ) -> Callable[[Callable[Concatenate[S, Q], R]], Callable[Concatenate[S, Q], R]]:
        """Return a decorator that connects a receiver to this sender, strongly by default.

        Args:
            weak: Whether the receiver may die while it is connected.
            once: Whether to disconnect it when its turn comes for the first time.
            priority: Its place before receivers of a lower one, whatever the order.

        Returns:
            A decorator that returns the receiver, and raises what `connect` raises.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> door = Door()
            >>> @door.opened.connect_via(once=True)
            ... def announce(sender: Door) -> None:
            ...     print("for the first time")
            >>> _ = door.opened.send(), door.opened.send()
            for the first time
        """
        return self._signal.connect_via(self.sender, weak=weak, once=once, priority=priority)

    def connected_to(
        self, receiver: Callable[Concatenate[S, Q], R]
    ) -> AbstractContextManager[None]:
        """Connect a receiver to this sender, strongly, for the length of a `with` block.

        Args:
            receiver: A callable that takes what is sent.

        Returns:
            A context manager, which raises what `connect` raises when it is entered.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> door = Door()
            >>> with door.opened.connected_to(lambda sender: print("inside")):
            ...     _ = door.opened.send()
            inside
            >>> door.opened.send()
            []
        """
        return self._signal.connected_to(receiver, self.sender)

    def disconnect(self, receiver: Callable[..., object]) -> bool:
        """Stop calling a receiver for this sender; see `Signal.disconnect`.

        Args:
            receiver: What was connected to this sender.

        Returns:
            Whether there was such a connection.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> door = Door()
            >>> door.opened.disconnect(door.opened.connect(print))
            True
        """
        return self._signal.disconnect(receiver, self.sender)

    def muted(self) -> AbstractContextManager[None]:
        """Let sends from this sender reach no receiver for the length of a `with` block.

        Other senders are heard meanwhile.

        Returns:
            A context manager.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> front, back = Door(), Door()
            >>> @Door.opened.connect
            ... def announce(sender: Door) -> None: ...
            >>> with front.opened.muted():
            ...     len(front.opened.send()), len(back.opened.send())
            (0, 1)
        """
        return muted(self._signal._registry, self.sender)

    def receivers_for(self) -> tuple[Callable[Concatenate[S, Q], R], ...]:
        """Return the live receivers that a send would call, in their order.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> Door().opened.receivers_for()
            ()
        """
        return self._signal.receivers_for(self.sender)

    def has_receivers_for(self) -> bool:
        """Whether a send would call anybody.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> Door().opened.has_receivers_for()
            False
        """
        return self._signal.has_receivers_for(self.sender)

    @property
    def receivers(self) -> Sequence[Callable[Concatenate[S, Q], R]]:
        """The same as `receivers_for()`: it guards a payload that is expensive to make.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self, *, report: str) -> None: ...
            >>> door = Door()
            >>> if door.opened.receivers:
            ...     door.opened.send(report="expensive")
        """
        return Receivers(self.receivers_for, self.has_receivers_for)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Say what a signal has under the name that another library uses."""
            raise no_attribute(self, name)

        def __call__(self, *args: object, **kwargs: object) -> object:
            """Refuse to be called, and say how a signal is sent."""
            raise not_called(self._signal.__qualname__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoundConnectable):
            return NotImplemented
        bound = cast("BoundConnectable[Any, ..., Any]", other)
        return self._signal is bound._signal and self.sender is bound.sender

    def __hash__(self) -> int:
        return hash((id(self._signal), id(self.sender)))

    def __repr__(self) -> str:
        # not the sender's own repr, which may be long and is not ours to call
        sender = f"{type(self.sender).__qualname__} object at {id(self.sender):#x}"
        return f"<{type(self).__name__} {self._signal.__qualname__} of {sender}>"

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self._signal, self.sender))


# Checkers demand a receiver, and so does this, in words that say how to give it.
cast("FunctionType", vars(BoundConnectable)["connect"]).__defaults__ = (MISSING,)
