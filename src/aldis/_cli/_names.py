"""Names of senders, and receivers that are the `send` of a signal."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Final, TypeAlias, cast

from aldis._cli._modules import names_in
from aldis._core import ANY, Registry
from aldis._core._compile import namespace
from aldis._core._identity import is_function, is_method, value_of
from aldis._identity import SignalIdentity
from aldis._static import class_name, is_class
from aldis.blinker.base import Signal as UntypedSignal

AnySignal: TypeAlias = "SignalIdentity | UntypedSignal[Any, ...]"
_PLAIN: Final = (bool, int, str, type(None))
SENDING: Final = frozenset({"gather", "gather_robust", "send", "send_async", "send_robust"})
WAY_OUT: Final = "to see them, start the command with: python -m aldis.blinker -m aldis"


def blinkers_own_signal() -> type[object] | None:
    """Return the class of blinker's own signals; None if blinker itself is not loaded."""
    kind = names_in(sys.modules.get("blinker")).get("Signal")
    if not issubclass(type(kind), type):
        return None
    own = cast("type[object]", kind)
    return None if issubclass(own, UntypedSignal) else own


def signal_sent_by(receiver: object) -> AnySignal | None:
    """Return the signal whose `send` a receiver is; None if it is something else."""
    # by type, since isinstance would read an object's `__class__`
    if is_method(receiver):
        owner: object = receiver.__self__
        receiver = receiver.__func__
        if issubclass(type(owner), UntypedSignal):
            is_send = is_function(receiver) and receiver.__name__ in SENDING
            return cast("UntypedSignal[Any, ...]", owner) if is_send else None
    if is_function(receiver) and receiver.__globals__ is namespace:
        cells: list[object] = [cell.cell_contents for cell in receiver.__closure__ or ()]
        registries = [registry for registry in cells if isinstance(registry, Registry)]
        return cast("SignalIdentity | None", registries[0].owner() if registries else None)
    return None


def describe_sender(sender: object) -> str:
    """Return a description of a sender, without calling its `repr`."""
    if sender is ANY or type(sender) in _PLAIN:
        return repr(sender)
    value = value_of(sender)  # of a subclass
    if value is not None:
        return repr(value)
    if issubclass(type(sender), ModuleType):
        return str(names_in(sender).get("__name__"))
    if is_class(sender):
        return class_name(sender)
    return sender.__qualname__ if is_function(sender) else f"one {class_name(type(sender))}"
