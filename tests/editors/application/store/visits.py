"""Visits, sent by an event without a sender."""

from __future__ import annotations

from aldis import Event


@Event
def visited(*, user_id: int, username: str, active: bool = True, note: str | None = None) -> None:
    """Sent when somebody comes by."""


def welcome(*, user_id: int, **_: object) -> None:
    """Say hello."""
    print("hello, number", user_id)


def misread(*, user_id: str, **_: object) -> None:
    """Take for a text what is sent as a number."""
    print("hello " + user_id)


def visit(user_id: int, username: str) -> str:
    """Come by."""
    visited.connect(welcome)
    visited.send(user_id=user_id, username=username)
    return username
