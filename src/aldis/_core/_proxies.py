"""Warns of senders that are proxies: receivers of the object behind them are not called.

Senders are compared by identity, and a proxy such as Flask's `current_app` is an object of its own.
So a send from a proxy raises a warning if the signal has receivers for single senders, but none for
the proxy. Asking the proxy for the object behind it would run user code.
"""

from __future__ import annotations

import sys
import weakref
from _warnings import warn  # CPython 3.15 does not load `warnings` by itself
from typing import TYPE_CHECKING, Final

from aldis._static import MISSING, class_name, look_up
from aldis.exceptions import AldisWarning

if TYPE_CHECKING:
    from aldis._core._registry import Registry

# the addresses of classes that are not proxies; a program may use any number
ORDINARY: Final[dict[int, None]] = {}
_ORDINARY_KEPT: Final = 1024

_CLASS: Final = look_up(object, "__class__")


def heed_proxy(registry: Registry, sender: object) -> None:
    """Warn of a sender that is a proxy and has no receivers of its own."""
    kind = type(sender)
    if not is_proxy(kind):
        if len(ORDINARY) >= _ORDINARY_KEPT:
            ORDINARY.clear()
        ORDINARY[id(kind)] = None
        return
    warn(
        f"signal {registry.name} is sent from a proxy, an object of type {class_name(kind)!r}: "
        "senders are compared by identity, so receivers of the object behind it are not called; "
        "send from that object, in Flask `current_app._get_current_object()`",
        AldisWarning,
        stacklevel=3,  # the line that sends
    )


def is_proxy(kind: type) -> bool:
    """Whether the objects of a class claim another class; mocks do so, too, but do not count."""
    # no `in`, which would call a metaclass's `__eq__`
    if kind is weakref.ProxyType or kind is weakref.CallableProxyType:
        return True
    if look_up(kind, "__class__") is _CLASS or look_up(kind, "_is_signal") is not MISSING:
        return False  # a typed view of a blinker signal is not a proxy
    mock = getattr(sys.modules.get("unittest.mock"), "NonCallableMock", None)
    return mock is None or not issubclass(kind, mock)
