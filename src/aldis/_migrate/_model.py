"""The results of the analysis, independent of any type checker.

Lines count from 1; columns count bytes of UTF-8 from 0, as those of `ast`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Form = Literal["module", "class", "instance", "function", "lookup"]
"""Where a signal is made: as a variable of a module, an attribute of a class, an attribute of
`self`, a variable of a function; or looked up by name where it is used, with no declaration."""

Library = Literal["blinker", "django", "pydispatcher"]


@dataclass(frozen=True, order=True)
class Span:
    """A piece of a file."""

    path: Path
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class TypeText:
    """A type, as text in which every name is qualified: `builtins.dict[builtins.str, typing.Any]`.

    `known` says how much of it is known, `origin` where it comes from: `inferred` by mypy, or
    `guessed` from code of which mypy knows nothing.
    """

    text: str
    known: Literal["fully", "partly", "not"]
    origin: Literal["stated", "inferred", "guessed", "pyright", "recorded", "receivers"]
    bases: tuple[str, ...] = ()
    """The classes of its MRO that can be imported, of an instance of a class."""


UNKNOWN = TypeText("typing.Any", "not", "inferred")


@dataclass(frozen=True)
class Documentation:
    """The documentation of a signal, and where it is now."""

    text: str
    kind: Literal["argument", "comment", "string"]
    span: Span


@dataclass(frozen=True)
class Declaration:
    """A place where a signal is made, and the symbol by which it is known from then on."""

    symbol: str  # "pelican.signals.initialized", "app.Window.closed" of class and instance
    form: Form
    statement: Span
    made: Span  # the expression that makes it, `ns.signal("x")`
    target: str  # the name it is assigned to
    library: Library = "blinker"
    name: str | None = None  # the name that it is looked up by
    namespace: str | None = None  # the symbol of the namespace
    owner: str | None = None  # the class of an attribute
    annotation: Span | None = None
    documentation: tuple[Documentation, ...] = ()
    obstacle: tuple[str, str] | None = (
        None  # a code and a sentence: the reason why it stays as it is
    )
    is_replaced: bool = False  # by a signal of another class if blinker is missing


@dataclass(frozen=True)
class Argument:
    """An argument of a send."""

    name: str
    span: Span
    type: TypeText = UNKNOWN
    text: str = ""  # the source
    is_there: bool = False  # it cannot be None


@dataclass(frozen=True)
class Send:
    """A call of `send` or the like; there are several at a span that may send several signals."""

    symbol: str | None  # None if the signal is unknown
    span: Span
    function: str  # the qualified name of the function that sends
    method: str  # "send", "send_async", ...
    sender: Argument | None  # None for `send()`
    payload: tuple[Argument, ...]
    options: tuple[Argument, ...] = ()  # `_async_wrapper`, `_sync_wrapper`
    spreads: bool = False
    more_positional: bool = False
    result: Literal["dropped", "read"] = "dropped"


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: Literal["positional", "either", "keyword", "star", "stars"]
    default: str | None = None  # the source
    type: TypeText = UNKNOWN


@dataclass(frozen=True)
class Receiver:
    """A receiver, and where it is connected."""

    symbol: str | None
    span: Span  # the connect call or the decorator
    how: Literal["connect", "decorator", "connect_via", "connected_to"]
    name: str
    parameters: tuple[Parameter, ...] | None  # without `self`; None if they are unknown
    returns: TypeText | None = None
    is_async: bool = False
    is_generator: bool = False
    sender: Argument | None = None
    function: Span | None = None  # the `def` of decorators, which may be stacked


@dataclass(frozen=True)
class Use:
    """Any other use of a signal that matters; the code says why."""

    symbol: str | None
    span: Span
    code: str
    sentence: str


@dataclass(frozen=True)
class Finding:
    """Something that you must decide or should know."""

    code: str  # M01 ...
    span: Span
    sentence: str
    symbol: str | None = None


@dataclass(frozen=True)
class MypyRun:
    """What mypy reports for the unchanged program.

    Attributes:
        errors: Its lines.
        left_out: The files at which it stops, without which it was run.
        cache: What it keeps for its next run; None if it keeps nothing.
        skipped: The modules of libraries at which it stops, and which it does not read.
    """

    errors: tuple[str, ...]
    left_out: frozenset[Path]
    cache: Path | None
    skipped: tuple[str, ...] = ()


@dataclass
class Program:
    """Everything that the analysis knows about the files under the given paths."""

    files: dict[Path, str] = field(
        default_factory=dict[Path, str]
    )  # the texts of the files that could be read
    encodings: dict[Path, str] = field(default_factory=dict[Path, str])  # such as "utf-8-sig"
    modules: dict[Path, str] = field(default_factory=dict[Path, str])
    declarations: list[Declaration] = field(default_factory=list[Declaration])
    sends: list[Send] = field(default_factory=list[Send])
    receivers: list[Receiver] = field(default_factory=list[Receiver])
    uses: list[Use] = field(default_factory=list[Use])
    findings: list[Finding] = field(
        default_factory=list[Finding]
    )  # files that could not be read, and the like
    mypy: MypyRun | None = None  # None if it failed
