"""Notes every connection that is made, and by which line, for as long as somebody wants to know.

Nothing else is slowed: `connect` of the books is another function meanwhile, and itself again then.
"""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aldis._core import ANY, Registry
from aldis._core._describe import describe
from aldis._core._links import receiver_of
from aldis._core._routes import find
from aldis._testing._showing import show

if TYPE_CHECKING:
    from types import FrameType

    from aldis._core import AnyReceiver, Link


class Made(NamedTuple):
    """A connection, and who made it. It keeps neither signal nor receiver alive."""

    home: weakref.ref[Registry]
    link: Link
    place: str
    while_importing: bool

    @property
    def is_there(self) -> bool:
        """Whether the connection still holds."""
        there = self.link.order is not None and receiver_of(self.link) is not None
        return there and self.home() is not None

    def __str__(self) -> str:
        registry, receiver = self.home(), receiver_of(self.link)
        name = "that is gone" if registry is None else registry.name
        sender = ANY if self.link.route is None else self.link.route()
        heard = "every sender" if sender is ANY else f"sender {show(sender)}"
        return (
            f"{describe(receiver)} of signal {name} for {heard}\n    was connected at {self.place}"
        )


class Ledger:
    """Notes connections from `open` to `close`."""

    def __init__(self) -> None:
        self.made: list[Made] = []

    def open(self) -> None:
        """Begin to note."""
        made = self.made

        def connect(
            registry: Registry, receiver: AnyReceiver, sender: object, *args: Any, **kwargs: Any
        ) -> Link:
            before = _link_between(registry, receiver, sender)
            link = _CONNECT(registry, receiver, sender, *args, **kwargs)
            if link is not before:
                place, while_importing = _caller(sys._getframe(1))
                made.append(Made(registry._home, link, place, while_importing))
            return link

        # an attribute of the class, before that of its base
        type.__setattr__(Registry, "connect", connect)

    def close(self) -> None:
        """Note nothing any more."""
        type.__delattr__(Registry, "connect")


_CONNECT: Final = Registry.connect


def _link_between(registry: Registry, receiver: object, sender: object) -> Link | None:
    key = registry._key(receiver)
    if sender is ANY:
        return registry._everyones.get(key)
    route = registry.route(sender)
    return None if route is None else find(route, key)


def _caller(frame: FrameType | None) -> tuple[str, bool]:
    """Return the place outside aldis from which is called, and whether a module is imported there.

    A `with` block of `connected_to` is entered by contextlib.
    """
    place, while_importing = "", False
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        package = module.partition(".")[0]
        if package in {"_pytest", "pluggy"}:
            break
        if not place and package not in ("aldis", "contextlib"):
            code = frame.f_code
            place = f"{code.co_filename}:{frame.f_lineno} in {code.co_name}"
        while_importing = while_importing or module == "importlib._bootstrap"
        frame = frame.f_back
    return place, while_importing
