"""The notes of every program: the receivers, their arguments and signals, and the library."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

import blinker

# how the things that applications send are told apart in a report
_TELLING = ("status_code", "name", "title")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Event(TypedDict):
    """One call of one receiver."""

    signal: str
    receiver: str
    sender: object
    payload: dict[str, object]


def described(value: object) -> object:
    """Describe a value in words that are the same in every process."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case BaseException():
            return f"{type(value).__name__}: {_ADDRESS.sub('', str(value))}"
        case Mapping():
            return sorted(str(key) for key in value)
        case list() | tuple():
            return [described(each) for each in value]
        case type() | blinker.ANY.__class__():
            return repr(value)
        case _:
            told = [str(getattr(value, name)) for name in _TELLING if hasattr(value, name)]
            return " ".join([type(value).__name__, *told])


class Notes:
    """The events of one run, in the order in which they happened."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(
        self, signal: str, receiver: str, sender: object, payload: Mapping[str, object]
    ) -> None:
        """Note one call of a receiver."""
        told = {name: described(value) for name, value in payload.items()}
        self.events.append(
            {"signal": signal, "receiver": receiver, "sender": described(sender), "payload": told}
        )

    def take(self) -> list[Event]:
        """Return what was noted since the last time."""
        events, self.events = self.events, []
        return events


class Ear:
    """An object whose methods hear a signal, and note what they got."""

    def __init__(self, signal: str, notes: Notes, name: str) -> None:
        self.signal = signal
        self.notes = notes
        self.name = name

    def hear(self, sender: object, **payload: object) -> str:
        """Hear a signal in a plain method."""
        self.notes.add(self.signal, self.name, sender, payload)
        return f"{self.name} heard {self.signal}"

    async def await_(self, sender: object, **payload: object) -> str:
        """Hear a signal in a coroutine."""
        self.notes.add(self.signal, self.name, sender, payload)
        return f"{self.name} awaited {self.signal}"

    def __call__(self, sender: object, **payload: object) -> str:
        """Hear a signal as a callable object."""
        return self.hear(sender, **payload)


def results(sent: Iterable[tuple[Callable[..., object], object]]) -> list[str]:
    """Return the results of a send in a stable order."""
    return sorted(map(str, (result for _, result in sent)))


def print_report(report: Mapping[str, object]) -> None:
    """Print a report as one line, and with it which blinker this process ran on."""
    loaded = (getattr(module, "__spec__", None) for module in [*sys.modules.values()])
    names = {str(getattr(spec, "name", None)) for spec in loaded}
    ran_on = {
        "Signal": blinker.Signal.__module__,
        "modules": sorted(name for name in names if name.partition(".")[0] == "blinker"),
    }
    sys.stdout.write("\n" + json.dumps({"blinker": ran_on, "report": report}) + "\n")
