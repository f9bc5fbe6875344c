"""The graph of a package's signals, from its source and from current connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aldis._callables import Name, Place, name_of, place_of
from aldis._cli._flow import Flow
from aldis._cli._names import describe_sender, signal_sent_by
from aldis._cli._values import Code, SendMethod
from aldis._core import ANY
from aldis._identity import SignalIdentity

if TYPE_CHECKING:
    from aldis._cli._finding import Finds
    from aldis._cli._flow import Connected
    from aldis._cli._found import Found
    from aldis._core._survey import Listed


class Node(NamedTuple):
    """A signal, an event, a function or another callable."""

    key: str
    title: str
    details: tuple[str, ...]
    is_signal: bool
    is_event: bool = False


class Send(NamedTuple):
    """An edge from a function to a signal that it sends."""

    start: str
    end: str
    is_guess: bool  # based only on the signal's name


class Delivery(NamedTuple):
    """An edge from a signal to a receiver: a function, or another signal."""

    start: str
    end: str
    is_connected: bool  # connected now, and not only by a line of the source
    notes: tuple[str, ...]


class Graph:
    """The graph to draw.

    Attributes:
        nodes: The signals, then the functions that send or receive.
        sends: The edges from functions to signals.
        deliveries: The edges from signals to receivers.
    """

    def __init__(self, finds: Finds) -> None:
        self._nodes: dict[object, Node] = {}
        self._sends: dict[tuple[str, str], Send] = {}
        self._deliveries: dict[tuple[str, str], Delivery] = {}
        for found in sorted(finds.signals, key=lambda found: found.name):
            self._signal(found)
        flow = Flow(finds)
        for sent in flow.sends:
            ends = (self._code(sent.by), self._signal(sent.signal))
            before = self._sends.get(ends)
            is_guess = sent.is_guess and (before is None or before.is_guess)
            self._sends[ends] = Send(*ends, is_guess)
        known = {id(found.signal): found for found in finds.signals}
        for found in finds.signals:
            for connection in found.connections:
                self._add_connection(found, connection, known)
        for connect in flow.connects:
            self._add_line(connect)
        self.nodes = [*self._nodes.values()]
        self.sends = [*self._sends.values()]
        self.deliveries = [*self._deliveries.values()]

    def _add_connection(self, found: Found, connection: Listed, known: dict[int, Found]) -> None:
        receiver, sender = connection.receiver, connection.sender
        relay = known.get(id(signal_sent_by(receiver)))
        if relay is not None:
            end = self._signal(relay)
        else:
            end = self._callable(name_of(receiver), place_of(receiver))
        ends = (self._signal(found), end)
        before = self._deliveries.get(ends)
        notes = (
            *(before.notes if before else ()),
            *([] if sender is ANY else [f"from {describe_sender(sender)}"]),
            *([f"priority {connection.priority}"] if connection.priority else []),
            *(["once"] if connection.once else []),
            *(["via"] if connection.via else []),
        )
        self._deliveries[ends] = Delivery(
            *ends, is_connected=True, notes=tuple(dict.fromkeys(notes))
        )

    def _add_line(self, connect: Connected) -> None:
        receiver = connect.receiver
        if isinstance(receiver, SendMethod):
            end = self._signal(receiver.signal)
        elif isinstance(receiver, Code):
            end = self._code(receiver)
        else:
            end = self._callable(Name("", receiver), connect.place)
        ends = (self._signal(connect.signal), end)
        notes = () if connect.sender is None else (f"from {connect.sender}",)
        self._deliveries.setdefault(ends, Delivery(*ends, is_connected=False, notes=notes))

    def _signal(self, found: Found) -> str:
        node = self._nodes.get(found)
        if node is None:
            key = f"signal{len(self._nodes) + 1}"
            details = tuple(_payload_of(found))
            node = self._nodes[found] = Node(
                key, found.short_name, details, is_signal=True, is_event=found.is_event
            )
        return node.key

    def _code(self, code: Code) -> str:
        return self._callable(code.name, code.place)

    def _callable(self, name: Name, place: Place | None) -> str:
        # lambdas in a function share one name, and other callables have none
        is_unique = name.module and "<lambda>" not in name.qualname
        identity = (name, None if is_unique else place)
        node = self._nodes.get(identity)
        if node is None:
            key = f"function{len(self._nodes) + 1}"
            line = "" if place is None else f":{place.line}"
            where = f"{name.module}{line}" if name.module else str(place or "")
            title = name.qualname.replace(".<locals>", "")
            details = (where,) if where else ()
            node = self._nodes[identity] = Node(key, title, details, is_signal=False)
        return node.key


def _payload_of(found: Found) -> list[str]:
    """Return the payload of a signal, with one line for each parameter."""
    if not isinstance(found.signal, SignalIdentity):
        return []
    payload = found.signal._registry.payload.settle()
    return payload.words if payload.declared else []
