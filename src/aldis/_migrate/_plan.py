"""What becomes of each signal: the one plan that is printed, written and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from aldis._migrate._model import Declaration, Finding, Program, Receiver, Send, TypeText

Level: TypeAlias = Literal["types", "typed", "own"]

Way: TypeAlias = Literal["stays", "typed", "own", "instance", "method", "event"]
"""How a signal is declared: not at all; by `@typed(...)`, `@Signal`, `Signal(function)`,
`@Signal.method` or `@Event`."""


@dataclass(frozen=True)
class Field:
    """A parameter of a declaration."""

    name: str
    type: TypeText
    default: str | None = None  # the source


@dataclass(frozen=True)
class Wrapper:
    """An option of `typed` that sends have passed so far: `flask`, `current_app`, `ensure_sync`."""

    option: str
    module: str
    name: str
    rest: str = ""


@dataclass(frozen=True)
class Signature:
    """The content of a declaration."""

    sender: TypeText
    fields: tuple[Field, ...]
    result: TypeText


@dataclass(frozen=True)
class Wishes:
    """What was asked for.

    Attributes:
        level: What is written.
        select: Only signals whose symbol matches one of these patterns; all if there are none.
        unsafe: Whether names that only some sends give become optional.
        methods: Whether signals of instances become `Signal.method`, at level own.
        events: Whether signals without a sender become events, at level own.
    """

    level: Level = "typed"
    select: tuple[str, ...] = ()
    unsafe: bool = False
    methods: bool = False
    events: bool = False

    def selects(self, declaration: Declaration) -> bool:
        """Whether a signal is selected."""
        return not self.select or any(
            fnmatchcase(name, pattern)
            for pattern in self.select
            for name in (declaration.symbol, declaration.target)
        )


@dataclass
class Choice:
    """What becomes of one signal, and why."""

    declaration: Declaration
    way: Way
    signature: Signature
    sends: list[Send] = field(default_factory=list["Send"])
    receivers: list[Receiver] = field(default_factory=list["Receiver"])
    findings: list[Finding] = field(default_factory=list["Finding"])
    wrappers: tuple[Wrapper, ...] = ()
    is_selected: bool = True
    needs_untyped: bool = False  # its uses need attributes that only blinker's signals have

    @property
    def changes(self) -> bool:
        """Whether anything is written for it."""
        return self.way != "stays"


@dataclass
class Plan:
    """What becomes of all signals."""

    program: Program
    wishes: Wishes
    choices: list[Choice] = field(default_factory=list["Choice"])
    findings: list[Finding] = field(
        default_factory=list["Finding"]
    )  # that belong to none of the signals

    @property
    def changed(self) -> list[Choice]:
        """The signals for which something is written."""
        return [choice for choice in self.choices if choice.changes]

    @property
    def all_findings(self) -> list[Finding]:
        """All findings, in the order of the files."""
        own = [finding for choice in self.choices for finding in choice.findings]
        found = dict.fromkeys([*self.findings, *own])
        return sorted(found, key=lambda finding: (finding.span, finding.code, finding.sentence))
