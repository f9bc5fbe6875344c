"""Runs another program in the place of this one, as the interpreter itself would."""

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

# what `python -m` itself calls; unlike `run_module`, it leaves the program's module the main one
_run_as_main: Callable[..., object] = getattr(runpy, "_run_module_as_main")  # noqa: B009  # private


def run_module(module: str, arguments: Sequence[str]) -> None:
    """Run a module as `python -m` does."""
    sys.argv = ["-m", *arguments]  # as it is while packages around the module are imported
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
    exec(code, vars(main))  # noqa: S102  # it was asked for


def _become(main: ModuleType) -> None:
    """Let a module be the main one until the process ends.

    `runpy.run_path` would put the former one back at the end of the program's own code: exit
    handlers and other threads, which may pickle what it defines, still run then.
    """
    _kept.append(sys.modules["__main__"])  # so that its globals, which are running, stay
    sys.modules["__main__"] = main


_kept: list[ModuleType] = []
