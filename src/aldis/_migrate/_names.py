"""The names of signal libraries and of their classes and functions."""

from __future__ import annotations

from typing import Final, Literal

Role = Literal["Signal", "NamedSignal", "Namespace", "signal", "global", "ANY"]

_ROLES: Final[dict[str, Role]] = {
    "ANY": "ANY",
    "NamedSignal": "NamedSignal",
    "Namespace": "Namespace",
    "Signal": "Signal",
    "WeakNamespace": "Namespace",
    "default_namespace": "global",
    "signal": "signal",
}
_PACKAGES: Final = ("blinker.base.", "blinker.", "aldis.blinker.base.", "aldis.blinker.")
# other modules that export blinker's names
_BORROWERS: Final = ("flask.signals.", "quart.signals.")

GLOBAL: Final = "blinker.default_namespace"
SIGNAL_CLASSES: Final = ("blinker.base.Signal", "aldis.blinker.base.Signal")
NAMESPACE_CLASSES: Final = ("blinker.base.Namespace", "aldis.blinker.base.Namespace")
DJANGO: Final = (
    "django.dispatch.Signal",
    "django.dispatch.dispatcher.Signal",
    "django.db.models.signals.ModelSignal",
)
PYDISPATCHER: Final = ("pydispatch.", "scrapy.utils.signal.")

SENDING: Final = frozenset({"send", "send_async", "send_robust"})
OPTIONS: Final = frozenset({"_async_wrapper", "_sync_wrapper"})
CONNECTING: Final = frozenset(
    {"connect", "connect_via", "connected_to", "temporarily_connected_to"}
)
# the attributes that signals have at every level
HARMLESS: Final = frozenset(
    {
        "__doc__",
        "disconnect",
        "has_receivers_for",
        "is_muted",
        "muted",
        "name",
        "receivers_for",
    }
)


def role_of(full_name: str) -> Role | None:
    """Return which part of blinker a full name stands for."""
    for package in _PACKAGES:
        if full_name.startswith(package):
            return _ROLES.get(full_name[len(package) :])
    for package in _BORROWERS:
        if full_name.startswith(package) and full_name.endswith(".Namespace"):
            return "Namespace"
    return None


def is_library(module: str) -> bool:
    """Whether a module belongs to blinker or to its adapter."""
    return module.partition(".")[0] == "blinker" or f"{module}.".startswith("aldis.")
