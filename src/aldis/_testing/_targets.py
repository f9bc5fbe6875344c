"""Finds the signals in the arguments of test helpers: signals, events, namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from aldis._bound import BoundConnectable
from aldis._core import ANY, Senders
from aldis._core._identity import is_any, value_of
from aldis._event_identity import OfInstance

if TYPE_CHECKING:
    from aldis import (
        AsyncBoundSignal,
        AsyncEvent,
        AsyncEventMethod,
        AsyncSignal,
        BoundSignal,
        Event,
        EventMethod,
        Signal,
        blinker,
    )
    from aldis._core import Kind, Registry

    # to a type checker, an event of one instance is an `Event`, too
    WholeSignal: TypeAlias = (
        Signal[Any, ..., Any]
        | AsyncSignal[Any, ..., Any]
        | Event[..., Any]
        | AsyncEvent[..., Any]
        | EventMethod[Any, ..., Any]
        | AsyncEventMethod[Any, ..., Any]
        | blinker.Signal[Any, ...]
    )
    OneSignal: TypeAlias = (
        WholeSignal | BoundSignal[Any, ..., Any] | AsyncBoundSignal[Any, ..., Any]
    )
    # a namespace is a mapping of names to signals
    WholeSignals: TypeAlias = WholeSignal | Iterable[WholeSignal] | Mapping[str, WholeSignal]
    Signals: TypeAlias = OneSignal | Iterable[OneSignal] | Mapping[str, OneSignal]


class Target(NamedTuple):
    """A signal, with the registry that its sends go through, and the expected sender."""

    signal: object
    registry: Registry
    sender: object = ANY

    @property
    def kind(self) -> Kind:
        """The kind of the signal, which tells whether it has senders."""
        return self.registry.payload.kind

    def is_hit(self, signal: object, sender: object) -> bool:
        """Whether a send of this signal, from this sender, belongs to the target."""
        return self.signal is signal and is_sender(sender, self.sender)


def each_signal(given: object) -> Iterator[Any]:
    """Yield the signals in an argument.

    Raises:
        TypeError: Something is not a signal.
    """
    if isinstance(given, (Senders, BoundConnectable)):
        yield given
    elif isinstance(given, Mapping):
        yield from each_signal([*cast("Mapping[object, object]", given).values()])
    elif isinstance(given, Iterable) and not isinstance(given, str):
        for one in cast("Iterable[object]", given):
            yield from each_signal(one)
    else:
        message = f"expected a signal, an event, a namespace or an iterable of them, got {given!r}"
        raise TypeError(message)


def target_of(signal: Any, sender: object = ANY) -> Target:
    """Return the target for a signal, or for one with a single sender.

    Raises:
        TypeError: It is a view of a signal of blinker itself, whose sends cannot be observed.
    """
    if isinstance(signal, BoundConnectable):
        bound = cast("BoundConnectable[Any, ..., Any]", signal)
        return target_of(bound._signal, bound.sender)
    registry: Registry = signal._sending_registry
    if isinstance(signal, OfInstance):
        sender = signal._heard
    return Target(registry.owner(), registry, sender)


def is_sender(sender: object, expected: object) -> bool:
    """Whether a sender is the expected one, compared as signals do; `ANY` matches all."""
    if is_any(expected) or sender is expected:
        return True
    value = value_of(sender)
    return value is not None and value == value_of(expected)
