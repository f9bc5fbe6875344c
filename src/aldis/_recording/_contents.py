"""The contents of a recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aldis._recording._grammar import Types

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "aldis recording"  # the value of "format" in the file
VERSION: Final = 1
UNKNOWN: Final = "?"  # the start of the symbol of a signal that cannot be reached from a module


@dataclass(frozen=True, order=True)
class RecordedReceiver:
    """A receiver that was called.

    Attributes:
        name: Its module and qualified name.
        path: The file of its code; empty if it is not written in Python.
        line: The line there; 0 if it is not written in Python.
    """

    name: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class RecordedSend:
    """The sends of one signal by one line of the program.

    Attributes:
        path: The file; relative to the folder in which the recording was made, if it is inside.
        line: The line.
        function: The module and the qualified name of the function.
        count: The number of sends.
        sender: The types of the senders.
        payload: The types of the arguments, by name. A name without a type had only mocks.
        always: The names that every one of these sends had.
        results: The types of the results of receivers.
        receivers: The receivers that were called.
    """

    path: str
    line: int
    function: str
    count: int
    sender: Types = ()
    payload: Mapping[str, Types] = field(default_factory=dict[str, Types])
    always: frozenset[str] = frozenset()
    results: Types = ()
    receivers: tuple[RecordedReceiver, ...] = ()

    @property
    def place(self) -> tuple[str, int, str]:
        """The key among the sends of the signal."""
        return (self.path, self.line, self.function)


@dataclass(frozen=True)
class RecordedSignal:
    """A signal that was sent.

    Attributes:
        symbol: `module.name`, `module.Class.name`, or `module.namespace['name']` where only a
            namespace leads to it. It begins with `?` where nothing of a module does.
        name: Its own name; empty if it has none.
        namespace_name: The dotted name of the namespace that it is in, if it is in one.
        sends: The sends, by place.
    """

    symbol: str
    name: str
    namespace_name: str | None = None
    sends: tuple[RecordedSend, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it can be reached from a module."""
        return not self.symbol.startswith(UNKNOWN)


@dataclass(frozen=True)
class Recording:
    """The sends of one or more runs.

    Attributes:
        signals: The signals, by their symbols.
        bases: Of each class that a type names, and of their bases, the classes of the MRO that can
            be imported, beginning with itself.
        modules: Of each of these classes, the module to import it from.
    """

    signals: dict[str, RecordedSignal] = field(default_factory=dict[str, RecordedSignal])
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    modules: dict[str, str] = field(default_factory=dict[str, str])
