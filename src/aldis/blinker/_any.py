"""blinker's `ANY`, which stands for every sender."""

from __future__ import annotations

from typing import Final

from aldis._core import ANY as EVERY_SENDER
from aldis._core import AnySender
from aldis.blinker._utilities import Symbol


class _EverySender(Symbol, AnySender):
    """The class of `ANY`, by which aldis recognizes it."""


ANY: Final = _EverySender("ANY")
ANY_ID: Final = 0  # its identifier in the views of a signal


def shown(sender: object) -> object:
    """Return a sender for users of blinker: `ANY` of aldis becomes blinker's."""
    return ANY if sender is EVERY_SENDER else sender
