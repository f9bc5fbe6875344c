"""Sells, and tells others what was paid."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from aldis.relay import Relay

from .output import say
from .signals import order_paid

if TYPE_CHECKING:
    from aldis.relay import Transport

ORDERS = {1: Decimal("9.99"), 2: Decimal("120.00"), 3: Decimal("4.50")}


def sell(engine: Transport) -> None:
    """Sell three things; each `send` returns once the engine has confirmed the message."""
    relay = Relay(engine, name="web")
    relay.publish(order_paid)
    for order_id, total in ORDERS.items():
        order_paid.send("shop", order_id=order_id, total=total)
        say("web", f"order {order_id} is paid: {total} EUR")
    relay.close()
