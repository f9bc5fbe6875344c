"""Runs a program or a module in this process, with something else around it."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aldis import _main
from aldis._cli._importing import InputError, look_here_first

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from types import TracebackType


def run_module(
    module: str, arguments: Sequence[str], begin: Callable[[], Callable[[], None]]
) -> int:
    """Run a module as `python -m` does.

    Args:
        module: Its name.
        arguments: Its arguments.
        begin: Called before; returns a function that undoes it.

    Raises:
        InputError: There is no such module, or it cannot be run.
    """
    look_here_first()
    sys.argv = ["-m", *arguments]  # as in `python -m` while parent packages are imported
    leave = begin()
    if not _can_be_run(module):
        leave()
        raise InputError(f"there is no module {module} that can be run")
    with _short_tracebacks():
        _main.run_module(module, arguments)
    return 0


def run_program(
    program: str, arguments: Sequence[str], begin: Callable[[], Callable[[], None]]
) -> int:
    """Run a program as `python` does.

    Args:
        program: Its path.
        arguments: Its arguments.
        begin: Called before.

    Raises:
        InputError: There is no such program.
    """
    path = Path(program)
    if not path.exists() or (path.is_dir() and not (path / "__main__.py").exists()):
        raise InputError(f"there is no program {program}")
    begin()
    with _short_tracebacks():
        _main.run_path(program, arguments)
    return 0


def _can_be_run(module: str) -> bool:
    try:
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{module}.__main__")
    except (ModuleNotFoundError, ValueError):  # for example `a..b`
        return False
    return spec is not None


@contextmanager
def _short_tracebacks() -> Generator[None, None, None]:
    """Show an exception that ends the program as if the program ran by itself."""
    try:
        yield
    except Exception:
        show = sys.excepthook  # perhaps the program's own

        def show_shortly(
            kind: type[BaseException], error: BaseException, traceback: TracebackType | None
        ) -> None:
            shown = _without_ours(traceback)
            show(kind, error.with_traceback(shown), shown)

        sys.excepthook = show_shortly
        raise


def _without_ours(traceback: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback below the frames that read and run the program."""
    below = traceback
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        is_ours = file == _main.__file__ or file.startswith("<frozen importlib")
        before, traceback = traceback, traceback.tb_next
        if is_ours and (below is before or file == _main.__file__):
            below = traceback
    return below
