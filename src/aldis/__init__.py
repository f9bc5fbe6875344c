"""Typed signals: declared by the signature that their receivers must accept."""

from aldis._async_signal import AsyncBoundSignal, AsyncSignal, AsyncSignalMethod
from aldis._core import ANY, AnySender
from aldis._namespace import Namespace
from aldis._sync_signal import BoundSignal, Signal, SignalMethod

__all__ = (
    "ANY",
    "AnySender",
    "AsyncBoundSignal",
    "AsyncSignal",
    "AsyncSignalMethod",
    "BoundSignal",
    "Namespace",
    "Signal",
    "SignalMethod",
)
