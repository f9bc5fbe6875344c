"""Finds the line of a program that calls aldis, from the running frames."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_ITERABLE_COROUTINE
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import FrameType

_US: Final = "aldis"
_INSIDE: Final = "aldis."
_AWAITS: Final = (
    CO_COROUTINE | CO_GENERATOR | CO_ASYNC_GENERATOR | CO_ITERABLE_COROUTINE
)  # the code flags of functions that can await


@dataclass(frozen=True)
class Caller:
    """A line of a program that sends.

    Attributes:
        file: The path of the file, as Python has it.
        line: The line, from 1.
        function: The module and the qualified name of the function; at module level, the module and
            `<module>`.

    Example:
        >>> from aldis.observing import Caller
        >>> Caller("shop.py", 12, "shop.Order.place").line
        12
    """

    file: str
    line: int
    function: str


def caller_of(frame: FrameType | None) -> Caller | None:
    """Return the line of the first frame outside aldis; None if there is none.

    If an event loop runs a coroutine of aldis that no other coroutine awaits, its caller is no
    longer on the stack.

    Args:
        frame: The frame of a function of aldis to start from.
    """
    outside = frame_outside(frame)
    if outside is None:
        return None
    return Caller(outside.f_code.co_filename, outside.f_lineno or 0, function_of(outside))


def frame_outside(frame: FrameType | None) -> FrameType | None:
    """Return the frame that `caller_of` describes."""
    inner = frame
    while frame is not None:
        module = frame.f_globals.get("__name__")
        if type(module) is not str or not (module.startswith(_INSIDE) or module == _US):
            break
        inner, frame = frame, frame.f_back
    if frame is None or inner is None:
        return None
    is_awaited = not inner.f_code.co_flags & CO_COROUTINE or frame.f_code.co_flags & _AWAITS
    return frame if is_awaited else None


def function_of(frame: FrameType) -> str:
    """Return the module and the qualified name of the function that runs in a frame."""
    module = frame.f_globals.get("__name__")
    name = frame.f_code.co_qualname
    return f"{module}.{name}" if type(module) is str else name
