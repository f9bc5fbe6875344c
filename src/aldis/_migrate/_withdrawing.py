"""Takes back guesses that mypy rejects: a parameter becomes `Any`, or the signal stays."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aldis._migrate._model import UNKNOWN, Finding, TypeText
from aldis._migrate._sent import is_test
from aldis._migrate._unions import ANY, NONE, OBJECT, fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from aldis._migrate._errors import MypyError
    from aldis._migrate._model import Receiver, Send, Span
    from aldis._migrate._plan import Choice, Plan

_ARGUMENT = re.compile(r'Argument "?(\w+)"? to "(?:send\w*|connect\w*)"')
_OVERLOADS = re.compile(r'No overload variant of "send\w*" .* matches argument types? (.*)')
_SENDER = "1"


class Withdrawing:
    """Takes back guesses of a plan."""

    def __init__(self, plan: Plan, texts: Mapping[Path, tuple[str, str]]) -> None:
        self._plan = plan
        self._texts = texts
        self._changed = plan.changed

    def take_back(self, errors: Sequence[MypyError]) -> bool:
        """Take back the guesses that cause these errors.

        Returns:
            Whether anything was taken back, so that mypy must run again.
        """
        done = [self._settled(error) for error in errors]  # all of them
        return any(done)

    def _settled(self, error: MypyError) -> bool:
        if error.old_line is None:
            return self._of_declaration(error)
        if is_test(self._plan.program.modules.get(error.path, "")):
            return False  # tests make mistakes on purpose: you read it
        if self._of_handed_on(error):
            return True
        for choice in self._changed:
            for send in choice.sends:
                if _is_at(send.span, error):
                    return self._of_send(choice, send, error)
            for receiver in choice.receivers:
                if _is_at(receiver.span, error):
                    return self._of_receiver(choice, receiver, error)
        return False

    def _of_handed_on(self, error: MypyError) -> bool:
        """Accept any sender for a signal whose `send` is passed on: its caller is unknown."""
        for use in self._plan.program.uses:
            if use.code == "M12" and _is_at(use.span, error):
                for choice in self._changed:
                    if choice.declaration.symbol == use.symbol:
                        return self._to_any_sender(choice)
        return False

    def _to_any_sender(self, choice: Choice) -> bool:
        if choice.signature.sender.text == ANY:
            return False
        choice.signature = replace(choice.signature, sender=UNKNOWN)
        self._say(choice, "M03", "the sender: `send` is passed on, so any caller may be the sender")
        return True

    def _of_send(self, choice: Choice, send: Send, error: MypyError) -> bool:
        found = _ARGUMENT.search(error.text)
        names = [found[1]] if found else _refused(choice, send, error)
        done = [self._to_any(choice, name, error) for name in names]
        return any(done)

    def _of_receiver(self, choice: Choice, receiver: Receiver, error: MypyError) -> bool:
        """Take back what a receiver contradicts; a result becomes `object`."""
        done = [self._to_any(choice, name, error) for name in _disagreeing(choice, receiver)]
        if any(done):
            return True
        if not done and choice.signature.result.text == NONE:
            result = TypeText(OBJECT, "fully", "inferred")
            choice.signature = replace(choice.signature, result=result)
            return True
        return False

    def _to_any(self, choice: Choice, name: str, error: MypyError) -> bool:
        """Let a parameter be `Any` if its type was guessed; a stated type stays."""
        signature = choice.signature
        if name in {_SENDER, "sender"}:
            if not _is_guess(signature.sender):
                return False
            choice.signature = replace(signature, sender=UNKNOWN)
        else:
            fields = [
                replace(one, type=UNKNOWN) if one.name == name and _is_guess(one.type) else one
                for one in signature.fields
            ]
            if tuple(fields) == signature.fields:
                return False
            choice.signature = replace(signature, fields=tuple(fields))
        what = "the sender" if name == _SENDER else f"`{name}`"
        self._say(
            choice, "M03", f"{what}: mypy rejects the guessed type, so it is `Any`: {error.text}"
        )
        return True

    def _of_declaration(self, error: MypyError) -> bool:
        """Take back a declaration, or the types that it imports, if mypy does not know them."""
        if error.code == "has-type":  # in a circle of imports, mypy does not know the namespace
            return False
        choices = [one for one in self._changed if one.declaration.statement.path == error.path]
        _, new = self._texts[error.path]
        lines = new.splitlines()
        line = lines[error.line - 1] if error.line <= len(lines) else ""
        if re.match(r"\s*(from|import)\s", line):
            names = set(re.findall(r"\w+", line))
            forgotten = [self._forget(one, names) for one in choices]
            return any(forgotten)
        target = _function_at(new, error.line)
        for choice in choices:
            if target is not None and target.endswith(choice.declaration.target):
                choice.way = "stays"
                self._say(choice, "M24", f"mypy rejects its declaration: {error.text}")
                return True
        return False

    def _forget(self, choice: Choice, names: set[str]) -> bool:
        """Let parameters be `Any` whose types have one of these names."""

        def kept(text: TypeText) -> TypeText:
            parts = set(re.findall(r"\w+", text.text))
            return (
                UNKNOWN
                if {name for name in parts if name[:1].isupper()} & names - {"Any"}
                else text
            )

        signature = choice.signature
        fields = tuple(replace(one, type=kept(one.type)) for one in signature.fields)
        changed = replace(
            signature, sender=kept(signature.sender), fields=fields, result=kept(signature.result)
        )
        choice.signature = changed
        if changed != signature:
            self._say(choice, "M03", "mypy does not find its types, so they are `Any`")
        return changed != signature

    def _say(self, choice: Choice, code: str, sentence: str) -> None:
        declaration = choice.declaration
        choice.findings.append(Finding(code, declaration.statement, sentence, declaration.symbol))


def _is_guess(text: TypeText) -> bool:
    return text.text != ANY and text.origin != "stated"


def _is_at(span: Span, error: MypyError) -> bool:
    return span.path == error.path and span.line <= (error.old_line or 0) <= span.end_line


def _refused(choice: Choice, send: Send, error: MypyError) -> Iterator[str]:
    """Return the arguments that mypy seems to reject: of overloads, it lists all types."""
    found = _OVERLOADS.search(error.text)
    told = re.findall('"([^"]*)"', found[1]) if found else []
    given = [send.sender, *send.payload] if send.sender else list(send.payload)
    if len(told) != len(given):
        return
    fields = {one.name: one.type for one in choice.signature.fields}
    for type_, argument in zip(told, given, strict=True):
        is_sender = argument is send.sender
        declared = choice.signature.sender if is_sender else fields[argument.name]
        own = argument.type
        is_fit = own.known == "fully" and fits(declared.text, own.text, {own.text: own.bases})
        if type_ != "Any" and not is_fit:
            yield _SENDER if is_sender else argument.name


def _disagreeing(choice: Choice, receiver: Receiver) -> Iterator[str]:
    """Return the parameters whose declared type does not fit what a receiver states."""
    parameters = receiver.parameters or ()
    fields = {one.name: one.type for one in choice.signature.fields}
    for place, parameter in enumerate(parameters):
        is_sender = place == 0 and parameter.kind in {"positional", "either"}
        name = "sender" if is_sender else parameter.name
        declared = choice.signature.sender if is_sender else fields.get(name)
        if declared is None or parameter.type.known == "not":
            continue
        if not fits(parameter.type.text, declared.text, {}):
            yield name


def _function_at(text: str, line: int) -> str | None:
    """Return the name of the function in whose head or body a line is."""
    found: str | None = None
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first <= line <= (node.end_lineno or 0):
                found = node.name
    return found
