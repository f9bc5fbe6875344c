"""Views of what the store has, each with an event of its own."""

from __future__ import annotations

from aldis import Event


class View:
    """Shows one shelf."""

    @Event.method
    def refreshed(self, *, status: str, seconds: float = 0.0, retry: bool = False) -> None:
        """Sent when the view shows the shelf as it is now."""


def log(*, status: str, **_: object) -> None:
    """Write down how it went."""
    print(status)


def misread(*, status: int, **_: object) -> None:
    """Take for a number what is sent as a text."""
    print(status + 1)


def refresh(view: View) -> View:
    """Look at the shelf again."""
    view.refreshed.connect(log)
    status = "ok"
    view.refreshed.send(status=status, seconds=1.5)
    return view
