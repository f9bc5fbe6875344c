"""The import statements that a migrated file needs, and where they go."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from aldis._migrate._editable import Edit
from aldis._migrate._scope import is_type_checking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aldis._migrate._editable import Source
    from aldis._migrate._naming import Naming
    from aldis._migrate._scope import Scope
    from aldis._migrate._spacing import Spacing


def import_edits(
    source: Source, scope: Scope, naming: Naming, spacing: Spacing, *, needs_future: bool
) -> Iterator[Edit]:
    """Return the edits that add the imports of the declarations of a file.

    Args:
        source: The file.
        scope: Its names.
        naming: What must be imported.
        spacing: What is replaced.
        needs_future: Whether annotations must not be evaluated.
    """
    if not (naming.at_run_time or naming.for_types or needs_future):
        return
    place = _Places(source)
    block = _type_checking_block(source.tree.body)
    run_time = dict(naming.at_run_time)
    for_types = list(_statements(naming.for_types))
    new_block = ""
    if for_types and block is None:
        condition = scope.local_name("typing.TYPE_CHECKING")
        if condition is None:
            condition = naming.function_name("TYPE_CHECKING")
            run_time["typing", "TYPE_CHECKING"] = condition
        lines = "".join(f"    {line}\n" if line else "\n" for line in for_types)
        new_block = f"\nif {condition}:\n{lines}"
    if needs_future:
        yield place.future()
    for line in _statements(run_time):
        if line:
            yield place.run_time(line)
    if new_block:
        yield place.end(new_block, spacing)
    elif for_types and block is not None:
        yield place.in_block(block, [line for line in for_types if line])


def has_future_annotations(tree: ast.Module) -> bool:
    """Whether annotations are not evaluated."""
    return any(
        isinstance(one, ast.ImportFrom)
        and one.module == "__future__"
        and any(alias.name == "annotations" for alias in one.names)
        for one in tree.body
    )


def is_standard(module: str) -> bool:
    """Whether a module is in the standard library."""
    return module.partition(".")[0] in {*sys.stdlib_module_names, "_typeshed"}


def _statements(wanted: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Write imports, one line for each module, with a blank line after the standard library's."""
    by_module: dict[tuple[str, bool], list[str]] = {}
    for (module, name), local in sorted(wanted.items()):
        text = name if local == name else f"{name} as {local}"
        by_module.setdefault((module or name, not module), []).append(text)
    has_standard = False
    order = sorted(by_module.items(), key=lambda one: (not is_standard(one[0][0]), one[0]))
    for (module, is_whole), names in order:
        if is_standard(module):
            has_standard = True
        elif has_standard:
            has_standard = False
            yield ""
        joined = ", ".join(names)
        yield f"import {joined}" if is_whole else f"from {module} import {joined}"


def _type_checking_block(body: list[ast.stmt]) -> ast.If | None:
    for one in body:
        if isinstance(one, ast.If) and is_type_checking(one.test):
            return one if one.body[0].lineno > one.lineno else None
    return None


