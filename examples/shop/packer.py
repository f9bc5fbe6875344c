"""Packs what was paid, and crashes while it packs the second order for the first time."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  # the receiver has the annotations of its signal
from typing import TYPE_CHECKING

from aldis.relay import Relay, current

from .output import say
from .signals import order_paid, parcel_sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis.relay import Transport

CURSED = 2


def pack(engine: Transport, crash: Callable[[], None], until_idle: float | None = None) -> None:
    """Pack, until SIGTERM or until there was nothing to do for so many seconds."""
    relay = Relay(engine, name="packer", delay=0.1)
    relay.deliver(order_paid, group="packers")
    relay.publish(parcel_sent)

    @order_paid.connect
    def pack_order(shop: str, *, order_id: int, total: Decimal) -> None:
        arrival = current()
        attempt = 0 if arrival is None else arrival.attempt
        if order_id == CURSED and attempt == 1:
            say("packer", f"order {order_id}, attempt {attempt}: the label printer explodes")
            crash()
        say("packer", f"order {order_id}, attempt {attempt}: packed")
        parcel_sent.send(order_id=order_id, total=total)

    relay.run(until_idle=until_idle)
    relay.close()
