"""Logs failures that must not stop a send, on the logger `aldis`.

Messages use names and places of receivers: a `repr` would run user code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aldis._core._describe import describe

if TYPE_CHECKING:
    from aldis._core._target import AnyReceiver


if TYPE_CHECKING:

    class Named(Protocol):
        """The registry of a signal, which has its name."""

        name: str


def failed(registry: Named, receiver: AnyReceiver, error: Exception) -> Exception:
    """Log an exception of a receiver, and return it as the result."""
    receiver_failed(registry.name, receiver, error)
    return error


def receiver_failed(signal: str, receiver: AnyReceiver, error: BaseException) -> None:
    """Log an exception of a receiver."""
    _log("%s of signal %s failed", describe(receiver), signal, error)


def not_delivered(signal: str, receiver: AnyReceiver, error: Exception) -> None:
    """Log why a receiver was not called by the `via` of its connection."""
    _log("%s of signal %s was not called", describe(receiver), signal, error)


def observer_failed(registry: Named, observer: object, error: Exception) -> None:
    """Log an exception of an observer, which does not affect the send."""
    _log("%s of signal %s failed", describe(observer, "observer"), registry.name, error)


def _log(message: str, who: str, signal: str, error: BaseException) -> None:
    import logging  # noqa: PLC0415  # loaded on first use

    logging.getLogger("aldis").error(message, who, signal, exc_info=error)
