"""Decides what becomes of every signal, with the reason for each one that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aldis._migrate._codes import code_of
from aldis._migrate._declared import already_declared
from aldis._migrate._documented import differences
from aldis._migrate._fitting import default_of, names_of, objection, why_not_sent
from aldis._migrate._merging import Merger, result_of, stated_by
from aldis._migrate._model import UNKNOWN, Finding, TypeText
from aldis._migrate._plan import Choice, Field, Plan, Signature
from aldis._migrate._sent import all_sent, is_test
from aldis._migrate._unions import NONE, union
from aldis._migrate._wrappers import wrappers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aldis._migrate._model import Declaration, Program, Receiver, Send, Span, Use
    from aldis._migrate._plan import Way, Wishes
    from aldis._migrate._sent import Piece, RecordedSignal, Sent
    from aldis._migrate._unions import Bases

_NOTHING = Signature(UNKNOWN, (), UNKNOWN)
_REPLACED = "its namespace is another class where blinker is missing; require blinker instead"
_ONLY_UNTYPED = frozenset({"M10", "M11", "M12", "M16"})
"""Uses that need the untyped signal behind the declaration."""


class Recording(Protocol):
    """What a run sent."""

    @property
    def signals(self) -> Mapping[str, RecordedSignal]:
        """The recorded signals, by symbol."""
        ...

    @property
    def bases(self) -> Mapping[str, tuple[str, ...]]:
        """The MRO of each class."""
        ...


class _NoRecording:
    signals: Mapping[str, RecordedSignal] = {}
    bases: Mapping[str, tuple[str, ...]] = {}


def decide(program: Program, wishes: Wishes, recording: Recording | None = None) -> Plan:
    """Decide what becomes of every signal.

    Args:
        program: What is known of the files.
        wishes: The options.
        recording: The recording, if there is one.

    Returns:
        The plan.
    """
    deciding = _Deciding(program, wishes, recording or _NoRecording())
    declared = already_declared(program)
    choices = [deciding.choice(one) for one in program.declarations if one not in declared]
    return Plan(program, wishes, choices, [*program.findings, *deciding.without_declaration()])


class _Deciding:
    def __init__(self, program: Program, wishes: Wishes, recording: Recording) -> None:
        self._program = program
        self._wishes = wishes
        self._recording = recording
        self._bases: Bases = {**_bases_in(program), **recording.bases}
        self._groups = _groups(program.declarations)

    def without_declaration(self) -> list[Finding]:
        """Return the findings about signals that are not declared here or unknown."""
        declared = {declaration.symbol for declaration in self._program.declarations}
        unknown = [
            Finding("M07", send.span, "the signal that is sent here is unknown", send.symbol)
            for send in self._program.sends
            if send.symbol is None
        ]
        uses = [_told(use) for use in self._program.uses if use.symbol not in declared]
        return [*unknown, *uses]

    def choice(self, declaration: Declaration) -> Choice:
        """Decide about one declaration."""
        symbols = self._groups[_key(declaration)]
        choice = Choice(
            declaration,
            "stays",
            _NOTHING,
            [one for one in self._program.sends if one.symbol in symbols],
            [one for one in self._program.receivers if one.symbol in symbols],
            is_selected=self._wishes.selects(declaration),
        )
        uses = [one for one in self._program.uses if one.symbol in symbols]
        is_foreign = declaration.library != "blinker"
        choice.findings += [_told(use) for use in uses if use.code == "M18" or not is_foreign]
        if reason := self._obstacle(declaration):
            _say(choice, *reason)
            return choice
        recorded = self._recorded(declaration, symbols)
        sent = all_sent(choice.sends, recorded, self._program.modules)
        if self._may_be_declared(choice, sent):
            choice.signature = self._signature(choice, sent)
            choice.findings += [
                Finding("M17", _documented_at(declaration), sentence, declaration.symbol)
                for sentence in differences(declaration, choice.signature)
            ]
            choice.way = self._way(choice, uses, is_shared=len(symbols) > 1)
            if declaration.is_replaced and choice.way == "typed" and self._wishes.level != "types":
                choice.way = "stays"
                _say(choice, "M15", _REPLACED)
            if choice.wrappers and self._wishes.level == "own":
                choice.findings += _wrapped(choice.sends, declaration)
        if not choice.is_selected:
            choice.way = "stays"
        return choice

    def _obstacle(self, declaration: Declaration) -> tuple[str, str] | None:
        if declaration.library != "blinker":
            return "M18", f"it is a signal of {declaration.library}"
        if declaration.obstacle:
            return declaration.obstacle
        if declaration.form == "function":
            return "M15", "each call of a function makes a new one"
        if declaration.form == "lookup":
            return "M11", "it is looked up where it is used and is not declared anywhere"
        return None

    def _may_be_declared(self, choice: Choice, sent: Sequence[Sent]) -> bool:
        """Whether the signal can be declared; the reasons against it become findings."""
        if not sent:
            _say(choice, "M06", "no send of it was found")
            return False
        reasons = [(code, send.span, text) for code, send, text in why_not_sent(choice.sends)]
        choice.wrappers, unclear = wrappers_of(choice.sends, self._program)
        reasons += [("M19", span, text) for span, text in unclear]
        always, sometimes = names_of(sent)
        if not reasons:
            is_read = any(one.is_read for one in sent)
            reasons += self._misfits(choice, always, sometimes, is_read=is_read)
            if sometimes:
                names = ", ".join(f"`{name}`" for name in sometimes)
                text = f"not every send gives {names}"
                if not self._wishes.unsafe:
                    reasons.append(("M01", choice.declaration.statement, text))
                elif not reasons:
                    _say(choice, "M01", f"{text}; receivers get a default then")
        for code, span, text in reasons:
            choice.findings.append(Finding(code, span, text, choice.declaration.symbol))
        return not reasons

    def _misfits(
        self, choice: Choice, always: Sequence[str], sometimes: Sequence[str], *, is_read: bool
    ) -> list[tuple[str, Span, str]]:
        takes_async = any(wrapper.option == "async_wrapper" for wrapper in choice.wrappers)
        found: list[tuple[str, Span, str]] = []
        for receiver in choice.receivers:
            text = objection(receiver, always, sometimes, takes_async=takes_async, is_read=is_read)
            if text:
                found.append(("M08", receiver.span, f"the receiver `{receiver.name}` {text}"))
        return found

    def _signature(self, choice: Choice, sent: Sequence[Sent]) -> Signature:
        told = [one for one in sent if not one.in_test] or sent  # tests send doubles
        always, sometimes = names_of(sent)
        sender = self._merged(choice, "sender", None, [(one.sender, one.place) for one in told])
        fields = [self._field(choice, name, told, is_optional=False) for name in always]
        fields += [self._field(choice, name, told, is_optional=True) for name in sometimes]
        read = [one for one in sent if one.is_read]
        results = tuple(dict.fromkeys(text for one in sent for text in one.results))
        result = result_of(self._own(choice.receivers), results, self._bases, is_read=bool(read))
        for one in read:
            choice.findings.append(
                Finding(
                    "M09",
                    one.place,
                    f"the results are read here; their type is `{result.text}`",
                    choice.declaration.symbol,
                )
            )
        return Signature(sender, tuple(fields), result)

    def _own(self, receivers: Iterable[Receiver]) -> list[Receiver]:
        """Leave out receivers in tests: their results say nothing about others."""
        modules = self._program.modules
        return [one for one in receivers if not is_test(modules.get(one.span.path, ""))]

    def _field(
        self, choice: Choice, name: str, sent: Sequence[Sent], *, is_optional: bool
    ) -> Field:
        pieces = [(one.payload[name], one.place) for one in sent if name in one.payload]
        merged = self._merged(choice, f"`{name}`", name, pieces)
        if not is_optional:
            return Field(name, merged)
        default = default_of(choice.receivers, name)
        if default == "None":
            text = union((merged.text, NONE), self._bases)
            merged = TypeText(text, merged.known, merged.origin)
        return Field(name, merged, default)

    def _merged(
        self, choice: Choice, what: str, name: str | None, pieces: Sequence[tuple[Piece, Span]]
    ) -> TypeText:
        merger = Merger(
            [piece for piece, _ in pieces], stated_by(choice.receivers, name), self._bases
        )
        for code, sentence in merger.codes:
            place = choice.declaration.statement
            if code == "M05":
                place = next(one for piece, one in pieces if merger.contradicts(piece))
            choice.findings.append(
                Finding(code, place, f"{what}: {sentence}", choice.declaration.symbol)
            )
        return merger.type

    def _way(self, choice: Choice, uses: Sequence[Use], *, is_shared: bool) -> Way:
        declaration = choice.declaration
        choice.needs_untyped = any(use.code == "M10" for use in uses)
        is_own = self._wishes.level == "own" and not is_shared and not choice.wrappers
        is_own = is_own and not any(use.code in _ONLY_UNTYPED for use in uses)
        if declaration.form != "instance":
            is_event = is_own and self._wishes.events and _has_no_sender(choice)
            return "event" if is_event else "own" if is_own else "typed"
        if is_own and self._wishes.methods and declaration.name is None:
            return "method"
        return "instance"

    def _recorded(self, declaration: Declaration, symbols: Iterable[str]) -> RecordedSignal | None:
        """Return what was recorded for it: by the symbol, or by the namespace and the name."""
        named = f"{declaration.namespace}[{declaration.name!r}]"
        found = (self._recording.signals.get(symbol) for symbol in (*symbols, named))
        return next((one for one in found if one is not None), None)


def _wrapped(sends: Iterable[Send], declaration: Declaration) -> Iterator[Finding]:
    """Report each send that keeps the untyped signal behind the declaration at level own, too."""
    for send in sends:
        for option in send.options:
            sentence = (
                f"only a view accepts `{option.name}`, so it becomes a view at level own, too"
            )
            yield Finding("M19", send.span, sentence, declaration.symbol)


def _key(declaration: Declaration) -> tuple[str, ...]:
    """Return what is the same for declarations of the same signal."""
    if declaration.name is None or declaration.library != "blinker":
        return (declaration.symbol,)
    return (declaration.namespace or "", declaration.name)


def _groups(declarations: Iterable[Declaration]) -> dict[tuple[str, ...], set[str]]:
    groups: dict[tuple[str, ...], set[str]] = {}
    for declaration in declarations:
        groups.setdefault(_key(declaration), set()).add(declaration.symbol)
    return groups


def _bases_in(program: Program) -> dict[str, tuple[str, ...]]:
    """Return the bases of the class of every expression."""
    types = [argument.type for send in program.sends for argument in send.payload]
    types += [send.sender.type for send in program.sends if send.sender]
    types += [
        parameter.type for receiver in program.receivers for parameter in receiver.parameters or ()
    ]
    return {one.text: one.bases for one in types if one.bases}


def _has_no_sender(choice: Choice) -> bool:
    """Whether the sender is not needed: no send gives one, and there are no receivers."""
    return choice.signature.sender.text == NONE and not choice.receivers


def _told(use: Use) -> Finding:
    return Finding(use.code, use.span, use.sentence, use.symbol)


def _say(choice: Choice, code: str, sentence: str) -> None:
    declaration = choice.declaration
    choice.findings.append(Finding(code, declaration.statement, sentence, declaration.symbol))


def _documented_at(declaration: Declaration) -> Span:
    return declaration.documentation[0].span


def needs_person(plan: Plan) -> bool:
    """Whether you must look at a finding."""
    return any(code_of(finding.code).needs_person for finding in plan.all_findings)
