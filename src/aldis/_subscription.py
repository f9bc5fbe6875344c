"""Subscriptions: objects that each end one connection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Self

    from aldis._core import Connection, Registry


class Subscription:
    """A connection that ends when it is closed, called, or left as a `with` block.

    `subscribe` of a signal or an event makes it. If you drop it without closing it, the receiver
    stays connected.

    Example:
        >>> from contextlib import ExitStack
        >>> from aldis import Event
        >>> saved, loaded = Event(), Event()
        >>> with ExitStack() as subscriptions:
        ...     _ = subscriptions.enter_context(saved.subscribe(print))
        ...     unsubscribe = loaded.subscribe(print)
        ...     _ = saved.send("saved"), unsubscribe(), loaded.send("loaded")
        saved
    """

    __slots__ = ("__weakref__", "_connection", "_ends")

    # Any, since the connection's type is not public
    def __init__(self, end: Callable[[], object], connection: Any = None) -> None:
        self._ends = [end]  # a list, so that only one thread can pop it
        self._connection: Connection | None = connection

    @property
    def closed(self) -> bool:
        """Whether it was closed, or its receiver was disconnected.

        Example:
            >>> from aldis import Event
            >>> subscription = Event().subscribe(print)
            >>> before = subscription.closed
            >>> subscription.close()
            >>> before, subscription.closed
            (False, True)
        """
        connection = self._connection
        return not self._ends or (connection is not None and connection.order is None)

    def close(self) -> None:
        """End the subscription. Closing it again does nothing.

        Example:
            >>> from aldis import Event
            >>> saved = Event()
            >>> subscription = saved.subscribe(print)
            >>> subscription.close(), subscription.close()
            (None, None)
            >>> saved.has_receivers_for()
            False
        """
        try:
            end = self._ends.pop()
        except IndexError:
            return
        end()

    __call__ = close

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Subscription, {'closed' if self.closed else 'open'}>"


def subscription_of(registry: Registry, connection: Connection, *, once: bool) -> Subscription:
    """Return a subscription that releases a connection when it is closed."""
    return Subscription(partial(registry.release, connection, lasts=not once), connection)


def subscription_of_block(block: AbstractContextManager[object]) -> Subscription:
    """Return a subscription that enters a context manager, and exits it when it is closed."""
    block.__enter__()
    return Subscription(partial(block.__exit__, None, None, None))
