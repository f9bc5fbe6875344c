"""Writes down what may not stop a send: the failure of one of many, on the logger `aldis`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aldis._core._registry import Registry
    from aldis._core._connection import AnyReceiver


def failed(registry: Registry, receiver: AnyReceiver, error: Exception) -> Exception:
    """Log what a receiver raised, and return it in the place of a result."""
    _log("receiver %r of signal %s failed", receiver, registry.name, error=error)
    return error


def observer_failed(registry: Registry, observer: object, error: Exception) -> None:
    """Log what an observer raised, which is no matter of the send."""
    _log("observer %r of signal %s failed", observer, registry.name, error=error)


def _log(message: str, *facts: object, error: Exception) -> None:
    import logging  # noqa: PLC0415  # only what failed pays for it

    logging.getLogger("aldis").error(message, *facts, exc_info=error)
