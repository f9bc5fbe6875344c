"""What is said where a signal is used as that of another library would be, with the way out."""

from __future__ import annotations

from typing import Final

# what others call it
_SEND: Final = ("dispatch", "emit", "fire", "notify", "publish", "send_messages", "trigger")
_CONNECT: Final = ("add_listener", "add_receiver", "listen", "on", "subscribe")
_DISCONNECT: Final = ("off", "remove_listener", "remove_receiver", "unsubscribe")
_OWN_NAMES: Final = {
    **dict.fromkeys(_SEND, "send"),
    **dict.fromkeys(_CONNECT, "connect"),
    **dict.fromkeys(_DISCONNECT, "disconnect"),
    "send_async": "send",
    "send_catch_log": "send_robust",
}


def no_attribute(signal: object, name: str) -> AttributeError:
    """Return the error for an attribute that a signal has not."""
    message = f"{type(signal).__name__!r} object has no attribute {name!r}"
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
