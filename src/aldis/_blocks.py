"""Connects and mutes for the length of a `with` block."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from aldis._core import mute

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from aldis._core import Registry, Via

    class Connects(Protocol):
        """A signal, or an event."""

        @property
        def _registry(self) -> Registry: ...
        @property
        def connect(self) -> Callable[..., object]: ...
        @property
        def disconnect(self) -> Callable[..., object]: ...


@contextmanager
def held(
    registry: Registry, receiver: Callable[..., object], sender: object
) -> Generator[None, None, None]:
    """Keep a receiver connected for the length of a `with` block."""
    connection = registry.hold(receiver, sender)
    del receiver, sender  # only the connection decides what is kept alive
    try:
        yield
    finally:
        registry.release(connection)


def with_via(via: Via | None, **options: Any) -> dict[str, Any]:
    """Add `via` to options of `connect` if it is given: a subclass's `connect` may not take it."""
    return options if via is None else {**options, "via": via}


def connects_by_its_own(signal: object, base: type) -> bool:
    """Whether a subclass, or the signal itself, overrides `connect` or `disconnect`."""
    # no generator expression: CPython 3.12 and 3.13 crash if there is no memory to make one
    for method in ("connect", "disconnect"):
        if getattr(getattr(signal, method), "__func__", None) is not vars(base)[method]:
            return True
    return False


@contextmanager
def connected(
    signal: Connects,
    receiver: Callable[..., object],
    heard: object,
    *sender: object,
    **options: Any,
) -> Generator[None, None, None]:
    """Connect with overridden methods of a signal for the length of a `with` block.

    Args:
        signal: A signal or event that overrides `connect` or `disconnect`.
        receiver: The receiver.
        heard: The sender to connect to.
        *sender: The same sender, if these methods take one.
        **options: Arguments for `connect`.
    """
    registry = signal._registry
    if registry.is_connected(receiver, heard):
        with held(registry, receiver, heard):
            yield
        return
    signal.connect(receiver, *sender, weak=False, **options)
    try:
        yield
    finally:
        signal.disconnect(receiver, *sender)


@contextmanager
def muted(registry: Registry, sender: object) -> Generator[None, None, None]:
    """Call no receivers for sends of this sender, or of `ANY`, during a `with` block."""
    mute(registry, sender)
    try:
        yield
    finally:
        mute(registry, sender, -1)
