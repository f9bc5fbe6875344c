"""The invariants of a connection table, checked by tests while nothing changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._connection import (
    KeptConnection,
    KeptRoute,
    chain,
    connections_of,
    has_died,
    receiver_of,
)
from aldis._core._connections import EVERYONE
from aldis._core._snapshots import ASK, PLAIN, RECORDED, STALE, peek, via_of_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aldis._core._connection import Connection, Entry, Route
    from aldis._core._identity import ReceiverKey
    from aldis._core._registry import Registry


def faults(registry: Registry) -> list[str]:
    """Return descriptions of the faults in a signal's table."""
    return [
        *_faults_of_receivers(registry),
        *_faults_of_routes(registry),
        *_faults_of_muted(registry),
        *_faults_of_what_a_send_reads(registry),
    ]


def _faults_of_receivers(registry: Registry) -> Iterator[str]:
    for key, latest in registry.by_receiver.items():
        later = None
        for connection in chain(latest):
            if connection.key != key or connection.later is not later:
                yield f"{connection!r} is in the wrong place of a list"
            later = connection
            route = connection.route
            entered = _has(connections_of(route), connection)
            if not entered or not _has(_routes(registry), route):
                yield f"{connection!r} is in the list of its receiver, and no send finds it"
            yield from _faults_of_connection(registry, connection)


def _faults_of_connection(registry: Registry, connection: Connection) -> Iterator[str]:
    if connection.order is None or receiver_of(connection) is None:
        yield f"{connection!r} has ended and is still entered"
        return
    terms = connection.terms
    holding = terms is not None and (terms.strong or terms.holds > 0)
    kept = None if terms is None else terms.kept
    if isinstance(connection, KeptConnection) and not holding:
        yield f"{connection!r} is weak, and its receiver cannot be"
    if (kept is not None) is not holding:
        yield f"{connection!r} is {'strong' if holding else 'weak'} and {kept!r} is kept"
    elif kept is not None and registry.key_of(kept) != connection.key:
        yield f"{connection!r} keeps {kept!r}, which is another receiver"


def _routes(registry: Registry) -> list[Route]:
    return [registry.everyone, *registry.routes.values(), *registry.values.values()]


def _has(things: Iterable[object], wanted: object) -> bool:
    """Whether that very object is among them; equal weak references are not enough."""
    return any(thing is wanted for thing in things)


def _faults_of_routes(registry: Registry) -> Iterator[str]:
    for table in (registry.routes, registry.values):
        for name, route in table.items():
            there, its = registry.place_of(route)
            if there is not table or its != name:
                yield f"{route!r} is in the place of another"
            if not (connections_of(route) or route.key in registry.muted):
                yield f"{route!r} is unused and still entered"
    for route in _routes(registry):
        if has_died(route):
            yield f"{route!r} leads from a garbage-collected sender"
        if (route.only is not None and route.several is not None) or route.several == {}:
            yield f"{route!r} has its connections in two places"
        for connection in connections_of(route):
            listed = chain(registry.by_receiver.get(connection.key))
            if connection.route is not route or not _has(listed, connection):
                yield f"{connection!r} is found by sends, and not by its receiver"


def _faults_of_muted(registry: Registry) -> Iterator[str]:
    keys = {route.key for route in _routes(registry)}
    for key, blocks in registry.muted.items():
        if blocks < 1 or key not in keys:
            yield f"{key!r} is muted by {blocks} blocks, or is not to be found"
    if not isinstance(registry.everyone, KeptRoute) or registry.everyone.key != EVERYONE:
        yield "what leads from every sender is another route"


def _faults_of_what_a_send_reads(registry: Registry) -> Iterator[str]:
    if registry.routed is not bool(registry.routes or registry.values):
        yield f"it is {registry.routed} that senders have routes of their own"
    kind, entries = registry.snapshot
    is_plain = registry.plain is entries and kind == PLAIN and not registry.routed
    if registry.plain is not None and not is_plain:
        yield "what a send reads first is not all there is"
    everyone: set[ReceiverKey] = set()
    if EVERYONE not in registry.muted:
        everyone = {each.key for each in connections_of(registry.everyone)}
    if kind != STALE and _keys(entries) != everyone:
        yield f"the snapshot of everyone has {_keys(entries)!r}"
    for route in [*registry.routes.values(), *registry.values.values()]:
        base, merged_kind, merged = route.snapshot
        if base is registry.snapshot and kind != STALE:
            expected: set[ReceiverKey] = set()
            has_via = any(via_of_entry(entry) is not None for entry in merged)
            if not {route.key, EVERYONE} & registry.muted.keys():
                expected.update(everyone, [each.key for each in connections_of(route)])
            # a recorded signal also asks if only some receivers are coroutine functions
            may_ask = kind == ASK or has_via or (kind >= RECORDED and merged_kind == ASK)
            if _keys(merged) != expected or (merged_kind == ASK) is not may_ask:
                yield f"the snapshot of {route!r} has {_keys(merged)!r}"


def _keys(entries: Iterable[Entry]) -> set[ReceiverKey]:
    """Return the keys of the receivers that a send would call."""
    return {entry.key for entry in entries if entry.order is not None and peek(entry) is not None}
