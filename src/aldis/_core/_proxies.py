"""Senders that stand for another object: the receivers of that object do not hear them.

Senders are compared by identity, and a proxy such as Flask's `current_app` is an object of its own.
So a send from a proxy raises a warning, if the signal has receivers of one sender and none of this
one. To ask the proxy what is behind it would run code of a user.
"""

from __future__ import annotations

import sys
import weakref
from _warnings import warn  # that of `warnings`, which CPython 3.15 does not load by itself
from typing import TYPE_CHECKING, Final

from aldis._static import MISSING, class_name, look_up
from aldis.exceptions import AldisWarning

if TYPE_CHECKING:
    from aldis._core._registry import Registry

# the addresses of classes that are no proxies; a program may make some without end
ORDINARY: Final[dict[int, None]] = {}
_ORDINARY_KEPT: Final = 1024

_CLASS: Final = look_up(object, "__class__")


def heed_proxy(registry: Registry, sender: object) -> None:
    """Warn of a sender that has no receivers of its own and is a proxy."""
    kind = type(sender)
    if not is_proxy(kind):
        if len(ORDINARY) >= _ORDINARY_KEPT:
            ORDINARY.clear()
        ORDINARY[id(kind)] = None
        return
    warn(
        f"signal {registry.name} is sent from a proxy, an object of type {class_name(kind)!r}: "
        "senders are compared by identity, so receivers of the object behind it do not hear that; "
        "send from that object, in Flask `current_app._get_current_object()`",
        AldisWarning,
        stacklevel=3,  # where it is sent
    )


def is_proxy(kind: type) -> bool:
    """Whether the objects of a class say that they are of another one, as mocks do, too."""
    # no `in`, which would ask a metaclass whether it is equal
    if kind is weakref.ProxyType or kind is weakref.CallableProxyType:
        return True
    if look_up(kind, "__class__") is _CLASS or look_up(kind, "_is_signal") is not MISSING:
        return False  # a typed view of a signal of blinker's sends as what it is
    mock = getattr(sys.modules.get("unittest.mock"), "NonCallableMock", None)
    return mock is None or not issubclass(kind, mock)
