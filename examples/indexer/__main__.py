"""Indexes a tree: `python -m examples.indexer [ROOT]`, by default the standard library."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .duplicates import Duplicates
from .errors import ErrorLog
from .graph import ImportGraph
from .imports import find_imports
from .parser import Parser
from .progress import progress_bar
from .signals import CountedSignal, error_met, import_seen, source_parsed, source_read
from .statistics import Statistics
from .walker import SKIPPED, Walker

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Index a tree and print what was found.

    Args:
        arguments: The command line, less the program's name.

    Returns:
        The exit code: 2 where the tree cannot be read or a result cannot be written.
    """
    options = _options(arguments)
    output = sys.stdout
    if isinstance(output, io.TextIOWrapper):
        # file names need not be valid text, nor can every terminal show every character
        output.reconfigure(errors="backslashreplace")
    try:
        os.scandir(options.root).close()  # the walker would take a missing root for an empty one
        walker = Walker(options.root.resolve(), SKIPPED.union(options.skip))
        _index(walker, options.graph, options.log)
    except OSError as error:
        print(f"indexer: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m examples.indexer", description=__doc__)
    stdlib = Path(sysconfig.get_path("stdlib"))
    graph, log = Path("build/imports.svg"), Path("build/unparsable.log")
    add = options.add_argument
    add("root", nargs="?", type=Path, default=stdlib, help="the folder to index")
    add("--graph", metavar="FILE", type=Path, default=graph, help=f"default: {graph}")
    add("--log", metavar="FILE", type=Path, default=log, help=f"default: {log}")
    add("--skip", metavar="NAME", action="append", default=[], help="leave such folders out: test")
    return options.parse_args(arguments)


def _index(walker: Walker, graph_file: Path, log_file: Path) -> None:
    console = Console(highlight=False)
    parser, statistics, duplicates = Parser(), Statistics(), Duplicates(walker.root)
    graph, log = ImportGraph(graph_file), ErrorLog(log_file)

    # Connections are weak: each lives as long as the part whose method it calls.
    walker.found.connect(statistics.count_file)
    walker.found.connect(parser.read)
    source_read.connect(statistics.count_source)
    source_read.connect(duplicates.add)
    source_parsed.connect(statistics.count_definitions)
    source_parsed.connect(find_imports)
    import_seen.connect(statistics.count_import)
    import_seen.connect(graph.add)
    error_met.connect(statistics.count_error)
    error_met.connect(log.add)
    walker.finished.connect(statistics.stop_clock)
    walker.finished.connect(graph.draw)
    walker.finished.connect(log.write)

    @error_met.connect_via(walker)  # not those of the parser, which only the log has room for
    def warn(sender: Walker | Parser, /, *, error: Exception, **_: object) -> None:
        console.print(Text(f"left out: {error}", style="yellow"))

    console.print(Text(f"indexing {walker.root}, leaving out {', '.join(sorted(walker.skipped))}"))
    with progress_bar(walker, console), _garbage_left():
        walker.walk()
    if not statistics.counts["files"]:
        console.print("no Python files in it")
        return
    console.print(Columns([statistics, _traffic()]), graph, duplicates, log, sep="\n")
    sends, deliveries = CountedSignal.sends.total(), CountedSignal.deliveries.total()
    console.print(Text(f"{sends:,} sends, {deliveries:,} deliveries", style="bold"))


def _traffic() -> Table:
    table = Table("signal")
    table.add_column("sends", justify="right")
    table.add_column("deliveries", justify="right")
    for name, sends in CountedSignal.sends.most_common():
        table.add_row(name, f"{sends:,}", f"{CountedSignal.deliveries[name]:,}")
    return table


@contextmanager
def _garbage_left() -> Generator[None, None, None]:
    """Leave reference cycles alone for a while.

    Syntax trees have none, and looking for them again and again takes seconds.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
