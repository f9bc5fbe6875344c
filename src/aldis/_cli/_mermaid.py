"""Writes a graph as Mermaid source, which many web pages can draw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._cli._graph import Graph

_HEAD: Final = """\
%% ==> connected now, -.-> connected by a line of the source, --o guessed from its name
flowchart LR
    classDef signal fill:#fdf0c4,stroke:#b58900
"""
_EVENT: Final = "classDef event fill:#d5efe3,stroke:#2e8b6f"


def mermaid(graph: Graph) -> str:
    """Return a graph as a Mermaid flowchart."""
    return "".join((_HEAD, *(f"    {line}\n" for line in _lines(graph))))


def _lines(graph: Graph) -> Iterator[str]:
    if any(node.is_event for node in graph.nodes):
        yield _EVENT
    for node in graph.nodes:
        label = _label(node.title, *node.details)
        look = "event" if node.is_event else "signal"
        yield f"{node.key}([{label}]):::{look}" if node.is_signal else f"{node.key}[{label}]"
    for start, end, is_guess in graph.sends:
        yield f"{start} {'--o' if is_guess else '-->'} {end}"
    for start, end, is_connected, notes in graph.deliveries:
        label = f"|{_label(*notes)}|" if notes else ""
        yield f"{start} {'==>' if is_connected else '-.->'}{label} {end}"


def _label(first: str, *details: str) -> str:
    small = "".join(f"<br/><small>{_escape(each)}</small>" for each in details)
    return f'"{_escape(first)}{small}"'


def _escape(text: str) -> str:
    """Escape characters that have a meaning in Mermaid or HTML."""
    return re.sub(r"[^\w .,:=()/\-]", lambda found: f"#{ord(found[0])};", text)
