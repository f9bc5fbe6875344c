"""A ledger, kept by a function that takes what a signal sends, and is not a signal."""

from __future__ import annotations

from .accounts import App


def enter(
    sender: App, /, *, user_id: int, username: str, active: bool = True, note: str | None = None
) -> list[tuple[str, int]]:
    """Enter a new account into the ledger."""
    print(sender.name, username, active, note)
    return [(username, user_id)]


def carry_over(app: App, users: list[str]) -> int:
    """Enter all accounts of another year."""
    for user_id, username in enumerate(users):
        enter(app, user_id=user_id, username=username)
    return len(users)
