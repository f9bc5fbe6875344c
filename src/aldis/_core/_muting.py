"""Mutes a sender, or all of them, while blocks are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._connection import UNMERGED, connections_of, has_died, route_from
from aldis._core._lock import lock

if TYPE_CHECKING:
    from aldis._core._connection import Route
    from aldis._core._connections import Connections


def mute(table: Connections, sender: object, blocks: int = 1) -> None:
    """Add to the number of blocks that mute this sender, or all senders for `ANY`."""
    while True:
        version, known = table.version, table.route(sender)
        if known is not None and has_died(known):
            table.drop(known)
            continue
        route = route_from(sender, table.on_sender_died) if known is None else known
        after = table.muted.get(route.key, 0) + blocks
        if after < 0:
            return  # its sender and with it this block were garbage-collected
        try:
            if _set_blocks(table, route, after, version, is_new=known is None):
                return
        except BaseException:  # out of memory
            if known is None:
                table.drop(route)
            raise


def _set_blocks(
    table: Connections, route: Route, blocks: int, version: int, *, is_new: bool
) -> bool:
    """Store the number of blocks that mute a sender, if the version is unchanged."""
    muted, key = table.muted, route.key
    routes, name = table.place_of(route)
    ends = not blocks and not connections_of(route) and routes.get(name) is route
    routed = len(table.routes) + len(table.values) + is_new > ends
    snapshot, plain = table.after_change_of(route, routed=routed)
    following = version + 1
    _gone = (table.plain, table.snapshot, route.snapshot)
    with lock:
        if table.version != version:
            return False
        if is_new:
            routes[name] = route
        if ends:
            del routes[name]
        if blocks:
            muted[key] = blocks
        else:
            del muted[key]
        route.snapshot = UNMERGED
        table.snapshot = snapshot
        table.plain = plain
        table.routed = routed
        table.version = following
    return True
