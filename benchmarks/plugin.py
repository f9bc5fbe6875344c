"""The cost of the mypy plugin: the processor time of mypy with it, against an empty plugin.

    python benchmarks/plugin.py [--pairs N] [--parts N] [--json PATH]

`_synthetic` writes the application. mypy reads it from scratch, in a process of its own, with each
of three configurations in turn: with the plugin, with an empty one, and with another empty one,
whose ratio to the first shows the noise of the machine. The order of a round is random. The time is
the processor's, of the process and what it starts, without a cache; Python has one of the modules
that it compiled, as it has of installed packages.

The ratio of a round is that of runs next to each other; what counts is the median of them. The
interval is the one that holds the median of all such rounds in 95 of 100 cases, whatever their
distribution, from the ranks of a binomial.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from _results import environment
from _synthetic import PARTS, write

GOAL = 1.03
_SEED = 2024
_EMPTY = """\
from mypy.plugin import Plugin
def plugin(version: str) -> type[Plugin]:
    return {name}
class {name}(Plugin): ...
"""
_PLUGINS = {"aldis": "aldis.mypy", "empty": "empty.py", "control": "control.py"}


class Median(NamedTuple):
    """A median, and the interval around it."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Median:
        ordered = sorted(values)
        rank = _rank(len(ordered))
        return cls(statistics.median(ordered), ordered[rank], ordered[-1 - rank])

    def __str__(self) -> str:
        return f"{self.middle:.3f}, between {self.low:.3f} and {self.high:.3f}"


def _rank(number: int) -> int:
    """Return how many of the values may be left out at either end."""
    rank, outside = -1, 0.0
    while True:
        outside += 2 * math.comb(number, rank + 1) / 2**number
        if outside > 0.05:  # noqa: PLR2004  # of 100 cases, 5 may be wrong
            return max(rank, 0)
        rank += 1


def _prepare(folder: Path, parts: int) -> None:
    write(folder, plain=False, parts=parts)
    for name, plugin in _PLUGINS.items():
        text = f"[mypy]\nstrict = True\nplugins = {plugin}\n"
        (folder / f"{name}.ini").write_text(text, encoding="utf-8")
        if plugin.endswith(".py"):
            empty = _EMPTY.format(name=name.title())
            (folder / plugin).write_text(empty, encoding="utf-8")


def _seconds(folder: Path, name: str) -> float:
    """Return the processor's time of one run."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(  # noqa: S603  # the checker that is measured
        [
            Path(sys.executable).parent / "mypy",
            f"--config-file={name}.ini",
            f"--cache-dir={os.devnull}",
            "shop",
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        raise SystemExit(ran.stdout + ran.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures what the mypy plugin costs.")
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--parts", type=int, default=PARTS // 4, help="of five modules each")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    order = random.Random(_SEED)  # noqa: S311
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, chosen.parts)
        for plugin in _PLUGINS:  # fills the disk cache
            _seconds(folder, plugin)
        for _ in range(chosen.pairs):
            turns = order.sample(list(_PLUGINS), k=len(_PLUGINS))
            rounds.append({plugin: _seconds(folder, plugin) for plugin in turns})
    ours = Median.of([each["aldis"] / each["empty"] for each in rounds])
    control = Median.of([each["control"] / each["empty"] for each in rounds])
    least = {plugin: min(each[plugin] for each in rounds) for plugin in _PLUGINS}
    print(f"{chosen.pairs} rounds, {chosen.parts} parts: seconds at least {least}")
    print(f"with the plugin {ours}; the least by the least {least['aldis'] / least['empty']:.3f}")
    print(f"with an empty one {control}")
    print(f"the goal is {GOAL}: {'kept' if ours.middle <= GOAL else 'not kept'}")
    if chosen.json is not None:
        result = {
            "environment": environment(),
            "parts": chosen.parts,
            "rounds": rounds,
            "plugin": ours._asdict(),
            "control": control._asdict(),
        }
        chosen.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
