"""What senders and receivers are, where they are no plain objects and functions."""

from __future__ import annotations

from types import FunctionType, MethodType, ModuleType
from typing import Any, Final, TypeAlias, cast

from aldis._core import ANY, Registry
from aldis._core._compile import namespace
from aldis._core._identity import value_of
from aldis._identity import SignalIdentity
from aldis.blinker.base import Signal as UntypedSignal

AnySignal: TypeAlias = "SignalIdentity | UntypedSignal[Any, ...]"
_PLAIN: Final = (bool, int, str, type(None))
SENDING: Final = frozenset({"gather", "send", "send_async", "send_robust"})


def signal_sent_by(receiver: object) -> AnySignal | None:
    """Return the signal whose `send` a receiver is, or None if it is no such thing."""
    if isinstance(receiver, MethodType):
        owner: object = receiver.__self__
        if isinstance(owner, UntypedSignal):
            untyped = cast("UntypedSignal[Any, ...]", owner)
            return untyped if receiver.__name__ in SENDING else None
        receiver = receiver.__func__
    if isinstance(receiver, FunctionType) and receiver.__globals__ is namespace:
        cells: list[object] = [cell.cell_contents for cell in receiver.__closure__ or ()]
        registries = [registry for registry in cells if isinstance(registry, Registry)]
        return cast("SignalIdentity | None", registries[0].owner() if registries else None)
    return None


def describe_sender(sender: object) -> str:
    """Return what to call a sender, without asking it for its `repr`."""
    if sender is ANY or type(sender) in _PLAIN:
        return repr(sender)
    value = value_of(sender)  # of a subclass
    if value is not None:
        return repr(value)
    if isinstance(sender, ModuleType):
        return sender.__name__
    if isinstance(sender, (type, FunctionType)):
        return sender.__qualname__
    return f"one {type(sender).__qualname__}"
