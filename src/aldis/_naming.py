"""Stores the signals of a namespace, declares them and finds them."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, ValuesView
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar, cast

from aldis._async_event import AsyncEvent
from aldis._async_signal import AsyncSignal
from aldis._core._describe import shown
from aldis._event import Event
from aldis._static import MISSING
from aldis._sync_signal import Signal
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
# the method that declares and looks up each kind of signal
_METHODS: Final[tuple[tuple[type[AnySignal], str], ...]] = (
    (Signal, "signal"),
    (AsyncSignal, "async_signal"),
    (Event, "event"),
    (AsyncEvent, "async_event"),
)


class Names:
    """The signals of a namespace."""

    def __init__(self) -> None:
        # It needs no lock: every change is one atomic operation of the dict, `setdefault`, `pop` or
        # `del`. `[*...]` reads it atomically; `tuple` does not, without a GIL.
        self._signals: dict[str, AnySignal] = {}

    def _not_found(self, name: str) -> SignalNotFoundError:
        known = [*self._signals]
        return SignalNotFoundError(name, tuple(known))

    def _named_or_declared(self, kind: type[_KindT], spec: Any, name: object) -> object:
        if name is not None and not (isinstance(name, str) and name):
            method = f"Namespace.{_method_of(kind)}()"
            raise TypeError(f"{method} expected a string as 'name', got {shown(name)}")
        if isinstance(spec, str):
            if name is None:
                return self._named(kind, spec)
            message = f"{spec!r} is already a name; pass 'name' only together with a declaration"
            raise TypeError(message)
        if spec is not MISSING:
            return self._declared(kind, spec, name)
        if name is None:
            message = f"Namespace.{_method_of(kind)}() takes a declaration or a name"
            raise TypeError(message)
        return partial(self._declared, kind, name=name)

    def _named(self, kind: type[_KindT], name: str) -> _KindT:
        signal = self._signals.get(name) or self._signals.setdefault(name, kind(name=name))
        if not isinstance(signal, kind):
            raise DuplicateSignalError(
                name, repr(signal), f"look it up with `{_method_of(type(signal))}`"
            )
        return signal

    def _declared(
        self, kind: type[_KindT], spec: Callable[..., Any], name: str | None = None
    ) -> _KindT:
        declared = cast("Callable[..., _KindT]", kind)(spec, name=name)
        name = declared.__name__
        signal = self._signals.setdefault(name, declared)
        if not isinstance(signal, kind):
            method = _method_of(type(signal))
            way_out = f"use another name, declare it with `{method}`, or `discard({name!r})` first"
            raise DuplicateSignalError(name, repr(signal), way_out)
        if (
            signal is declared
            or signal._is_declared_as(declared)
            or signal._adopt(declared)
            or signal._is_declared_as(declared)  # another thread was faster
        ):
            return signal
        way_out = (
            "use another name, look the signal up instead of declaring it, "
            f"or `discard({name!r})` first"
        )
        raise DuplicateSignalError(name, repr(signal), way_out)


def _method_of(kind: type[AnySignal]) -> str:
    return next(method for base, method in _METHODS if base in kind.__mro__)


class Items(ItemsView[str, AnySignal]):
    """Iterates over a snapshot, so that other threads may remove names meanwhile."""

    def __init__(self, signals: dict[str, AnySignal]) -> None:
        super().__init__(signals)
        self._signals = signals

    def __iter__(self) -> Iterator[tuple[str, AnySignal]]:
        return iter([*self._signals.items()])


class Values(ValuesView[AnySignal]):
    """Iterates over a snapshot, so that other threads may remove names meanwhile."""

    def __init__(self, signals: dict[str, AnySignal]) -> None:
        super().__init__(signals)
        self._signals = signals

    def __iter__(self) -> Iterator[AnySignal]:
        return iter([*self._signals.values()])
