"""Warns once per place: a line of the user's program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple
from warnings import warn_explicit

from aldis.exceptions import AldisWarning

if TYPE_CHECKING:
    from types import FrameType


class Place(NamedTuple):
    """A line of a program."""

    file: str
    line: int


# what was said where; a program has a bounded number of lines
_said: Final[dict[tuple[Place, str], object]] = {}


def place_of_caller() -> Place:
    """Return the line that calls aldis."""
    frame = sys._getframe(1)
    while _is_on_the_way(frame) and frame.f_back is not None:
        frame = frame.f_back
    return Place(frame.f_code.co_filename, frame.f_lineno)


def _is_on_the_way(frame: FrameType) -> bool:
    """Whether it is the frame of a function of aldis, or of what aldis calls its own ones by."""
    module = str(frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] == "aldis" or module in {"contextlib", "functools"}


def warn_once(place: Place, kind: str, message: str) -> None:
    """Warn of a kind of mistake, unless that was done for this place before."""
    mine = object()
    if _said.setdefault((place, kind), mine) is not mine:  # of two threads, one says it
        return
    warn_explicit(message, AldisWarning, place.file, place.line)


def forget_places() -> None:
    """Let every place be warned of again."""
    _said.clear()
