"""Runs a program, and records its sends."""

from __future__ import annotations

import atexit
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aldis._cli._importing import InputError
from aldis._cli._running import run_module, run_program
from aldis._recording._session import CannotRecordError, Session, summary_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def record_module(module: str, arguments: Sequence[str], file: Path) -> int:
    """Run a module as `python -m` does, and record its sends.

    Raises:
        InputError: There is no such module, it cannot be run, or the file cannot be written.
    """
    return run_module(module, arguments, partial(_record, file))


def record_program(program: str, arguments: Sequence[str], file: Path) -> int:
    """Run a program as `python` does, and record its sends.

    Raises:
        InputError: There is no such program, or the file cannot be written.
    """
    return run_program(program, arguments, partial(_record, file))


def _record(file: Path) -> Callable[[], None]:
    """Record until the process ends, or until the returned function is called.

    Sends of exit handlers, and of threads that continue after the program's own code, are recorded,
    too: the exit handler that is registered first is called last.
    """
    try:
        session = Session(file, Path.cwd())
    except CannotRecordError as error:
        raise InputError(str(error)) from error

    def finish() -> None:
        try:
            recording = session.finish()
        except CannotRecordError as error:
            sys.stderr.write(f"aldis: {error}\n")
            return
        for problem in session.problems:
            sys.stderr.write(f"aldis: {problem}\n")
        if recording is not None:
            sys.stderr.write(f"aldis: {summary_of(recording, file)}\n")

    atexit.register(finish)

    def leave() -> None:
        atexit.unregister(finish)
        session.drop()

    return leave
