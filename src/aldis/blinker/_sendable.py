"""Sending and muting of blinker's signals."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, overload

from aldis._core._delivering import Observed, called_here
from aldis._core._lock import lock
from aldis._core._looking import asking
from aldis._core._observing import is_observed
from aldis._core._snapshots import ALL_AWAIT, STALE
from aldis.blinker._coroutines import awaited, called
from aldis.blinker._inspectable import Inspectable
from aldis.blinker._sending import sender_of
from aldis.blinker._stand_ins import is_itself
from aldis.blinker._typevars import AsyncWrapper, P, SenderT, Sent, SyncWrapper


class Sendable(Inspectable[SenderT, P], Generic[SenderT, P]):
    """The methods of a signal that send."""

    @contextmanager
    def muted(self) -> Generator[None, None, None]:
        """Call no receivers during a `with` block; blocks may be nested.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print)
            >>> with changed.muted():
            ...     changed.send()
            []
        """
        self._mute(1)
        try:
            yield None
        finally:
            self._mute(-1)

    def _mute(self, blocks: int) -> None:
        """Add to the number of blocks that mute the signal."""
        registry = self._registry
        while True:
            version = registry.version
            after = registry.blocks + blocks
            following = version + 1
            if after < 0:
                return  # `is_muted` was set meanwhile
            with lock:
                if registry.version != version:
                    continue
                registry.blocks = after
                registry.version = following
            return

    @property
    def is_muted(self) -> bool:
        """Whether sends call no receivers.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> with changed.muted():
            ...     changed.is_muted
            True
        """
        return self._registry.blocks > 0

    @is_muted.setter
    def is_muted(self, muted: bool) -> None:
        self._registry.blocks = int(bool(muted))

    @overload
    def send(self, sender: SenderT = ..., /, *args: P.args, **kwargs: P.kwargs) -> Sent: ...

    @overload
    def send(
        self, sender: SenderT = ..., /, *, _async_wrapper: AsyncWrapper | None, **kwargs: Any
    ) -> Sent: ...

    def send(  # type: ignore[misc]  # declarations have keyword-only payload
        self,
        sender: Any = None,
        /,
        *,
        _async_wrapper: AsyncWrapper | None = None,
        **kwargs: Any,
    ) -> Sent:
        """Call the receivers of a sender and of `ANY`, in connection order.

        Args:
            sender: The sender.
            _async_wrapper: Turns a receiver that is a coroutine function into a plain function.
            **kwargs: The payload.

        Returns:
            Each receiver called, with its result.

        Raises:
            RuntimeError: A receiver is a coroutine function, and there is no `_async_wrapper`.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print)
            >>> [result for _, result in changed.send("somebody")]
            somebody
            [None]
        """
        try:
            registry = self._made
        except AttributeError:
            registry = self._registry
        if registry.blocks:
            if not (registry.asks or asking.of_all):
                return []
        elif type(self).receivers_for is _RECEIVERS_FOR and "receivers_for" not in self.__dict__:
            plain = registry.plain
            if not plain and plain is not None:
                return []  # no receivers and no observers
            if not registry.stand_ins and (not registry.values or is_itself(sender)):
                names = tuple(kwargs)
                try:  # not `get`, which takes a lock without a GIL
                    send = registry.senders[names]
                except KeyError:
                    send = sender_of(registry.senders, "send", names)
                if send is not None:
                    sent: Sent | None = send(registry, sender, **kwargs)
                    if sent is not None:  # if None, it is observed or has async receivers
                        return sent
        return self._send_each(sender, _async_wrapper, kwargs)

    def _send_each(
        self, sender: Any, wrapper: AsyncWrapper | None, payload: Mapping[str, Any]
    ) -> Sent:
        """Call the receivers of `receivers_for` one by one."""
        if is_observed(self._registry):
            observed = Observed(
                *(self._registry, "send", sender, payload),
                lambda receiver: called(receiver, wrapper)(sender, **payload),
            )
            return observed.deliver(called_here(self._heard_by(sender)))
        receivers = () if self._registry.blocks else self.receivers_for(sender)
        return [(receiver, called(receiver, wrapper)(sender, **payload)) for receiver in receivers]

    def _heard_by(self, sender: Any) -> Generator[Callable[..., Any], None, None]:
        """Yield the receivers of an observed send."""
        if not self._registry.blocks:
            yield from self.receivers_for(sender)

    @overload
    async def send_async(
        self, sender: SenderT = ..., /, *args: P.args, **kwargs: P.kwargs
    ) -> Sent: ...

    @overload
    async def send_async(
        self, sender: SenderT = ..., /, *, _sync_wrapper: SyncWrapper | None, **kwargs: Any
    ) -> Sent: ...

    async def send_async(  # type: ignore[misc]  # as for `send`
        self,
        sender: Any = None,
        /,
        *,
        _sync_wrapper: SyncWrapper | None = None,
        **kwargs: Any,
    ) -> Sent:
        """Await the receivers of a sender and of `ANY`, one after another in connection order.

        Args:
            sender: The sender.
            _sync_wrapper: Turns a receiver that is a plain function into a coroutine function.
            **kwargs: The payload.

        Returns:
            Each receiver called, with its result.

        Raises:
            RuntimeError: A receiver is not a coroutine function, and there is no `_sync_wrapper`.

        Example:
            >>> import asyncio
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.connect
            ... async def report(sender):
            ...     return sender
            >>> [result for _, result in asyncio.run(changed.send_async("somebody"))]
            ['somebody']
        """
        try:
            registry = self._made
        except AttributeError:
            registry = self._registry
        if registry.blocks:
            if not (registry.asks or asking.of_all):
                return []
        elif type(self).receivers_for is _RECEIVERS_FOR and "receivers_for" not in self.__dict__:
            plain = registry.plain
            if not plain and plain is not None:
                return []  # no receivers and no observers
            may_await = registry.snapshot[0] & _MAY_AWAIT or registry.routed  # if not, one by one
            is_plain = not registry.stand_ins and (not registry.values or is_itself(sender))
            if may_await and is_plain:
                names = tuple(kwargs)
                try:
                    send = registry.async_senders[names]
                except KeyError:
                    send = sender_of(registry.async_senders, "async send", names)
                if send is not None:
                    sent: Sent | None = await send(registry, sender, **kwargs)
                    if sent is not None:  # if None, some receivers are not async
                        return sent
        return await self._await_each(sender, _sync_wrapper, kwargs)

    async def _await_each(
        self, sender: Any, wrapper: SyncWrapper | None, payload: Mapping[str, Any]
    ) -> Sent:
        """Await the receivers of `receivers_for` one by one."""
        if is_observed(self._registry):
            observed = Observed(
                *(self._registry, "send_async", sender, payload),
                lambda receiver: awaited(receiver, wrapper)(sender, **payload),
            )
            return await observed.deliver_async(called_here(self._heard_by(sender)))
        receivers = () if self._registry.blocks else self.receivers_for(sender)
        return [
            (receiver, await awaited(receiver, wrapper)(sender, **payload))
            for receiver in receivers
        ]


_MAY_AWAIT = STALE | ALL_AWAIT
_RECEIVERS_FOR = Inspectable.receivers_for
