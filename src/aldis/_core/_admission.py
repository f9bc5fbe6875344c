"""Refuses receivers that cannot be connected to a signal, with the reason."""

from __future__ import annotations

from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, TypeVar

from aldis._core._identity import is_function, is_method, is_partial, is_temporary_method
from aldis._core._verify import is_async, objection, verdict_key
from aldis.exceptions import (
    AsyncReceiverError,
    IncompatibleReceiverError,
    ReceiverError,
    WeakReceiverError,
)

if TYPE_CHECKING:
    from aldis._core._connection import AnyReceiver
    from aldis._core._payload import Payload

# by a payload, which then starts anew: a program may make code without end
VERDICTS_KEPT = 512

ReceiverErrorT = TypeVar("ReceiverErrorT", bound=ReceiverError)


def admit(
    registry: Any, receiver: AnyReceiver, *, weak: bool, priority: object = 0
) -> Payload:
    """Check a receiver before it is connected.

    Returns:
        The payload that it was found to take.

    Raises:
        ReceiverError: It is not callable, or the priority is not an int.
        AsyncReceiverError: It is async and the signal is not.
        IncompatibleReceiverError: It cannot take the payload.
        WeakReceiverError: It is to be held weakly, and would be gone at once.
    """
    if not isinstance(priority, int):
        reason = f"its priority is {priority!r}; give an int, the higher goes first"
        raise refusal(ReceiverError, registry, receiver, reason)
    payload = registry.payload.settle()
    verdict = verdict_key(receiver)
    if verdict is not None and payload.admitted.get(verdict[0]) is verdict[1]:
        return payload
    if not callable(receiver):
        raise refusal(
            ReceiverError,
            registry,
            receiver,
            "it is not callable; connect a function, or an object with `__call__`",
        )
    if not registry.takes_async and is_async(receiver):
        reason = (
            "it is async and would never be awaited; "
            "declare an AsyncSignal, or connect a plain function"
        )
        raise refusal(AsyncReceiverError, registry, receiver, reason)
    misfit = objection(receiver, payload) if payload.declared else None
    if misfit is not None:
        raise refusal(IncompatibleReceiverError, registry, receiver, misfit)
    if weak and is_temporary_method(receiver):
        reason = (
            "it is made anew by each attribute access and would be gone at once; "
            "connect it with weak=False"
        )
        raise refusal(WeakReceiverError, registry, receiver, reason)
    if verdict is not None:
        if len(payload.admitted) >= VERDICTS_KEPT:
            payload.admitted.clear()
        payload.admitted[verdict[0]] = verdict[1]
    return payload


def not_weak(registry: Any, receiver: AnyReceiver) -> WeakReceiverError:
    """Return the error for a receiver whose type has no weak references."""
    kind = type(receiver.__self__ if is_method(receiver) else receiver)
    reason = (
        f"{kind.__qualname__!r} objects cannot be weakly referenced; connect it with weak=False, "
        "or give their class a '__weakref__' slot"
    )
    return refusal(WeakReceiverError, registry, receiver, reason)


def refusal(
    kind: type[ReceiverErrorT], registry: Any, receiver: object, reason: str
) -> ReceiverErrorT:
    """Return the error for a receiver that is refused."""
    payload = registry.payload
    signal = registry.name + (payload.text if payload.declared else "")
    return kind(signal, describe(receiver), reason)


def describe(receiver: object) -> str:
    """Return how messages call a receiver: by its name and place, where its own type tells them."""
    if is_method(receiver):
        return describe(receiver.__func__)
    if is_partial(receiver):
        return f"partial of {describe(receiver.func)}"
    if is_function(receiver):
        code = receiver.__code__
        return f"receiver {receiver.__qualname__!r} ({code.co_filename}:{code.co_firstlineno})"
    if type(receiver) is BuiltinFunctionType or is_temporary_method(receiver):
        return f"receiver {receiver.__qualname__!r}"
    if issubclass(type(receiver), type):
        # by the slot of `type`: a metaclass may have a property of that name
        return f"class {type.__dict__['__qualname__'].__get__(receiver)!r}"
    return f"an object of type {type(receiver).__qualname__!r}"
