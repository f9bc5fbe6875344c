"""Checks a payload by the very code with which a declared signal sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aldis._core import Registry, SyncSenders, sender_in

if TYPE_CHECKING:
    from collections.abc import Callable


def payload_check(registry: Registry) -> Callable[..., list[tuple[object, dict[str, Any]]]]:
    """Return a function of the parameters of `send` that returns the payload, as a send would.

    It is no send: nobody observes it, whoever observes all signals.
    """
    check = sender_in(_Check(registry), "send")
    return cast("Callable[..., list[tuple[object, dict[str, Any]]]]", check)


class _Check(SyncSenders):
    """A signal, as far as `sender_in` asks."""

    def __init__(self, registry: Registry) -> None:
        self._registry = cast("Registry", _OneReceiver(registry))


class _OneReceiver:
    """A registry, as far as the code of a send asks, of a receiver that returns the payload."""

    def __init__(self, registry: Registry) -> None:
        self.name = registry.name
        self.payload = registry.payload
        self.plain = (_Entry(),)


class _Entry:
    """What stands in a snapshot for that receiver."""

    bind = None
    order = 0

    def __call__(self) -> Callable[..., dict[str, Any]]:
        return _payload_of


def _payload_of(_: object, /, **payload: Any) -> dict[str, Any]:
    return payload
