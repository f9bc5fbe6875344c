"""Asks pyright for the types of arguments that mypy does not know."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aldis._migrate._model import Argument, Finding, Send, Span
from aldis._migrate._pyright_text import qualified
from aldis._migrate._unions import NONE, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aldis._migrate._model import Program, TypeText
    from aldis._migrate._resolving import Resolver
    from aldis._migrate._source import Module

MISSING = "M24"
_BEFORE, _AFTER = "reveal_type((", "))"
_CONFIGURATION = '{"reportGeneral": false, "typeCheckingMode": "off", "include": ["."]}'


class Asked(NamedTuple):
    """The text of a module with `reveal_type` calls, and their places."""

    text: str
    places: dict[tuple[int, int], Span]  # line and character of an expression, and its own span


def ask_pyright(program: Program, modules: Sequence[Module], resolver: Resolver) -> None:
    """Fill in the types of arguments that pyright knows and mypy does not.

    Args:
        program: The program, whose sends are replaced.
        modules: Its modules.
        resolver: What is known of it.
    """
    command = shutil.which("pyright") or shutil.which(
        "pyright", path=str(Path(sys.executable).parent)
    )
    first = Span(modules[0].path, 1, 0, 1, 0) if modules else None
    if first is None:
        return
    if command is None:
        sentence = "pyright is not installed, so it was not asked: pip install pyright"
        program.findings.append(Finding(MISSING, first, sentence))
        return
    told, fault = _ask(command, program, modules, resolver)
    if fault is not None:
        program.findings.append(Finding(MISSING, first, f"pyright failed: {fault}"))
    program.sends[:] = [_better(each, told) for each in program.sends]


def _better(send: Send, told: dict[Span, TypeText]) -> Send:
    def chosen(argument: Argument) -> Argument:
        found = told.get(argument.span)
        if found is None or found.known in {"not", argument.type.known}:
            return argument
        if found.text == NONE and isinstance(parsed(argument.text), ast.Attribute):
            return argument  # a placeholder: a property that subclasses replace
        return replace(argument, type=found)

    sender = None if send.sender is None else chosen(send.sender)
    return replace(send, sender=sender, payload=tuple(map(chosen, send.payload)))


def _unknown(program: Program, path: Path) -> set[Span]:
    """Return the places of arguments whose types are not fully known."""
    arguments = (
        argument
        for send in program.sends
        if send.span.path == path
        for argument in (*send.payload, *([] if send.sender is None else [send.sender]))
    )
    return {each.span for each in arguments if each.type.known != "fully"}


def _ask(
    command: str, program: Program, modules: Sequence[Module], resolver: Resolver
) -> tuple[dict[Span, TypeText], str | None]:
    """Run pyright on a copy of the program with `reveal_type` calls."""
    told: dict[Span, TypeText] = {}
    with tempfile.TemporaryDirectory() as name:
        top = Path(name).resolve()
        asked: dict[Path, tuple[Module, Asked]] = {}
        for module in modules:
            parts = [*module.name.split("."), *(["__init__"] if module.is_package else [])]
            path = top.joinpath(*parts).with_suffix(".py")
            question = with_questions(module.text, _unknown(program, module.path))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(question.text, encoding="utf-8", newline="")
            asked[path] = module, question
        (top / "pyrightconfig.json").write_text(_CONFIGURATION)
        try:
            output = subprocess.run(  # noqa: S603 # the pyright on the path
                [command, "--outputjson", "--pythonpath", sys.executable, "--project", name],
                capture_output=True,
                check=False,
                text=True,
            ).stdout
            answers = json.loads(output)["generalDiagnostics"]
        except (OSError, ValueError, KeyError) as error:
            return told, f"{type(error).__name__}: {error}".splitlines()[0]
    for path, line, character, text in _revealed(answers):
        module, question = asked[path]
        span = _asked_at(question, line, character)
        if span is not None:  # the program may have `reveal_type` calls of its own
            told[span] = qualified(text, module, resolver)
    return told, None


def _revealed(answers: Iterable[dict[str, Any]]) -> Iterable[tuple[Path, int, int, str]]:
    """Yield the revealed types and their places."""
    for each in answers:
        _, is_told, text = each["message"].partition('" is "')
        if each["severity"] == "information" and is_told:
            start = each["range"]["start"]
            yield Path(each["file"]), start["line"], start["character"], text.removesuffix('"')


def _asked_at(question: Asked, line: int, character: int) -> Span | None:
    """Return the expression at a place, or the one whose parentheses begin there."""
    places = (question.places.get((line, character + more)) for more in (0, 1))
    return next((each for each in places if each is not None), None)


def with_questions(text: str, spans: Iterable[Span]) -> Asked:
    """Return a text with a `reveal_type` call around each of some expressions."""
    lines = [each.encode() for each in text.splitlines(keepends=True)]
    starts = [0]
    for each in lines:
        starts.append(starts[-1] + len(each))
    insertions: list[tuple[int, int, bytes, Span | None]] = []
    for span in spans:
        start = starts[span.line - 1] + span.column
        end = starts[span.end_line - 1] + span.end_column
        insertions.append((start, -end, _BEFORE.encode(), span))
        insertions.append((end, -len(text.encode()) - 1, _AFTER.encode(), None))
    source = text.encode()
    done = bytearray()
    places: dict[tuple[int, int], Span] = {}
    at = 0
    for offset, _, inserted, asked in sorted(insertions, key=lambda each: each[:2]):
        done += source[at:offset] + inserted
        at = offset
        if asked is not None:
            before = done.decode()
            line = before.count("\n")
            places[line, len(before) - before.rfind("\n") - 1] = asked
    return Asked((done + source[at:]).decode(), places)
