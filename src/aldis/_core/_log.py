"""What changed since a send began: how it learns that a receiver left before its turn.

The registry holds an empty list. A change that a send under way must know of writes one number into
it, how many connections had been made before, and puts a new list in its place. A send keeps the
list that it found when it began, and as long as that is empty, which costs it about 4 ns a receiver
to see, nothing has happened. The number tells which connections are older than the change: others
wait for the next send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from aldis._core._links import find
from aldis._core._refs import Turn

if TYPE_CHECKING:
    from aldis._core._refs import Entry, Route

Log: TypeAlias = "list[int]"


def departed(log: Log, route: Route | None, entry: Entry) -> bool:
    """Whether a receiver has lost all the connections by which a send would call it.

    Args:
        log: The list that the send found when it began, in which there is a number now.
        route: The way to the receivers of its sender alone, if it has any.
        entry: An entry of its snapshot.
    """
    if isinstance(entry, Turn):
        return False  # it looks at its connections itself
    (made,) = log
    links = (entry.everyone, None if route is None else find(entry.links, route))
    return not any(link is not None and link.number <= made for link in links)
