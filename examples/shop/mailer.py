"""Writes to customers whose parcels have left."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  # the receiver has the annotations of its signal
from typing import TYPE_CHECKING

from aldis.relay import Relay

from .output import say
from .signals import parcel_sent

if TYPE_CHECKING:
    from aldis.relay import Transport


def write(engine: Transport, until_idle: float | None = None) -> None:
    """Write mails, until SIGTERM or until there was nothing to do for so many seconds."""
    relay = Relay(engine, name="mailer")
    relay.deliver(parcel_sent, group="mailers")

    @parcel_sent.connect
    def mail(*, order_id: int, total: Decimal) -> None:
        say("mailer", f"order {order_id}: your parcel for {total} EUR is on its way")

    relay.run(until_idle=until_idle)
    relay.close()
