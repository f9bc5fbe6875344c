"""The time of imports, in fresh processes that alternate.

    python benchmarks/imports.py [--quick] [--json PATH]

The processes run without `site` and the environment (`-I -S`), so that nothing but the interpreter
is loaded before, and time the one import by the clock. A first import, which is not measured, has
CPython write its bytecode into `__pycache__`, and the system read the files into its memory: what
is measured is every later start of a program. A module of the standard library that several import
counts for each of them.
"""

from __future__ import annotations

import random
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from _measure import IS_FREE_THREADED, Candidate, Case, Effort, Outcome, compare
from _results import script

import aldis

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

# third-party modules that `import aldis` loads are also shown separately
MODULES = {
    "blinker": "blinker",
    "aldis": "aldis",
    "aldis.blinker": "aldis.blinker",
    "typing_extensions": "typing_extensions",
    "Django": "django.dispatch",
    "psygnal": "psygnal",
    "PyDispatcher": "pydispatch.dispatcher",
    "pluggy": "pluggy",
    "pyee": "pyee",
    "ezpubsub": "ezpubsub",
    "mitmproxy": "mitmproxy.utils.signals",
    "NiceGUI": "nicegui",  # the whole framework: its events need it
    "aiosignal": "aiosignal",
}
_SEED = 2024
_CHILD = """\
import sys
from time import perf_counter_ns as clock
sys.path += {paths!r}
begin = clock()
import {module}
print(clock() - begin)
"""


def paths() -> list[str]:
    """Return where aldis and the others are: the same for each, as if all were installed alike."""
    ours = Path(aldis.__file__).parents[1]
    theirs = Path(str(import_module("blinker").__file__)).parents[1]
    return list(dict.fromkeys([str(ours), str(theirs)]))


def importing(module: str) -> Callable[[int], int]:
    """Return what times an import, in a process of its own."""
    program = _CHILD.format(paths=paths(), module=module)

    def run(number: int) -> int:
        ran = subprocess.run(  # noqa: S603  # this interpreter, and a program from here
            [sys.executable, "-I", "-S", "-c", program],
            check=True,
            capture_output=True,
            text=True,
        )
        return int(ran.stdout)

    return run


def outcomes(effort: Effort, only: Collection[str] = ()) -> list[Outcome]:
    """Time the imports of all, or of these beside blinker and aldis."""
    candidates = [
        Candidate(name, importing(module))
        for name, module in MODULES.items()
        if name != "psygnal" or not IS_FREE_THREADED  # which has none that is compiled
        if not only or name in {*only, "blinker", "aldis"}
        if name != "NiceGUI" or find_spec("nicegui") is not None
    ]
    turns = list(candidates)
    shuffle = random.Random(_SEED).shuffle  # noqa: S311  # no secret
    for candidate in candidates:
        candidate.timer(1)
    for _ in range(effort.rounds):
        shuffle(turns)
        for candidate in turns:
            candidate.run()
    return compare(Case("import", candidates, ("blinker",)))


if __name__ == "__main__":
    method = "{rounds} rounds, a process for each import; minima, ratios by round"
    distributions = tuple(name for name in MODULES if name != "aldis.blinker")
    script(__doc__, outcomes, distributions=distributions, rounds=40, method=method)
