"""Signals by name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, ItemsView, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, Concatenate, overload

from aldis._async_event import AsyncEvent
from aldis._async_signal import AsyncSignal
from aldis._event import Event
from aldis._naming import AnySignal, Items, Names, Values
from aldis._static import MISSING
from aldis._sync_signal import Signal

if TYPE_CHECKING:
    from aldis._declares import (
        DeclaresAsyncEvent,
        DeclaresAsyncSignal,
        DeclaresEvent,
        DeclaresSignal,
    )
    from aldis._typevars import Q, R, S


class Namespace(Names, Mapping[str, AnySignal]):
    """A thread-safe mapping of names to signals and events, for programs that look them up by name.

    If you import signals as attributes of a module, you need no namespace. `namespace[name]` raises
    `SignalNotFoundError`, a `KeyError`, if there is no such signal. `del namespace[name]` and
    `discard` remove a name.

    Example:
        >>> from aldis import Namespace
        >>> signals = Namespace()
        >>> @signals.signal
        ... def saved(sender: object, /, *, path: str) -> None: ...
        >>> signals["saved"] is saved, signals.signal("saved") is saved, list(signals)
        (True, True, ['saved'])
    """

    @overload
    def signal(self, name: str, /) -> Signal[Any, ..., Any]: ...
    @overload
    def signal(
        self, spec: Callable[Concatenate[S, Q], R], /, *, name: str | None = None
    ) -> Signal[S, Q, R]: ...
    @overload
    def signal(self, /, *, name: str) -> DeclaresSignal: ...
    def signal(self, spec: Any = MISSING, /, *, name: str | None = None) -> Any:
        """Declare a signal under its name, or return the signal with a name.

        A name without a declaration gives an untyped signal; a later declaration of that name keeps
        its receivers. Declaring the same signal again, as a reloaded module does, returns the
        existing signal.

        Args:
            spec: A declaration, or a name.
            name: The name of the declared signal; by default, that of the declaration. If it is the
                only argument, a decorator is returned.

        Returns:
            The signal, which is now in the namespace.

        Raises:
            DeclarationError: The declaration cannot declare a signal.
            DuplicateSignalError: The name has another declaration, or another kind of signal.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                accept the declared payload.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> signals.signal("saved") is signals.signal("saved")
            True
            >>> @signals.signal(name="user-created")
            ... def user_created(sender: object, /, *, user_id: int) -> None: ...
            >>> signals["user-created"] is user_created
            True
        """
        return self._named_or_declared(Signal, spec, name)

    @overload
    def async_signal(self, name: str, /) -> AsyncSignal[Any, ..., Any]: ...
    @overload
    def async_signal(
        self,
        spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]],
        /,
        *,
        name: str | None = None,
    ) -> AsyncSignal[S, Q, R]: ...
    @overload
    def async_signal(self, /, *, name: str) -> DeclaresAsyncSignal: ...
    def async_signal(self, spec: Any = MISSING, /, *, name: str | None = None) -> Any:
        """Declare an async signal under its name, or return the async signal with a name.

        Args:
            spec: A declaration, or a name.
            name: The name of the declared signal; by default, that of the declaration. If it is the
                only argument, a decorator is returned.

        Returns:
            The signal, which is now in the namespace.

        Raises:
            DeclarationError: The declaration cannot declare a signal.
            DuplicateSignalError: The name has another declaration, or another kind of signal.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                accept the declared payload.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> @signals.async_signal
            ... async def stored(sender: object, /, *, key: str) -> None: ...
            >>> signals.async_signal("stored") is stored
            True
        """
        return self._named_or_declared(AsyncSignal, spec, name)

    @overload
    def event(self, name: str, /) -> Event[..., Any]: ...
    @overload
    def event(self, spec: Callable[Q, R], /, *, name: str | None = None) -> Event[Q, R]: ...
    @overload
    def event(self, /, *, name: str) -> DeclaresEvent: ...
    def event(self, spec: Any = MISSING, /, *, name: str | None = None) -> Any:
        """Declare an event under its name, or return the event with a name; see `signal`.

        Args:
            spec: A declaration, or a name.
            name: The name of the declared event; by default, that of the declaration. If it is the
                only argument, a decorator is returned.

        Returns:
            The event, which is now in the namespace.

        Raises:
            DeclarationError: The declaration cannot declare an event.
            DuplicateSignalError: The name has another declaration, or another kind of signal.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                accept the declared payload.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> @signals.event
            ... def renamed(name: str) -> None: ...
            >>> signals.event("renamed") is renamed
            True
        """
        return self._named_or_declared(Event, spec, name)

    @overload
    def async_event(self, name: str, /) -> AsyncEvent[..., Any]: ...
    @overload
    def async_event(
        self, spec: Callable[Q, Coroutine[Any, Any, R]], /, *, name: str | None = None
    ) -> AsyncEvent[Q, R]: ...
    @overload
    def async_event(self, /, *, name: str) -> DeclaresAsyncEvent: ...
    def async_event(self, spec: Any = MISSING, /, *, name: str | None = None) -> Any:
        """Declare an async event under its name, or return the async event with a name.

        Args:
            spec: A declaration, or a name.
            name: The name of the declared event; by default, that of the declaration. If it is the
                only argument, a decorator is returned.

        Returns:
            The event, which is now in the namespace.

        Raises:
            DeclarationError: The declaration cannot declare an async event.
            DuplicateSignalError: The name has another declaration, or another kind of signal.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                accept the declared payload.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> @signals.async_event
            ... async def stopped(reason: str) -> None: ...
            >>> signals.async_event("stopped") is stopped
            True
        """
        return self._named_or_declared(AsyncEvent, spec, name)

    def discard(self, name: str, /) -> bool:
        """Remove a name, if there is such a signal.

        The signal itself keeps its receivers and goes on working. You can declare the name again,
        also as another kind of signal.

        Args:
            name: The name to remove.

        Returns:
            Whether it was there.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> saved = signals.signal("saved")
            >>> signals.discard("saved"), signals.discard("saved"), list(signals)
            (True, False, [])
        """
        return self._signals.pop(name, None) is not None

    def __delitem__(self, name: str, /) -> None:
        try:
            del self._signals[name]
        except KeyError:
            raise self._not_found(name) from None

    def __getitem__(self, name: str, /) -> AnySignal:
        try:
            return self._signals[name]
        except KeyError:
            raise self._not_found(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter([*self._signals])

    def __len__(self) -> int:
        return len(self._signals)

    def items(self) -> ItemsView[str, AnySignal]:
        """Return a view of the names with their signals; a loop uses a snapshot.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> saved = signals.event("saved")
            >>> signals.items() == {("saved", saved)}
            True
        """
        return Items(self._signals)

    def values(self) -> ValuesView[AnySignal]:
        """Return a view of the signals; a loop uses a snapshot.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> saved = signals.event("saved")
            >>> list(signals.values()) == [saved]
            True
        """
        return Values(self._signals)

    def __repr__(self) -> str:
        return f"<Namespace of {', '.join([*self._signals]) or 'no signals'}>"
