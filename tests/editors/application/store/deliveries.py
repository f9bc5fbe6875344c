"""Deliveries to the store, sent to receivers that are awaited."""

from __future__ import annotations

from aldis import AsyncEvent


@AsyncEvent
async def delivered(*, status: str, seconds: float = 0.0, retry: bool = False) -> None:
    """Sent when something was brought."""


async def log(*, status: str, **_: object) -> None:
    """Write down how it went."""
    print(status)


async def misread(*, status: int, **_: object) -> None:
    """Take for a number what is sent as a text."""
    print(status + 1)


async def deliver(status: str) -> str:
    """Bring something."""
    delivered.connect(log)
    await delivered.send(status=status, seconds=1.5)
    return status
