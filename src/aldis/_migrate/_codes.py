"""The kinds of findings, each with a code whose meaning never changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAGE: Final = "docs/howto/from-blinker.md"


@dataclass(frozen=True)
class Code:
    """One kind of finding.

    Attributes:
        name: `M01` and so on.
        meaning: What was found, in a few words.
        advice: What to do about it.
        needs_person: Whether you must look at it before the migration is complete.
    """

    name: str
    meaning: str
    advice: str
    needs_person: bool = True

    @property
    def anchor(self) -> str:
        """The place in the guide that explains it."""
        return f"{PAGE}#{self.name.lower()}"


_ALL = (
    Code(
        "M01",
        "the sends give different names",
        "give every send the same names, or pass --unsafe to make them optional",
    ),
    Code("M02", "a send spreads a mapping by `**`", "write out its keyword arguments"),
    Code("M03", "a type is unknown, so `Any` is written", "write the type, or pass --record"),
    Code(
        "M04",
        "the sends give values of different types",
        "read the union; a common base class may be better",
    ),
    Code(
        "M05",
        "recorded types do not fit the static type",
        "find out which of the two is wrong, and correct the annotation",
    ),
    Code(
        "M06",
        "no send of it was found",
        "record a run that sends it, and pass --record",
    ),
    Code(
        "M07",
        "the signal of a send is unknown",
        "annotate the variable, or install the library that declares it",
    ),
    Code(
        "M08",
        "a receiver cannot accept the payload",
        "let the receiver accept every name, for instance with `**extra: object`",
    ),
    Code("M09", "the results of a send are read", "check the type of the results"),
    Code("M10", "internals of blinker's signals are used", "use attributes that every signal has"),
    Code("M11", "it is looked up by name", "declare it in a module, and import it there"),
    Code(
        "M12", "the signal or its `send` is passed on as a value", "look at the code that gets it"
    ),
    Code(
        "M13",
        "it is sent by `send_async`",
        "declare an `AsyncSignal` by hand; the guide shows how",
    ),
    Code(
        "M14",
        "a payload is given by position, or as `sender=`",
        "give the sender first, and the payload by keyword",
    ),
    Code("M15", "it is not declared exactly once", "declare it once, in a module or a class"),
    Code("M16", "its name is computed", "declare each of these signals under a name of its own"),
    Code(
        "M17",
        "the documentation and the sends name different arguments",
        "correct the documentation",
        needs_person=False,
    ),
    Code(
        "M19",
        "its sends pass `_async_wrapper` or `_sync_wrapper`",
        "declare it over the untyped signal, with `typed(signal, async_wrapper=...)`",
    ),
    Code(
        "M20",
        "an object that has the signal is copied or pickled",
        "give the copy a signal of its own",
    ),
    Code(
        "M18",
        "it is a signal of another library",
        "read docs/howto/from-django.md, and declare it by hand",
    ),
    Code("M21", "a file could not be read", "correct the file, and run the command again"),
    Code("M22", "a module exists twice", "pass the folder of one of them only"),
    Code("M23", "mypy could not check the program", "run mypy yourself and read its errors"),
    Code(
        "M24",
        "mypy reports new errors",
        "read them: most of these lines are wrong today",
    ),
    Code(
        "M25",
        "its statement cannot be replaced",
        "give it a statement of its own, or declare it by hand",
    ),
    Code("M26", "the tests fail, or end differently than before", "read their output"),
    Code("M27", "a declaration and a send disagree", "change the send, or the declaration"),
)

CODES: Final = {code.name: code for code in _ALL}

UNDECLARED: Final = Code("M00", "something is in the way", "look at the line")
"""Used for a code that this table does not have."""


def code_of(name: str) -> Code:
    """Return what a code means."""
    return CODES.get(name, UNDECLARED)
