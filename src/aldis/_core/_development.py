"""The seam by which the development mode sees connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    class Note(Protocol):
        """What is known of a connection."""

        def receiver_died(self) -> None:
            """Its receiver died while it was connected."""
            ...


class Development:
    """What the development mode is told while it is on."""

    # makes the note of a new connection, of a registry, a receiver and a sender
    note: Callable[..., Note] | None = None


development: Final = Development()
