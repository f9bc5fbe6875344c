"""Warns of receivers that are garbage-collected before their first call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._core._connection import chain
from aldis._core._describe import describe
from aldis._core._proxies import is_proxy
from aldis._debugging._places import place_of_caller, warn_once
from aldis._static import class_name

if TYPE_CHECKING:
    from aldis._core import AnyReceiver, Registry


class Note:
    """A note of where a connection was made, and whether its receiver was called."""

    __slots__ = ("place", "receiver", "signal", "was_called")

    def __init__(self, registry: Registry, receiver: AnyReceiver) -> None:
        self.place = place_of_caller()
        self.receiver = describe(receiver)
        self.signal = registry.name
        self.was_called = False

    def receiver_died(self) -> None:
        """Warn if the receiver was never called."""
        if self.was_called:
            return
        warn_once(
            self.place,
            f"died {self.signal}",
            f"{self.receiver}, connected to signal {self.signal} here, was garbage-collected "
            "before its first call: the connection is weak, and nothing else referenced it; keep a "
            "reference to the receiver, or connect it with weak=False",
        )


def note_connection(registry: Registry, receiver: AnyReceiver, sender: object) -> Note:
    """Return the note of a new connection, and warn of a proxy as its sender."""
    note = Note(registry, receiver)
    if is_proxy(type(sender)):
        warn_once(
            note.place,
            f"proxy {note.signal}",
            f"signal {note.signal} is connected to a proxy, an object of type "
            f"{class_name(type(sender))!r}: senders are compared by identity, so the receiver is "
            "not called for the object behind it; connect it to that object, in Flask "
            "`current_app._get_current_object()`",
        )
    return note


def notes_of(registry: Registry, receiver: AnyReceiver) -> list[Note]:
    """Return the notes of the connections of a receiver."""
    connections = chain(registry.by_receiver.get(registry.key_of(receiver)))
    notes = [None if each.terms is None else each.terms.note for each in connections]
    return [note for note in notes if isinstance(note, Note)]
