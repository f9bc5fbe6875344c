"""Typed signals: declared by the signature that their receivers must accept.

There are no assertions here (PYTEST_DONT_REWRITE), so pytest need not warn if it is loaded later.
"""

import typing

from aldis._async_event import AsyncEvent, AsyncEventMethod
from aldis._async_signal import AsyncBoundSignal, AsyncSignal, AsyncSignalMethod
from aldis._core import ANY, AnySender
from aldis._event import Event, EventMethod
from aldis._namespace import Namespace
from aldis._subscription import Subscription
from aldis._sync_signal import BoundSignal, Signal, SignalMethod
from aldis.exceptions import AldisWarning

if typing.TYPE_CHECKING:
    from aldis._observe import observe

__all__ = (
    "ANY",
    "AldisWarning",
    "AnySender",
    "AsyncBoundSignal",
    "AsyncEvent",
    "AsyncEventMethod",
    "AsyncSignal",
    "AsyncSignalMethod",
    "BoundSignal",
    "Event",
    "EventMethod",
    "Namespace",
    "Signal",
    "SignalMethod",
    "Subscription",
    "observe",
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})  # `observe` is there before it is asked for


def __getattr__(name: str) -> object:
    if name != "observe":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aldis._observe import observe  # noqa: PLC0415  # who observes nothing does not load it

    globals()[name] = observe
    return observe
