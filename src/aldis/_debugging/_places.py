"""Warns once for each line of a program."""

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


# the kinds of warnings given for each line
_said: Final[dict[tuple[Place, str], object]] = {}


def place_of_caller() -> Place:
    """Return the line that calls aldis."""
    frame = sys._getframe(1)
    while _is_on_the_way(frame) and frame.f_back is not None:
        frame = frame.f_back
    return Place(frame.f_code.co_filename, frame.f_lineno)


def _is_on_the_way(frame: FrameType) -> bool:
    """Whether it is a frame of aldis, or of a module through which aldis calls itself."""
    module = str(frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] == "aldis" or module in {"contextlib", "functools"}


def warn_once(place: Place, kind: str, message: str) -> None:
    """Warn of a kind of mistake, once for each place."""
    mine = object()
    if _said.setdefault((place, kind), mine) is not mine:  # only one thread warns
        return
    warn_explicit(message, AldisWarning, place.file, place.line)


def forget_places() -> None:
    """Forget all earlier warnings."""
    _said.clear()
