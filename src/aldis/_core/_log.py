"""What changed since a send began: how it learns that a receiver left before its turn.

The log is a chain. The registry holds its last node, an empty list; a change fills that node in
one step with `(added, links, next node)`. A send keeps the node that was last when it began, and as
long as that is empty, which costs it about 4 ns a receiver to see, nothing has happened. Nodes that
no send holds are gone at once: the log of an idle signal has one node, however much it changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._core._links import Link
    from aldis._core._refs import Entry, Route

Log: TypeAlias = "list[bool | Sequence[Link] | Log]"


class Departed:
    """Tells, for one send, which entries of its snapshot have lost their connection meanwhile."""

    __slots__ = ("_added", "_departed", "_log", "_route")

    def __init__(self, log: Log, route: Route | None) -> None:
        self._log = log
        self._route = route
        self._added: set[int] = set()  # addresses stay taken: the send holds the log's first node
        self._departed: set[int] = set()

    def __call__(self, entry: Entry) -> bool:
        while self._log:
            added, links, self._log = cast("tuple[bool, Sequence[Link], Log]", self._log)
            for link in links:
                if link.route is not None and link.route is not self._route:
                    continue  # hears another sender
                if added:
                    self._added.add(id(link))  # younger than the send, so not in its snapshot
                elif id(link) not in self._added:
                    self._departed.add(id(link.receiver))
        return id(entry) in self._departed
