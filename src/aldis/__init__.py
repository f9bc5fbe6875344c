"""Typed signals: declared by the signature that their receivers must accept.

PYTEST_DONT_REWRITE: the package has no assertions, so pytest does not warn if it is already loaded.
"""

import os
import sys
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
    from aldis import observing as observing
    from aldis._debugging._switch import debug
    from aldis._observe import observe

__version__ = "0.1.0.dev0"

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
    "debug",
    "observe",
)


# attributes that are loaded on first access, and their modules ("" for a submodule of aldis)
_LATER = {"debug": "aldis._debugging._switch", "observe": "aldis._observe", "observing": ""}


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_LATER})  # including what is not loaded yet


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # as above

    where = _LATER[name]
    found: object = getattr(import_module(where), name) if where else import_module(f"aldis.{name}")
    globals()[name] = found
    return found


if os.environ.get("ALDIS_DEBUG", str(int(sys.flags.dev_mode))) not in {
    "",
    "0",
}:  # pragma: no cover  # tests run this in other processes
    from aldis._debugging._switch import debug

    debug(on=True)
