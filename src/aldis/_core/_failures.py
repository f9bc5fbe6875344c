"""Writes down what may not stop a send: the failure of one of many, on the logger `aldis`.

What failed is called by its name and place: its `repr` would be code of the user's that runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aldis._core._describe import describe

if TYPE_CHECKING:
    from aldis._core._target import AnyReceiver


if TYPE_CHECKING:

    class Named(Protocol):
        """What has the name of a signal: its registry."""

        name: str


def failed(registry: Named, receiver: AnyReceiver, error: Exception) -> Exception:
    """Log what a receiver raised, and return it in the place of a result."""
    receiver_failed(registry.name, receiver, error)
    return error


def receiver_failed(signal: str, receiver: AnyReceiver, error: BaseException) -> None:
    """Log what a receiver raised."""
    _log("%s of signal %s failed", describe(receiver), signal, error)


def not_delivered(signal: str, receiver: AnyReceiver, error: Exception) -> None:
    """Log why a receiver was not called by the `via` of its connection."""
    _log("%s of signal %s was not called", describe(receiver), signal, error)


def observer_failed(registry: Named, observer: object, error: Exception) -> None:
    """Log what an observer raised, which is no matter of the send."""
    _log("%s of signal %s failed", describe(observer, "observer"), registry.name, error)


def _log(message: str, who: str, signal: str, error: BaseException) -> None:
    import logging  # noqa: PLC0415  # only what failed pays for it

    logging.getLogger("aldis").error(message, who, signal, exc_info=error)
