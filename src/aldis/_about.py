"""Signals about a signal: who was connected to it, who was disconnected from it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Concatenate, Generic, Protocol, TypeVar, cast, overload

from aldis._typevars import Q, R, S

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._core import Registry
    from aldis._sync_signal import Signal


class HasRegistry(Protocol):
    """Any signal."""

    @property
    def _registry(self) -> Registry: ...


# the signal that is told about: to its listeners the sender is of its own type
SignalT = TypeVar("SignalT", bound=HasRegistry)


class AboutSignal(Generic[S, Q, R]):
    """A signal that each signal has about itself, made when it is asked for the first time.

    Its listeners cannot undo what they are told of: what they raise is logged, as by `send_robust`.
    """

    def __init__(self, spec: Callable[Concatenate[S, Q], R]) -> None:
        self._spec = spec
        self.__doc__ = spec.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type, /) -> AboutSignal[S, Q, R]: ...
    @overload
    def __get__(self, instance: SignalT, owner: type, /) -> Signal[SignalT, Q, R]: ...
    def __get__(
        self, instance: SignalT | None, owner: type, /
    ) -> AboutSignal[S, Q, R] | Signal[SignalT, Q, R]:
        if instance is None:
            return self
        from aldis._sync_signal import Signal  # noqa: PLC0415  # a class that is made with this one

        # of two threads that ask at once, both get the one that was entered first; from then on the
        # instance's attribute is found instead of this descriptor
        about: Signal[SignalT, Q, R]
        about = instance.__dict__.setdefault(self._name, Signal(self._spec))
        signal = weakref.ref(instance)

        def tell(**payload: object) -> None:
            sender = signal()
            if sender is not None:
                send = cast("Callable[..., object]", about.send_robust)
                send(sender, **payload)

        setattr(instance._registry, f"on_{self._name.removeprefix('receiver_')}", tell)
        return about
