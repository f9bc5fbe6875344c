"""Greetings to new users: a module that imports the signal that it sends and hears."""

from __future__ import annotations

from .accounts import App, user_created


def number(sender: App, *, user_id: int, **_: object) -> None:
    """Give a new user a number."""
    print("number", user_id, "of", sender.name)


def welcome(sender: App, *, username: str, **_: object) -> None:
    """Greet a new user."""
    print("welcome to", sender.name, username)


def misread(sender: App, *, user_id: str, **_: object) -> None:
    """Take for a text what is sent as a number."""
    print(sender.name, user_id.upper())


user_created.connect(number)
user_created.connect(welcome)


def invite(app: App, guests: list[str]) -> int:
    """Make accounts for all guests."""
    for user_id, guest in enumerate(guests):
        user_created.send(app, user_id=user_id, username=guest)
    return len(guests)
