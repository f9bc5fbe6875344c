"""What is said where a signal is used as that of another library would be, with the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# what others call it
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
# what only a signal can do, and not the type of one
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


def no_attribute(signal: object, name: str) -> AttributeError:
    """Return the error for an attribute that a signal has not."""
    kind: str = getattr(type(signal), "_shown_as", type(signal).__name__)
    message = f"{kind!r} object has no attribute {name!r}"
    if name in _OF_INSTANCES and getattr(signal, "_kind", None) == "event of instances":
        event: str = getattr(signal, "__name__", "event")
        message += (
            f": each instance has its own, `instance.{event}.{name}`; to hear all instances, "
            "declare it by `Signal.method`"
        )
        return AttributeError(message, name=name, obj=signal)
    own = _OWN_NAMES.get(name)
    if own is not None:
        message += f"; a signal has {own!r} for that"
    return AttributeError(message, name=name, obj=signal)


def not_called(name: str) -> TypeError:
    """Return the error for a call of a signal itself."""
    return TypeError(
        f"signal {name} cannot be called: it is sent by `.send(...)`; to declare one, write "
        "`@Signal` without parentheses, or `Signal(function, name=...)`"
    )


def not_made(kind: str) -> Callable[..., object]:
    """Return what stands for a method of a signal where only the type of one was written."""

    def method(*_: object, **__: object) -> object:
        raise TypeError(
            f"{kind}[...] is a type, not a signal; call it to make one: `changed = {kind}[...]()`"
        )

    return method
