"""Signals by name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, ItemsView, Iterator, Mapping, ValuesView
from typing import Any, Concatenate, Final, TypeAlias, TypeVar, cast, overload

from aldis._async_event import AsyncEvent
from aldis._async_signal import AsyncSignal
from aldis._event import Event
from aldis._sync_signal import Signal
from aldis._typevars import Q, R, S
from aldis.exceptions import DuplicateSignalError, SignalNotFoundError

AnySignal: TypeAlias = (
    "Signal[Any, ..., Any] | AsyncSignal[Any, ..., Any] | Event[..., Any] | AsyncEvent[..., Any]"
)
_KindT = TypeVar(
    "_KindT",
    "Signal[Any, ..., Any]",
    "AsyncSignal[Any, ..., Any]",
    "Event[..., Any]",
    "AsyncEvent[..., Any]",
)
# by which method signals of a kind are declared, and looked up
_METHODS: Final[tuple[tuple[type[AnySignal], str], ...]] = (
    (Signal, "signal"),
    (AsyncSignal, "async_signal"),
    (Event, "event"),
    (AsyncEvent, "async_event"),
)


class Namespace(Mapping[str, AnySignal]):
    """A thread-safe mapping of names to signals and events, for programs that look them up by name.

    A module of signals is namespace enough where they are known by attribute. `namespace[name]`
    raises `SignalNotFoundError`, a `KeyError`, if there is no such signal. `del namespace[name]`
    and `discard` forget a name.

    Example:
        >>> from aldis import Namespace
        >>> signals = Namespace()
        >>> @signals.signal
        ... def saved(sender: object, /, *, path: str) -> None: ...
        >>> signals["saved"] is saved, signals.signal("saved") is saved, list(signals)
        (True, True, ['saved'])
    """

    def __init__(self) -> None:
        # every change is one step of the dict, `setdefault`, `pop` or `del`: so it needs no lock.
        # It is read by `[*...]`, which is one step, too; `tuple` is not, without a GIL.
        self._signals: dict[str, AnySignal] = {}

    @overload
    def signal(self, name: str, /) -> Signal[Any, ..., Any]: ...
    @overload
    def signal(self, spec: Callable[Concatenate[S, Q], R], /) -> Signal[S, Q, R]: ...
    def signal(
        self, spec: str | Callable[Concatenate[S, Q], R], /
    ) -> Signal[Any, ..., Any] | Signal[S, Q, R]:
        """Declare a signal under its name, or return the one signal of a name.

        A name that nobody declared yet gives an untyped signal, which a later declaration of that
        name takes over with its receivers. Declaring the same again, as a reloaded module does,
        gives the signal that is there.

        Args:
            spec: A declaration, or a name.

        Returns:
            The signal, which the namespace has from now on.

        Raises:
            DeclarationError: The declaration cannot declare a signal.
            DuplicateSignalError: The name has another declaration, or is of another kind.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                take what it declares.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> signals.signal("saved") is signals.signal("saved")
            True
        """
        return self._named(Signal, spec) if isinstance(spec, str) else self._declared(Signal, spec)

    @overload
    def async_signal(self, name: str, /) -> AsyncSignal[Any, ..., Any]: ...
    @overload
    def async_signal(
        self, spec: Callable[Concatenate[S, Q], Coroutine[Any, Any, R]], /
    ) -> AsyncSignal[S, Q, R]: ...
    def async_signal(
        self, spec: str | Callable[Concatenate[S, Q], Coroutine[Any, Any, R]], /
    ) -> AsyncSignal[Any, ..., Any] | AsyncSignal[S, Q, R]:
        """Declare an async signal under its name, or return the one async signal of a name.

        Args:
            spec: A declaration, or a name.

        Returns:
            The signal, which the namespace has from now on.

        Raises:
            DeclarationError: The declaration cannot declare a signal.
            DuplicateSignalError: The name has another declaration, or is of another kind.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                take what it declares.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> @signals.async_signal
            ... async def stored(sender: object, /, *, key: str) -> None: ...
            >>> signals.async_signal("stored") is stored
            True
        """
        if isinstance(spec, str):
            return self._named(AsyncSignal, spec)
        return self._declared(AsyncSignal, spec)

    @overload
    def event(self, name: str, /) -> Event[..., Any]: ...
    @overload
    def event(self, spec: Callable[Q, R], /) -> Event[Q, R]: ...
    def event(self, spec: str | Callable[Q, R], /) -> Event[..., Any] | Event[Q, R]:
        """Declare an event under its name, or return the one event of a name; see `signal`.

        Args:
            spec: A declaration, or a name.

        Returns:
            The event, which the namespace has from now on.

        Raises:
            DeclarationError: The declaration cannot declare an event.
            DuplicateSignalError: The name has another declaration, or is of another kind.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                take what it declares.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> @signals.event
            ... def renamed(name: str) -> None: ...
            >>> signals.event("renamed") is renamed
            True
        """
        return self._named(Event, spec) if isinstance(spec, str) else self._declared(Event, spec)

    @overload
    def async_event(self, name: str, /) -> AsyncEvent[..., Any]: ...
    @overload
    def async_event(self, spec: Callable[Q, Coroutine[Any, Any, R]], /) -> AsyncEvent[Q, R]: ...
    def async_event(
        self, spec: str | Callable[Q, Coroutine[Any, Any, R]], /
    ) -> AsyncEvent[..., Any] | AsyncEvent[Q, R]:
        """Declare an async event under its name, or return the one async event of a name.

        Args:
            spec: A declaration, or a name.

        Returns:
            The event, which the namespace has from now on.

        Raises:
            DeclarationError: The declaration cannot declare an async event.
            DuplicateSignalError: The name has another declaration, or is of another kind.
            IncompatibleReceiverError: A receiver that was connected before the declaration cannot
                take what it declares.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> @signals.async_event
            ... async def stopped(reason: str) -> None: ...
            >>> signals.async_event("stopped") is stopped
            True
        """
        if isinstance(spec, str):
            return self._named(AsyncEvent, spec)
        return self._declared(AsyncEvent, spec)

    def discard(self, name: str, /) -> bool:
        """Forget a name, if there is such a signal.

        The signal itself keeps its receivers, and goes on working wherever it is kept. The name is
        free: declare it anew, also as another kind.

        Args:
            name: The name to forget.

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
        """Return a view of the names with their signals; a loop goes over those that it has now.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> saved = signals.event("saved")
            >>> signals.items() == {("saved", saved)}
            True
        """
        return _Items(self._signals)

    def values(self) -> ValuesView[AnySignal]:
        """Return a view of the signals; a loop goes over those that it has now.

        Example:
            >>> from aldis import Namespace
            >>> signals = Namespace()
            >>> saved = signals.event("saved")
            >>> list(signals.values()) == [saved]
            True
        """
        return _Values(self._signals)

    def __repr__(self) -> str:
        return f"<Namespace of {', '.join([*self._signals]) or 'no signals'}>"

    def _not_found(self, name: str) -> SignalNotFoundError:
        known = [*self._signals]
        return SignalNotFoundError(name, tuple(known))

    def _named(self, kind: type[_KindT], name: str) -> _KindT:
        signal = self._signals.get(name) or self._signals.setdefault(name, kind(name=name))
        if not isinstance(signal, kind):
            raise DuplicateSignalError(name, repr(signal), f"look it up by `{_method_of(signal)}`")
        return signal

    def _declared(self, kind: type[_KindT], spec: Callable[..., Any]) -> _KindT:
        declared = cast("Callable[[object], _KindT]", kind)(spec)
        name = declared.__name__
        signal = self._signals.setdefault(name, declared)
        if not isinstance(signal, kind):
            method = _method_of(signal)
            way_out = f"choose another name, declare it by `{method}`, or `discard({name!r})` first"
            raise DuplicateSignalError(name, repr(signal), way_out)
        if (
            signal is declared
            or signal._is_declared_as(declared)
            or signal._adopt(declared)
            or signal._is_declared_as(declared)  # by another thread, just now
        ):
            return signal
        way_out = (
            "choose another name, look the signal up instead of declaring it, "
            f"or `discard({name!r})` first"
        )
        raise DuplicateSignalError(name, repr(signal), way_out)


def _method_of(signal: AnySignal) -> str:
    return next(method for kind, method in _METHODS if kind in type(signal).__mro__)


class _Items(ItemsView[str, AnySignal]):
    """Goes over what is there when it begins, whoever forgets a name meanwhile."""

    def __init__(self, signals: dict[str, AnySignal]) -> None:
        super().__init__(signals)
        self._signals = signals

    def __iter__(self) -> Iterator[tuple[str, AnySignal]]:
        return iter([*self._signals.items()])


class _Values(ValuesView[AnySignal]):
    """Goes over what is there when it begins, whoever forgets a name meanwhile."""

    def __init__(self, signals: dict[str, AnySignal]) -> None:
        super().__init__(signals)
        self._signals = signals

    def __iter__(self) -> Iterator[AnySignal]:
        return iter([*self._signals.values()])
