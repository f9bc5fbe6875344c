"""Checks a payload by the very code with which a declared signal sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from aldis._core import Registry, SyncSenders, payload_of, sender_in
from aldis.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from aldis._core import Payload

    # as a send returns it: one receiver, and what it returned
    Checked: TypeAlias = tuple[tuple[object, tuple[object, dict[str, Any]]]]

# what blinker's `send` and `send_async` take for themselves
_OPTIONS: Final = ("_async_wrapper", "_sync_wrapper")


def _anything(sender: object, /, **payload: object) -> None: ...


class PayloadCheck(SyncSenders):
    """Takes what a signal's sends take, and returns the sender and the payload.

    Nothing is sent, so nobody observes it, whoever observes all signals.

    Raises:
        DeclarationError: The payload is one that blinker's signals cannot send.
    """

    def __init__(self, registry: Registry) -> None:
        payload = registry.payload
        if payload.declared:
            _refuse_what_blinker_cannot_send(payload, registry.name)
        else:
            payload = payload_of(_anything)
        self._registry = cast("Registry", _OneReceiver(registry, payload))

    if TYPE_CHECKING:

        def send(self, /, *args: object, **kwargs: object) -> Checked: ...
        def send_robust(self, /, *args: object, **kwargs: object) -> Checked: ...
        def send_async(self, /, *args: object, **kwargs: object) -> Checked: ...

    else:

        def __getattr__(self, method: str) -> object:
            """Make the function of a method when it is first asked for."""
            if method != "send_async":
                return sender_in(self, method)
            check = PayloadCheck.__new__(PayloadCheck)
            check._registry = self._registry
            function = sender_in(check, "send")
            function.__qualname__ += "_async"  # by which errors of the payload call it
            return self.__dict__.setdefault(method, function)


def _refuse_what_blinker_cannot_send(payload: Payload, declaration: str) -> None:
    if payload.by_position or payload.star is not None:
        reason = "it sends by position, and blinker's signals by keyword; put '*' after the sender"
        raise DeclarationError(declaration, reason)
    for option in _OPTIONS:
        if option in payload.names:
            reason = (
                f"blinker takes {option!r} for itself; give it to `typed` as {option.lstrip('_')!r}"
            )
            raise DeclarationError(declaration, reason)


class _OneReceiver:
    """A registry, as far as the code of a send asks, of a receiver that returns what it is sent."""

    def __init__(self, registry: Registry, payload: Payload) -> None:
        self.name = registry.name
        self.owner = registry.owner
        self.payload = payload
        self.settle = registry.settle if payload is registry.payload else payload.settle
        self.plain = (_Entry(),)


class _Entry:
    """What stands in a snapshot for that receiver."""

    bind = None
    order = 0

    def __call__(self) -> Callable[..., tuple[object, dict[str, Any]]]:
        return _sent


def _sent(sender: object, /, **payload: Any) -> tuple[object, dict[str, Any]]:
    return sender, payload
