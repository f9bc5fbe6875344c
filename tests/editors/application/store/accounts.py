"""Accounts, and the signal for new ones."""

from __future__ import annotations

from aldis import Signal


class App:
    """The store: who sends what concerns all of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.users: list[str] = []


@Signal
def user_created(
    sender: App, /, *, user_id: int, username: str, active: bool = True, note: str | None = None
) -> None:
    """Sent when somebody has got an account."""


def count(sender: App, *, user_id: int, **_: object) -> None:
    """Tell how many accounts there are."""
    print(sender.name, "has", user_id, "accounts")


def misread(sender: App, *, user_id: str, **_: object) -> None:
    """Take for a text what is sent as a number."""
    print(sender.name, user_id.upper())


user_created.connect(count)


def register(app: App, username: str) -> int:
    """Store a new account, and tell of it."""
    app.users.append(username)
    user_id = len(app.users)
    user_created.send(app, user_id=user_id, username=username)
    return user_id
