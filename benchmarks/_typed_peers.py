"""Typed signals without a sender: of ezpubsub, and the own ones of NiceGUI and mitmproxy.

All are the real packages. NiceGUI and mitmproxy are programs; others copy their signal classes,
which are a module each. Each is used as its own documentation or code shows: ezpubsub sends one
object, NiceGUI sends by position, and mitmproxy sends by keyword.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import make_dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from _way import Receiver, Way, declare, here

if TYPE_CHECKING:
    from collections.abc import Sequence

# not all of them are where the types of this file are checked, or have a wheel for every Python
ezpubsub: Any = import_module("ezpubsub")
mitmproxy_signals: Any = import_module("mitmproxy.utils.signals")
nicegui: Any = None
with suppress(ImportError):
    nicegui = import_module("nicegui")

DISTRIBUTIONS = ("ezpubsub", "nicegui", "mitmproxy")


class Ezpubsub(Way):
    """Sends one object, of a dataclass; receivers read it, as those of the dict of lists do."""

    name = "ezpubsub"
    send = "signal.publish(Changed({values}))"
    connects = "signal.subscribe({what})"
    disconnects = "signal.unsubscribe({what})"
    disconnects_method = "signal.unsubscribe(listener)"

    @cached_property
    def payload(self) -> type:
        return make_dataclass("Changed", self.values)

    @cached_property
    def parameters(self) -> str:
        return "data"

    @property
    def body(self) -> str:
        return "; ".join(f"{name} = data.{name}" for name in self.values) or "..."

    def new_signal(self) -> object:
        return ezpubsub.Signal[self.payload]("changed")

    def connect(self, receiver: Receiver) -> object:
        return self.signal.subscribe(receiver)

    def known(self) -> dict[str, object]:
        return {**super().known(), "Changed": self.payload}


class NiceGui(Way):
    """Outside of any page, where there is no context to enter."""

    name = "NiceGUI"
    is_here = nicegui is not None
    send = "signal.emit({values})"
    connects = "signal.subscribe({what})"
    disconnects = "signal.unsubscribe({what})"

    @cached_property
    def parameters(self) -> str:
        return ", ".join(self.values)

    def new_signal(self) -> object:
        return nicegui.Event()

    def connect(self, receiver: Receiver) -> object:
        return self.signal.subscribe(receiver)


class Mitmproxy(Way):
    name = "mitmproxy"
    send = "signal.send({keywords})"

    @cached_property
    def parameters(self) -> str:
        return ", ".join(["*", *self.values]) if self.values else ""

    def new_signal(self) -> object:
        return mitmproxy_signals.SyncSignal(declare([*self.values]))


TYPED_PEERS: Sequence[type[Way]] = here((Ezpubsub, NiceGui, Mitmproxy))
