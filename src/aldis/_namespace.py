"""Signals by name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, Concatenate, TypeAlias, TypeVar, cast, overload

from aldis._async_signal import AsyncSignal
from aldis._sync_signal import Signal
from aldis._typevars import Q, R, S
from aldis.exceptions import DuplicateSignalError, SignalNotFoundError

AnySignal: TypeAlias = "Signal[Any, ..., Any] | AsyncSignal[Any, ..., Any]"
_KindT = TypeVar("_KindT", "Signal[Any, ..., Any]", "AsyncSignal[Any, ..., Any]")


class Namespace(Mapping[str, AnySignal]):
    """A thread-safe mapping of names to signals, for those who look signals up by name.

    A module of signals is namespace enough where they are known by attribute. `namespace[name]`
    raises `SignalNotFoundError`, a `KeyError`, where there is no such signal.

    Example:
        >>> from aldis import Namespace
        >>> signals = Namespace()
        >>> @signals.signal
        ... def saved(sender: object, /, *, path: str) -> None: ...
        >>> signals["saved"] is saved, signals.signal("saved") is saved, list(signals)
        (True, True, ['saved'])
    """

    def __init__(self) -> None:
        # names are only ever added, by `setdefault`, which is one step: so it needs no lock
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
            DuplicateSignalError: The name has another declaration, or an async signal.
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
            DuplicateSignalError: The name has another declaration, or a signal that is not async.
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

    def __getitem__(self, name: str, /) -> AnySignal:
        try:
            return self._signals[name]
        except KeyError:
            raise SignalNotFoundError(name, tuple(self._signals)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._signals))

    def __len__(self) -> int:
        return len(self._signals)

    def __repr__(self) -> str:
        return f"<Namespace of {', '.join(self._signals) or 'no signals'}>"

    def _named(self, kind: type[_KindT], name: str) -> _KindT:
        signal = self._signals.get(name) or self._signals.setdefault(name, kind(name=name))
        if not isinstance(signal, kind):
            method = "signal" if isinstance(signal, Signal) else "async_signal"
            raise DuplicateSignalError(name, repr(signal), f"look it up by `{method}`")
        return signal

    def _declared(self, kind: type[_KindT], spec: Callable[..., Any]) -> _KindT:
        declared = cast("Callable[[object], _KindT]", kind)(spec)
        signal = self._signals.setdefault(declared.__name__, declared)
        if isinstance(signal, kind) and (
            signal is declared
            or signal._is_declared_as(declared)
            or signal._adopt(declared)
            or signal._is_declared_as(declared)  # by another thread, just now
        ):
            return signal
        way_out = "choose another name, or look the signal up instead of declaring it"
        raise DuplicateSignalError(declared.__name__, repr(signal), way_out)
