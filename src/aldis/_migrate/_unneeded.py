"""Finds what is no longer needed: names of blinker, and namespaces without signals."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from aldis._migrate._editable import Edit
from aldis._migrate._scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from aldis._migrate._editable import Source
    from aldis._migrate._model import Program
    from aldis._migrate._scope import Scope

_WORD = re.compile(r"[A-Za-z_]\w*")


class Unneeded:
    """Finds the statements that can be removed when pieces of a file are replaced.

    Attributes:
        names: The names that are not used afterwards.
        edits: The edits that remove their statements.
    """

    def __init__(
        self,
        source: Source,
        scope: Scope,
        program: Program,
        replaced: Iterable[tuple[int, int]],
    ) -> None:
        self._source = source
        self._scope = scope
        self._program = program
        self._module = program.modules.get(source.path, "")
        self._gone = list(replaced)
        self.names: set[str] = set()
        self.edits: list[Edit] = []
        if self._gone:
            self._before = dict(self._uses(()))
            self._remove_namespaces()
            self._remove_imports()

    def _remove_namespaces(self) -> None:
        for node in self._source.tree.body:
            name = _namespace_made_by(node, self._scope)
            if name is not None and self._is_free(name):
                start, end = self._lines_of(node)
                if not self._source.comments_between(start, end):
                    self.names.add(name)
                    self._gone.append((start, end))
                    self.edits.append(Edit(start, self._after_blank_lines(node, end), ""))

    def _remove_imports(self) -> None:
        for node in self._source.tree.body:
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            free = [
                one for one in node.names if self._is_of_blinker(one) and self._is_free(_local(one))
            ]
            start, end = self._lines_of(node)
            if not free or self._source.comments_between(start, end):
                continue
            self.names.update(_local(one) for one in free)
            kept = [one for one in node.names if one not in free]
            if not kept:
                self.edits.append(Edit(start, end, ""))
                continue
            start, end = self._source.ends_of(node)
            rest: ast.stmt = ast.Import(kept)
            if isinstance(node, ast.ImportFrom):
                rest = ast.ImportFrom(node.module, kept, node.level)
            self.edits.append(Edit(start, end, ast.unparse(rest)))

    def _is_of_blinker(self, alias: ast.alias) -> bool:
        meaning = self._scope.names.get(_local(alias)) or ""
        return meaning.partition(".")[0] == "blinker" or meaning.startswith("aldis.blinker.")

    def _is_free(self, name: str) -> bool:
        """Whether a name was used in the replaced pieces only."""
        left = dict(self._uses(self._gone))
        return (
            self._before.get(name, 0) > 0 and not left.get(name) and not self._is_used_outside(name)
        )

    def _uses(self, gone: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int]]:
        counts: dict[str, int] = {}
        for node in ast.walk(self._source.tree):
            names: list[str] = []
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
                names = [node.id]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names = _quoted_names(node.value)
            if names:
                start, _ = self._source.ends_of(node)
                if not any(first <= start < last for first, last in gone):
                    for name in names:
                        counts[name] = counts.get(name, 0) + 1
        yield from counts.items()

    def _is_used_outside(self, name: str) -> bool:
        return any(
            self._is_used_in(path, text, name)
            for path, text in self._program.files.items()
            if path != self._source.path and (name in text or "import *" in text)
        )

    def _is_used_in(self, path: Path, text: str, name: str) -> bool:
        """Whether a file imports a name of this one, or reads it from the module."""
        module = self._program.modules.get(path, "")
        names = scope_of(ast.parse(text), module, is_package=path.name == "__init__.py").names
        if {f"{self._module}.{name}", f"{self._module}.*"} & set(names.values()):
            return True
        return any(
            f"{local}{self._module[len(meaning) :]}.{name}" in text
            for local, meaning in names.items()
            if meaning is not None and f"{self._module}.".startswith(f"{meaning}.")
        )

    def _lines_of(self, node: ast.stmt) -> tuple[int, int]:
        """Return where the lines of a statement start and end."""
        starts, last = self._source.starts, node.end_lineno or node.lineno
        end = starts[last] if last < len(starts) else len(self._source.text)
        return starts[node.lineno - 1], end

    def _after_blank_lines(self, node: ast.stmt, place: int) -> int:
        """Return the end of the superfluous blank lines below a removed statement."""
        above, line = 0, node.lineno - 1
        while line >= 1 and not self._source.line(line).strip():
            above, line = above + 1, line - 1
        line = (node.end_lineno or node.lineno) + 1
        while above and line < len(self._source.starts) and not self._source.line(line).strip():
            above, line = above - 1, line + 1
            place = self._source.starts[line - 1]
        return place


def _quoted_names(text: str) -> list[str]:
    """Return the names in a text that may be an annotation or a name in `__all__`."""
    return _WORD.findall(text) if " " not in text.replace(" | ", "|").replace(", ", ",") else []


def _local(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _namespace_made_by(node: ast.stmt, scope: Scope) -> str | None:
    """Return the name of the namespace, if a statement only makes one."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Name) or not isinstance(value, ast.Call) or value.args:
        return None
    root, _, rest = ast.unparse(value.func).partition(".")
    meaning = ".".join(part for part in (scope.names.get(root) or "", rest) if part)
    return target.id if meaning.endswith("blinker.Namespace") else None
