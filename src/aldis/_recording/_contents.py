"""The contents of a recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aldis._recording._grammar import Types

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "aldis recording"  # the format name in a file
VERSION: Final = 1
UNKNOWN: Final = "?"  # the first character of a symbol that no module leads to


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
    """The sends of one signal at one line of a program.

    Attributes:
        path: The file; relative to the folder in which the recording was made, if it is inside.
        line: The line.
        function: The module and the qualified name of the function.
        count: The number of sends.
        sender: The types of the senders.
        payload: The types of the payload, by name. A name without a type had only mocks.
        always: The names that all these sends had.
        results: The types of the receivers' results.
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
        """The key that distinguishes it from other sends of the signal."""
        return (self.path, self.line, self.function)


@dataclass(frozen=True)
class RecordedSignal:
    """A signal that was sent.

    Attributes:
        symbol: `module.name`, `module.Class.name`, or `module.namespace['name']` if only a
            namespace leads to it. It begins with `?` if no module leads to it.
        name: Its own name; empty if it has none.
        namespace_name: The dotted name of its namespace, if it is in one.
        sends: The sends, by line.
    """

    symbol: str
    name: str
    namespace_name: str | None = None
    sends: tuple[RecordedSend, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether a module leads to it."""
        return not self.symbol.startswith(UNKNOWN)


@dataclass(frozen=True)
class Recording:
    """The sends of one or more runs.

    Attributes:
        signals: The signals, by symbol.
        bases: For each class in a type, and for its bases, the importable classes of the MRO,
            beginning with itself.
        modules: For each of these classes, the module to import it from.
    """

    signals: dict[str, RecordedSignal] = field(default_factory=dict[str, RecordedSignal])
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    modules: dict[str, str] = field(default_factory=dict[str, str])
