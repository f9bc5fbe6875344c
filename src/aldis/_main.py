"""Runs another program in this process, as the interpreter itself would."""

from __future__ import annotations

import builtins
import runpy
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# the function behind `python -m`; unlike `run_module`, it keeps the program as `__main__`
_run_as_main: Callable[..., object] = getattr(runpy, "_run_module_as_main")  # noqa: B009  # private


def run_module(module: str, arguments: Sequence[str]) -> None:
    """Run a module as `python -m` does."""
    sys.argv = ["-m", *arguments]  # as in `python -m` while parent packages are imported
    sys.path[0] = str(Path.cwd())
    _become(ModuleType("__main__"))
    _run_as_main(module)


def run_path(program: str, arguments: Sequence[str]) -> None:
    """Run a file, or a folder or a zip file that has a `__main__`, as `python` does."""
    sys.argv = [program, *arguments]
    if Path(program).is_file() and not zipfile.is_zipfile(program):
        sys.path[0] = str(Path(program).resolve().parent)
        _run_file(str(Path(program).absolute()))
    else:
        sys.path[0] = str(Path(program).absolute())
        _become(ModuleType("__main__"))
        _run_as_main("__main__", alter_argv=False)


def _run_file(path: str) -> None:
    loader = SourceFileLoader("__main__", path)
    code = loader.source_to_code(loader.get_data(path), path)
    main = ModuleType("__main__")
    vars(main).update(__file__=path, __loader__=loader, __builtins__=builtins)
    _become(main)
    exec(code, vars(main))  # noqa: S102  # running the program is the purpose


def _become(main: ModuleType) -> None:
    """Make a module `__main__` until the process ends.

    `runpy.run_path` would restore the former module when the program's own code ends. Exit handlers
    and other threads still run then, and may pickle what the program defines.
    """
    _kept.append(sys.modules["__main__"])  # so that the globals of the running code stay alive
    sys.modules["__main__"] = main


_kept: list[ModuleType] = []
