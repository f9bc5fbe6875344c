"""The declaration of a signal to show, with evaluated types."""

from __future__ import annotations

import inspect
import sys
from inspect import Parameter, Signature
from typing import Final, TypeAlias, TypeGuard, get_args

from sphinx.util.inspect import evaluate_signature

from aldis import AsyncSignal, AsyncSignalMethod, Signal, SignalMethod
from aldis._core import AsyncSenders
from aldis._event_identity import EventIdentity, EventMethodIdentity, OfInstance
from aldis._identity import SignalIdentity

AnySignal: TypeAlias = SignalIdentity
_SIGNALS: Final = (Signal, AsyncSignal)
_EVENTS: Final = (EventIdentity, EventMethodIdentity)


def is_signal(thing: object) -> TypeGuard[AnySignal]:
    """Whether something is a signal or an event, but not one of a single instance."""
    return isinstance(thing, (*_SIGNALS, *_EVENTS)) and not isinstance(thing, OfInstance)


def flags_of(signal: AnySignal) -> tuple[str, ...]:
    """Return the options of `py:signal` for the kind of a signal."""
    is_async = ("async",) if isinstance(signal, AsyncSenders) else ()
    return (*is_async, "event") if has_no_sender(signal) else is_async


def has_no_sender(signal: AnySignal) -> bool:
    """Whether a signal is an event, whose receivers get no sender."""
    return isinstance(signal, _EVENTS)


def signature_of(signal: AnySignal) -> Signature:
    """Return the declared signature, with annotations evaluated if their names are found.

    The sender type of a signal that instances send is their class; that of `Signal[App]()` is
    `App`. An event has no sender and no `self`.
    """
    spec = signal.__dict__.get("__wrapped__")
    declared = signal._registry.payload.signature
    signature = evaluate_signature(declared, getattr(spec, "__globals__", None))
    if has_no_sender(signal):
        return signature
    sender, *payload = signature.parameters.values()
    if sender.annotation is Parameter.empty:
        sender = sender.replace(annotation=_class_of_sender(signal))
    return signature.replace(parameters=[sender, *payload])


def _class_of_sender(signal: AnySignal) -> object:
    arguments = get_args(getattr(signal, "__orig_class__", None))
    if arguments:
        return arguments[0]
    owner: object = sys.modules.get(signal.__module__ or "")
    *path, name = signal.__qualname__.split(".")
    for part in path:
        owner = getattr(owner, part, None)
    if isinstance(owner, type):
        declared = inspect.getattr_static(owner, name, None)
        if isinstance(declared, (SignalMethod, AsyncSignalMethod)):
            return owner
    return Parameter.empty
