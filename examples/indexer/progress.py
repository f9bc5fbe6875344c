"""Shows how far a walker is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Generator

    from rich.console import Console

    from .walker import Walker


@contextmanager
def progress_bar(walker: Walker, console: Console) -> Generator[None, None, None]:
    """Show a progress bar inside the `with` block, but only on a terminal."""
    if not console.is_terminal:
        yield
        return
    columns = (TextColumn("files"), BarColumn(None), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("files", total=None)

        def advance(_: Walker, /, *, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        # an ended bar must not be moved, so the connection ends with it
        with walker.progressed.connected_to(advance):
            yield
