"""All tables, by the names that the pages call them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _about_tables import machine, peers, reached
from _cost_tables import (
    adapter,
    connecting,
    crowds,
    first,
    first_sends,
    halves,
    imports,
    making,
    memory,
    side_by_side,
    threads,
)
from _names import ALDIS
from _send_tables import (
    awaited,
    bound,
    events,
    gathered,
    kinds,
    listeners,
    more,
    one_sender,
    payload,
    receivers,
    robust,
    row,
    sends,
    undeclared,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _figures import Figures

TABLES: Mapping[str, Callable[[Figures], str]] = {
    "adapter": adapter,
    "awaited": awaited,
    "bound": bound,
    "changes": lambda figures: crowds(
        figures,
        "connect and disconnect, every sender",
        ("blinker", "Django, cached", ALDIS),
        "among 10",
    ),
    "changes and sends": lambda figures: crowds(
        figures,
        "connect, send, disconnect, every sender",
        ("blinker", "Django, cached", ALDIS),
        "among 10",
    ),
    "connecting": connecting,
    "events": events,
    "first": first,
    "first sends": first_sends,
    "functions": lambda figures: receivers(figures, "function"),
    "gathered": gathered,
    "halves": halves,
    "imports": imports,
    "kinds": kinds,
    "listeners": listeners,
    "machine": machine,
    "making": making,
    "memory": memory,
    "methods": lambda figures: receivers(figures, "method"),
    "more": more,
    "one sender": one_sender,
    "payload": payload,
    "peers": peers,
    "reached": reached,
    "robust": robust,
    "row": row,
    "same sender": lambda figures: crowds(figures, "the same sender"),
    "sends": sends,
    "side by side": side_by_side,
    "threads": threads,
    "turns": lambda figures: crowds(figures, "every sender in turn"),
    "undeclared": undeclared,
}
