"""The indexer's parts once more, with six mistakes for type checkers to find. Not to be run."""

from __future__ import annotations

import ast
from time import perf_counter
from typing import TYPE_CHECKING

from .signals import error_met, import_seen, source_parsed, source_read
from .walker import Walker

if TYPE_CHECKING:
    from pathlib import Path

    from .parser import Parser


def walk(walker: Walker) -> None:
    """Walk a tree, as `Walker.walk` does."""
    started = perf_counter()
    paths = sorted(walker.root.rglob("*.py"))
    for path in paths:
        # mistake 1: wrong payload type
        walker.found.send(path=path.name)
        # mistake 2: missing payload
        walker.progressed.send(total=len(paths))
    # mistake 3: unknown payload
    walker.finished.send(seconds=perf_counter() - started, files=len(paths))


def parse(walker: Walker, parser: Parser, path: Path) -> None:
    """Parse a file, as `Parser.read` does."""
    source = path.read_bytes()
    source_read.send(parser, path=path, source=source)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        error_met.send(parser, path=path, error=error)
    else:
        # mistake 4: wrong sender
        source_parsed.send(walker, path=path, module=path.stem, statements=[tree])


@error_met.connect
def warn(sender: Walker | Parser, /, *, path: Path, error: Exception) -> None:
    """Print an error: a receiver as it should be."""
    print(f"{path}: {error}")


# mistake 5: receiver that cannot take the payload
@import_seen.connect
def count_lines(parser: Parser, /, *, importer: str, lines: int) -> None:
    """Take the lines of an importer, which `import_seen` does not send."""
    print(importer, lines)


# mistake 6: async receiver on a sync signal
@Walker.finished.connect
async def upload(walker: Walker, /, *, seconds: float) -> None:
    """Upload the result: a coroutine that would never be awaited."""
    print(walker.root, seconds)
