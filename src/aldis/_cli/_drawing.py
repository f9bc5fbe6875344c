"""Draws the graph of a package, in the format of the file's suffix."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aldis._cli._dot import dot, draw
from aldis._cli._finding import look
from aldis._cli._graph import Graph
from aldis._cli._importing import InputError
from aldis._cli._mermaid import mermaid
from aldis._cli._output import standard_output

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMATS: Final = (".svg", ".png", ".mmd", ".dot")


def draw_graph(package: str, skipped: Sequence[str], output: Path | None) -> int:
    """Draw the graph of a package; return the exit code.

    Raises:
        InputError: There are no signals, Graphviz is missing, or the file cannot be written.
    """
    suffix = ".mmd" if output is None else output.suffix.lower()
    if suffix not in _FORMATS:
        raise InputError(f"{output} must end in one of {', '.join(_FORMATS)}")
    finds = look(package, skipped)
    graph = Graph(finds)
    if suffix == ".mmd":
        picture = mermaid(graph).encode()
    elif suffix == ".dot":
        picture = dot(graph, package).encode()
    else:
        picture = draw(graph, package, suffix[1:])
    if output is None:
        with standard_output():
            sys.stdout.write(picture.decode())
    else:
        try:
            output.write_bytes(picture)
        except OSError as error:
            raise InputError(f"{output} cannot be written: {error.strerror}") from error
    return finds.tell_failures()
