"""Finds out what a program does with its signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._cycles import deep_questions
from aldis._migrate._declarations import calls_that_make, declaration_of, target_of
from aldis._migrate._files import find
from aldis._migrate._foreign import dispatched, foreign_uses
from aldis._migrate._model import Finding, MypyRun, Program, Span
from aldis._migrate._reading import read
from aldis._migrate._receivers import receivers_of
from aldis._migrate._resolving import Resolver
from aldis._migrate._second import ask_pyright
from aldis._migrate._sends import sends_of
from aldis._migrate._settling import settle
from aldis._migrate._types import Types
from aldis._migrate._uses import uses_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aldis._migrate._model import Declaration
    from aldis._migrate._source import Module


def analyse(paths: Sequence[Path], *, second: bool = False, cache: Path | None = None) -> Program:
    """Find out what the files under some paths do with signals.

    Args:
        paths: Files and directories.
        second: Whether pyright is asked for the types that mypy does not know.
        cache: A folder for what mypy keeps of the libraries, and for its next run.

    Returns:
        What was found. What could not be read or checked is among its findings.
    """
    with deep_questions():
        return _analysed(paths, second=second, cache=cache)


def _analysed(paths: Sequence[Path], *, second: bool, cache: Path | None) -> Program:
    found = find(paths)
    program = Program(
        encodings=found.encodings, modules=found.modules, findings=list(found.findings)
    )
    modules: dict[str, Module] = {}
    for path, text in found.texts.items():
        try:
            module = read(path, found.modules[path], text)
        except (SyntaxError, ValueError, RecursionError) as error:
            program.findings.append(_unparsed(path, error))
            del found.modules[path], found.encodings[path]
        else:
            program.files[path] = text
            modules[module.name] = module
    resolver = Resolver(modules, _types(program, cache))
    _look(program, modules, resolver)
    if second:
        ask_pyright(program, list(modules.values()), resolver)
    return program


def _types(program: Program, cache: Path | None) -> Types:
    """Return what mypy knows of a program; nothing if mypy is missing or fails."""
    if not program.modules:
        return Types()
    try:
        from aldis._migrate._mypy_pass import check  # noqa: PLC0415 # mypy may be missing
        from aldis._migrate._mypy_types import MypyTypes  # noqa: PLC0415 # likewise
    except ImportError as error:
        fault: str | None = f"it cannot be imported: {error}"
        checked = None
    else:
        checked, fault, left_out, skipped = check(program.modules, program.files, cache)
        for path, why in left_out.items():
            sentence = f"mypy stops at this file, so most of its types are unknown: {why}"
            program.findings.append(Finding("M23", Span(path, 1, 0, 1, 0), sentence))
        if checked is not None:
            errors = tuple(checked.result.errors)
            program.mypy = MypyRun(errors, frozenset(left_out), cache, skipped)
            return MypyTypes(checked, program.modules.values())
    sentence = f"mypy failed, so most types are unknown: {fault}"
    first = next(iter(program.modules))
    program.findings.append(Finding("M23", Span(first, 1, 0, 1, 0), sentence))
    return Types()


def _unparsed(path: Path, error: Exception) -> Finding:
    line = (error.lineno or 1) if isinstance(error, SyntaxError) else 1
    why = error.msg if isinstance(error, SyntaxError) else str(error)
    return Finding("M21", Span(path, line, 0, line, 0), f"the file is left out: {why}")


def _look(program: Program, modules: dict[str, Module], resolver: Resolver) -> None:
    """Fill in what a program does with signals."""
    sites = [
        (module, declaration_of(module, made, target_of(module, made.call), resolver), made)
        for module in modules.values()
        for made in calls_that_make(module, resolver)
    ]
    settle(program, sites, resolver)
    known = {each.symbol for each in program.declarations}
    program.declarations += [
        each for each in _dispatched(modules, resolver) if each.symbol not in known
    ]
    for module in modules.values():
        program.sends += sends_of(module, resolver)
        program.receivers += receivers_of(module, resolver)
        program.uses += uses_of(module, resolver)
        program.uses += foreign_uses(module, resolver)


def _dispatched(modules: dict[str, Module], resolver: Resolver) -> list[Declaration]:
    """Return the declarations of PyDispatcher's signals, each once."""
    found: dict[str, Declaration] = {}
    for module in modules.values():
        for _, _, declaration in dispatched(module, resolver):
            if declaration is not None:
                found.setdefault(declaration.symbol, declaration)
    return list(found.values())
