"""The registry of a signal, made on first use: many signals are never used."""

from __future__ import annotations

from typing import Any

from aldis._core import Senders
from aldis.blinker._registry import UntypedRegistry


class Registered(Senders):
    """The base of a signal's methods."""

    __slots__ = ("_made",)  # the registry, which sends look for here

    _made: UntypedRegistry

    @property
    def _registry(self) -> UntypedRegistry:
        try:
            return self._made
        except AttributeError:
            return _make(self)

    @property
    def _sending_registry(self) -> UntypedRegistry:
        return self._registry


def _make(signal: Registered) -> UntypedRegistry:
    own: dict[str, Any] = signal.__dict__
    called = own.get("name", type(signal).__name__)  # the name for listeners
    # if two threads get here at once, both get the one that was stored first
    signal._made = own.setdefault("_registry", UntypedRegistry(signal, called))
    return signal._made
