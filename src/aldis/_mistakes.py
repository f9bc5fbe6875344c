"""Errors for using a signal like one of another library, with the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# the names in other libraries
_SEND: Final = ("dispatch", "emit", "fire", "notify", "publish", "send_messages", "trigger")
_CONNECT: Final = ("add_listener", "add_receiver", "listen", "on")
_DISCONNECT: Final = ("off", "remove_listener", "remove_receiver", "unsubscribe")
_OWN_NAMES: Final = {
    **dict.fromkeys(_SEND, "send"),
    **dict.fromkeys(_CONNECT, "connect"),
    **dict.fromkeys(_DISCONNECT, "disconnect"),
    "send_async": "send",
    "send_catch_log": "send_robust",
}
# methods of signals, which a type such as `Signal[int]` does not have
METHODS: Final = (
    "connect",
    "connect_via",
    "connected_to",
    "disconnect",
    "disconnect_all",
    "gather",
    "gather_robust",
    "has_receivers_for",
    "limited",
    "muted",
    "next",
    "receivers_for",
    "send",
    "send_robust",
    "subscribe",
    "wait",
)
_OF_INSTANCES: Final = (*METHODS, "receivers")
_OF_ASYNC: Final = ("gather", "gather_robust", "limited")


def no_attribute(signal: object, name: str) -> AttributeError:
    """Return the error for an attribute that a signal does not have."""
    kind: str = getattr(type(signal), "_shown_as", type(signal).__name__)
    message = f"{kind!r} object has no attribute {name!r}"
    is_of_instances = getattr(type(signal), "_kind", None) == "event of instances"
    if is_of_instances and name in _OF_INSTANCES and _would_have(signal, name):
        event: str = getattr(signal, "__name__", "event")
        message += (
            f": each instance has its own, `instance.{event}.{name}`; to receive from all "
            "instances, declare it with `Signal.method`"
        )
        return AttributeError(message, name=name, obj=signal)
    own = _OWN_NAMES.get(name)
    if own is not None:
        message += f"; use {own!r} instead"
    return AttributeError(message, name=name, obj=signal)


def _would_have(signal: object, name: str) -> bool:
    """Whether the event of an instance has this method: only async events gather."""
    return name not in _OF_ASYNC or hasattr(type(signal), "gather")


def not_called(name: str, kind: str = "Signal") -> TypeError:
    """Return the error for calling a signal, which says how to send and declare one."""
    return TypeError(
        f"signal {name} cannot be called; send it with `.send(...)`. To declare a signal, write "
        f"`@{kind}` without parentheses, or `{kind}(function, name=...)`"
    )


def not_made(kind: str) -> Callable[..., object]:
    """Return a method for types such as `Signal[int]`, which says to make a signal first."""

    def method(*_: object, **__: object) -> object:
        raise TypeError(
            f"{kind}[...] is a type, not a signal; call it to make one: `changed = {kind}[...]()`"
        )

    return method
