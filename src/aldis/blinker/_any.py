"""Every sender, as blinker calls it."""

from __future__ import annotations

from typing import Final

from aldis._core import ANY as EVERY_SENDER
from aldis._core import AnySender
from aldis.blinker._utilities import Symbol


class _EverySender(Symbol, AnySender):
    """The class of `ANY`, by which aldis knows it."""


ANY: Final = _EverySender("ANY")
ANY_ID: Final = 0  # its identifier in the views of a signal


def shown(sender: object) -> object:
    """Return a sender as users of blinker know it: `ANY` of aldis is theirs."""
    return ANY if sender is EVERY_SENDER else sender
