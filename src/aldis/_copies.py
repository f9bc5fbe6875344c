"""Copies and pickles of signals: by name, like functions, or as new signals without receivers."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Protocol, TypeVar

from aldis._core import Payload, payload_of
from aldis.exceptions import SignalCopyError

if TYPE_CHECKING:
    from aldis._core import Kind

    class Named(Protocol):
        """A signal with the attributes of its declaration."""

        __name__: str
        __qualname__: str
        _declared: Payload | None
        _kind: Kind

        def _make_all(self) -> None: ...


SignalT = TypeVar("SignalT", bound="Named")

UNNAMED = "<unnamed>"
_ABOUT = ("receiver_connected", "receiver_disconnected")
# attributes that a new signal makes itself; its send functions have names like "<...>"
_MADE_ANEW = {"_registry", "_declared", *_ABOUT}


def names_of(signal: Named) -> tuple[str, ...]:
    """Return the names that a signal may have in its module: its own, and its declaration's."""
    spec = signal.__dict__.get("__wrapped__")
    own = signal.__qualname__
    return (own, spec.__qualname__) if type(spec) is FunctionType else (own,)


def name_in_module(signal: Named) -> str | None:
    """Return the name of a signal in its module, or in any module if it has none."""
    modules = [sys.modules.get(signal.__module__)] if signal.__module__ else sys.modules.values()
    for name in names_of(signal):
        first, *rest = name.split(".")
        for module in tuple(modules):
            found: object = getattr(module, "__dict__", {}).get(first)
            for part in rest:
                found = getattr(found, part, None)
            if found is signal:
                return name
    return None


def state_of(signal: Named) -> dict[str, object]:
    """Return the attributes that a copy of a signal takes over.

    Raises:
        SignalCopyError: The signal has receivers, or a receiver for its connections.
    """
    own = signal.__dict__
    if own.get("_registry") or any(own[name].receivers for name in _ABOUT if name in own):
        raise cannot_be_copied(signal)
    return {name: value for name, value in own.items() if name not in _MADE_ANEW and name[0] != "<"}


def new_like(kind: type[SignalT], state: dict[str, object]) -> SignalT:
    """Return a new signal with this state."""
    signal = kind.__new__(kind)
    take_over(signal, state)
    return signal


def take_over(signal: Named, state: dict[str, object]) -> None:
    """Give a new signal the name and declaration of another."""
    signal.__dict__.update(state)
    spec = signal.__dict__.get("__wrapped__")
    signal._declared = None if spec is None else payload_of(spec, signal._kind)
    signal._make_all()


def cannot_be_copied(signal: Named) -> SignalCopyError:
    """Return the error for a signal that cannot be copied, with the way out."""
    way_out = "keep it in a module or class under the name it was declared with"
    if signal.__name__ == UNNAMED:
        way_out = "give it a `name=`, and keep it in a module under that"
    return SignalCopyError(signal.__qualname__, way_out)
