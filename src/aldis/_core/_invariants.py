"""What must hold of the books whenever nobody changes them. Only tests ask; it is never loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._exclusive import bury
from aldis._core._links import KeptLink, chain, receiver_of
from aldis._core._routes import KeptRoute, each
from aldis._core._snapshots import STALE, peek

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aldis._core._identity import ReceiverKey
    from aldis._core._links import Link
    from aldis._core._registry import Registry
    from aldis._core._routes import Route
    from aldis._core._snapshots import Entry


def faults(registry: Registry) -> list[str]:
    """Return what is wrong with a signal's books, in words.

    What was left to do is done first, as every change does: it is no fault to have left it.
    """
    bury()
    return [
        *_faults_of_everyones(registry),
        *_faults_of_chains(registry),
        *_faults_of_routes(registry),
        *_faults_of_what_a_send_reads(registry),
    ]


def _faults_of_everyones(registry: Registry) -> Iterator[str]:
    for key, link in registry._everyones.items():
        if link.key != key or link.route is not None:
            yield f"{link!r} is entered where another belongs"
        yield from _faults_of_link(registry, link)


def _faults_of_chains(registry: Registry) -> Iterator[str]:
    for key, head in registry._heads.items():
        later = None
        for link in chain(head):
            if link.key != key or link.later is not later:
                yield f"{link!r} is in the wrong place of a chain"
            later = link
            route = link.route
            if route is None or not _has(each(route), link) or not _has(_routes(registry), route):
                yield f"{link!r} is in a chain, and no send finds it"
            yield from _faults_of_link(registry, link)


def _faults_of_link(registry: Registry, link: Link) -> Iterator[str]:
    if link.order is None or receiver_of(link) is None:
        yield f"{link!r} has ended and is still entered"
        return
    terms = link.terms
    holding = terms is not None and (terms.strong or terms.holds > 0)
    kept = None if terms is None else terms.kept
    if isinstance(link, KeptLink) and not holding:
        yield f"{link!r} is weak, and its receiver cannot be"
    if (kept is not None) is not holding:
        yield f"{link!r} is {'strong' if holding else 'weak'} and its receiver {kept!r} is kept"
    elif kept is not None and registry._key(kept) != link.key:
        yield f"{link!r} keeps {kept!r}, which is another receiver"


def _routes(registry: Registry) -> list[Route]:
    return [*registry.routes.values(), *registry.values.values()]


def _has(things: Iterable[object], wanted: object) -> bool:
    """Whether that very thing is among them: weak references are equal when their objects are."""
    return any(thing is wanted for thing in things)


def _faults_of_routes(registry: Registry) -> Iterator[str]:
    for table in (registry.routes, registry.values):
        for name, route in table.items():
            there, its = registry._place_of(route)
            if there is not table or its != name:
                yield f"{route!r} is in the place of another"
    for route in _routes(registry):
        yield from _faults_of_route(registry, route)
    names = {route.key for route in _routes(registry)}
    for key, blocks in registry._muted.items():
        if blocks < 1 or (key is not None and key not in names):
            yield f"{key!r} is muted by {blocks} blocks, or not to be found"


def _faults_of_route(registry: Registry, route: Route) -> Iterator[str]:
    links, is_kept = each(route), isinstance(route, KeptRoute)
    if route() is None and not is_kept:
        yield f"{route!r} leads from a dead sender"
    if (route.only is not None and route.several is not None) or route.several == {}:
        yield f"{route!r} has its links in two places"
    is_spare = registry._spare is route and not is_kept
    if not (links or is_spare or route.key in registry._muted):
        yield f"{route!r} is of no use and still entered"
    for link in links:
        if link.route is not route or not _has(chain(registry._heads.get(link.key)), link):
            yield f"{link!r} is found by sends, and not by its receiver"


def _faults_of_what_a_send_reads(registry: Registry) -> Iterator[str]:
    must = bool(registry._heads or registry._muted.keys() - {None})
    if registry.routed is not must and (must or not registry._muted):
        yield f"it is {registry.routed} that senders have receivers of their own"
    kind, entries = registry.everyone
    if registry.plain is not None and (registry.plain is not entries or kind or registry.routed):
        yield "what a send reads first is not all there is"
    everyones = {key for key in registry._everyones if None not in registry._muted}
    if kind != STALE and _keys(entries) != everyones:
        yield f"everyone's snapshot has {_keys(entries)!r}"
    for route in _routes(registry):
        base, _, merged = route.merged
        if base is registry.everyone and kind != STALE:
            expected = everyones | {link.key for link in each(route)}
            if _keys(merged) != expected:
                yield f"the snapshot of {route!r} has {_keys(merged)!r}"


def _keys(entries: Iterable[Entry]) -> set[ReceiverKey]:
    """Return whose turns a send would take."""
    return {entry.key for entry in entries if entry.order is not None and peek(entry) is not None}
