"""Shows the signals of a package: as a tree for people, as lines of facts for programs."""

from __future__ import annotations

import sys
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from aldis._cli._finding import look, receiver_at
from aldis._cli._names import describe_sender
from aldis._cli._output import standard_output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aldis._cli._found import Found
    from aldis._core._survey import Listed


def list_signals(package: str, skipped: Sequence[str]) -> int:
    """Print the signals of a package; return the exit code."""
    finds = look(package, skipped)
    console = Console(highlight=False)
    with standard_output():
        if console.is_terminal:
            show(finds.signals, console)
        else:
            sys.stdout.writelines(f"{line}\n" for line in as_lines(finds.signals))
    return finds.tell_failures()


def as_lines(signals: Sequence[Found]) -> Iterator[str]:
    """Yield one line for each fact; each begins with the place of the declaration, as in grep."""
    for found in signals:
        start = f"{found.place or '(no source)'}: {found.name}:"
        yield f"{start} declared {found.kind}{found.signature}"
        if found.given_name:
            yield f"{start} named {found.given_name}"
        if found.summary:
            yield f"{start} says {found.summary}"
        for connection in found.connections:
            facts = (
                " at ".join(receiver_at(connection.receiver, signals)),
                "weak" if connection.weak else "strong",
                *([f"sender {describe_sender(connection.sender)}"] if found.has_sender else []),
                f"priority {connection.priority}",
                *_terms(connection),
            )
            yield f"{start} receiver {', '.join(facts)}"


def show(signals: Sequence[Found], console: Console) -> None:
    """Print a tree of the signals, module by module."""
    for module, group in groupby(signals, key=attrgetter("module")):
        tree = Tree(Text(module, style="bold"), guide_style="dim")
        for found in group:
            tree.add(_branch(found, signals))
        console.print(tree)
    events = sum(found.is_event for found in signals)
    counts = ((len(signals) - events, "signal"), (events, "event"))
    words = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    heard = sum(bool(found.connections) for found in signals)
    console.print(Text(f"{' and '.join(words)}, {heard} with receivers now", style="dim"))


def _branch(found: Found, signals: Sequence[Found]) -> Group:
    connections = found.connections
    lines = [Text.assemble((found.short_name, "bold cyan"), found.signature)]
    if found.given_name:
        lines.append(Text(f"named {found.given_name!r}"))
    if found.summary:
        lines.append(Text(found.summary))
    where = f"{found.kind} at {found.place or 'no line of a file'}"
    lines.append(Text(where if connections else f"{where}, no receivers", style="dim"))
    return Group(*lines, *([_table(found, connections, signals)] if connections else []))


def _terms(connection: Listed) -> Iterator[str]:
    """Yield the rare options of a connection."""
    if connection.once:
        yield "once"
    if connection.via:
        yield "via"


def _table(found: Found, connections: Iterable[Listed], signals: Sequence[Found]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for title in ("receiver", "at", "held", *(["sender"] if found.has_sender else [])):
        table.add_column(title, overflow="fold")
    table.add_column("priority", justify="right", overflow="fold")
    for connection in connections:
        held = "weak" if connection.weak else "strong"
        name, place = receiver_at(connection.receiver, signals)
        table.add_row(
            Text(name, style="green"),
            place,
            ", ".join([held, *_terms(connection)]),
            *([describe_sender(connection.sender)] if found.has_sender else []),
            str(connection.priority),
        )
    return table
