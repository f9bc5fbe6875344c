"""Writes sends in the Trace Event Format, which Perfetto and Chrome's about:tracing show.

The JSON object form: `{"traceEvents": [...]}`, with one complete event ("ph": "X") for each send
and for each call of a receiver, and times in microseconds. Events with one "tid" must be nested,
and events of different tasks are not, so each task has its own number.
"""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING

from aldis._callables import place_of
from aldis._cli._crossing import message_of_receiver, message_of_send
from aldis._cli._words import error_words, receiver_words, send_words
from aldis.observing import Delivery, Listener, Send

if TYPE_CHECKING:
    from io import FileIO

    from aldis._cli._lanes import Lanes


class Chrome(Listener):
    """Writes the trace to a file."""

    def __init__(self, file: FileIO, lanes: Lanes, program: str) -> None:
        self._file = file
        self._lanes = lanes
        self._named: set[int] = set()
        self._lock = threading.RLock()
        self._start = '{"displayTimeUnit": "ms", "traceEvents": [\n'
        self._write({"ph": "M", "name": "process_name", "tid": 0, "args": {"name": program}})

    def send_ended(self, send: Send) -> None:
        """Write an event for it."""
        _, words = send_words(send)
        self._event(send, "send", send.name, {"sent": words})
        self._arrow(send, "f", message_of_send(send))

    def receiver_ended(self, delivery: Delivery) -> None:
        """Write an event for it."""
        place = place_of(delivery.receiver)
        details = {} if place is None else {"at": str(place)}
        self._event(delivery, "receiver", receiver_words(delivery), details)
        self._arrow(delivery, "s", message_of_receiver(delivery))

    def _event(
        self, what: Send | Delivery, category: str, name: str, details: dict[str, str]
    ) -> None:
        lane = self._lanes.current()
        if what.error is not None:
            details["error"] = error_words(what.error)
        with self._lock:
            if lane.number not in self._named:
                self._named.add(lane.number)
                named = {"ph": "M", "name": "thread_name", "tid": lane.number}
                self._write({**named, "args": {"name": lane.name}})
            self._write(
                {
                    "ph": "X",
                    "name": name,
                    "cat": category,
                    "tid": lane.number,
                    "ts": what.began / 1000,
                    "dur": ((what.ended or what.began) - what.began) / 1000,
                    "args": details,
                }
            )

    def _arrow(self, what: Send | Delivery, phase: str, message: str | None) -> None:
        """Write an end of an arrow, from what has published a message to what delivers it."""
        if message is not None:
            lane = self._lanes.current().number
            place = {"tid": lane, "ts": what.began / 1000, "bp": "e"}
            with self._lock:
                self._write(
                    {"ph": phase, "name": "message", "cat": "relay", "id": message, **place}
                )

    def _write(self, event: dict[str, object]) -> None:
        text = self._start + json.dumps({**event, "pid": os.getpid()})
        self._start = ",\n"
        self._file.write(text.encode())

    def end(self) -> None:
        """Write the end of the file."""
        with self._lock:
            self._file.write(b"\n]}\n")
