"""Counts what the other parts meet."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from .parser import Parser
    from .walker import Walker


class Statistics:
    """Receives nearly every signal; shows itself as a table."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self.seconds = 0.0

    def count_file(self, walker: Walker, /, **_: object) -> None:
        """Receive `Walker.found`."""
        self.counts["files"] += 1

    def count_source(self, parser: Parser, /, *, source: bytes, **_: object) -> None:
        """Receive `source_read`."""
        self.counts["bytes"] += len(source)
        self.counts["lines"] += source.count(b"\n")

    def count_definitions(
        self, parser: Parser, /, *, statements: list[ast.AST], **_: object
    ) -> None:
        """Receive `source_parsed`."""
        for statement in statements:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.counts["functions"] += 1
            elif isinstance(statement, ast.ClassDef):
                self.counts["classes"] += 1

    def count_import(self, parser: Parser, /, **_: object) -> None:
        """Receive `import_seen`."""
        self.counts["imports"] += 1

    def count_error(self, sender: Walker | Parser, /, **_: object) -> None:
        """Receive `error_met`."""
        self.counts["errors"] += 1

    def stop_clock(self, walker: Walker, /, *, seconds: float) -> None:
        """Receive `Walker.finished`."""
        self.seconds = seconds

    def __rich__(self) -> Table:
        table = Table("statistics")
        table.add_column("", justify="right")
        for name in ("files", "bytes", "lines", "functions", "classes", "imports", "errors"):
            table.add_row(name, f"{self.counts[name]:,}")
        table.add_row("seconds", f"{self.seconds:.1f}")
        table.add_row("files/second", f"{self.counts['files'] / max(self.seconds, 1e-9):,.0f}")
        return table
