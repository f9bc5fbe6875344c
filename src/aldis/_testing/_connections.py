"""Notes every new connection and the line that made it, between `open` and `close`.

It replaces the registry's `connect` meanwhile; nothing else is slowed down.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from aldis._core import ANY, Registry
from aldis._core._connection import connection_between, receiver_of, sender_of
from aldis._core._describe import describe
from aldis._testing._showing import show

if TYPE_CHECKING:
    from types import FrameType

    from aldis._core import AnyReceiver, Connection
    from aldis._core._home import Home


class Made(NamedTuple):
    """A connection, and the line that made it. It keeps neither signal nor receiver alive."""

    home: Home
    connection: Connection
    place: str
    while_importing: bool

    @property
    def is_there(self) -> bool:
        """Whether the connection still exists."""
        there = self.connection.order is not None and receiver_of(self.connection) is not None
        return there and self.home() is not None

    def __str__(self) -> str:
        registry = cast("Registry | None", self.home())
        receiver = receiver_of(self.connection)
        name = "that is gone" if registry is None else registry.name
        sender = (sender_of(self.connection.route) or (None,))[0]
        heard = " for every sender" if sender is ANY else f" for sender {show(sender)}"
        if registry is not None and not registry.payload.gives_sender:
            heard = "" if sender is ANY else f" of {show(sender)}"
        return f"{describe(receiver)} of signal {name}{heard}\n    was connected at {self.place}"


class Ledger:
    """Notes connections from `open` to `close`."""

    def __init__(self) -> None:
        self.made: list[Made] = []

    def open(self) -> None:
        """Start noting connections."""
        made = self.made

        def connect(
            registry: Registry, receiver: AnyReceiver, sender: object, *args: Any, **kwargs: Any
        ) -> Connection:
            before = _between(registry, receiver, sender)
            connection = _CONNECT(registry, receiver, sender, *args, **kwargs)
            if connection is not before:
                place, while_importing = _caller(sys._getframe(1))
                made.append(Made(registry.home, connection, place, while_importing))
            return connection

        type.__setattr__(Registry, "connect", connect)

    def close(self) -> None:
        """Stop noting connections."""
        type.__setattr__(Registry, "connect", _CONNECT)


_CONNECT: Final = Registry.connect


def _between(registry: Registry, receiver: object, sender: object) -> Connection | None:
    route = registry.route(sender)
    return None if route is None else connection_between(route, registry.key_of(receiver))


def _caller(frame: FrameType | None) -> tuple[str, bool]:
    """Return the calling line outside aldis, and whether a module is being imported.

    contextlib is skipped, too, since it enters the blocks of `connected_to`.
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
