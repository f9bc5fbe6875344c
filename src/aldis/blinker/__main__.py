"""Runs a program that imports blinker on the adapter.

python -m aldis.blinker PROGRAM ARGS...
python -m aldis.blinker -m MODULE ARGS...
"""

from __future__ import annotations

import builtins
import runpy
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from aldis.blinker import install

if TYPE_CHECKING:
    from collections.abc import Callable

# what `python -m` itself calls; unlike `run_module`, it leaves the program's module the main one
run_module: Callable[..., object] = getattr(runpy, "_run_module_as_main")  # noqa: B009  # private

USAGE = """\
usage: python -m aldis.blinker PROGRAM ARGS...
       python -m aldis.blinker -m MODULE ARGS...

Runs a program with `import blinker` giving aldis.blinker.
"""


def main(arguments: list[str]) -> int:
    """Run a program as the interpreter itself would, after `install`.

    Args:
        arguments: `-m` and a module, or the path of a program; then the program's own arguments.

    Returns:
        The exit code, where the program does not exit by itself.
    """
    match arguments:
        case ["-h" | "--help", *_]:
            sys.stdout.write(USAGE)
            return 0
        case ["-m", module, *rest]:
            install()
            sys.argv = [module, *rest]
            sys.path[0] = str(Path.cwd())
            _become(ModuleType("__main__"))
            run_module(module)
            return 0
        case [program, *rest] if not program.startswith("-"):
            if not Path(program).exists():
                sys.stderr.write(f"{USAGE}\nno such program: {program}\n")
                return 2
            install()
            sys.argv = [program, *rest]
            if Path(program).is_file() and not zipfile.is_zipfile(program):
                sys.path[0] = str(Path(program).resolve().parent)
                _run_file(str(Path(program).absolute()))
            else:
                sys.path[0] = str(Path(program).absolute())
                _become(ModuleType("__main__"))
                run_module("__main__", alter_argv=False)
            return 0
        case _:
            sys.stderr.write(USAGE)
            return 2


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
    kept.append(sys.modules["__main__"])  # so that its globals, which are running, stay
    sys.modules["__main__"] = main


kept: list[ModuleType] = []

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