class _Places:
    """Where import statements of a file go."""

    def __init__(self, source: Source) -> None:
        self._source = source
        body = source.tree.body
        self._docstring = body[0] if _is_docstring(body[0]) else None
        rest = body[1:] if self._docstring else body
        self._first = rest[0]
        self._imports: list[ast.Import | ast.ImportFrom] = []
        for one in rest:
            if not isinstance(one, (ast.Import, ast.ImportFrom)):
                break
            self._imports.append(one)

    def future(self) -> Edit:
        line = self._line_of(self._first)
        has_future = any(_module_of(one) == "__future__" for one in self._imports)
        is_close = self._docstring is not None and bool(self._source.line(line - 1).strip())
        above = "\n" if is_close else ""
        return self._at(
            line, f"{above}from __future__ import annotations\n" + "\n" * (not has_future)
        )

    def run_time(self, statement: str) -> Edit:
        """Insert an import among those of its kind, in alphabetical order."""
        module = statement.split()[1]
        kind = is_standard(module)
        peers = [
            one
            for one in self._imports
            if _module_of(one) not in {None, "__future__"}
            and is_standard(_module_of(one) or "") == kind
        ]
        is_whole = statement.startswith("import ")
        for peer in peers:  # whole modules come first
            is_after = isinstance(peer, ast.ImportFrom) if is_whole else False
            is_same = isinstance(peer, ast.Import) == is_whole
            if is_after or (is_same and (_module_of(peer) or "") > module):
                return self._above(peer, f"{statement}\n")
        if peers:
            return self._below(peers[-1], f"{statement}\n")
        return self._in_new_group(statement, is_standard=kind)

    def end(self, text: str, spacing: Spacing | None = None) -> Edit:
        """Insert lines below the imports at the top of the file."""
        if not self._imports:
            return self._at(self._line_of(self._first), f"{text.lstrip()}\n\n")
        following = (self._imports[-1].end_lineno or 0) + 1
        is_close = following <= len(self._source.starts) and self._source.line(following).strip()
        if spacing is not None and spacing.is_replaced_after(following):
            is_close = ""  # the existing text has its own blank lines
        return self._below(self._imports[-1], f"{text}\n" if is_close else text)

    def in_block(self, block: ast.If, lines: list[str]) -> Edit:
        """Add imports to an existing block for type checkers."""
        indent = self._source.indent_at(block.body[0].lineno)
        last = block.body[-1]
        is_close = isinstance(last, (ast.Import, ast.ImportFrom)) and is_standard(
            _module_of(last) or "."
        )
        gap = "\n" if is_close and not is_standard(lines[0].split()[1]) else ""
        return self._below(last, gap + "".join(f"{indent}{line}\n" for line in lines))

    def _in_new_group(self, statement: str, *, is_standard: bool) -> Edit:
        others = [one for one in self._imports if _module_of(one) != "__future__"]
        if is_standard and others:
            return self._above(others[0], f"{statement}\n\n")
        if self._imports:
            return self._below(self._imports[-1], f"\n{statement}\n")
        return self._at(self._line_of(self._first), f"{statement}\n\n")

    def _line_of(self, node: ast.stmt) -> int:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        return min([node.lineno, *(one.lineno for one in decorators)])

    def _above(self, node: ast.stmt, text: str) -> Edit:
        line = node.lineno
        while line > 1 and self._source.line(line - 1).lstrip().startswith("#"):
            line -= 1
        if line == 1:  # comments at the beginning belong to the file
            line = node.lineno
        return self._at(line, text)

    def _below(self, node: ast.stmt, text: str) -> Edit:
        line = (node.end_lineno or node.lineno) + 1
        if line <= len(self._source.starts):
            return self._at(line, text)
        end = len(self._source.text)
        return Edit(end, end, f"\n{text}")

    def _at(self, line: int, text: str) -> Edit:
        place = self._source.starts[line - 1]
        return Edit(place, place, text)


def _module_of(node: ast.Import | ast.ImportFrom) -> str | None:
    """Return the module that a statement imports from; None if the import is relative."""
    if isinstance(node, ast.Import):
        return node.names[0].name
    return None if node.level else node.module


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def in_stub(source: Source, wanted: Mapping[tuple[str, str], str], text: str) -> Iterator[Edit]:
    """Return the edits that import names in a stub.

    Args:
        source: The stub.
        wanted: What is imported: (module, name), and the local name.
        text: What comes below the imports.
    """
    if not source.tree.body:
        lines = "".join(f"{line}\n" for line in _statements(wanted))
        yield Edit(0, len(source.text), f"{lines}{text}")
        return
    place = _Places(source)
    for group in "\n".join(_statements(wanted)).split("\n\n"):
        if group:
            yield place.run_time(group)
    if text:
        yield place.end(text)
