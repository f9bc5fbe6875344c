"""Compares existing declarations with the sends in the source and in recorded runs."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from aldis._migrate._declared import declared_in
from aldis._migrate._model import Finding, Span
from aldis._migrate._scope import scope_of
from aldis._migrate._unions import fits, names_in, rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aldis._migrate._deciding import Recording
    from aldis._migrate._declared import Existing
    from aldis._migrate._model import Program
    from aldis._migrate._scope import Scope
    from aldis._migrate._unions import Bases

_SENDING = frozenset({"send", "send_robust", "send_async", "gather", "asend"})


def disagreements(
    program: Program, recording: Recording | None, declared: Iterable[Existing] | None = None
) -> Iterator[Finding]:
    """Yield the places where declarations and sends disagree.

    Args:
        program: What is known of the files.
        recording: The recording.
        declared: The declarations; those of the files themselves if it is left out.
    """
    found = {one.symbol: one for one in (_all_in(program) if declared is None else declared)}
    if not found:
        return
    if declared is None:
        for path, text in program.files.items():
            yield from _in_file(path, text, program.modules.get(path, ""), found)
    else:
        yield from _in_program(program, found)
    if recording is not None:
        for symbol, signal in recording.signals.items():
            if symbol in found:
                for send in signal.sends:
                    place = Span(Path(send.path), send.line, 0, send.line, 0)
                    yield from _of_names(found[symbol], set(send.payload), set(send.always), place)
                    yield from _of_types(found[symbol], send.payload, recording.bases, place)


def _all_in(program: Program) -> Iterator[Existing]:
    for path, text in program.files.items():
        yield from declared_in(path, text, program.modules.get(path, ""))


def _in_program(program: Program, found: Mapping[str, Existing]) -> Iterator[Finding]:
    """Compare the sends that the analysis has found."""
    for send in program.sends:
        existing = found.get(send.symbol or "")
        if existing is not None and not send.spreads:
            names = {one.name for one in send.payload}
            yield from _of_names(existing, names, names, send.span)


def _in_file(
    path: Path, text: str, module: str, found: Mapping[str, Existing]
) -> Iterator[Finding]:
    """Compare the sends of declared signals, which are identified by their names."""
    tree = ast.parse(text)
    scope = scope_of(tree, module, is_package=path.stem == "__init__")
    for node, owner in _calls(tree, module):
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _SENDING:
            continue
        existing = _signal_of(node.func.value, scope, owner, found)
        if existing is None or any(one.arg is None for one in node.keywords):
            continue
        names = {one.arg for one in node.keywords if one.arg and not one.arg.startswith("_")}
        place = Span(
            path, node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0
        )
        yield from _of_names(existing, names, names, place)


def _calls(tree: ast.AST, owner: str) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield node, owner
        inner = f"{owner}.{node.name}" if isinstance(node, ast.ClassDef) else owner
        yield from _calls(node, inner)


def _signal_of(
    node: ast.expr, scope: Scope, owner: str, found: Mapping[str, Existing]
) -> Existing | None:
    """Return the signal that an expression names; the last name is enough if it is unique."""
    root, _, rest = ast.unparse(node).partition(".")
    meaning = owner if root in {"self", "cls"} else scope.names.get(root)
    if meaning is not None:
        known = found.get(f"{meaning}.{rest}" if rest else meaning)
        if known is not None:
            return known
    if not isinstance(node, ast.Attribute):
        return None
    same = [one for one in found.values() if one.symbol.endswith(f".{node.attr}")]
    return same[0] if len(same) == 1 else None


def _of_names(
    existing: Existing, given: set[str], always: set[str], place: Span
) -> Iterator[Finding]:
    extra = [] if existing.is_open else sorted(given - set(existing.payload))
    missing = sorted(existing.required - always)
    for name in extra:
        yield _finding(existing, place, f"this send gives `{name}`, which is not declared")
    for name in missing:
        yield _finding(existing, place, f"this send does not give `{name}`, which is declared")


def _of_types(
    existing: Existing, payload: Mapping[str, Iterable[str]], bases: Bases, place: Span
) -> Iterator[Finding]:
    for name, types in payload.items():
        declared = existing.payload.get(name)
        for text in types:
            if declared and not fits(_as_in(text, declared, bases), text, bases):
                sentence = f"a run sent `{name}` of type `{text}`, and `{declared}` is declared"
                yield _finding(existing, place, sentence)


def _as_in(value: str, declared: str, bases: Bases) -> str:
    """Return a declared type with the class names that recordings use.

    Recordings name the module that defines a class; a declaration may name one that re-exports it.
    """
    names = [name for part in names_in(value) for name in (part, *bases.get(part, ()))]
    own = {name.rpartition(".")[2]: name for name in reversed(names)}
    return rendered(declared, lambda name: own.get(name.rpartition(".")[2], name))


def _finding(existing: Existing, place: Span, sentence: str) -> Finding:
    where = f"{existing.path.name}:{existing.line}"
    return Finding("M27", place, f"{sentence} in {where}", existing.symbol)
