"""Runs a program with the adapter in place of blinker.

python -m aldis.blinker PROGRAM ARGS...
python -m aldis.blinker -m MODULE ARGS...
"""

from __future__ import annotations

import sys
from pathlib import Path

from aldis._main import run_module, run_path
from aldis.blinker import install

USAGE = """\
usage: python -m aldis.blinker PROGRAM ARGS...
       python -m aldis.blinker -m MODULE ARGS...

Runs a program in which `import blinker` imports aldis.blinker.
"""


def main(arguments: list[str]) -> int:
    """Run a program as the interpreter itself would, after `install`.

    Args:
        arguments: `-m` and a module, or the path of a program; then the program's own arguments.

    Returns:
        The exit code, if the program does not exit by itself.
    """
    match arguments:
        case ["-h" | "--help", *_]:
            sys.stdout.write(USAGE)
            return 0
        case ["-m", module, *rest]:
            install()
            run_module(module, rest)
            return 0
        case [module, *rest] if module.startswith("-m") and module != "-m":  # `-mMODULE`
            return main(["-m", module[2:], *rest])
        case [program, *rest] if not program.startswith("-"):
            if not Path(program).exists():
                sys.stderr.write(f"{USAGE}\nno such program: {program}\n")
                return 2
            install()
            run_path(program, rest)
            return 0
        case _:
            sys.stderr.write(USAGE)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
