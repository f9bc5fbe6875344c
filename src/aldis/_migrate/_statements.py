"""The statement that makes a signal: whether it can be replaced, and what remains of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._editable import Source
    from aldis._migrate._model import Declaration, Documentation, Span

Around: TypeAlias = "list[ast.AST]"


@dataclass(frozen=True)
class Statement:
    """A statement that makes one signal.

    Attributes:
        node: The statement.
        call: The expression that makes the signal.
        around: The nodes around it, the module first.
    """

    node: ast.Assign | ast.AnnAssign
    call: ast.Call
    around: tuple[ast.AST, ...]

    @property
    def outermost_class(self) -> ast.ClassDef | None:
        """The outermost class around it."""
        found: ast.ClassDef | None = None
        for node in reversed(self.around):
            if isinstance(node, ast.ClassDef):
                found = node
            elif found is not None and not isinstance(
                node, (ast.FunctionDef, ast.AsyncFunctionDef)
            ):
                break
        return found


def statement_of(source: Source, declaration: Declaration) -> Statement | None:
    """Find the statement of a declaration; None if it is not one that can be replaced."""
    for node, around in _walk(source.tree, ()):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not _is_at(
            node, declaration.statement
        ):
            continue
        has_one_target = isinstance(node, ast.AnnAssign) or len(node.targets) == 1
        if has_one_target and isinstance(node.value, ast.Call):
            return Statement(node, node.value, around)
    return None


def call_at(source: Source, span: Span) -> ast.Call | None:
    """Find a call."""
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Call)
            and _is_at(node, span)
            and node.end_col_offset == span.end_column
        ):
            return node
    return None


def why_not(source: Source, statement: Statement | None, declaration: Declaration) -> str | None:
    """Return why a statement cannot be replaced; None if it can be."""
    if statement is None:
        return "it is made in a statement that does more than that"
    start, end = source.ends_of(statement.node)
    rest = source.line(statement.node.end_lineno or 0)[
        end - source.starts[(statement.node.end_lineno or 1) - 1] :
    ]
    before = source.text[source.starts[statement.node.lineno - 1] : start]
    if before.strip() or (rest.strip() and not rest.lstrip().startswith("#")):
        return "another statement is on its line"
    owner = statement.around[-1]
    is_annotated = isinstance(statement.node, ast.AnnAssign) and declaration.form == "class"
    if is_annotated and isinstance(owner, ast.ClassDef) and owner.decorator_list:
        return "its annotation may make a field of it, as in a dataclass"
    return None


def documentation_of(declaration: Declaration) -> str:
    """Return the text of the docstring; comments stay where they are."""
    return "\n\n".join(
        part.text for part in declaration.documentation if part.kind in {"argument", "string"}
    )


def call_without_doc(source: Source, statement: Statement, declaration: Declaration) -> str:
    """Return the source of the call without the documentation that moves.

    Comments between the arguments are left out, too, if anything is; the caller keeps them.
    """
    start, end = source.ends_of(statement.call)
    documents = [part for part in declaration.documentation if part.kind == "argument"]
    dropped = [_argument_at(source, statement.call, part) for part in documents]
    if not any(dropped):
        return source.text[start:end]
    arguments = [source.ends_of(one) for one in (*statement.call.args, *statement.call.keywords)]
    kept = [source.text[slice(*place)] for place in arguments if place not in dropped]
    function = source.text[start : source.ends_of(statement.call.func)[1]]
    return f"{function}({', '.join(kept)})"


def _argument_at(source: Source, call: ast.Call, document: Documentation) -> tuple[int, int] | None:
    wanted = source.start_of(document.span)
    places = (source.ends_of(node) for node in (*call.args, *call.keywords))
    return next((place for place in places if place[0] <= wanted < place[1]), None)


def documentation_statement(source: Source, declaration: Declaration) -> tuple[int, int] | None:
    """Return the lines of a docstring below the declaration, if nothing else is on them."""
    for part in declaration.documentation:
        if part.kind != "string":
            continue
        last = part.span.end_line
        start = source.starts[part.span.line - 1]
        end = source.starts[last] if last < len(source.starts) else len(source.text)
        around = source.text[start:end].replace(source.cut(part.span), "")
        if not around.strip():
            return start, end
    return None


def _is_at(node: ast.AST, span: Span) -> bool:
    return (
        getattr(node, "lineno", 0) == span.line
        and getattr(node, "col_offset", -1) == span.column
        and getattr(node, "end_lineno", 0) == span.end_line
    )


def _walk(
    node: ast.AST, around: tuple[ast.AST, ...]
) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    inner = (*around, node)
    for child in ast.iter_child_nodes(node):
        yield child, inner
        yield from _walk(child, inner)
