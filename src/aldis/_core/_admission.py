"""Refuses receivers that cannot be connected to a signal, with the reason."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from aldis._core._describe import describe, shown
from aldis._core._identity import is_method, is_temporary_method
from aldis._core._kinds import kind_of
from aldis._core._target import target_of
from aldis._core._verify import objection, verdict_key
from aldis._static import MISSING, class_name, look_up
from aldis.exceptions import (
    AsyncReceiverError,
    IncompatibleReceiverError,
    ReceiverError,
    WeakReceiverError,
)

if TYPE_CHECKING:
    from types import CodeType

    from aldis._core._kinds import Kind
    from aldis._core._payload import Payload, VerdictKey
    from aldis._core._target import AnyReceiver

# for each payload, which then starts over: a program may create functions without limit
VERDICTS_KEPT: Final = 512

_NEVER_RUNS: Final = (
    "it is {} function and its body would never run, since nothing iterates over its result; "
    "connect a function without `yield`"
)

ReceiverErrorT = TypeVar("ReceiverErrorT", bound=ReceiverError)


if TYPE_CHECKING:

    class Admitting(Protocol):
        """The registry of a signal, which admits receivers."""

        @property
        def name(self) -> str: ...
        @property
        def payload(self) -> Payload: ...
        @property
        def takes_async(self) -> bool: ...


def admit(
    registry: Admitting,
    receiver: AnyReceiver,
    *,
    weak: bool,
    priority: object = 0,
    via: object = None,
) -> Payload:
    """Check a receiver before it is connected.

    Returns:
        The payload that the receiver accepts.

    Raises:
        ReceiverError: It is not callable or its body would never run, the priority is not an int,
            or `via` is not callable.
        AsyncReceiverError: It is async and the signal is not.
        IncompatibleReceiverError: It does not accept the payload.
        WeakReceiverError: It should be held weakly, but would be garbage-collected immediately.
    """
    if not issubclass(type(priority), int):
        reason = f"its priority is {shown(priority)}; pass an int, higher goes first"
        raise refusal(ReceiverError, registry, receiver, reason)
    if via is not None and not callable(via):
        reason = f"its via is {shown(via)}; pass a function that takes the call to make"
        raise refusal(ReceiverError, registry, receiver, reason)
    payload = registry.payload.settle()
    takes_async = registry.takes_async or via is not None
    verdict = verdict_key(receiver)
    if verdict is not None and _is_admitted(verdict, payload, takes_async=takes_async):
        return payload
    kind = _judge(registry, receiver, payload, takes_async=takes_async)
    if weak and is_temporary_method(receiver):
        reason = (
            "each attribute access makes a new object, which would be garbage-collected "
            "immediately; connect it with weak=False"
        )
        raise refusal(WeakReceiverError, registry, receiver, reason)
    if verdict is not None:
        _remember(verdict, payload, kind)
    return payload


def _judge(
    registry: Admitting, receiver: AnyReceiver, payload: Payload, *, takes_async: bool
) -> Kind:
    """Check that a receiver can be called with the payload; return its kind.

    Raises:
        ReceiverError: As for `admit`.
    """
    if not _may_be_called(receiver):
        raise refusal(ReceiverError, registry, receiver, _not_callable(receiver, payload))
    target = target_of(receiver)
    if target.is_endless:
        reason = "its `__call__` leads back to itself; connect the function that it should call"
        raise refusal(ReceiverError, registry, receiver, reason)
    kind = kind_of(target)
    if kind == "coroutine" and not takes_async:
        awaited = "AsyncSignal" if payload.gives_sender else "AsyncEvent"
        reason = (
            "it is async and would never be awaited; "
            f"declare an {awaited}, or connect a plain function"
        )
        raise refusal(AsyncReceiverError, registry, receiver, reason)
    if kind == "async generator":
        raise refusal(AsyncReceiverError, registry, receiver, _NEVER_RUNS.format(f"an {kind}"))
    if kind == "generator" and not payload.is_iterated:
        reason = _NEVER_RUNS.format(f"a {kind}") + ", or declare the result as an `Iterable`"
        raise refusal(ReceiverError, registry, receiver, reason)
    misfit = objection(receiver, payload) if payload.declared else None
    if misfit is not None:
        raise refusal(IncompatibleReceiverError, registry, receiver, misfit)
    return kind


def _may_be_called(thing: object) -> bool:
    """Whether it is callable. A signal only looks so: calling it raises a helpful error."""
    return callable(thing) and look_up(type(thing), "_is_signal") is MISSING


def _not_callable(thing: object, payload: Payload) -> str:
    """Return why something that is not callable is refused, with the way out."""
    kind = type(thing)
    if thing is MISSING:
        if not payload.gives_sender:
            return "write `@event.connect` without parentheses, or `@event.connect_via()`"
        return (
            "write `@signal.connect` without parentheses, or `@signal.connect_via(sender)` for one "
            "sender"
        )
    if issubclass(kind, classmethod):
        return "a classmethod object is not callable; connect the attribute of its class"
    if look_up(kind, "connect") is not MISSING and look_up(kind, "send") is not MISSING:
        return "a signal is not callable; connect its `send`"
    return "it is not callable; connect a function, or an object with `__call__`"


def _is_admitted(
    verdict: tuple[VerdictKey, CodeType], payload: Payload, *, takes_async: bool
) -> bool:
    key, code = verdict
    known = payload.admitted.get(key)
    if known is None and takes_async:
        known = payload.admitted_async.get(key)
    return known is not None and known() is code


def _remember(verdict: tuple[VerdictKey, CodeType], payload: Payload, kind: Kind) -> None:
    key, code = verdict
    admitted = payload.admitted_async if kind == "coroutine" else payload.admitted
    if len(admitted) >= VERDICTS_KEPT:
        admitted.clear()
    admitted[key] = weakref.ref(code)  # so that the code is not kept alive


def not_weak(registry: Admitting, receiver: AnyReceiver) -> WeakReceiverError:
    """Return the error for a receiver whose type has no weak references."""
    kind = type(receiver.__self__ if is_method(receiver) else receiver)
    if issubclass(kind, staticmethod):
        reason = (
            "'staticmethod' objects cannot be weakly referenced; put @staticmethod above the "
            "decorator that connects it, or connect it with weak=False"
        )
        return refusal(WeakReceiverError, registry, receiver, reason)
    reason = (
        f"{class_name(kind)!r} objects cannot be weakly referenced; connect it with weak=False, "
        "or give their class a '__weakref__' slot"
    )
    return refusal(WeakReceiverError, registry, receiver, reason)


def refusal(
    kind: type[ReceiverErrorT], registry: Admitting, receiver: object, reason: str
) -> ReceiverErrorT:
    """Return the error for a receiver that is refused."""
    payload = registry.payload
    signal = registry.name + (payload.text if payload.declared else "")
    return kind(signal, describe(receiver), reason)
