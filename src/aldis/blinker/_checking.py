"""Checks a payload with the code that sends it for a declared signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from aldis._core import Registry, SyncSenders, payload_of, sender_in
from aldis.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from aldis._core import Payload

    # the result of a send: one receiver, and its result
    Checked: TypeAlias = tuple[tuple[object, tuple[object, dict[str, Any]]]]

# the options of blinker's `send` and `send_async`
_OPTIONS: Final = ("_async_wrapper", "_sync_wrapper")


def _anything(sender: object, /, **payload: object) -> None: ...


class PayloadCheck(SyncSenders):
    """Takes the arguments of a signal's send, and returns the sender and the payload.

    Nothing is sent, so no observer is notified.

    Raises:
        DeclarationError: blinker's signals cannot send this payload.
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
            """Make the function of a method on first use."""
            if method != "send_async":
                return sender_in(self, method)
            check = PayloadCheck.__new__(PayloadCheck)
            check._registry = self._registry
            function = sender_in(check, "send")
            function.__qualname__ += "_async"  # shown in errors
            return self.__dict__.setdefault(method, function)


def _refuse_what_blinker_cannot_send(payload: Payload, declaration: str) -> None:
    if payload.by_position or payload.star is not None:
        reason = "it has positional payload, but blinker sends by keyword; put '*' after the sender"
        raise DeclarationError(declaration, reason)
    for option in _OPTIONS:
        if option in payload.names:
            reason = (
                f"{option!r} is an option of blinker; pass it to `typed` as {option.lstrip('_')!r}"
            )
            raise DeclarationError(declaration, reason)


class _OneReceiver:
    """A minimal registry for sending code, with one receiver that returns its arguments."""

    def __init__(self, registry: Registry, payload: Payload) -> None:
        self.name = registry.name
        self.owner = registry.owner
        self.payload = payload
        self.settle = registry.settle if payload is registry.payload else payload.settle
        self.plain = (_Entry(),)


class _Entry:
    """The snapshot entry of that receiver."""

    bind = None
    order = 0

    def __call__(self) -> Callable[..., tuple[object, dict[str, Any]]]:
        return _sent


def _sent(sender: object, /, **payload: Any) -> tuple[object, dict[str, Any]]:
    return sender, payload
