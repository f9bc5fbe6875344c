"""Checks a payload by the very code with which a declared signal sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aldis._core import Registry, SyncSenders, sender_in

if TYPE_CHECKING:
    from collections.abc import Callable

    Checked: TypeAlias = tuple[object, dict[str, Any]]


class PayloadCheck(SyncSenders):
    """Takes what a signal's sends take, and returns the sender and the payload.

    Nothing is sent, so nobody observes it, whoever observes all signals.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = cast("Registry", _OneReceiver(registry))

    def sent(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Checked:
        """Return the sender and the payload of a send.

        Raises:
            TypeError: The payload is not what was declared.
        """
        ((_, checked),) = getattr(self, method)(*args, **kwargs)
        return cast("Checked", checked)

    if not TYPE_CHECKING:

        def __getattr__(self, method: str) -> object:
            """Make the function of a method when it is first asked for."""
            return sender_in(self, method)


class _OneReceiver:
    """A registry, as far as the code of a send asks, of a receiver that returns what it is sent."""

    def __init__(self, registry: Registry) -> None:
        self.name = registry.name
        self.owner = registry.owner
        self.payload = registry.payload
        self.settle = registry.settle
        self.plain = (_Entry(),)


class _Entry:
    """What stands in a snapshot for that receiver."""

    bind = None
    order = 0

    def __call__(self) -> Callable[..., Checked]:
        return _sent


def _sent(sender: object, /, **payload: Any) -> Checked:
    return sender, payload
