"""The type of each parameter of a declaration: stated, recorded, guessed, or not known.

A recording never narrows a stated type, since it shows only what the tests do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aldis._migrate._model import UNKNOWN, TypeText
from aldis._migrate._unions import (
    ANY,
    NONE,
    OBJECT,
    arguments_of,
    common_base,
    fits,
    head_of,
    importable,
    is_plain_type,
    members,
    union,
    with_arguments,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aldis._migrate._model import Receiver
    from aldis._migrate._sent import Piece, Types
    from aldis._migrate._unions import Bases

# readers write `int`, and not `builtins.int`
_BUILTIN: Final = re.compile(r"(?<![\w.])builtins\.")

MANY = 3
"""The number of classes from which on a common base class replaces the union."""

_GENERATOR = "types.GeneratorType"  # recordings do not iterate over them
_ITERATOR = f"collections.abc.Iterator[{ANY}]"


class Merger:
    """Joins the known types of one parameter.

    Attributes:
        type: The type.
        codes: The findings: a code, and a sentence on each.
    """

    def __init__(self, pieces: Sequence[Piece], stated: Sequence[TypeText], bases: Bases) -> None:
        self._bases = bases
        self._pieces = pieces
        self._recorded = generalised((text for p in pieces for text in p.recorded), bases)
        self.codes: list[tuple[str, str]] = []
        self._stated = ANY
        self.type = self._merged(stated)

    def _merged(self, stated: Sequence[TypeText]) -> TypeText:
        statics = [piece.static for piece in self._pieces if piece.static is not None]
        own = [static for static in statics if static.origin != "pyright"]
        static = self._static(own)
        if static is not None and static.text == NONE and self._recorded in {None, NONE}:
            static = self._of_receivers_too(static, stated)
        if static is not None and static.known == "fully":
            return self._widened(self._of_base(static, stated))
        if self._recorded is not None:
            return self._from_run(static)
        guessed = static or self._static(statics) or _agreed(stated, self._bases)
        if guessed is None:
            self._say("M03", "its type is unknown")
            return UNKNOWN
        if guessed.known != "fully" and guessed.origin != "stated":
            self._say("M03", f"its type is only partly known: `{guessed.text}`")
        return guessed

    def _static(self, found: Sequence[TypeText]) -> TypeText | None:
        """Return the type by the source; None if it is unknown in a place that might differ."""
        told = [one for one in found if one.known != "not"]
        if not told:
            return None
        text = union((importable(one.text, self._bases) for one in told), self._bases)
        if len(told) < len(found) and all(map(is_plain_type, members(text))):
            return None  # a literal in one place says little about the others
        if text == ANY:
            return None
        self._note_union(text)
        is_known = all(one.known == "fully" for one in told)
        first = next((one for one in told if one.origin == "inferred"), told[0])
        return TypeText(text, "fully" if is_known else "partly", first.origin)

    def _of_receivers_too(self, static: TypeText, stated: Sequence[TypeText]) -> TypeText:
        """Widen a type that is always `None` by the types that receivers state."""
        agreed = _agreed(stated, self._bases)
        if agreed is None:
            return static
        return TypeText(union((agreed.text, NONE), self._bases), "fully", "receivers")

    def _of_base(self, static: TypeText, stated: Sequence[TypeText]) -> TypeText:
        """Take the base classes that receivers state in place of inferred classes."""
        agreed = _agreed(stated, self._bases)
        if agreed is None or static.origin not in {"inferred", "guessed"} or ANY in agreed.text:
            return static
        wanted = [part for part in members(agreed.text) if part != NONE]
        sent = [part for part in members(static.text) if part != NONE]
        if not all(set(wanted) & {part, *self._bases.get(part, ())} for part in sent):
            return static
        none = [NONE] if NONE in members(static.text) else []
        # receivers know better than a guess; mypy would report a send of what it takes for None
        if static.origin == "guessed" and NONE not in members(agreed.text):
            none = []
        return replace(static, text=union((*wanted, *none), self._bases))

    def _widened(self, static: TypeText) -> TypeText:
        if self._recorded is None or fits(static.text, self._recorded, self._bases):
            return static
        self._stated = static.text
        missing = [
            part for part in members(self._recorded) if not fits(static.text, part, self._bases)
        ]
        self._say(
            "M05", f"the source says `{static.text}`, but the recording has `{' | '.join(missing)}`"
        )
        return TypeText(union((static.text, *missing), self._bases), "fully", "recorded")

    def contradicts(self, piece: Piece) -> bool:
        """Whether recorded types contradict those of the source."""
        return any(not fits(self._stated, text, self._bases) for text in piece.recorded)

    def _from_run(self, static: TypeText | None) -> TypeText:
        assert self._recorded is not None  # noqa: S101  # checked by the caller
        if self._recorded == ANY:
            self._say("M03", "the recording has values of too many types")
            return TypeText(ANY, "not", "recorded")
        if static is not None and not fits(self._recorded, static.text, self._bases):
            return TypeText(union((static.text, self._recorded), self._bases), "partly", "recorded")
        self._note_union(self._recorded)
        is_partly = ANY in self._recorded
        return TypeText(self._recorded, "partly" if is_partly else "fully", "recorded")

    def _note_union(self, text: str) -> None:
        if len([part for part in members(text) if part != NONE]) > 1:
            self._say("M04", f"its type is a union: `{text}`")

    def _say(self, code: str, sentence: str) -> None:
        self.codes.append((code, _BUILTIN.sub("", sentence)))


def _agreed(stated: Sequence[TypeText], bases: Bases) -> TypeText | None:
    """Return the type that all receivers agree on, or the narrowest of theirs."""
    texts = list(dict.fromkeys(one.text for one in stated if one.known == "fully"))
    texts = [text for text in texts if text not in {ANY, OBJECT}]
    for text in texts:
        if all(fits(other, text, bases) for other in texts):
            return TypeText(text, "fully", "receivers")
    return None


def generalised(types: Iterable[str], bases: Bases) -> str | None:
    """Return the type of recorded values; None if there are none.

    Three or more classes become their common base. A container whose values have several types
    becomes one of `Any`.
    """
    found = list(dict.fromkeys(importable(text, bases) for text in types))
    if not found:
        return None
    if OBJECT in found:  # there were more types than a recording keeps
        return ANY
    has_none = NONE in {part for text in found for part in members(text)}
    by_head: dict[str, list[str]] = {}
    for text in found:
        for part in members(text):
            if part != NONE:
                by_head.setdefault(head_of(part), []).append(part)
    joined = [_one_of_head(head, parts) for head, parts in by_head.items()]
    if len(joined) >= MANY:
        base = common_base(by_head, bases)
        joined = [ANY if base is None else base]
    return union((*joined, *([NONE] if has_none else [])), bases)


def _one_of_head(head: str, parts: Sequence[str]) -> str:
    """Join types of the same class; arguments that differ become `Any`."""
    rows = [arguments_of(part) for part in dict.fromkeys(parts)]
    rows = [row for row in rows if row]
    if head == _GENERATOR:
        return _ITERATOR
    if not rows:  # it was always empty
        return with_arguments(head)
    if len({len(row) for row in rows}) > 1:  # tuples of several lengths
        return f"{head}[{ANY}, ...]"
    columns = [
        [text for text in column if text != ANY] or [ANY] for column in zip(*rows, strict=True)
    ]
    arguments = [
        column[0] if len(set(column)) == 1 and "|" not in column[0] else ANY for column in columns
    ]
    return f"{head}[{', '.join(arguments)}]"


def stated_by(receivers: Iterable[Receiver], name: str | None) -> list[TypeText]:
    """Return the types that receivers state for a parameter; without a name, for the sender."""
    found: list[TypeText] = []
    for receiver in receivers:
        parameters = receiver.parameters or ()
        for place, parameter in enumerate(parameters):
            is_sender = place == 0 and parameter.kind in {"positional", "either"}
            if (is_sender if name is None else parameter.name == name and not is_sender) and (
                parameter.kind not in {"star", "stars"}
            ):
                found.append(parameter.type)
    return [one for one in found if one.known != "not"]


def result_of(
    receivers: Sequence[Receiver], results: Types, bases: Bases, *, is_read: bool
) -> TypeText:
    """Return the type of the results."""
    if is_read:
        text = generalised(results, bases)
        if text is None or text in {NONE, ANY}:
            return UNKNOWN
        if any(one.is_generator for one in receivers):  # the recording may not have called them
            text = union((text, _ITERATOR), bases)
        return TypeText(text, "fully", "recorded")
    returned = [receiver.returns for receiver in receivers]
    if returned and all(one is not None and one.text == NONE for one in returned):
        return TypeText(NONE, "fully", "receivers")
    return TypeText(OBJECT, "fully", "inferred")
