"""The hook that shows new connections to the development mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    class Note(Protocol):
        """A note about one connection."""

        def receiver_died(self) -> None:
            """Its receiver was garbage-collected while connected."""
            ...


class Development:
    """The callbacks of the development mode, while it is on."""

    # makes the note of a new connection, from a registry, a receiver and a sender
    note: Callable[..., Note] | None = None


development: Final = Development()
