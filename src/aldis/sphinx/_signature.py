"""What is shown of a signal: its declaration, with the types that can be found."""

from __future__ import annotations

import inspect
import sys
from inspect import Parameter, Signature
from typing import Any, TypeAlias, get_args

from sphinx.util.inspect import evaluate_signature

from aldis import AsyncSignal, AsyncSignalMethod, Signal, SignalMethod

AnySignal: TypeAlias = "Signal[Any, ..., Any] | AsyncSignal[Any, ..., Any]"
SIGNALS = (Signal, AsyncSignal)


def signature_of(signal: AnySignal) -> Signature:
    """Return the declared signature, its annotations evaluated where their names are found.

    The sender of a signal that instances send is their class; that of `Signal[App]()` is an `App`.
    """
    spec = signal.__dict__.get("__wrapped__")
    signature = evaluate_signature(signal.__signature__, getattr(spec, "__globals__", None))
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
