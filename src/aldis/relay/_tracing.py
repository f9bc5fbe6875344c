"""Lets a trace of OpenTelemetry go on in the process that a message arrives in.

OpenTelemetry is never loaded here: a program that has not loaded it has no trace.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator

    from aldis.relay._message import Message

_CARRIED: Final = ("traceparent", "tracestate", "baggage")


def trace_here() -> dict[str, str] | None:
    """Return the attributes that name the current trace; None if there is none."""
    if "opentelemetry.trace" not in sys.modules:
        return None
    # redis-py loads it for its own ends: where nobody traces, that must cost little
    context: Any = sys.modules["opentelemetry.context"]
    if not context.get_current():
        return None
    from opentelemetry import propagate  # noqa: PLC0415  # it is loaded

    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return {name: carrier[name] for name in _CARRIED if name in carrier}


@contextmanager
def trace_of(message: Message) -> Generator[None, None, None]:
    """Go on with the trace of a message for the length of a `with` block."""
    if message.traceparent is None or "opentelemetry.trace" not in sys.modules:
        yield
        return
    from opentelemetry import context, propagate  # noqa: PLC0415  # it is loaded

    found = {name: getattr(message, name) for name in _CARRIED}
    carrier = {name: text for name, text in found.items() if text is not None}
    token = context.attach(propagate.extract(carrier))
    try:
        yield
    finally:
        context.detach(token)
