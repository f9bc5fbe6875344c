"""The import statements that a migrated file needs, and where they go."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._scope import is_type_checking
from aldis._migrate._editable import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aldis._migrate._naming import Naming
    from aldis._migrate._scope import Scope
    from aldis._migrate._editable import Source


def import_edits(
    source: Source, scope: Scope, naming: Naming, *, needs_future: bool
) -> Iterator[Edit]:
    """Return the edits that import what the declarations of a file name.

    Args:
        source: The file.
        scope: Its names.
        naming: What must be imported.
        needs_future: Whether annotations must not be evaluated.
    """
    body = source.tree.body
    block = _type_checking_block(body)
    run_time = list(_statements(naming.at_run_time))
    for_types = list(_statements(naming.for_types))
    new_block = ""
    if for_types and block is None:
        condition = scope.local_name("typing.TYPE_CHECKING")
        if condition is None:
            condition = naming.function_name("TYPE_CHECKING")
            alias = "" if condition == "TYPE_CHECKING" else f" as {condition}"
            run_time.insert(0, f"from typing import TYPE_CHECKING{alias}")
        new_block = f"\nif {condition}:\n" + "".join(f"    {line}\n" for line in for_types)
    elif for_types and block is not None:
        yield _appended(source, block, for_types)
    if needs_future:
        yield _future(source, is_before_import=_has_future(body))
    text = "".join(f"{line}\n" for line in run_time) + new_block
    if text:
        yield _after_imports(source, text)


def has_future_annotations(tree: ast.Module) -> bool:
    """Whether annotations are not evaluated."""
    return any(
        isinstance(one, ast.ImportFrom)
        and one.module == "__future__"
        and any(alias.name == "annotations" for alias in one.names)
        for one in tree.body
    )


def _has_future(body: list[ast.stmt]) -> bool:
    return any(isinstance(one, ast.ImportFrom) and one.module == "__future__" for one in body)


def _statements(wanted: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Write imports, one line for each module."""
    by_module: dict[str, list[str]] = {}
    for (module, name), local in sorted(wanted.items()):
        text = name if local == name else f"{name} as {local}"
        if module:
            by_module.setdefault(module, []).append(text)
        else:
            yield f"import {text}"
    for module, names in sorted(by_module.items()):
        yield f"from {module} import {', '.join(names)}"


def _type_checking_block(body: list[ast.stmt]) -> ast.If | None:
    for one in body:
        if isinstance(one, ast.If) and is_type_checking(one.test) and not _is_one_line(one):
            return one
    return None


def _is_one_line(block: ast.If) -> bool:
    return block.body[0].lineno == block.lineno


def _appended(source: Source, block: ast.If, lines: list[str]) -> Edit:
    last = block.body[-1]
    indent = source.indent_at(block.body[0].lineno)
    return _below(source, last.end_lineno or last.lineno, "".join(f"{indent}{one}\n" for one in lines))


def _future(source: Source, *, is_before_import: bool) -> Edit:
    body = source.tree.body
    first = _first_statement(body)
    place = source.starts[first - 1]
    gap = "" if is_before_import else "\n"
    above = "\n" if first > 1 and source.line(first - 1).strip() and _is_docstring(body[0]) else ""
    return Edit(place, place, f"{above}from __future__ import annotations\n{gap}")


def _first_statement(body: list[ast.stmt]) -> int:
    """Return the line of the first statement that is no docstring."""
    rest = body[1:] if _is_docstring(body[0]) else body
    first = rest[0]
    lines = [one.lineno for one in getattr(first, "decorator_list", [])]
    return min([first.lineno, *lines])


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _after_imports(source: Source, text: str) -> Edit:
    """Put lines below the imports with which a file begins."""
    body = source.tree.body
    rest = body[1:] if _is_docstring(body[0]) else body
    last: ast.stmt | None = None
    for statement in rest:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            break
        last = statement
    if last is None:
        place = source.starts[_first_statement(body) - 1]
        return Edit(place, place, f"{text}\n")
    return _below(source, last.end_lineno or last.lineno, text)


def _below(source: Source, line: int, text: str) -> Edit:
    if line < len(source.starts):
        return Edit(source.starts[line], source.starts[line], text)
    end = len(source.text)
    return Edit(end, end, f"\n{text}")
