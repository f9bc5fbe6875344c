"""Writes a graph as Graphviz source, and draws it with Graphviz."""

from __future__ import annotations

import shutil
import subprocess
from html import escape
from typing import TYPE_CHECKING, Final

from aldis._cli._importing import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._cli._graph import Graph

_HEAD: Final = """\
digraph {
    graph [rankdir=LR, ranksep=0.8, fontname="sans-serif", fontsize=11]
    node [shape=box, style="rounded,filled", fillcolor=white, color="#93a1a1"]
    node [fontname="sans-serif", fontsize=12]
    edge [fontname="sans-serif", fontsize=9, color="#586e75"]
"""
_SIGNAL: Final = 'style=filled, fillcolor="#fdf0c4", color="#b58900"'
_EVENT: Final = 'style=filled, fillcolor="#d5efe3", color="#2e8b6f"'
_KEY: Final = (
    "thick: connected now; dashed: connected by a line of the source; dotted: guessed from its name"
)


def dot(graph: Graph, title: str) -> str:
    """Return a graph as Graphviz source."""
    return "".join((_HEAD, *(f"    {line}\n" for line in _lines(graph, title)), "}\n"))


def _lines(graph: Graph, title: str) -> Iterator[str]:
    events = " green: an event;" if any(node.is_event for node in graph.nodes) else ""
    yield f"label={_label(title, f'yellow: a signal;{events} {_KEY}')}"
    for node in graph.nodes:
        look = f", {_EVENT if node.is_event else _SIGNAL}" if node.is_signal else ""
        yield f"{node.key} [label={_label(node.title, *node.details)}{look}]"
    for start, end, is_guess in graph.sends:
        yield f"{start} -> {end}{' [style=dotted]' if is_guess else ''}"
    for start, end, is_connected, notes in graph.deliveries:
        label = f", label={_label(*notes)}" if notes else ""
        yield f"{start} -> {end} [style={'bold' if is_connected else 'dashed'}{label}]"


def _label(first: str, *details: str) -> str:
    small = "".join(
        f'<br/><font point-size="9" color="#657b83">{escape(each)}</font>' for each in details
    )
    return f"<{escape(first)}{small}>"


def draw(graph: Graph, title: str, picture: str) -> bytes:
    """Return a picture of a graph, as `svg` or `png`.

    Raises:
        InputError: Graphviz is not installed, or fails.
    """
    program = shutil.which("dot")
    if program is None:
        raise InputError(
            f"Graphviz draws .{picture} files, but its program `dot` was not found: "
            "install graphviz, or use a file ending in .mmd or .dot"
        )
    ran = subprocess.run(  # noqa: S603  # the installed Graphviz
        [program, f"-T{picture}"],
        input=dot(graph, title).encode(),
        capture_output=True,
        check=False,
    )
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise InputError(f"{program} failed with exit code {ran.returncode}: {said}")
    return ran.stdout
