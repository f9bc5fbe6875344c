"""Copies of signals: by name, as of functions, or new ones like them without receivers."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Protocol, TypeVar

from aldis._core import Payload, payload_of
from aldis.exceptions import SignalCopyError

if TYPE_CHECKING:
    from aldis._core import Kind

    class Named(Protocol):
        """A signal, with what it takes over from its declaration."""

        __name__: str
        __qualname__: str
        _declared: Payload | None
        _kind: Kind

        def _make_all(self) -> None: ...


SignalT = TypeVar("SignalT", bound="Named")

UNNAMED = "<unnamed>"
_ABOUT = ("receiver_connected", "receiver_disconnected")
# what a new signal makes itself; the functions that send are in "<...>"
_MADE_ANEW = {"_registry", "_declared", *_ABOUT}


def names_of(signal: Named) -> tuple[str, ...]:
    """Return what a signal may be kept as in its module: its name, and that of its declaration."""
    spec = signal.__dict__.get("__wrapped__")
    own = signal.__qualname__
    return (own, spec.__qualname__) if type(spec) is FunctionType else (own,)


def name_in_module(signal: Named) -> str | None:
    """Return the name under which a signal is kept in its module, or in any if it has none."""
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
    """Return what a new signal takes over from one.

    Raises:
        SignalCopyError: It has receivers, or somebody is told of its connections.
    """
    own = signal.__dict__
    if own.get("_registry") or any(own[name].receivers for name in _ABOUT if name in own):
        raise cannot_be_copied(signal)
    return {name: value for name, value in own.items() if name not in _MADE_ANEW and name[0] != "<"}


def new_like(kind: type[SignalT], state: dict[str, object]) -> SignalT:
    """Return a new signal of that state."""
    signal = kind.__new__(kind)
    take_over(signal, state)
    return signal


def take_over(signal: Named, state: dict[str, object]) -> None:
    """Let a new signal be named and declared as another is."""
    signal.__dict__.update(state)
    spec = signal.__dict__.get("__wrapped__")
    signal._declared = None if spec is None else payload_of(spec, signal._kind)
    signal._make_all()


def cannot_be_copied(signal: Named) -> SignalCopyError:
    """Return the error that says so."""
    way_out = "keep it in a module or class under the name it was declared with"
    if signal.__name__ == UNNAMED:
        way_out = "give it a `name=`, and keep it in a module under that"
    return SignalCopyError(signal.__qualname__, way_out)
