"""What is to become of each signal: the one plan that is printed, written and checked."""

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
    """An option of `typed` that sends gave until now: `flask`, `current_app`, `ensure_sync`."""

    option: str
    module: str
    name: str
    rest: str = ""


@dataclass(frozen=True)
class Signature:
    """What a declaration says."""

    sender: TypeText
    fields: tuple[Field, ...]
    result: TypeText


@dataclass(frozen=True)
class Wishes:
    """What was asked for.

    Attributes:
        level: What is written.
        select: Only signals whose symbol matches one of these patterns; all if there are none.
        unsafe: Whether names that not all sends give become optional.
        methods: Whether signals of instances become `Signal.method`, at level own.
        events: Whether signals that nobody sends become events, at level own.
    """

    level: Level = "typed"
    select: tuple[str, ...] = ()
    unsafe: bool = False
    methods: bool = False
    events: bool = False

    def selects(self, declaration: Declaration) -> bool:
        """Whether something is to be written for a signal."""
        return not self.select or any(
            fnmatchcase(name, pattern)
            for pattern in self.select
            for name in (declaration.symbol, declaration.target)
        )


@dataclass
class Choice:
    """What is to become of one signal, and why."""

    declaration: Declaration
    way: Way
    signature: Signature
    sends: list[Send] = field(default_factory=list["Send"])
    receivers: list[Receiver] = field(default_factory=list["Receiver"])
    findings: list[Finding] = field(default_factory=list["Finding"])
    wrappers: tuple[Wrapper, ...] = ()
    is_selected: bool = True
    needs_untyped: bool = False  # what is used of it only blinker's signals have

    @property
    def changes(self) -> bool:
        """Whether anything is written for it."""
        return self.way != "stays"


@dataclass
class Plan:
    """What is to become of all of them."""

    program: Program
    wishes: Wishes
    choices: list[Choice] = field(default_factory=list["Choice"])
    findings: list[Finding] = field(default_factory=list["Finding"])  # that belong to none of these

    @property
    def changed(self) -> list[Choice]:
        """Those for which something is written."""
        return [choice for choice in self.choices if choice.changes]

    @property
    def all_findings(self) -> list[Finding]:
        """What a person must decide, or should know, in the order of the files."""
        own = [finding for choice in self.choices for finding in choice.findings]
        found = dict.fromkeys([*self.findings, *own])
        return sorted(found, key=lambda finding: (finding.span, finding.code, finding.sentence))
