"""What the programs tell each other. This module knows nothing of relays."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  # a relay reads the annotations

from aldis import Event, Signal


@Signal
def order_paid(shop: str, /, *, order_id: int, total: Decimal) -> None:
    """Sent after an order was paid."""


@Event
def parcel_sent(*, order_id: int, total: Decimal) -> None:
    """Sent after a parcel has left."""
