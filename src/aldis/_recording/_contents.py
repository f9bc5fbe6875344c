"""What a recording has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aldis._recording._grammar import Types

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "aldis recording"  # what a file says that it is
VERSION: Final = 1
UNKNOWN: Final = "?"  # what the symbol of a signal begins with that nothing of a module leads to


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
    """What one line of a program has sent by one signal.

    Attributes:
        path: The file; relative to the folder in which the recording was made, if it is inside.
        line: The line.
        function: The module and the qualified name of the function.
        count: How often it has sent.
        sender: The types of the senders.
        payload: The types of what was sent, by name. A name without a type had only mocks.
        always: The names that every one of these sends had.
        results: The types of what receivers returned.
        receivers: Who was called.
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
        """What tells it from the other sends of the signal."""
        return (self.path, self.line, self.function)


@dataclass(frozen=True)
class RecordedSignal:
    """A signal that was sent.

    Attributes:
        symbol: `module.name`, `module.Class.name`, or `module.namespace['name']` where only a
            namespace leads to it. It begins with `?` where nothing of a module does.
        name: The name that it has itself; empty if it has none.
        namespace_name: The dotted name of the namespace that it is in, if it is in one.
        sends: What was sent, by place.
    """

    symbol: str
    name: str
    namespace_name: str | None = None
    sends: tuple[RecordedSend, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether something of a module leads to it."""
        return not self.symbol.startswith(UNKNOWN)


@dataclass(frozen=True)
class Recording:
    """What one or more runs have sent.

    Attributes:
        signals: The signals, by their symbols.
        bases: Of each class that a type names, and of their bases, the classes of the MRO that can
            be imported, beginning with itself.
        modules: Of each of these classes, the module to import it from.
    """

    signals: dict[str, RecordedSignal] = field(default_factory=dict[str, RecordedSignal])
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    modules: dict[str, str] = field(default_factory=dict[str, str])
